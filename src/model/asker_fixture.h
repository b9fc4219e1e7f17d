// SPDX-License-Identifier: Apache-2.0
// For tests: an Asker over a scripted model and a store that can fail.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/asker.h"
#include "model/router.h"
#include "store/memory_store.h"
#include "testing/fake_clock.h"
#include "testing/scripted_model.h"

namespace yk::model {

/// A store whose Put fails when told to, and that remembers what became durable.
class FaultyAnswers final : public store::AnswerStore {
 public:
  explicit FaultyAnswers(const Clock& clock) : memory_(clock) {}

  Result<std::vector<std::optional<store::StoredAnswer>>> Get(std::span<const store::AnswerKey> keys) override {
    ++gets;
    return memory_.Get(keys);
  }
  Result<void> Put(std::span<const store::StoredAnswer> answers) override {
    ++puts;
    if (fail && fail()) return Fail(Code::kExhausted, "the disk is full");
    return memory_.Put(answers);
  }
  Result<int64_t> Evict(int64_t bytes, WallTime since) override { return memory_.Evict(bytes, since); }
  Result<store::AnswerStats> Stats() override { return memory_.Stats(); }

  std::function<bool()> fail;
  std::atomic<int> gets{0}, puts{0};

 private:
  store::MemoryStore memory_;
};

inline Request Ask(std::string text) {
  Request request;
  request.parts.push_back({Part::Kind::kFixed, "Answer. ", ""});
  request.parts.push_back({Part::Kind::kRow, std::move(text), "text"});
  return request;
}

class AskerTest : public ::testing::Test {
 protected:
  void Start(testing::ScriptedModel::Script script, testing::ScriptedModel::Options options = {},
             AskerOptions asker_options = {}) {
    auto model = std::make_unique<testing::ScriptedModel>(*use_, std::move(script), std::move(options));
    model_ = model.get();
    std::vector<Router::Endpoint> endpoints;
    endpoints.push_back({"scripted", std::move(model), {}});
    router_ = std::move(*Router::Open(std::move(endpoints)));
    Restart(asker_options);
  }
  /// A new run over the same model and store.
  void Restart(AskerOptions options = {}) { asker_ = std::make_unique<Asker>(*router_, answers_, *use_, options); }

  std::future<AskResult> Begin(Question question) {
    auto promise = std::make_shared<std::promise<AskResult>>();
    auto future = promise->get_future();
    asker_->Ask(std::move(question), [promise](AskResult result) { promise->set_value(std::move(result)); });
    return future;
  }
  AskResult Get(Question question) { return Begin(std::move(question)).get(); }
  AskResult Get(std::string text) { return Get(Question{Ask(std::move(text)), nullptr, false}); }

  testing::FakeClock clock_{/*auto_advance=*/true};
  testing::FakeClock standing_clock_;
  const Clock* use_ = &clock_;
  FaultyAnswers answers_{clock_};
  testing::ScriptedModel* model_ = nullptr;
  std::unique_ptr<Router> router_;
  std::unique_ptr<Asker> asker_;
};

}  // namespace yk::model
