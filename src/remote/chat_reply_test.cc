// SPDX-License-Identifier: Apache-2.0
#include "remote/chat_reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace yk::remote {
namespace {

using model::FailureClass;
using model::Finish;
using ::testing::HasSubstr;
using ::testing::Not;

const ReplyContext kContext{"http://model:8000/v1", "sk-secret", "env:MODEL_KEY", {1, 2, 0.5}};
constexpr WallTime kNow{std::chrono::milliseconds(1'700'000'000'000)};

net::HttpResponse Response(int status, std::string body, std::string headers = "") {
  net::HttpResponse response;
  response.status = status;
  response.head = "HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers + "\r\n";
  response.body = std::move(body);
  return response;
}
model::Outcome Read(int status, std::string body, std::string headers = "") {
  return ReadReply(Response(status, std::move(body), std::move(headers)), kContext, kNow);
}
std::string Completion(std::string_view content, std::string_view finish = "stop") {
  return fmt::format(R"({{"choices":[{{"message":{{"role":"assistant","content":{}}},"finish_reason":"{}"}}],)"
                     R"("usage":{{"prompt_tokens":1000,"completion_tokens":500,)"
                     R"("prompt_tokens_details":{{"cached_tokens":400}}}}}})",
                     content, finish);
}

TEST(ReadReplyTest, ReadsAnswerUsageAndPrice) {
  const auto outcome = Read(200, Completion(R"("{\"a\": 1}")"));
  ASSERT_TRUE(outcome.answer);
  EXPECT_EQ(outcome.answer->body, R"({"a": 1})");
  EXPECT_EQ(outcome.answer->finish, Finish::kStop);
  EXPECT_EQ(outcome.usage.tokens_in, 1000);
  EXPECT_EQ(outcome.usage.tokens_out, 500);
  EXPECT_EQ(outcome.usage.tokens_cached, 400);
  EXPECT_DOUBLE_EQ(outcome.usage.price, (600 * 1 + 400 * 0.5 + 500 * 2) / 1e6);
}

TEST(ReadReplyTest, ReadsFinishReasonsListsOfTextRefusalsAndLogprobs) {
  EXPECT_EQ(Read(200, Completion("\"x\"", "length")).answer->finish, Finish::kLength);
  EXPECT_EQ(Read(200, Completion("\"x\"", "content_filter")).answer->finish, Finish::kContentFilter);
  EXPECT_EQ(Read(200, Completion(R"([{"type":"text","text":"a"},{"type":"text","text":"b"}])")).answer->body, "ab");
  EXPECT_EQ(Read(200, R"({"choices":[{"message":{"content":null,"refusal":"I cannot"}}]})").answer->finish,
            Finish::kContentFilter);
  const auto outcome =
      Read(200, R"({"choices":[{"message":{"content":"a"},"logprobs":{"content":[{"token":"a","logprob":-0.25}]}}]})");
  EXPECT_EQ(outcome.answer->doubts, (model::Doubts{{0, 1, 0.779}}));
}

TEST(ReadReplyTest, BelievesProbabilitiesOfTokensThatWriteTheAnswerOnly) {
  const auto doubts = [](const std::string& tokens) {
    return Read(200, R"({"choices":[{"message":{"content":"蓋だ"},"logprobs":{"content":[)" + tokens + "]}}]}")
        .answer->doubts;
  };
  EXPECT_EQ(doubts(R"({"token":"蓋だ","logprob":-0.0001})"), model::Doubts{}) << "sure";
  // 蓋 is E8 93 8B: two tokens, whose texts are no characters.
  EXPECT_EQ(
      doubts(R"({"token":"\ufffd","bytes":[232,147],"logprob":-1.0},{"token":"\ufffd","bytes":[139],"logprob":0},)"
             R"({"token":"だ","bytes":null,"logprob":-2.0})"),
      (model::Doubts{{0, 2, 0.368}, {3, 6, 0.135}}));
  EXPECT_FALSE(doubts(R"({"token":"蓋","logprob":-1.0})")) << "cut off";
  EXPECT_FALSE(doubts(R"({"token":"hm","logprob":-1.0},{"token":"蓋だ","logprob":-1.0})")) << "thinking aloud";
  EXPECT_FALSE(doubts(R"({"token":"蓋だ"})"));
}

struct Case {
  int status;
  std::string body;
  FailureClass failure_class;
  Code code;
};

class TaxonomyTest : public ::testing::TestWithParam<Case> {};

TEST_P(TaxonomyTest, StatusAndBodyDecideTheClass) {
  const auto outcome = Read(GetParam().status, GetParam().body);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->failure_class, GetParam().failure_class) << outcome.failure->error.message;
  EXPECT_EQ(outcome.failure->error.code, GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    Servers, TaxonomyTest,
    ::testing::Values(
        Case{401, R"({"error":{"message":"Incorrect API key"}})", FailureClass::kQuota, Code::kUnauthorized},
        Case{403, "", FailureClass::kQuota, Code::kUnauthorized},
        Case{429, R"({"error":{"code":"rate_limit_exceeded","message":"slow down"}})", FailureClass::kCapacity,
             Code::kUnavailable},
        Case{429, R"({"error":{"code":"insufficient_quota","message":"pay"}})", FailureClass::kQuota, Code::kExhausted},
        Case{429,
             R"({"error":{"message":"Rate limit reached. Please try again in 4.7s. Upgrade: https://x/settings/billing",
                          "code":"rate_limit_exceeded"}})",
             FailureClass::kCapacity, Code::kUnavailable},
        Case{429, R"({"error":{"message":"You exceeded your current quota, see billing. Please retry in 38s."}})",
             FailureClass::kCapacity, Code::kUnavailable},
        Case{402, "", FailureClass::kQuota, Code::kExhausted},
        Case{404, R"({"error":"model 'x' not found"})", FailureClass::kQuota, Code::kNotFound},
        Case{503, R"({"error":{"message":"Loading model"}})", FailureClass::kCapacity, Code::kUnavailable},
        Case{529, "", FailureClass::kCapacity, Code::kUnavailable},
        Case{500, R"({"error":{"message":"server is overloaded"}})", FailureClass::kCapacity, Code::kUnavailable},
        Case{500, "stack trace", FailureClass::kTransport, Code::kUnavailable},
        Case{502, "<html>Bad Gateway</html>", FailureClass::kTransport, Code::kUnavailable},
        Case{504, "", FailureClass::kTransport, Code::kTimeout},
        Case{400, R"({"error":{"code":"context_length_exceeded","message":"m"}})", FailureClass::kRequest,
             Code::kInvalid},
        Case{400, R"({"error":{"code":"content_filter","message":"m"}})", FailureClass::kRefusal, Code::kInvalid},
        Case{400, R"({"error":{"message":"bad"}})", FailureClass::kRequest, Code::kInvalid},
        Case{400, R"({"error":{"message":"rejected as a result of our safety system"}})", FailureClass::kRefusal,
             Code::kInvalid},
        Case{400, R"({"error":{"message":"Invalid schema for response_format 'answer': Missing 'safety settings'."}})",
             FailureClass::kRequest, Code::kInvalid},
        Case{400, R"([{"error":{"message":"API key not valid. Please pass a valid API key.","status":"INVALID"}}])",
             FailureClass::kQuota, Code::kUnauthorized},
        Case{200, R"({"error":{"message":"busy","code":503}})", FailureClass::kCapacity, Code::kUnavailable},
        Case{200, R"({"choices":[]})", FailureClass::kTransport, Code::kUnavailable},
        Case{200, R"({"choices":[{"mess)", FailureClass::kTransport, Code::kUnavailable}));

TEST(ReadReplyTest, AWebPageOrARedirectSaysThatTheUrlIsWrong) {
  for (const auto& outcome :
       {Read(200, "<!DOCTYPE html><html>welcome</html>"), Read(200, "\xEF\xBB\xBF\n <html>"),
        Read(301, "", "Location: https://bob:pw@model/v1\r\n"), Read(308, "<html>moved</html>")}) {
    ASSERT_TRUE(outcome.failure);
    EXPECT_EQ(outcome.failure->failure_class, FailureClass::kQuota);
    EXPECT_THAT(outcome.failure->error.message, HasSubstr("correct the URL"));
  }
  const auto moved = Read(301, "", "Location: https://bob:pw@model/v1\r\n");
  EXPECT_THAT(moved.failure->error.message, HasSubstr("to https://model/v1"));
}

TEST(ReadReplyTest, RubbishIsAFailureThatTheQuestionMayHaveCaused) {
  for (const char* body : {"", "\x01\x02", "{\"a\": 1}", "[1]"}) {
    const auto outcome = Read(200, body);
    ASSERT_TRUE(outcome.failure) << body;
    EXPECT_EQ(outcome.failure->failure_class, FailureClass::kTransport) << body;
    EXPECT_TRUE(outcome.failure->reached) << body;
  }
  EXPECT_TRUE(Read(500, "").failure->reached);
}

TEST(ReadReplyTest, TheKeyIsNeverRepeated) {
  const auto outcome = Read(401, R"({"error":{"message":"Incorrect API key provided: sk-secret, sk-secret."}})");
  EXPECT_THAT(outcome.failure->error.ToString(), Not(HasSubstr("sk-secret")));
  EXPECT_THAT(outcome.failure->error.ToString(), HasSubstr("env:MODEL_KEY"));
}

TEST(ReadReplyTest, ReadsRetryAfterInAllItsForms) {
  EXPECT_EQ(Read(429, "", "Retry-After: 7\r\n").failure->retry_after, std::chrono::seconds(7));
  EXPECT_EQ(Read(429, "", "retry-after-ms: 350\r\n").failure->retry_after, std::chrono::milliseconds(350));
  EXPECT_EQ(Read(429, "", "Retry-After: Tue, 14 Nov 2023 22:13:30 GMT\r\n").failure->retry_after,
            std::chrono::seconds(10));
  EXPECT_FALSE(Read(429, "").failure->retry_after);
}

TEST(ReadReplyTest, AnExactResetWinsOverARetryAfterThatIsOnlyItsRoundingUp) {
  auto wait = [](std::string_view more) {
    return Read(429, "", "Retry-After: 1\r\nx-ratelimit-remaining-requests: 0\r\n" + std::string(more))
        .failure->retry_after;
  };
  using std::chrono::milliseconds;
  EXPECT_EQ(wait("x-ratelimit-reset-requests: 120ms\r\n"), milliseconds(120));
  EXPECT_EQ(wait("x-ratelimit-reset-requests: 0.5s\r\n"), milliseconds(500));
  EXPECT_EQ(wait("x-ratelimit-reset-requests: 120ms\r\nx-ratelimit-remaining-tokens: 0\r\n"
                 "x-ratelimit-reset-tokens: 800ms\r\n"),
            milliseconds(800));
  EXPECT_EQ(wait(""), milliseconds(1000));
  EXPECT_EQ(wait("x-ratelimit-reset-requests: 6s\r\n"), milliseconds(1000)) << "they do not mean the same";
  EXPECT_EQ(Read(429, "",
                 "Retry-After: 7\r\nx-ratelimit-remaining-requests: 3\r\n"
                 "x-ratelimit-reset-requests: 6500ms\r\n")
                .failure->retry_after,
            milliseconds(7000))
      << "that window is not used up";
}

TEST(ReadReplyTest, TellsABusyServerFromOneThatIsAskedTooMuch) {
  EXPECT_TRUE(Read(503, "").failure->busy);
  EXPECT_TRUE(Read(529, R"({"error":{"message":"Overloaded"}})").failure->busy);
  EXPECT_FALSE(Read(429, "").failure->busy);
  EXPECT_FALSE(Read(429, "", "Retry-After: 2\r\n").failure->busy);
}

TEST(ReadReplyTest, ReadsRateHeadersOfBothFamilies) {
  const auto rate = Read(200, Completion("\"x\""),
                         "X-RateLimit-Limit-Requests: 600\r\nx-ratelimit-remaining-requests: 599\r\n"
                         "x-ratelimit-reset-requests: 6m0s\r\nx-ratelimit-limit-tokens: 90000\r\n"
                         "anthropic-ratelimit-tokens-remaining: 12\r\nx-ratelimit-reset-tokens: rubbish\r\n")
                        .rate;
  EXPECT_EQ(rate.requests_limit, 600);
  EXPECT_EQ(rate.requests_remaining, 599);
  EXPECT_EQ(rate.requests_reset, std::chrono::minutes(6));
  EXPECT_EQ(rate.tokens_limit, 90000);
  EXPECT_EQ(rate.tokens_remaining, 12);
  EXPECT_FALSE(rate.tokens_reset);
}

TEST(ReadReplyTest, AnyBodyGivesExactlyOneOfAnswerAndFailure) {
  std::mt19937 random(11);
  const std::string good = Completion(R"("abc")");
  for (int i = 0; i < 2000; ++i) {
    std::string body = good.substr(0, random() % (good.size() + 1));
    for (size_t n = random() % 4; n > 0 && !body.empty(); --n)
      body[random() % body.size()] = static_cast<char>(random());
    static constexpr int kStatus[] = {200, 200, 400, 401, 404, 418, 429, 500, 503};
    const auto outcome = Read(kStatus[random() % std::size(kStatus)], body);
    EXPECT_NE(outcome.answer.has_value(), outcome.failure.has_value());
  }
}

}  // namespace
}  // namespace yk::remote
