// SPDX-License-Identifier: Apache-2.0
// Servers that are dead, and questions that make a living one look so.
#include <atomic>

#include "model/asker_fixture.h"

namespace yk::model {
namespace {

using testing::Answered;
using testing::Failed;
using ::testing::HasSubstr;
using testing::PromptText;
using testing::ScriptedModel;

using AskerCanaryTest = AskerTest;

TEST_F(AskerCanaryTest, ADeadEndpointParksItsQuestionsAfterGiveUpAndBurnsNone) {
  Start([](const Request&, int) { return Failed(FailureClass::kTransport, Code::kUnavailable, "refused"); });
  std::vector<std::future<AskResult>> futures;
  for (int i = 0; i < 50; ++i) futures.push_back(Begin(Question{Ask(std::to_string(i)), nullptr, false}));
  for (auto& future : futures) EXPECT_EQ(future.get().status, AskStatus::kParked);
}

Outcome BrokenOff() {
  Outcome outcome = Failed(FailureClass::kTransport, Code::kUnavailable, "HTTP 500");
  outcome.failure->reached = true;
  return outcome;
}

/// The clock of a test runs while a model thinks, up to when the asker gives up.
ScriptedModel::Options AtOnce() {
  ScriptedModel::Options options;
  options.inline_ = true;
  return options;
}

TEST_F(AskerCanaryTest, QuestionsThatBreakAServerWhichAnswersOthersFailAndAreNotParked) {
  Start([](const Request& request,
           int) { return PromptText(request).find("BAD") == std::string::npos ? Answered("ok") : BrokenOff(); },
        AtOnce());
  // Nothing else is left that could show that the server lives.
  std::vector<std::future<AskResult>> futures;
  for (int i = 0; i < 300; ++i) futures.push_back(Begin(Question{Ask("BAD " + std::to_string(i)), nullptr, false}));
  for (auto& future : futures) {
    const AskResult result = future.get();
    EXPECT_EQ(result.status, AskStatus::kFailed);
    EXPECT_THAT(result.failure.error.ToString(), HasSubstr("tried 8 times"));
  }
  EXPECT_EQ(Get("good").answer.body, "ok");
}

TEST_F(AskerCanaryTest, AServerThatBreaksOffEveryQuestionIsDead) {
  // The first may be asked before the others are there, and alone it would soon count as the one to blame.
  AskerOptions options;
  options.transport_attempts_max = 1000;
  Start([](const Request&, int) { return BrokenOff(); }, AtOnce(), options);
  std::vector<std::future<AskResult>> futures;
  for (int i = 0; i < 20; ++i) futures.push_back(Begin(Question{Ask(std::to_string(i)), nullptr, false}));
  for (auto& future : futures) EXPECT_EQ(future.get().status, AskStatus::kParked);
}

TEST_F(AskerCanaryTest, APageOfAnotherServiceInTheMiddleOfARunIsWaitedOut) {
  std::atomic<int> asked{0};
  Start(
      [&](const Request&, int) {
        const int n = asked++;
        if (n >= 3 && n < 12) return Failed(FailureClass::kQuota, Code::kNotFound, "a web page instead of JSON");
        return Answered("ok");
      },
      AtOnce());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Get(std::to_string(i)).answer.body, "ok") << i;
}

TEST_F(AskerCanaryTest, WhatOneServerOfAPoolRefusesAnotherIsAsked) {
  std::vector<Router::Endpoint> endpoints;
  for (const bool refuses : {false, true}) {
    auto model = std::make_unique<ScriptedModel>(clock_, [refuses](const Request&, int) {
      return refuses ? Failed(FailureClass::kRequest, Code::kInvalid, "HTTP 400") : Answered("ok");
    });
    endpoints.push_back({refuses ? "bad" : "good", std::move(model), {}});
  }
  router_ = std::move(*Router::Open(std::move(endpoints)));
  Restart();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(Get(std::to_string(i)).answer.body, "ok") << i;
}

}  // namespace
}  // namespace yk::model
