// SPDX-License-Identifier: Apache-2.0
#include "model/asker.h"

#include <future>
#include <map>
#include <random>
#include <thread>

#include "base/json.h"
#include "model/answer_key.h"
#include "model/asker_fixture.h"

namespace yk::model {
namespace {

using testing::Answered;
using testing::Failed;
using ::testing::HasSubstr;
using testing::PromptText;
using testing::ScriptedModel;

TEST_F(AskerTest, AnswersOnceAndThenFromTheStore) {
  Start([](const Request&, int) { return Answered("yes"); });
  const AskResult first = Get("a");
  EXPECT_EQ(first.status, AskStatus::kAnswered);
  EXPECT_EQ(first.answer.body, "yes");
  EXPECT_EQ(first.source, AnswerSource::kModel);
  EXPECT_EQ(first.usage.tokens_in, 10);

  Restart();
  const AskResult again = Get("a");
  EXPECT_EQ(again.answer.body, "yes");
  EXPECT_EQ(again.source, AnswerSource::kStored);
  EXPECT_EQ(again.calls, 0);
  EXPECT_EQ(again.usage.tokens_in, 0);
  EXPECT_EQ(model_->request_count(), 1u);
  EXPECT_EQ(asker_->stats().calls, 0);
  EXPECT_EQ(asker_->stats().stored, 1);
}

TEST_F(AskerTest, ServesAnAnswerGivenUnderAnotherSchemaOnlyIfItIsAcceptable) {
  Start([](const Request&, int nth) { return Answered(nth == 0 ? "red" : "green"); });
  Request old_schema = Ask("colour");
  old_schema.schema = std::make_shared<const Json>(Json{{"enum", {"red", "green"}}});
  EXPECT_EQ(Get(Question{old_schema, nullptr, false}).answer.body, "red");

  Request wider = Ask("colour");
  wider.schema = std::make_shared<const Json>(Json{{"enum", {"red", "green", "blue"}}});
  const AskResult served = Get(Question{wider, [](std::string_view body) { return body == "red"; }, false});
  EXPECT_EQ(served.source, AnswerSource::kStoredOtherSchema);
  EXPECT_EQ(served.answer.body, "red");

  Request narrower = Ask("colour");
  narrower.schema = std::make_shared<const Json>(Json{{"enum", {"green"}}});
  const AskResult asked = Get(Question{narrower, [](std::string_view body) { return body == "green"; }, false});
  EXPECT_EQ(asked.source, AnswerSource::kModel);
  EXPECT_EQ(asked.answer.body, "green");
  EXPECT_EQ(model_->request_count(), 2u);
}

TEST_F(AskerTest, EqualQuestionsThatPassTheStoreByShareOneCallToo) {
  Start([](const Request&, int nth) { return Answered(nth == 0 ? "old" : "new"); });
  EXPECT_EQ(Get(Question{Ask("same"), nullptr, false}).answer.body, "old");
  model_->Hold();
  std::vector<std::future<AskResult>> futures;
  for (int i = 0; i < 20; ++i) futures.push_back(Begin(Question{Ask("same"), nullptr, true}));
  model_->WaitForRequests(2);
  model_->Release();
  for (auto& future : futures) EXPECT_EQ(future.get().answer.body, "new");
  EXPECT_EQ(model_->request_count(), 2u);
}

TEST_F(AskerTest, EqualQuestionsInFlightShareOneCall) {
  Start([](const Request&, int) { return Answered("shared"); });
  model_->Hold();
  std::vector<std::future<AskResult>> futures;
  for (int i = 0; i < 20; ++i) futures.push_back(Begin(Question{Ask("same"), nullptr, false}));
  model_->WaitForRequests(1);
  model_->Release();
  int paid = 0;
  for (auto& future : futures) {
    const AskResult result = future.get();
    EXPECT_EQ(result.answer.body, "shared");
    paid += result.calls;
  }
  EXPECT_EQ(paid, 1);
  EXPECT_EQ(model_->request_count(), 1u);
}

TEST_F(AskerTest, BypassingAsksAgainAndReplacesTheStoredAnswer) {
  Start([](const Request&, int nth) { return Answered(nth == 0 ? "old" : "new"); });
  Get("a");
  EXPECT_EQ(Get(Question{Ask("a"), nullptr, true}).answer.body, "new");
  EXPECT_EQ(Get("a").answer.body, "new");
  EXPECT_EQ(model_->request_count(), 2u);
}

TEST_F(AskerTest, RetriesTransportFailuresAndGivesUpAfterEight) {
  Start([](const Request& request, int nth) {
    if (PromptText(request).ends_with("flaky") && nth == 3) return Answered("at last");
    return Failed(FailureClass::kTransport, Code::kUnavailable, "connection reset");
  });
  EXPECT_EQ(Get("flaky").answer.body, "at last");
  const AskResult dead = Get("dead");
  EXPECT_EQ(dead.status, AskStatus::kFailed);
  EXPECT_EQ(dead.failure.failure_class, FailureClass::kTransport);
  EXPECT_EQ(dead.calls, 8);
  EXPECT_THAT(dead.failure.error.ToString(), HasSubstr("tried 8 times"));
}

TEST_F(AskerTest, RefusalsForRateCostNoAttempt) {
  Start([](const Request&, int nth) {
    return nth < 30 ? Failed(FailureClass::kCapacity, Code::kUnavailable, "429") : Answered("ok");
  });
  const AskResult result = Get("a");
  EXPECT_EQ(result.status, AskStatus::kAnswered);
  EXPECT_EQ(result.calls, 31);
}

Outcome Bare503() {
  Outcome outcome = Failed(FailureClass::kCapacity, Code::kUnavailable, "503");
  outcome.failure->busy = true;
  return outcome;
}

TEST_F(AskerTest, ABare503CostsNoAttempt) {
  Start([](const Request&, int nth) { return nth < 30 ? Bare503() : Answered("ok"); });
  const AskResult result = Get("a");
  EXPECT_EQ(result.status, AskStatus::kAnswered);
  EXPECT_EQ(result.calls, 31);
}

TEST_F(AskerTest, ABare503HoldsUpNobodyButItsOwnQuestion) {
  use_ = &standing_clock_;
  Start([](const Request& request, int nth) {
    return PromptText(request).ends_with("unlucky") && nth == 0 ? Bare503() : Answered("ok");
  });
  EXPECT_EQ(Get("before").status, AskStatus::kAnswered);
  auto unlucky = Begin(Question{Ask("unlucky"), nullptr, false});
  model_->WaitForRequests(2);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Get(std::to_string(i)).answer.body, "ok") << "while the clock stands still";
  while (unlucky.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    standing_clock_.Advance(std::chrono::milliseconds(10));
    std::this_thread::yield();
  }
  const AskResult result = unlucky.get();
  EXPECT_EQ(result.answer.body, "ok");
  EXPECT_EQ(result.calls, 2);
  EXPECT_EQ(asker_->stats().failures[static_cast<size_t>(FailureClass::kCapacity)], 1);
}

TEST_F(AskerTest, CountersAddUpOverAskers) {
  Start([](const Request& request, int) {
    return PromptText(request).ends_with("bad") ? Failed(FailureClass::kRequest) : Answered("ok");
  });
  Get("a");
  Get("bad");
  AskerStats sum = asker_->stats();
  Restart();
  Get("a");
  Get("b");
  sum += asker_->stats();
  EXPECT_EQ(sum.asks, 4);
  EXPECT_EQ(sum.answered, 3);
  EXPECT_EQ(sum.failed, 1);
  EXPECT_EQ(sum.calls, 3);
  EXPECT_EQ(sum.stored, 1);
  EXPECT_EQ(sum.failures[static_cast<size_t>(FailureClass::kRequest)], 1);
  EXPECT_EQ(sum.usage.tokens_in, 20);
}

TEST_F(AskerTest, ParksWhenEveryRequestIsRefusedForGiveUp) {
  Start([](const Request&, int) { return Failed(FailureClass::kCapacity, Code::kUnavailable, "429"); });
  const AskResult result = Get("a");
  EXPECT_EQ(result.status, AskStatus::kParked);
  EXPECT_EQ(result.failure.failure_class, FailureClass::kCapacity);
}

TEST_F(AskerTest, AnAnswerCutOffIsAskedOnceMoreWithTwiceTheLengthAndFoundAgain) {
  Start([](const Request& request, int) {
    return request.sampling.tokens_max < 2000 ? Answered("half", Finish::kLength) : Answered("whole");
  });
  EXPECT_EQ(Get("a").answer.body, "whole");
  EXPECT_EQ(model_->request_count(), 2u);
  Restart();
  EXPECT_EQ(Get("a").source, AnswerSource::kStored);
  EXPECT_EQ(model_->request_count(), 2u);
}

TEST_F(AskerTest, AnAnswerThatIsAlwaysCutOffFailsWithWhatCame) {
  Start([](const Request&, int) { return Answered("half", Finish::kLength); });
  const AskResult result = Get("a");
  EXPECT_EQ(result.status, AskStatus::kFailed);
  EXPECT_EQ(result.failure.failure_class, FailureClass::kTruncation);
  EXPECT_EQ(result.answer.body, "half");
  EXPECT_EQ(result.calls, 2);
  EXPECT_EQ(result.usage.tokens_out, 10);
}

TEST_F(AskerTest, EmptyAndFilteredAnswersAreNeverServedAgain) {
  Start([](const Request& request, int) {
    return PromptText(request).ends_with("empty") ? Answered(" \n") : Answered("no", Finish::kContentFilter);
  });
  EXPECT_EQ(Get("empty").failure.failure_class, FailureClass::kInvalid);
  EXPECT_EQ(Get("filtered").failure.failure_class, FailureClass::kRefusal);
  EXPECT_EQ(model_->request_count(), 3u);
  Get("empty");
  Get("filtered");
  EXPECT_EQ(model_->request_count(), 6u);
}

TEST_F(AskerTest, ARefusedKeyParksAtOnce) {
  Start([](const Request&, int) { return Failed(FailureClass::kQuota, Code::kUnauthorized, "the key is refused"); });
  const AskResult result = Get("a");
  EXPECT_EQ(result.status, AskStatus::kParked);
  EXPECT_EQ(result.failure.failure_class, FailureClass::kQuota);
  EXPECT_THAT(result.failure.error.message, HasSubstr("key is refused"));
  EXPECT_EQ(model_->request_count(), 1u);
  EXPECT_TRUE(asker_->stats().health.down_since.has_value());
}

TEST_F(AskerTest, AFullDiskParksAndSendsNothingMoreUntilResume) {
  Start([](const Request&, int) { return Answered("ok"); });
  bool full = true;
  answers_.fail = [&] { return full; };
  const AskResult lost = Get("a");
  EXPECT_EQ(lost.status, AskStatus::kParked);
  EXPECT_EQ(lost.failure.error.code, Code::kExhausted);
  EXPECT_TRUE(lost.answer.body.empty());
  EXPECT_EQ(Get("b").failure.error.code, Code::kExhausted);
  EXPECT_EQ(model_->request_count(), 1u);
  full = false;
  asker_->Resume();
  EXPECT_EQ(Get("b").status, AskStatus::kAnswered);
}

TEST_F(AskerTest, StopParksWhatWaitsAndCancelsWhatIsInFlight) {
  Start([](const Request&, int) { return Answered("ok"); });
  model_->Hold();
  std::vector<std::future<AskResult>> futures;
  for (int i = 0; i < 40; ++i) futures.push_back(Begin(Question{Ask(std::to_string(i)), nullptr, false}));
  model_->WaitForRequests(4);
  asker_->Stop();
  for (auto& future : futures) {
    const AskResult result = future.get();
    EXPECT_EQ(result.status, AskStatus::kParked);
    EXPECT_EQ(result.failure.error.code, Code::kCancelled);
  }
  EXPECT_EQ(Get("later").status, AskStatus::kParked);
  EXPECT_FALSE(asker_->WaitForRoom());
}

TEST_F(AskerTest, StopWithGraceKeepsPaidAnswers) {
  use_ = &standing_clock_;
  Start([](const Request&, int) { return Answered("paid"); });
  model_->Hold();
  auto future = Begin(Question{Ask("a"), nullptr, false});
  model_->WaitForRequests(1);
  std::jthread stopper([this] { asker_->Stop(std::chrono::hours(1)); });
  while (asker_->WaitForRoom()) std::this_thread::yield();
  model_->Release();
  EXPECT_EQ(future.get().answer.body, "paid");
}

TEST_F(AskerTest, ADeadlineEndsAQuestionThatCannotBeAsked) {
  Start([](const Request&, int) { return Failed(FailureClass::kCapacity, Code::kUnavailable, "429"); });
  Request request = Ask("a");
  request.deadline = clock_.Now() + std::chrono::seconds(30);
  const AskResult result = Get(Question{request, nullptr, false});
  EXPECT_EQ(result.status, AskStatus::kFailed);
  EXPECT_EQ(result.failure.error.code, Code::kTimeout);
}

TEST_F(AskerTest, QuestionsAskedFromACallbackAreAnswered) {
  Start([](const Request& request, int) { return Answered(PromptText(request)); });
  std::promise<std::string> last;
  std::function<void(int)> chain = [&](int depth) {
    asker_->Ask(Question{Ask(std::to_string(depth)), nullptr, false}, [&, depth](AskResult result) {
      if (depth == 50)
        last.set_value(result.answer.body);
      else
        chain(depth + 1);
    });
  };
  chain(0);
  EXPECT_THAT(last.get_future().get(), HasSubstr("50"));
}

TEST_F(AskerTest, WaitingForRoomInsideACallbackDoesNotStandInItsOwnWay) {
  AskerOptions options;
  options.window_max = 4;
  Start([](const Request& request, int) { return Answered(PromptText(request)); }, {}, options);
  std::atomic<int> seconds_asked = 0;
  std::promise<void> all;
  for (int i = 0; i < 40; ++i) {
    asker_->WaitForRoom();
    asker_->Ask(Question{Ask("first " + std::to_string(i)), nullptr, false}, [&, i](AskResult) {
      asker_->WaitForRoom();
      asker_->Ask(Question{Ask("second " + std::to_string(i)), nullptr, false}, [&](AskResult) {
        if (++seconds_asked == 40) all.set_value();
      });
    });
  }
  all.get_future().get();
}

/// What every model may do, drawn from a seed; the text decides so that a rerun is the same.
Outcome RandomOutcome(std::mt19937& random, const std::string& text) {
  switch (random() % 12) {
    case 0: return Failed(FailureClass::kTransport, Code::kTimeout, "timeout");
    case 1: return Failed(FailureClass::kCapacity, Code::kUnavailable, "429");
    case 2: return random() % 4 == 0 ? Failed(FailureClass::kRequest, Code::kInvalid, "too long") : Answered(text);
    case 3: return random() % 4 == 0 ? Failed(FailureClass::kRefusal, Code::kInvalid, "filtered") : Answered(text);
    case 4: return Answered(text, Finish::kLength);
    case 5: return Answered("");
    default: return Answered("answer to " + text);
  }
}

TEST_F(AskerTest, RandomFaultsNeverLoseDoubleOrRepeatAQuestion) {
  for (uint32_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);  // used by the model's one thread only
    std::map<std::string, int> good;
    std::atomic<int> failed_puts = 0;
    std::mt19937 put_random(seed + 1000);
    FaultyAnswers answers(clock_);
    if (seed % 3 == 0) {
      answers.fail = [&] { return put_random() % 20 == 0 && ++failed_puts > 0; };
    }
    auto owned = std::make_unique<ScriptedModel>(clock_, [&](const Request& request, int) {
      Outcome outcome = RandomOutcome(random, PromptText(request));
      if (outcome.answer && outcome.answer->finish == Finish::kStop && !outcome.answer->body.empty()) {
        ++good[PromptText(request)];
      }
      return outcome;
    });
    ScriptedModel& model = *owned;
    std::vector<Router::Endpoint> endpoints;
    endpoints.push_back({"scripted", std::move(owned), {}});
    auto router = std::move(*Router::Open(std::move(endpoints), seed));
    AskerOptions options;
    options.seed = seed;
    Asker asker(*router, answers, clock_, options);

    constexpr int kAsks = 400;
    std::vector<std::atomic<int>> results(kAsks);
    std::atomic<int> answered = 0, failed = 0, parked = 0, calls = 0;
    for (int i = 0; i < kAsks; ++i) {
      asker.WaitForRoom();
      asker.Ask(Question{Ask(std::to_string(i % 150)), nullptr, false}, [&, i](AskResult result) {
        ++results[static_cast<size_t>(i)];
        calls += result.calls;
        ++(result.status == AskStatus::kAnswered ? answered : result.status == AskStatus::kFailed ? failed : parked);
        if (result.status == AskStatus::kAnswered) {
          EXPECT_FALSE(result.answer.body.empty());
          EXPECT_EQ(result.answer.finish, Finish::kStop);
        }
      });
      if (seed % 7 == 0 && i == kAsks / 2) asker.Stop();
      if (seed % 3 == 0 && i % 10 == 0) asker.Resume();
    }
    asker.Stop(seed % 2 == 0 ? std::chrono::hours(1) : std::chrono::hours(0));
    for (const auto& count : results) ASSERT_EQ(count, 1);
    EXPECT_EQ(answered + failed + parked, kAsks);
    const AskerStats stats = asker.stats();
    EXPECT_EQ(stats.asks, kAsks);
    EXPECT_EQ(stats.answered, answered);
    EXPECT_EQ(stats.failed, failed);
    EXPECT_EQ(stats.parked, parked);
    EXPECT_EQ(stats.open, 0);
    EXPECT_EQ(stats.calls, static_cast<int64_t>(model.request_count()));
    EXPECT_EQ(calls, static_cast<int>(model.request_count()));
    if (failed_puts == 0) {
      for (const auto& [text, count] : good) EXPECT_EQ(count, 1) << text;
    }
  }
}

}  // namespace
}  // namespace yk::model
