// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_model/fake_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "base/file.h"
#include "base/json.h"
#include "net/curl_http_client.h"
#include "net/retry_after.h"
#include "net/sse.h"
#include "testing/temp_dir.h"

namespace yk::testing {
namespace {

using net::HttpFailureKind;
using net::HttpOutcome;
using ::testing::HasSubstr;

class FakeModelTest : public ::testing::Test {
 protected:
  void Start(std::string_view script) {
    auto parsed = FakeModelScript::FromJson(*ParseJson(script));
    ASSERT_TRUE(parsed) << parsed.error().ToString();
    auto model = FakeModel::Start(*parsed);
    ASSERT_TRUE(model) << model.error().ToString();
    model_ = std::move(*model);
    auto client = net::CurlHttpClient::Create({}, clock_);
    ASSERT_TRUE(client);
    client_ = std::move(*client);
  }
  HttpOutcome Send(const std::string& method, const std::string& path, std::string body, net::HttpChunk on_chunk = {}) {
    net::HttpTarget target;
    target.method = method;
    target.url = model_->url() + path;
    if (!key_.empty()) target.headers = {{"Authorization", "Bearer " + key_}};
    net::HttpRequest request;
    request.target = std::make_shared<const net::HttpTarget>(std::move(target));
    request.body = std::move(body);
    request.on_chunk = std::move(on_chunk);
    request.deadline = deadline_;
    return Fetch(*client_, std::move(request));
  }
  HttpOutcome Chat(const std::string& row, Json extra = Json::object()) {
    Json body{
        {"model", "fake-1"},
        {"messages", {{{"role", "system"}, {"content", "Fill the fields."}}, {{"role", "user"}, {"content", row}}}}};
    body.update(extra);
    return Send("POST", "/chat/completions", DumpJson(body));
  }
  static Json SchemaFormat() {
    return *ParseJson(R"({"response_format":{"type":"json_schema","json_schema":{"name":"r","strict":true,"schema":
      {"type":"object","properties":{"kind":{"enum":["good","bad"]},"quote":{"type":"string"}},"required":["kind","quote"]}}}})");
  }
  static std::string Content(const HttpOutcome& outcome) {
    if (!outcome.response || outcome.response->status != 200) return ADD_FAILURE() << "no answer", "";
    return (*ParseJson(outcome.response->body))["choices"][0]["message"]["content"].get<std::string>();
  }
  static std::string Finish(const HttpOutcome& outcome) {
    return (*ParseJson(outcome.response->body))["choices"][0]["finish_reason"].get<std::string>();
  }

  const SystemClock clock_;
  std::string key_;
  MonoTime deadline_ = MonoTime::max();
  std::unique_ptr<FakeModel> model_;
  std::unique_ptr<net::CurlHttpClient> client_;
};

TEST_F(FakeModelTest, AnswersASchemaTheSameWayEachTime) {
  Start("{}");
  const HttpOutcome outcome = Chat("The lid does not close.", SchemaFormat());
  const Json answer = *ParseJson(Content(outcome));
  EXPECT_TRUE(answer["kind"] == "good" || answer["kind"] == "bad");
  EXPECT_THAT("The lid does not close.", HasSubstr(answer["quote"].get<std::string>()));
  EXPECT_EQ(Content(Chat("The lid does not close.", SchemaFormat())), Content(outcome));
  const Json body = *ParseJson(outcome.response->body);
  EXPECT_EQ(body["object"], "chat.completion");
  EXPECT_EQ(body["model"], "fake-1");
  EXPECT_TRUE(body["choices"][0]["logprobs"].is_null());
  EXPECT_GT(body["usage"]["prompt_tokens"], 0);
  EXPECT_EQ(body["usage"]["total_tokens"].get<int>(),
            body["usage"]["prompt_tokens"].get<int>() + body["usage"]["completion_tokens"].get<int>());
  EXPECT_EQ(Finish(outcome), "stop");
  EXPECT_EQ(model_->rows().back(), "The lid does not close.");
}

TEST_F(FakeModelTest, GivesLogprobsThatSpellTheAnswer) {
  Start("{}");
  const HttpOutcome outcome = Chat("蓋が閉まりません", Json{{"logprobs", true}});
  std::string spelled;
  const Json body = *ParseJson(outcome.response->body);
  for (const Json& token : body["choices"][0]["logprobs"]["content"]) {
    spelled += token["token"].get<std::string>();
    EXPECT_LE(token["logprob"], 0);
  }
  EXPECT_EQ(spelled, Content(outcome));
}

