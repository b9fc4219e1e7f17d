// SPDX-License-Identifier: Apache-2.0
// Bodies that go to a sink piece by piece, over libcurl and over plain connections.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "net/curl_http_client.h"
#include "net/http_server.h"
#include "net/scripted_peer.h"

namespace yk::net {
namespace {

class HttpStreamTest : public ::testing::TestWithParam<bool> {
 protected:
  HttpStreamTest() {
    CurlHttpClientOptions options;
    options.plain_http = GetParam();
    client_ = std::move(*CurlHttpClient::Create(options, clock_));
  }
  HttpRequest Get(const std::string& url) {
    HttpTarget target;
    target.url = url;
    target.response_bytes_max = SIZE_MAX;
    HttpRequest request;
    request.target = std::make_shared<const HttpTarget>(target);
    request.on_head = [this](const HttpHead& head) {
      heads_.push_back(std::to_string(head.status) + " " + std::string(head.Header("x-part").value_or("-")));
      return true;
    };
    request.on_chunk = [this](std::string_view bytes) {
      if (heads_.empty()) early_ = true;
      got_ += bytes.size();
      return true;
    };
    return request;
  }

  const SystemClock clock_;
  std::unique_ptr<CurlHttpClient> client_;
  std::vector<std::string> heads_;
  uint64_t got_ = 0;
  bool early_ = false;  ///< a piece came before the head
};

TEST_P(HttpStreamTest, TellsTheHeadOnceBeforeTheFirstPiece) {
  const auto server = *HttpServer::Start({}, [](const std::shared_ptr<HttpExchange>& e) {
    e->Send({.status = 206, .headers = {{"X-Part", "7"}}, .body = std::string(5'000'000, 'x')});
  });
  const HttpOutcome outcome = Fetch(*client_, Get(server->url()));
  ASSERT_TRUE(outcome.response) << outcome.failure->error.ToString();
  EXPECT_THAT(heads_, ::testing::ElementsAre("206 7"));
  EXPECT_FALSE(early_);
  EXPECT_EQ(got_, 5'000'000u);
  EXPECT_EQ(outcome.response->body, "");
}

TEST_P(HttpStreamTest, ReadsNoBodyWhoseHeadIsNotWanted) {
  const auto server = *HttpServer::Start(
      {}, [](const std::shared_ptr<HttpExchange>& e) { e->Send({.body = std::string(5'000'000, 'x')}); });
  HttpRequest request = Get(server->url());
  request.on_head = [](const HttpHead&) { return false; };
  const HttpOutcome outcome = Fetch(*client_, std::move(request));
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, HttpFailureKind::kCancelled);
  EXPECT_EQ(got_, 0u);
}

TEST_P(HttpStreamTest, GivesErrorsAndEmptyAnswersAsResponsesOnly) {
  const auto server = *HttpServer::Start({}, [](const std::shared_ptr<HttpExchange>& e) {
    if (e->path() == "/empty") return e->Send({.headers = {{"X-Part", "0"}}});
    e->Send({.status = 404, .body = "no such file"});
  });
  const HttpOutcome missing = Fetch(*client_, Get(server->url() + "/missing"));
  ASSERT_TRUE(missing.response);
  EXPECT_EQ(missing.response->body, "no such file");
  const HttpOutcome empty = Fetch(*client_, Get(server->url() + "/empty"));
  ASSERT_TRUE(empty.response);
  EXPECT_EQ(empty.response->Header("x-part"), "0");
  EXPECT_TRUE(heads_.empty());
}

TEST_P(HttpStreamTest, TellsTheHeadOfTheFinalAnswerAfterAnInterimOne) {
  const ScriptedPeer peer(
      {{"HTTP/1.1 103 Early Hints\r\nX-Part: 1\r\n\r\nHTTP/1.1 200 OK\r\nX-Part: 2\r\nContent-Length: 3\r\n\r\nabc"}});
  ASSERT_TRUE(Fetch(*client_, Get(peer.url())).response);
  EXPECT_THAT(heads_, ::testing::ElementsAre("200 2"));
}

TEST_P(HttpStreamTest, AnAnswerWithTrailersIsWhole) {
  const ScriptedPeer peer(
      {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
        "5\r\nabcde\r\n0\r\nX-Sum: a\r\n\r\n"}});
  HttpRequest request = Get(peer.url());
  request.on_head = nullptr;
  request.on_chunk = nullptr;
  const HttpOutcome outcome = Fetch(*client_, std::move(request));
  ASSERT_TRUE(outcome.response) << outcome.failure->error.ToString();
  EXPECT_EQ(outcome.response->body, "abcde");
}

// A sink that blocks, as a slow disk does, holds the sender up: what it has sent is bounded by what was taken and the
// buffers of the two sockets, not by the length of the body.
TEST_P(HttpStreamTest, ReadsNothingAheadOfASlowSink) {
  constexpr uint64_t kPiece = 1 << 18, kPieces = 400;
  std::atomic<uint64_t> sent{0};
  std::function<void(std::shared_ptr<HttpExchange>, uint64_t)> more = [&](std::shared_ptr<HttpExchange> e, uint64_t n) {
    if (n == kPieces) return e->EndStream();
    e->WriteChunk(std::string(kPiece, 'x'), [&, e, n](bool ok) {
      if (!ok) return;
      sent += kPiece;
      more(e, n + 1);
    });
  };
  const auto server = *HttpServer::Start({}, [&](std::shared_ptr<HttpExchange> e) {
    e->StartStream({}, [&, e](bool ok) {
      if (ok) more(e, 0);
    });
  });
  HttpRequest request = Get(server->url());
  request.on_chunk = [&](std::string_view) {
    // The server goes on sending until its socket is full; a sender without bounds would get through.
    for (uint64_t seen = sent, idle = 0; idle < 5000 && seen < kPiece * kPieces; ++idle) {
      std::this_thread::yield();
      if (sent != seen) seen = sent, idle = 0;
    }
    return false;
  };
  const HttpOutcome outcome = Fetch(*client_, std::move(request));
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, HttpFailureKind::kCancelled);
  EXPECT_LT(sent, uint64_t{32} << 20);
}

INSTANTIATE_TEST_SUITE_P(Engines, HttpStreamTest, ::testing::Bool(),
                         [](const auto& engine) { return engine.param ? "Plain" : "Libcurl"; });

}  // namespace
}  // namespace yk::net
