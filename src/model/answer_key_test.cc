// SPDX-License-Identifier: Apache-2.0
#include "model/answer_key.h"

#include <gtest/gtest.h>

#include <set>

#include "base/json.h"

namespace yk::model {
namespace {

BackendInfo Info(std::string identity = "m") {
  BackendInfo info;
  info.identity = std::move(identity);
  return info;
}

Request Base() {
  Request request;
  request.parts = {{Part::Kind::kFixed, "ab", ""}, {Part::Kind::kRow, "cd", "text"}};
  request.schema = std::make_shared<const Json>(Json{{"type", "object"}});
  return request;
}

TEST(AnswerKeysTest, EverythingThatIsSentChangesTheKey) {
  AnswerKeys keys(Info());
  std::vector<Request> requests(13, Base());
  requests[1].parts[0].text = "abc", requests[1].parts[1].text = "d";  // the same text, cut elsewhere
  requests[2].parts[1].name = "file";
  requests[3].parts[0].kind = Part::Kind::kRow;
  requests[4].parts.push_back({Part::Kind::kFixed, "", ""});
  requests[5].sampling.temperature = 0.1;
  requests[6].sampling.top_p = 0.9;
  requests[7].sampling.seed = 1;
  requests[8].sampling.logprobs = true;
  requests[9].schema = nullptr;
  requests[10].schema = std::make_shared<const Json>(Json{{"type", "array"}});
  requests[11].parts = {{Part::Kind::kFixed, "abcd", ""}};
  requests[12].sampling.min_p = 0.9;
  std::set<Digest> seen;
  for (const auto& request : requests) seen.insert(keys.Of(request).k_req);
  seen.insert(AnswerKeys(Info("another model")).Of(Base()).k_req);
  EXPECT_EQ(seen.size(), requests.size() + 1);
}

TEST(AnswerKeysTest, WhatBelongsToTheTryDoesNotChangeIt) {
  AnswerKeys keys(Info());
  Request other = Base();
  other.id = RequestId{77};
  other.deadline = MonoTime{} + std::chrono::hours(5);
  other.sampling.tokens_max *= 2;
  EXPECT_EQ(keys.Of(other).k_req, keys.Of(Base()).k_req);
}

TEST(AnswerKeysTest, TheSchemaChangesOnlyTheRequestKey) {
  AnswerKeys keys(Info());
  Request other = Base();
  other.schema = std::make_shared<const Json>(Json{{"type", "array"}});
  EXPECT_EQ(keys.Of(other).k_ask, keys.Of(Base()).k_ask);
  EXPECT_NE(keys.Of(other).k_req, keys.Of(Base()).k_req);
}

Digest AskOf(const char* schema) {
  Request request;
  request.schema = std::make_shared<const Json>(Json::parse(schema));
  return AnswerKeys(BackendInfo{}).Of(request).k_ask;
}

TEST(AnswerKeysTest, AnotherDemandIsTheSameQuestion) {
  const Digest asked =
      AskOf(R"({"type":"object","properties":{"mood":{"enum":["good","bad"],"description":"the mood"}}})");
  EXPECT_EQ(
      asked,
      AskOf(
          R"({"type":"object","properties":{"mood":{"enum":["good"],"description":"the mood"}},"required":["mood"]})"));
}

TEST(AnswerKeysTest, ANewFieldOrOtherWordsAreAnotherQuestion) {
  const Digest asked = AskOf(R"({"properties":{"mood":{"description":"the mood"}}})");
  EXPECT_NE(asked, AskOf(R"({"properties":{"mood":{"description":"the mood"},"size":{}}})"));
  EXPECT_NE(asked, AskOf(R"({"properties":{"mood":{"description":"how the guest felt"}}})"));
  EXPECT_NE(asked, AskOf(R"({"properties":{"mood":{"description":"the mood","x-cues":["happy"]}}})"));
  EXPECT_NE(AskOf(R"({"properties":{"p":{"items":{"properties":{"a":{}}}}}})"),
            AskOf(R"({"properties":{"p":{"items":{"properties":{"b":{}}}}}})"));
}

}  // namespace
}  // namespace yk::model