TEST_F(FakeModelTest, StreamsTheSameAnswer) {
  Start("{}");
  const std::string whole = Content(Chat("a row to stream, long enough for some pieces"));
  std::string streamed, finish;
  bool done = false, usage = false;
  net::SseParser parser([&](const net::SseEvent& event) {
    if (event.data == "[DONE]") return void(done = true);
    const Json chunk = *ParseJson(event.data);
    usage = usage || chunk.contains("usage");
    if (chunk["choices"].empty()) return;
    streamed += chunk["choices"][0]["delta"].value("content", "");
    if (chunk["choices"][0]["finish_reason"].is_string()) finish = chunk["choices"][0]["finish_reason"];
  });
  const Json body{{"model", "fake-1"},
                  {"stream", true},
                  {"stream_options", {{"include_usage", true}}},
                  {"messages", {{{"role", "user"}, {"content", "a row to stream, long enough for some pieces"}}}}};
  const HttpOutcome outcome = Send("POST", "/chat/completions", DumpJson(body),
                                   [&](std::string_view bytes) { return parser.Feed(bytes).has_value(); });
  ASSERT_TRUE(outcome.response);
  EXPECT_EQ(streamed, whole);
  EXPECT_EQ(finish, "stop");
  EXPECT_TRUE(done);
  EXPECT_TRUE(usage);
}

TEST_F(FakeModelTest, CutsTheAnswerAtMaxTokens) {
  Start("{}");
  const HttpOutcome outcome = Chat("a row that would get a longer answer", Json{{"max_tokens", 3}});
  EXPECT_EQ(Finish(outcome), "length");
  EXPECT_LE(Content(outcome).size(), 12u);
}

TEST_F(FakeModelTest, AsksForTheKey) {
  Start(R"({"key":"right"})");
  EXPECT_EQ(Chat("x").response->status, 401);
  key_ = "wrong";
  EXPECT_EQ(Chat("x").response->status, 401);
  EXPECT_EQ(Send("GET", "/models", "").response->status, 401);
  key_ = "right";
  EXPECT_EQ(Chat("x").response->status, 200);
  EXPECT_EQ((*ParseJson(Send("GET", "/models", "").response->body))["data"][0]["id"], "fake-1");
}

TEST_F(FakeModelTest, RefusesWhatTheProtocolDoesNotAllow) {
  Start(R"({"strict_model":true,"context_tokens":100})");
  const auto code = [](const HttpOutcome& outcome) { return (*ParseJson(outcome.response->body))["error"]["code"]; };
  EXPECT_EQ(Send("POST", "/chat/completions", "{\"model\":").response->status, 400);
  EXPECT_EQ(Send("POST", "/chat/completions", "{\"model\":\"fake-1\"}").response->status, 400);
  EXPECT_EQ(Send("GET", "/nothing", "").response->status, 404);
  EXPECT_EQ(code(Chat("x", Json{{"model", "other"}})), "model_not_found");
  const HttpOutcome too_long = Chat(std::string(1000, 'x'));
  EXPECT_EQ(too_long.response->status, 400);
  EXPECT_EQ(code(too_long), "context_length_exceeded");
  EXPECT_EQ(Chat("x", Json{{"response_format", {{"type", "json_schema"}}}}).response->status, 400);
}

TEST_F(FakeModelTest, GivesScriptedAnswers) {
  Start(R"({"answers":[{"match":"lid","content":{"kind":"bad"}},{"content":"else","finish":"length"}]})");
  EXPECT_EQ(Content(Chat("the lid")), R"({"kind":"bad"})");
  EXPECT_EQ(Finish(Chat("the cup")), "length");
}

