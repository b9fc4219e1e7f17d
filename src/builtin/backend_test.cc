// SPDX-License-Identifier: Apache-2.0
#include "builtin/backend.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"

namespace yk::builtin {
namespace {

std::shared_ptr<const Json> MailSchema() {
  Json schema = {{"type", "object"}, {"properties", {{"email", {{"type", {"string", "null"}}, {"format", "email"}}}}}};
  return std::make_shared<const Json>(std::move(schema));
}

model::Request Ask(int64_t id, std::shared_ptr<const Json> schema, std::string text) {
  model::Request request;
  request.id = {id};
  request.schema = std::move(schema);
  request.parts = {{model::Part::Kind::kFixed, "Fill the fields; write to nobody@fixed.example.", ""},
                   {model::Part::Kind::kRow, "mail.txt", "file"},
                   {model::Part::Kind::kRow, std::move(text), "text"}};
  return request;
}

/// Collects outcomes and waits for them.
class Outcomes {
 public:
  model::Done For(int64_t id) {
    return [this, id](model::Outcome outcome) {
      std::lock_guard lock(mutex_);
      all_.emplace_back(id, std::move(outcome));
      changed_.notify_all();
    };
  }
  std::vector<std::pair<int64_t, model::Outcome>> Wait(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return all_.size() >= count; });
    return all_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<int64_t, model::Outcome>> all_;
};

TEST(BuiltinBackend, AnswersFromTheRowAndNotFromTheInstructions) {
  Outcomes outcomes;
  BuiltinBackend backend({.threads = 1});
  backend.Submit(Ask(1, MailSchema(), "Reach me at ivy@fern.example, please."), outcomes.For(1));
  const auto all = outcomes.Wait(1);
  ASSERT_TRUE(all[0].second.answer);
  EXPECT_EQ(all[0].second.answer->body, R"({"email":"ivy@fern.example"})");
  EXPECT_GT(all[0].second.usage.tokens_in, 0);
  EXPECT_GT(all[0].second.usage.tokens_out, 0);
  EXPECT_EQ(all[0].second.usage.price, 0);
}

TEST(BuiltinBackend, ReadsAllFieldsOfARowWithoutAText) {
  Json schema = *MailSchema();
  schema["properties"]["_evidence"] = {{"type", "object"}};
  model::Request request = Ask(1, std::make_shared<const Json>(std::move(schema)), "");
  request.parts = {{model::Part::Kind::kRow, "mail.txt", "file"},
                   {model::Part::Kind::kRow, "An offer", "title"},
                   {model::Part::Kind::kFixed, " ", ""},
                   {model::Part::Kind::kRow, "Reach me at ivy@fern.example.", "body"}};
  Outcomes outcomes;
  BuiltinBackend backend({.threads = 1});
  backend.Submit(std::move(request), outcomes.For(1));
  const auto all = outcomes.Wait(1);
  ASSERT_TRUE(all[0].second.answer);
  EXPECT_EQ(all[0].second.answer->body,
            R"({"email":"ivy@fern.example","_evidence":{"email":{"quote":"ivy@fern.example"}},)"
            R"("_confidence":{"email":0.5}})");
}

TEST(BuiltinBackend, GivesEveryRequestExactlyOneOutcome) {
  Outcomes outcomes;
  BuiltinBackend backend({.threads = 3, .queue_max = 1000});
  const auto schema = MailSchema();
  for (int64_t id = 0; id < 500; ++id) {
    backend.Submit(Ask(id, schema, "m" + std::to_string(id) + "@x.example"), outcomes.For(id));
  }
  std::set<int64_t> seen;
  for (const auto& [id, outcome] : outcomes.Wait(500)) {
    EXPECT_TRUE(seen.insert(id).second);
    ASSERT_TRUE(outcome.answer);
    EXPECT_EQ(outcome.answer->body, "{\"email\":\"m" + std::to_string(id) + "@x.example\"}");
  }
  EXPECT_EQ(seen.size(), 500U);
}

TEST(BuiltinBackend, FailsARequestItCannotAnswerAsTheRequestsFault) {
  Outcomes outcomes;
  BuiltinBackend backend({.threads = 1});
  backend.Submit(Ask(1, nullptr, "text"), outcomes.For(1));
  backend.Submit(Ask(2, std::make_shared<const Json>(Json{{"type", "string"}}), "text"), outcomes.For(2));
  for (const auto& [id, outcome] : outcomes.Wait(2)) {
    ASSERT_TRUE(outcome.failure) << id;
    EXPECT_EQ(outcome.failure->failure_class, model::FailureClass::kRequest);
    EXPECT_EQ(outcome.failure->error.code, Code::kInvalid);
  }
}

/// Holds the only worker inside a Done, so that later requests wait.
class Cork {
 public:
  model::Done Plug(Outcomes& outcomes) {
    return [this, done = outcomes.For(0)](model::Outcome outcome) {
      {
        std::unique_lock lock(mutex_);
        held_ = true;
        changed_.notify_all();
        changed_.wait(lock, [&] { return open_; });
      }
      done(std::move(outcome));
    };
  }
  void WaitHeld() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return held_; });
  }
  void Open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  bool open_ = false;
};

