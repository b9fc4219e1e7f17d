// SPDX-License-Identifier: Apache-2.0
#include "remote/openai_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/json.h"
#include "base/mutex.h"
#include "testing/fake_clock.h"

namespace yk::remote {
namespace {

using model::FailureClass;
using model::Outcome;
using model::Part;
using model::Request;
using ::testing::HasSubstr;
using ::testing::Not;

/// Answers at once, on the caller's thread, or keeps requests open until they are cancelled. Records what was sent.
class CannedClient final : public net::HttpClient {
 public:
  std::function<net::HttpOutcome(const net::HttpRequest&)> answer;
  std::vector<net::HttpRequest> sent;
  bool hold = false;

  net::HttpRequestId Submit(net::HttpRequest request, net::HttpDone done) override {
    sent.push_back(request);
    const net::HttpRequestId id{++next_};
    if (hold)
      open_[id] = std::move(done);
    else
      done(answer(request));
    return id;
  }
  void Cancel(net::HttpRequestId id) override {
    const auto found = open_.find(id);
    if (found == open_.end()) return;
    net::HttpOutcome outcome;
    outcome.failure = net::HttpFailure{net::HttpFailureKind::kCancelled, {Code::kCancelled, "cancelled", {}}, 0, ""};
    auto done = std::move(found->second);
    open_.erase(found);
    done(std::move(outcome));
  }

 private:
  int64_t next_ = 0;
  std::map<net::HttpRequestId, net::HttpDone> open_;
};

net::HttpOutcome Reply(int status, std::string body) {
  net::HttpOutcome outcome;
  outcome.response.emplace();
  outcome.response->status = status;
  outcome.response->head = "HTTP/1.1 200 OK\r\n\r\n";
  outcome.response->body = std::move(body);
  return outcome;
}
net::HttpOutcome Unreachable() {
  net::HttpOutcome outcome;
  outcome.failure =
      net::HttpFailure{net::HttpFailureKind::kConnect, {Code::kUnavailable, "connection refused", {}}, 0, ""};
  return outcome;
}
const std::string kGood = R"({"choices":[{"message":{"content":"yes"},"finish_reason":"stop"}]})";

class OpenAiBackendTest : public ::testing::Test {
 protected:
  void SetUp() override {
    OpenAiOptions options;
    options.url = "http://user:pw@host:8000";
    options.model = "m";
    options.key = "sk-secret";
    options.key_name = "env:KEY";
    backend_ = std::move(*OpenAiBackend::Open(client_, clock_, options));
  }
  Request Question(int64_t id = 1) {
    Request request;
    request.id = model::RequestId{id};
    request.parts = {{Part::Kind::kFixed, "Rate.", ""}, {Part::Kind::kRow, "text", "text"}};
    request.schema = std::make_shared<const Json>(Json{{"type", "object"}});
    return request;
  }
  Outcome Get(Request request) {
    std::optional<Outcome> out;
    backend_->Submit(std::move(request), [&](Outcome outcome) { out = std::move(outcome); });
    EXPECT_TRUE(out.has_value());
    return std::move(*out);
  }