TEST_F(FakeModelTest, FailsInEveryWayItIsTold) {
  Start(R"({"faults":[
    {"kind":"error","status":503,"marker":"m-error"},{"kind":"reset","marker":"m-reset"},{"kind":"close","marker":"m-close"},
    {"kind":"cut","marker":"m-cut"},{"kind":"garbage","marker":"m-garbage"},{"kind":"truncated_json","marker":"m-trunc"},
    {"kind":"length","marker":"m-length"},{"kind":"wrong_schema","marker":"m-wrong"},{"kind":"empty","marker":"m-empty"},
    {"kind":"rubbish","marker":"m-rubbish"},{"kind":"content_filter","marker":"m-filter"},{"kind":"rate_limit","marker":"m-429"}]})");
  EXPECT_EQ(Chat("m-error").response->status, 503);
  EXPECT_EQ(Chat("m-reset").failure->kind, HttpFailureKind::kReset);
  EXPECT_EQ(Chat("m-close").failure->kind, HttpFailureKind::kReset);
  EXPECT_EQ(Chat("m-cut").failure->kind, HttpFailureKind::kCutBody);
  EXPECT_FALSE(ParseJson(Chat("m-garbage").response->body));
  const HttpOutcome truncated = Chat("m-trunc", SchemaFormat());
  EXPECT_FALSE(ParseJson(Content(truncated)));
  EXPECT_EQ(Finish(truncated), "stop");
  EXPECT_EQ(Finish(Chat("m-length", SchemaFormat())), "length");
  EXPECT_FALSE(ParseJson(Content(Chat("m-wrong", SchemaFormat())))->contains("kind"));
  EXPECT_EQ(Content(Chat("m-empty")), "");
  EXPECT_FALSE(ParseJson(Content(Chat("m-rubbish", SchemaFormat()))));
  EXPECT_EQ(Finish(Chat("m-filter")), "content_filter");
  EXPECT_EQ(Chat("m-429").response->status, 429);
  EXPECT_EQ(Chat("fine").response->status, 200);
  const FakeModelStats stats = model_->stats();
  EXPECT_GE(stats.requests, 13) << "a client may send again what was reset on a used connection";
  EXPECT_EQ(stats.faults.size(), 12u);
  EXPECT_EQ(stats.rate_limited, 1);
  EXPECT_EQ(stats.in_flight, 0);
}

TEST_F(FakeModelTest, CutsAStreamInTheMiddle) {
  Start(R"({"faults":[{"kind":"cut"}]})");
  std::string seen;
  const Json body{
      {"model", "fake-1"}, {"stream", true}, {"messages", {{{"role", "user"}, {"content", "a longer row to cut"}}}}};
  const HttpOutcome outcome = Send("POST", "/chat/completions", DumpJson(body),
                                   [&](std::string_view bytes) { return seen.append(bytes), true; });
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, HttpFailureKind::kCutBody);
  EXPECT_THAT(seen, HasSubstr("delta"));
  EXPECT_THAT(seen, ::testing::Not(HasSubstr("[DONE]")));
}

TEST_F(FakeModelTest, StallsUntilTheCallerGivesUp) {
  Start(R"({"faults":[{"kind":"stall"}]})");
  deadline_ = clock_.Now() + std::chrono::milliseconds(50);
  EXPECT_EQ(Chat("x").failure->kind, HttpFailureKind::kTimeout);
}

TEST_F(FakeModelTest, CountsEveryNthAndFirstAttempts) {
  Start(R"({"faults":[{"kind":"error","every":3},{"kind":"error","status":502,"marker":"poison","attempts":2}]})");
  std::vector<int> statuses;
  for (int i = 0; i < 6; ++i) statuses.push_back(Chat("row").response->status);
  EXPECT_EQ(statuses, (std::vector<int>{200, 200, 500, 200, 200, 500}));
  EXPECT_EQ(Chat("poison").response->status, 502);
  EXPECT_EQ(Chat("poison").response->status, 502);
  EXPECT_EQ(Chat("row").response->status, 500);
  EXPECT_EQ(Chat("poison").response->status, 200);
}

TEST_F(FakeModelTest, FailsWithAboutTheProbabilityItIsGiven) {
  Start(R"({"faults":[{"kind":"error","probability":0.3}]})");
  int failed = 0;
  for (int i = 0; i < 500; ++i) failed += Chat("row").response->status == 500 ? 1 : 0;
  EXPECT_GT(failed, 100);
  EXPECT_LT(failed, 200);
}

TEST_F(FakeModelTest, AsksToWaitInEitherForm) {
  Start(R"({"rate":0.001,"burst":1,"retry_after":"seconds","rate_headers":true})");
  EXPECT_EQ(Chat("first").response->Header("x-ratelimit-remaining-requests"), "0");
  HttpOutcome limited = Chat("second");
  EXPECT_EQ(limited.response->status, 429);
  EXPECT_EQ(limited.response->Header("Retry-After")->find_first_not_of("0123456789"), std::string_view::npos);
  EXPECT_TRUE(limited.response->Header("x-ratelimit-reset-requests"));
  Start(R"({"rate":0.001,"burst":1,"retry_after":"date"})");
  Chat("first");
  limited = Chat("second");
  EXPECT_GT(net::ParseRetryAfter(*limited.response->Header("Retry-After"), clock_.WallNow()),
            std::chrono::milliseconds(1000));
  Start(R"({"rate":0.001,"burst":1})");
  Chat("first");
  EXPECT_EQ(Chat("second").response->Header("Retry-After"), std::nullopt);
}