TEST(BuiltinBackend, CancelsWhatStillWaits) {
  Outcomes outcomes;
  Cork cork;
  BuiltinBackend backend({.threads = 1});
  backend.Submit(Ask(0, MailSchema(), "a@b.example"), cork.Plug(outcomes));
  cork.WaitHeld();
  backend.Submit(Ask(1, MailSchema(), "c@d.example"), outcomes.For(1));
  backend.Cancel({1});
  backend.Cancel({77});
  cork.Open();
  for (const auto& [id, outcome] : outcomes.Wait(2)) {
    if (id == 1) {
      ASSERT_TRUE(outcome.failure);
      EXPECT_EQ(outcome.failure->error.code, Code::kCancelled);
    } else {
      EXPECT_TRUE(outcome.answer);
    }
  }
}

TEST(BuiltinBackend, RefusesBeyondItsQueueInsteadOfBlocking) {
  Outcomes outcomes;
  Cork cork;
  BuiltinBackend backend({.threads = 1, .queue_max = 2});
  backend.Submit(Ask(0, MailSchema(), "a@b.example"), cork.Plug(outcomes));
  cork.WaitHeld();
  for (int64_t id = 1; id <= 4; ++id) backend.Submit(Ask(id, MailSchema(), "a@b.example"), outcomes.For(id));
  size_t refused = 0;
  for (const auto& [id, outcome] : outcomes.Wait(2)) {
    ASSERT_TRUE(outcome.failure) << id;
    EXPECT_EQ(outcome.failure->failure_class, model::FailureClass::kCapacity);
    ++refused;
  }
  EXPECT_EQ(refused, 2U);
  cork.Open();
  outcomes.Wait(5);
}

TEST(BuiltinBackend, AnswersWhatIsOpenWhenItIsDestroyed) {
  Outcomes outcomes;
  Cork cork;
  auto backend = std::make_unique<BuiltinBackend>(BuiltinOptions{.threads = 1});
  backend->Submit(Ask(0, MailSchema(), "a@b.example"), cork.Plug(outcomes));
  cork.WaitHeld();
  for (int64_t id = 1; id <= 20; ++id) backend->Submit(Ask(id, MailSchema(), "a@b.example"), outcomes.For(id));
  cork.Open();
  backend.reset();
  EXPECT_EQ(outcomes.Wait(21).size(), 21U);
}

TEST(BuiltinBackend, SaysWhatItIs) {
  const BuiltinBackend backend({.threads = 2});
  const model::BackendInfo info = backend.Info();
  EXPECT_EQ(info.kind, "builtin");
  EXPECT_TRUE(info.local);
  EXPECT_GE(info.in_flight_max, 2);
  EXPECT_TRUE(info.identity.starts_with("builtin/"));
}

}  // namespace
}  // namespace yk::builtin