  testing::FakeClock clock_;
  CannedClient client_;
  std::unique_ptr<OpenAiBackend> backend_;
};

TEST_F(OpenAiBackendTest, SendsOneRequestWithTheKeyInItsHeaderOnly) {
  client_.answer = [](const net::HttpRequest&) { return Reply(200, kGood); };
  EXPECT_EQ(Get(Question()).answer->body, "yes");
  ASSERT_EQ(client_.sent.size(), 1u);
  const auto& target = *client_.sent[0].target;
  EXPECT_EQ(target.url, "http://user:pw@host:8000/v1/chat/completions");
  bool bearer = false;
  for (const auto& header : target.headers) bearer = bearer || header.value == "Bearer sk-secret";
  EXPECT_TRUE(bearer);
  EXPECT_THAT(client_.sent[0].body, Not(HasSubstr("sk-secret")));
}

TEST_F(OpenAiBackendTest, AServerWithoutStructuredOutputIsAskedDifferentlyAndThatIsRemembered) {
  client_.answer = [](const net::HttpRequest& request) {
    return request.body.find("response_format") == std::string::npos
               ? Reply(200, kGood)
               : Reply(400, R"({"error":{"message":"response_format is not supported"}})");
  };
  EXPECT_TRUE(Get(Question()).answer);
  EXPECT_EQ(client_.sent.size(), 3u) << "strict, json_object, text";
  EXPECT_TRUE(Get(Question(2)).answer);
  EXPECT_EQ(client_.sent.size(), 4u);
}

TEST_F(OpenAiBackendTest, AComplaintThatOnlyQuotesTheRowCostsLaterRowsNothing) {
  client_.answer = [](const net::HttpRequest&) {
    return Reply(400, R"({"error":{"message":"cannot read 'the schema of temperature'"}})");
  };
  EXPECT_EQ(Get(Question()).failure->failure_class, FailureClass::kRequest);
  client_.answer = [](const net::HttpRequest&) { return Reply(200, kGood); };
  Get(Question(2));
  EXPECT_THAT(client_.sent.back().body, HasSubstr("json_schema"));
  EXPECT_THAT(client_.sent.back().body, HasSubstr("temperature"));
}

TEST_F(OpenAiBackendTest, ARowThatIsTooLongIsNotAskedDifferently) {
  client_.answer = [](const net::HttpRequest&) {
    return Reply(
        400, R"({"error":{"code":"context_length_exceeded","message":"maximum context length; reduce the schema"}})");
  };
  EXPECT_EQ(Get(Question()).failure->failure_class, FailureClass::kRequest);
  EXPECT_EQ(client_.sent.size(), 1u);
}

TEST_F(OpenAiBackendTest, ConnectionFailuresNameTheServerAndNotItsPassword) {
  client_.answer = [](const net::HttpRequest&) { return Unreachable(); };
  const Outcome outcome = Get(Question());
  EXPECT_EQ(outcome.failure->failure_class, FailureClass::kTransport);
  EXPECT_THAT(outcome.failure->error.ToString(), HasSubstr("http://host:8000/v1"));
  EXPECT_THAT(outcome.failure->error.ToString(), Not(HasSubstr("pw")));
}

TEST_F(OpenAiBackendTest, ProbeSaysWhatIsWrongAndWhatToDo) {
  client_.answer = [](const net::HttpRequest&) { return Unreachable(); };
  auto probed = backend_->Probe(MonoTime::max());
  EXPECT_EQ(probed.error().code, Code::kUnavailable);
  EXPECT_THAT(probed.error().message, HasSubstr("http://host:8000/v1"));
  EXPECT_LE(client_.sent[0].deadline, clock_.Now() + std::chrono::seconds(10));
  client_.answer = [](const net::HttpRequest&) { return Reply(401, R"({"error":"no"})"); };
  probed = backend_->Probe(MonoTime::max());
  EXPECT_EQ(probed.error().code, Code::kUnauthorized);
  EXPECT_THAT(probed.error().message, HasSubstr("env:KEY"));
  client_.answer = [](const net::HttpRequest&) {
    return Reply(400, R"([{"error":{"message":"API key not valid. Please pass a valid API key."}}])");
  };
  EXPECT_EQ(backend_->Probe(MonoTime::max()).error().code, Code::kUnauthorized);
  client_.answer = [](const net::HttpRequest&) { return Reply(200, R"({"data":[{"id":"m"}]})"); };
  EXPECT_TRUE(backend_->Probe(MonoTime::max()));
  client_.answer = [](const net::HttpRequest&) { return Reply(404, "not found"); };
  EXPECT_TRUE(backend_->Probe(MonoTime::max())) << "a server without this page may still answer";
}

TEST_F(OpenAiBackendTest, CancelAndTheEndAnswerWhatIsOpen) {
  client_.hold = true;
  std::vector<Code> codes;
  auto record = [&](Outcome outcome) { codes.push_back(outcome.failure->error.code); };
  backend_->Submit(Question(1), record);
  backend_->Submit(Question(2), record);
  backend_->Cancel(model::RequestId{2});
  EXPECT_EQ(codes.size(), 1u);
  backend_->Cancel(model::RequestId{99});
  backend_.reset();
  EXPECT_THAT(codes, ::testing::ElementsAre(Code::kCancelled, Code::kCancelled));
}

TEST(OpenAiBackendOpenTest, AddressesAreCheckedAndCompleted) {
  testing::FakeClock clock;
  CannedClient client;
  OpenAiOptions options;
  options.model = "m";
  options.url = "ftp://x";
  EXPECT_EQ(OpenAiBackend::Open(client, clock, options).error().code, Code::kInvalid);
  options.url = "http://";
  EXPECT_FALSE(OpenAiBackend::Open(client, clock, options));
  client.answer = [](const net::HttpRequest&) { return Reply(200, kGood); };
  for (const auto& [given, called] :
       std::map<std::string, std::string>{{"http://h", "http://h/v1/models"},
                                          {"http://h/v1/", "http://h/v1/models"},
                                          {"https://h/api/v3/chat/completions", "https://h/api/v3/models"}}) {
    options.url = given;
    EXPECT_TRUE((*OpenAiBackend::Open(client, clock, options))->Probe(MonoTime::max()));
    EXPECT_EQ(client.sent.back().target->url, called);
  }
}

}  // namespace
}  // namespace yk::remote