TEST_F(FakeModelTest, QueuesBehindItsCapacityWithoutAWord) {
  Start(R"({"capacity":3,"latency_ms":2})");
  auto all = std::make_shared<std::promise<void>>();
  std::atomic<int> left{30}, good{0};
  net::HttpTarget target;
  target.method = "POST";
  target.url = model_->url() + "/chat/completions";
  net::HttpRequest request;
  request.target = std::make_shared<const net::HttpTarget>(std::move(target));
  request.body = R"({"model":"m","messages":[{"role":"user","content":"x"}]})";
  for (int i = 0; i < 30; ++i) {
    client_->Submit(request, [&left, &good, all](const HttpOutcome& outcome) {
      if (outcome.response && outcome.response->status == 200) ++good;
      if (--left == 0) all->set_value();
    });
  }
  all->get_future().get();
  EXPECT_EQ(good, 30);
  EXPECT_GT(model_->stats().queued_max, 0);
}

TEST_F(FakeModelTest, LogsEveryRequestBeforeItsAnswer) {
  const TempDir dir;
  Start(DumpJson(Json{{"log", (dir / "log.jsonl").string()},
                      {"row_key", "id "},
                      {"faults", {{{"kind", "error"}, {"marker", "row-2"}}}}}));
  Chat("id row-1 text");
  Chat("id row-2 text");
  const std::string log = *ReadFile(dir / "log.jsonl");
  std::vector<Json> lines;
  for (size_t at = 0; at < log.size(); at = log.find('\n', at) + 1) {
    lines.push_back(*ParseJson(std::string_view(log).substr(at, log.find('\n', at) - at)));
  }
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0]["event"], "taken");
  EXPECT_EQ(lines[0]["key"], "row-1");
  EXPECT_EQ(lines[1]["status"], 200);
  EXPECT_EQ(lines[2]["key"], "row-2");
  EXPECT_EQ(lines[3]["fault"], "error");
  EXPECT_EQ(lines[0]["row"], lines[1]["row"]);
}

TEST_F(FakeModelTest, EmbedsSimilarTextsNearby) {
  Start(R"({"embedding_size":128})");
  const Json body{{"model", "fake-1"},
                  {"input", {"the kettle is broken", "the kettle is broken!", "蓋が閉まりません"}}};
  const HttpOutcome outcome = Send("POST", "/embeddings", DumpJson(body));
  const Json data = (*ParseJson(outcome.response->body))["data"];
  ASSERT_EQ(data.size(), 3u);
  const auto dot = [&](int a, int b) {
    double sum = 0;
    for (size_t i = 0; i < 128; ++i)
      sum += data[a]["embedding"][i].get<double>() * data[b]["embedding"][i].get<double>();
    return sum;
  };
  EXPECT_NEAR(dot(0, 0), 1, 1e-5);
  EXPECT_GT(dot(0, 1), dot(0, 2) + 0.3);
}

TEST_F(FakeModelTest, ReportsItsCounters) {
  Start("{}");
  Chat("x");
  net::HttpTarget target;
  target.url = model_->url().substr(0, model_->url().size() - 3) + "/stats";
  net::HttpRequest request;
  request.target = std::make_shared<const net::HttpTarget>(std::move(target));
  const Json stats = *ParseJson(Fetch(*client_, std::move(request)).response->body);
  EXPECT_EQ(stats["requests"], 1);
  EXPECT_EQ(stats["answered"], 1);
  EXPECT_EQ(stats["in_flight_max"], 1);
}

TEST(FakeModelScript, NamesWhatItDoesNotKnow) {
  const auto error = [](std::string_view text) { return FakeModelScript::FromJson(*ParseJson(text)).error().message; };
  EXPECT_THAT(error(R"({"latncy_ms":5})"), HasSubstr("latncy_ms"));
  EXPECT_THAT(error(R"({"latency_ms":"slow"})"), HasSubstr("latency_ms"));
  EXPECT_THAT(error(R"({"faults":[{"kind":"explode"}]})"), HasSubstr("explode"));
  EXPECT_THAT(error(R"({"faults":[{"kind":"error","sometimes":1}]})"), HasSubstr("sometimes"));
  EXPECT_THAT(error(R"({"retry_after":"later"})"), HasSubstr("retry_after"));
}

}  // namespace
}  // namespace yk::testing
