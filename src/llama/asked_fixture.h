// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/json.h"
#include "llama/backend.h"

namespace yk::llama {

/// A backend on a model file of the tests, and the outcomes of what it was asked.
class Asked {
 public:
  explicit Asked(Options options) : backend_(OpenBackend(std::move(options), clock_)) {}
  ~Asked() { Close(); }

  static Options File(const std::string& name) {
    Options options;
    options.path = std::string(YAKAN_MODELS_DIR) + "/" + name;
    options.parallel = 8;
    options.threads = 1;
    return options;
  }

  const Result<std::unique_ptr<model::ModelBackend>>& opened() const { return backend_; }
  model::ModelBackend& backend() { return **backend_; }

  model::Request Request(const std::string& row, std::shared_ptr<const Json> schema,
                         const std::string& instruction = "Say what kind of mail this is.") {
    model::Request request;
    request.id = model::RequestId{++last_};
    request.parts = {{model::Part::Kind::kFixed, instruction, ""}, {model::Part::Kind::kRow, row, "text"}};
    request.schema = std::move(schema);
    request.sampling.tokens_max = 64;
    return request;
  }

  int64_t Ask(model::Request request) {
    const int64_t id = request.id.value;
    {
      const std::lock_guard lock(mutex_);
      ++open_;
    }
    backend().Submit(std::move(request), [this, id](model::Outcome outcome) {
      const std::lock_guard lock(mutex_);
      ++outcomes_of_[id];
      outcomes_[id] = std::move(outcome);
      --open_;
      all_.notify_all();
    });
    return id;
  }
  int64_t Ask(const std::string& row, std::shared_ptr<const Json> schema) {
    return Ask(Request(row, std::move(schema)));
  }

  void Wait() {
    std::unique_lock lock(mutex_);
    all_.wait(lock, [&] { return open_ == 0; });
  }
  void WaitForOne() {
    std::unique_lock lock(mutex_);
    all_.wait(lock, [&] { return !outcomes_.empty(); });
  }
  void Close() {
    if (backend_ && *backend_) backend_ = std::unique_ptr<model::ModelBackend>();
  }

  std::map<int64_t, model::Outcome>& outcomes() { return outcomes_; }
  const std::map<int64_t, int>& outcomes_of() const { return outcomes_of_; }
  int64_t Counter(const std::string& name) {
    for (const auto& counter : backend().Counters()) {
      if (counter.name == name) return counter.value;
    }
    return -1;
  }

 private:
  SystemClock clock_;
  Result<std::unique_ptr<model::ModelBackend>> backend_;
  std::mutex mutex_;
  std::condition_variable all_;
  int64_t last_ = 0, open_ = 0;
  std::map<int64_t, model::Outcome> outcomes_;
  std::map<int64_t, int> outcomes_of_;
};

}  // namespace yk::llama
