// SPDX-License-Identifier: Apache-2.0
#include "net/curl_http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <future>
#include <map>
#include <set>
#include <thread>

#include "base/mutex.h"
#include "net/http_server.h"
#include "net/scripted_peer.h"
#include "net/sse.h"

namespace yk::net {
namespace {

using ::testing::HasSubstr;

/// Every promise of the client, kept by libcurl and by the plain connections alike.
class CurlHttpClientTest : public ::testing::TestWithParam<bool> {
 protected:
  CurlHttpClientTest() { options_.plain_http = GetParam(); }
  HttpClient& client() { return *Client(); }
  CurlHttpClient* Client() {
    if (!client_) {
      auto made = CurlHttpClient::Create(options_, clock_);
      EXPECT_TRUE(made) << made.error().ToString();
      client_ = std::move(*made);
    }
    return client_.get();
  }
  HttpServer& Serve(HttpServer::Handler handler) {
    auto server = HttpServer::Start({}, std::move(handler));
    EXPECT_TRUE(server) << server.error().ToString();
    server_ = std::move(*server);
    return *server_;
  }
  HttpRequest Get(const std::string& url) {
    HttpRequest request;
    HttpTarget target;
    target.url = url;
    request.target = std::make_shared<const HttpTarget>(std::move(target));
    return request;
  }
  HttpRequest Post(const std::string& path, std::string body) {
    HttpRequest request;
    HttpTarget target;
    target.method = "POST";
    target.url = server_->url() + path;
    target.headers = {{"Content-Type", "application/json"}, {"X-Key", "secret"}};
    request.target = std::make_shared<const HttpTarget>(std::move(target));
    request.body = std::move(body);
    return request;
  }
  HttpFailureKind KindOf(HttpRequest request) {
    const HttpOutcome outcome = Fetch(client(), std::move(request));
    EXPECT_FALSE(outcome.response.has_value());
    EXPECT_TRUE(outcome.failure.has_value());
    if (!outcome.failure) return HttpFailureKind::kInvalid;
    EXPECT_FALSE(outcome.failure->error.message.empty());
    return outcome.failure->kind;
  }
  MonoTime In(std::chrono::milliseconds ms) { return clock_.Now() + ms; }

  const SystemClock clock_;
  CurlHttpClientOptions options_;
  std::vector<std::shared_ptr<HttpExchange>> held_;  ///< of the server's thread; outlives it
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<CurlHttpClient> client_;
};

/// Something another thread says once. Lives on in Set, so that the waiter may go as soon as it is woken.
class Signal {
 public:
  void Set() const {
    const auto kept = promise_;
    kept->set_value();
  }
  void Wait() const { promise_->get_future().get(); }

 private:
  std::shared_ptr<std::promise<void>> promise_ = std::make_shared<std::promise<void>>();
};

/// Collects outcomes by request number; waits until all are there.
class Outcomes {
 public:
  explicit Outcomes(size_t count) : count_(count) {}
  HttpDone Slot(int number) {
    return [this, number](HttpOutcome outcome) {
      bool last = false;
      {
        MutexLock lock(mutex_);
        EXPECT_TRUE(outcomes_.emplace(number, std::move(outcome)).second) << "a second outcome for " << number;
        last = outcomes_.size() == count_;
      }
      if (last) all_.Set();
    };
  }
  const std::map<int, HttpOutcome>& Wait() {
    all_.Wait();
    return outcomes_;
  }

 private:
  const size_t count_;
  Mutex mutex_;
  std::map<int, HttpOutcome> outcomes_;
  Signal all_;
};

TEST_P(CurlHttpClientTest, SendsMethodHeadersAndBody) {
  Serve([](const std::shared_ptr<HttpExchange>& e) {
    e->Send({.status = 201,
             .headers = {{"X-Seen", std::string(e->Header("x-key").value_or("none"))}, {"Retry-After", "3"}},
             .body = std::string(e->method()) + " " + std::string(e->target()) + " " + std::string(e->body())});
  });
  const HttpOutcome outcome = Fetch(client(), Post("/v1/x?y=z", "{\"a\":1}"));
  ASSERT_TRUE(outcome.response) << outcome.failure->error.ToString();
  EXPECT_EQ(outcome.response->status, 201);
  EXPECT_EQ(outcome.response->body, "POST /v1/x?y=z {\"a\":1}");
  EXPECT_EQ(outcome.response->Header("X-SEEN"), "secret");
  EXPECT_EQ(outcome.response->Header("retry-after"), "3");
  EXPECT_EQ(outcome.response->Header("absent"), std::nullopt);
}

TEST_P(CurlHttpClientTest, SendsHeadersOfOneRequestOnlyWithThatRequest) {
  Serve([](const std::shared_ptr<HttpExchange>& e) {
    e->Send({.body = std::string(e->Header("Idempotency-Key").value_or("-")) + "/" +
                     std::string(e->Header("X-Key").value_or("-"))});
  });
  HttpRequest plain = Post("/", "x");
  HttpRequest keyed = plain;
  keyed.headers = {{"Idempotency-Key", "row-7"}};
  EXPECT_EQ(Fetch(client(), plain).response->body, "-/secret");
  EXPECT_EQ(Fetch(client(), keyed).response->body, "row-7/secret");
  EXPECT_EQ(Fetch(client(), plain).response->body, "-/secret");
}

TEST_P(CurlHttpClientTest, SpeaksEveryMethodAndEmptyBodies) {
  Serve([](const std::shared_ptr<HttpExchange>& e) {
    e->Send({.headers = {{"X-Method", std::string(e->method())}}, .body = std::to_string(e->body().size())});
  });
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}) {
    for (const size_t size : {size_t{0}, size_t{5}, size_t{3'000'000}}) {
      if (size > 0 && (std::string(method) == "GET" || std::string(method) == "HEAD")) continue;
      HttpTarget target;
      target.method = method;
      target.url = server_->url();
      HttpRequest request;
      request.target = std::make_shared<const HttpTarget>(target);
      request.body.assign(size, 'b');
      const HttpOutcome outcome = Fetch(client(), request);
      ASSERT_TRUE(outcome.response) << method << " " << outcome.failure->error.ToString();
      EXPECT_EQ(outcome.response->Header("X-Method"), method);
      EXPECT_EQ(outcome.response->body, std::string(method) == "HEAD" ? "" : std::to_string(size)) << method;
    }
  }
}

TEST_P(CurlHttpClientTest, HoldsAThousandRequestsInFlightAndTakesAnswersInAnyOrder) {
  constexpr int kCount = 1000;
  Serve([&](std::shared_ptr<HttpExchange> e) {
    held_.push_back(std::move(e));
    if (held_.size() < kCount) return;
    // Only now, with all of them here, does the last one get the first answer.
    for (auto it = held_.rbegin(); it != held_.rend(); ++it)
      (*it)->Send({.body = "answer " + std::string((*it)->body())});
    held_.clear();
  });
  Outcomes outcomes(kCount);
  const HttpRequest request = Post("/", "");
  for (int i = 0; i < kCount; ++i) {
    HttpRequest one = request;
    one.body = std::to_string(i);
    client().Submit(std::move(one), outcomes.Slot(i));
  }
  for (const auto& [number, outcome] : outcomes.Wait()) {
    ASSERT_TRUE(outcome.response) << outcome.failure->error.ToString();
    ASSERT_EQ(outcome.response->body, "answer " + std::to_string(number));
  }
  EXPECT_EQ(Client()->open(), 0);
}

TEST_P(CurlHttpClientTest, TakesSubmissionsFromManyThreadsAndFromItsCallbacks) {
  Serve([](const std::shared_ptr<HttpExchange>& e) { e->Send({.body = std::string(e->body())}); });
  constexpr int kThreads = 4, kChains = 25, kLinks = 8;
  std::atomic<int> right{0};
  std::atomic<int> left{kThreads * kChains};
  const Signal over;
  const HttpRequest request = Post("/", "");
  std::function<void(int, int)> ask = [&](int chain, int link) {
    HttpRequest one = request;
    one.body = std::to_string(chain) + "/" + std::to_string(link);
    const std::string expected = one.body;
    client().Submit(std::move(one), [&, chain, link, expected](const HttpOutcome& outcome) {
      if (outcome.response && outcome.response->body == expected) ++right;
      if (link + 1 < kLinks) return ask(chain, link + 1);
      if (--left == 0) over.Set();
    });
  };
  Client();
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int c = 0; c < kChains; ++c) ask(t * kChains + c, 0);
    });
  }
  for (auto& thread : threads) thread.join();
  over.Wait();
  EXPECT_EQ(right, kThreads * kChains * kLinks);
}

TEST_P(CurlHttpClientTest, ReusesOneConnectionForRequestsInTurn) {
  Serve([](const std::shared_ptr<HttpExchange>& e) { e->Send({.body = std::to_string(e->connection())}); });
  options_.shards = 1;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Fetch(client(), Post("/", "x")).response->body, "1");
}

TEST_P(CurlHttpClientTest, OpensNoMoreConnectionsToAHostThanAllowed) {
  options_.per_host_max = 5;
  std::set<int64_t> connections;
  size_t in_work = 0, in_work_max = 0;
  Serve([&](std::shared_ptr<HttpExchange> e) {
    connections.insert(e->connection());
    in_work_max = std::max(in_work_max, ++in_work);
    server_->RunAfter(std::chrono::milliseconds(1), [&, e] {
      --in_work;
      e->Send({});
    });
  });
  Outcomes outcomes(100);
  for (int i = 0; i < 100; ++i) client().Submit(Post("/", "x"), outcomes.Slot(i));
  for (const auto& [number, outcome] : outcomes.Wait()) EXPECT_TRUE(outcome.response);
  server_->Stop();
  EXPECT_LE(in_work_max, 5u);
}

TEST_P(CurlHttpClientTest, GivesStreamedBodiesPieceByPiece) {
  Serve([](std::shared_ptr<HttpExchange> e) {
    e->StartStream({.content_type = "text/event-stream", .body = "data: one\n\n"}, [e](bool) {
      e->WriteChunk("data: two\nda", [e](bool) { e->WriteChunk("ta: three\n\n", [e](bool) { e->EndStream(); }); });
    });
  });
  std::vector<std::string> events;
  SseParser parser([&](const SseEvent& event) { events.push_back(event.data); });
  HttpRequest request = Post("/", "x");
  request.on_chunk = [&](std::string_view bytes) { return parser.Feed(bytes).has_value(); };
  const HttpOutcome outcome = Fetch(client(), std::move(request));
  ASSERT_TRUE(outcome.response);
  EXPECT_EQ(outcome.response->body, "");
  EXPECT_EQ(events, (std::vector<std::string>{"one", "two\nthree"}));
}

TEST_P(CurlHttpClientTest, KeepsTheBodyOfAnErrorOutOfTheStream) {
  Serve([](const std::shared_ptr<HttpExchange>& e) { e->Send({.status = 429, .body = "slow down"}); });
  HttpRequest request = Post("/", "x");
  request.on_chunk = [](std::string_view) { return ADD_FAILURE(), true; };
  const HttpOutcome outcome = Fetch(client(), std::move(request));
  ASSERT_TRUE(outcome.response);
  EXPECT_EQ(outcome.response->body, "slow down");
}

TEST_P(CurlHttpClientTest, EndsAStreamItsReaderDoesNotWant) {
  Serve([](const std::shared_ptr<HttpExchange>& e) { e->Send({.body = std::string(100'000, 'x')}); });
  HttpRequest request = Post("/", "x");
  request.on_chunk = [](std::string_view) { return false; };
  EXPECT_EQ(KindOf(std::move(request)), HttpFailureKind::kCancelled);
}

TEST_P(CurlHttpClientTest, NamesEveryKindOfFailure) {
  Serve([](const std::shared_ptr<HttpExchange>& e) {
    if (e->path() == "/reset") return e->Drop(true);
    if (e->path() == "/close") return e->Drop(false);
    e->Send(
        {.body = std::string(1000, 'y'), .cut_after = e->path() == "/cut" ? std::optional<size_t>(500) : std::nullopt});
  });
  EXPECT_EQ(KindOf(Post("/reset", "x")), HttpFailureKind::kReset);
  EXPECT_EQ(KindOf(Post("/close", "x")), HttpFailureKind::kReset);
  EXPECT_EQ(KindOf(Post("/cut", "x")), HttpFailureKind::kCutBody);
  EXPECT_EQ(KindOf(Get("https://127.0.0.1:" + std::to_string(server_->port()))), HttpFailureKind::kTls);
  EXPECT_EQ(KindOf(Get("http://no-such-host.invalid/")), HttpFailureKind::kResolve);
  EXPECT_EQ(KindOf(Get("ftp://127.0.0.1/")), HttpFailureKind::kInvalid);
  EXPECT_EQ(KindOf(Get("not an address")), HttpFailureKind::kInvalid);
  EXPECT_EQ(KindOf(Get("")), HttpFailureKind::kInvalid);
  EXPECT_EQ(KindOf(HttpRequest{}), HttpFailureKind::kInvalid);
  for (const char* mistyped : {"http://me:s3#cret@host:8000/v1", "http://me:s3/cret@host:8000/v1"})
    EXPECT_THAT(Fetch(client(), Get(mistyped)).failure->error.ToString(), ::testing::Not(::testing::HasSubstr("cret")));
  const std::string url = server_->url();
  server_->Stop();
  EXPECT_EQ(KindOf(Get(url)), HttpFailureKind::kConnect);
}

TEST_P(CurlHttpClientTest, TellsACutHeadAndCutChunksFromGoodEnds) {
  const ScriptedPeer peer({{"HTTP/1.1 200 OK\r\nContent-Le"},
                           {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n5\r\nab"},
                           {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"},
                           {"HTTP/1.1 200 OK\r\n\r\nuntil the end"},
                           {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"}});
  const HttpOutcome head = Fetch(client(), Get(peer.url()));
  ASSERT_TRUE(head.failure);
  EXPECT_THAT(head.failure->kind, ::testing::AnyOf(HttpFailureKind::kReset, HttpFailureKind::kCutBody));
  const HttpOutcome chunk = Fetch(client(), Get(peer.url()));
  ASSERT_TRUE(chunk.failure);
  EXPECT_EQ(chunk.failure->kind, HttpFailureKind::kCutBody);
  EXPECT_EQ(chunk.failure->status, 200);
  EXPECT_EQ(chunk.failure->body.substr(0, 5), "abcde");
  EXPECT_EQ(KindOf(Get(peer.url())), HttpFailureKind::kCutBody);
  const HttpOutcome open_end = Fetch(client(), Get(peer.url()));
  ASSERT_TRUE(open_end.response);
  EXPECT_EQ(open_end.response->body, "until the end");
  const HttpOutcome after_continue = Fetch(client(), Get(peer.url()));
  ASSERT_TRUE(after_continue.response);
  EXPECT_EQ(after_continue.response->status, 200);
  EXPECT_EQ(after_continue.response->body, "ok");
}

TEST_P(CurlHttpClientTest, RefusesWhatIsNotHttp) {
  const ScriptedPeer peer({{"SSH-2.0-OpenSSH_9.2\r\n"}, {"HTTP/1.1 banana\r\n\r\n"}});
  EXPECT_EQ(KindOf(Get(peer.url())), HttpFailureKind::kProtocol);
}

TEST_P(CurlHttpClientTest, SendsAgainOnAFreshConnectionWhenAnIdleOneWasClosed) {
  const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n";
  const ScriptedPeer peer({{ok + "a"}, {ok + "b"}, {ok + "c"}});  // each closes after its answer, unannounced
  const HttpRequest request = Get(peer.url());
  EXPECT_EQ(Fetch(client(), request).response->body, "a");
  EXPECT_EQ(Fetch(client(), request).response->body, "b");
  EXPECT_EQ(Fetch(client(), request).response->body, "c");
}

TEST_P(CurlHttpClientTest, LimitsTheSizeOfAnAnswer) {
  Serve([](const std::shared_ptr<HttpExchange>& e) {
    e->Send({.body = std::string(e->path() == "/big" ? 1001 : 1000, 'x')});
  });
  for (const char* path : {"/fits", "/big"}) {
    HttpTarget target;
    target.url = server_->url() + path;
    target.response_bytes_max = 1000;
    HttpRequest request;
    request.target = std::make_shared<const HttpTarget>(target);
    if (std::string(path) == "/big") {
      EXPECT_EQ(KindOf(std::move(request)), HttpFailureKind::kTooLarge);
    } else {
      EXPECT_EQ(Fetch(client(), std::move(request)).response->body.size(), 1000u);
    }
  }
}

TEST_P(CurlHttpClientTest, FollowsRedirectsOnlyWhenTold) {
  Serve([](const std::shared_ptr<HttpExchange>& e) {
    if (e->path() == "/old") return e->Send({.status = 302, .headers = {{"Location", "/new"}}, .body = "moved"});
    e->Send({.body = "here"});
  });
  HttpTarget target;
  target.url = server_->url() + "/old";
  HttpRequest request;
  request.target = std::make_shared<const HttpTarget>(target);
  EXPECT_EQ(Fetch(client(), request).response->status, 302);
  target.redirects_max = 3;
  request.target = std::make_shared<const HttpTarget>(target);
  EXPECT_EQ(Fetch(client(), request).response->body, "here");
}

TEST_P(CurlHttpClientTest, EndsARequestAtItsDeadline) {
  Serve([this](std::shared_ptr<HttpExchange> e) { held_.push_back(std::move(e)); });
  options_.per_host_max = 1;
  Outcomes outcomes(3);
  HttpRequest late = Post("/", "x");
  late.deadline = In(std::chrono::milliseconds(40));
  HttpRequest passed = Post("/", "x");
  passed.deadline = In(std::chrono::milliseconds(-1));
  client().Submit(late, outcomes.Slot(0));
  client().Submit(late, outcomes.Slot(1));  // waits behind the first and must not outlive its own time
  client().Submit(passed, outcomes.Slot(2));
  for (const auto& [number, outcome] : outcomes.Wait()) {
    ASSERT_TRUE(outcome.failure);
    EXPECT_EQ(outcome.failure->kind, HttpFailureKind::kTimeout);
    EXPECT_EQ(outcome.failure->error.code, Code::kTimeout);
  }
  server_->Stop(Duration::zero());
}

TEST_P(CurlHttpClientTest, EndsAStalledBodyAtItsDeadline) {
  Serve([](const std::shared_ptr<HttpExchange>& e) {
    // The stream is never continued; the connection keeps the exchange's answer half given.
    auto kept = std::make_shared<std::shared_ptr<HttpExchange>>(e);
    e->StartStream({.body = "half"}, [kept](bool) {});
  });
  HttpRequest request = Post("/", "x");
  request.deadline = In(std::chrono::milliseconds(60));
  const HttpOutcome outcome = Fetch(client(), std::move(request));
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->kind, HttpFailureKind::kTimeout);
}

TEST_P(CurlHttpClientTest, CancelsOneRequestAndLeavesTheOthers) {
  const Signal three;
  Serve([&](std::shared_ptr<HttpExchange> e) {
    held_.push_back(std::move(e));
    if (held_.size() == 3) three.Set();
  });
  options_.per_host_max = 3;
  Outcomes outcomes(4);
  const Signal cancelled;
  client().Submit(Post("/", "0"), outcomes.Slot(0));
  const HttpRequestId in_flight = client().Submit(Post("/", "1"), [&, done = outcomes.Slot(1)](HttpOutcome outcome) {
    done(std::move(outcome));
    cancelled.Set();
  });
  client().Submit(Post("/", "2"), outcomes.Slot(2));
  three.Wait();
  const HttpRequestId waiting = client().Submit(Post("/", "3"), outcomes.Slot(3));
  client().Cancel(waiting);
  client().Cancel(in_flight);
  client().Cancel(HttpRequestId{123456});
  cancelled.Wait();
  server_->RunAfter(Duration::zero(), [&] {
    for (auto& e : held_) e->Send({.body = "late"});
    held_.clear();
  });
  const auto& all = outcomes.Wait();
  for (const int number : {1, 3}) {
    ASSERT_TRUE(all.at(number).failure);
    EXPECT_EQ(all.at(number).failure->kind, HttpFailureKind::kCancelled);
    EXPECT_EQ(all.at(number).failure->error.code, Code::kCancelled);
  }
  for (const int number : {0, 2}) {
    ASSERT_TRUE(all.at(number).response);
    EXPECT_EQ(all.at(number).response->body, "late");
  }
}

TEST_P(CurlHttpClientTest, GivesEveryOpenRequestItsOneOutcomeWhenItStops) {
  const Signal full;
  Serve([&](std::shared_ptr<HttpExchange> e) {
    held_.push_back(std::move(e));
    if (held_.size() == 50) full.Set();
  });
  options_.per_host_max = 50;
  Outcomes outcomes(200);
  const HttpRequest request = Post("/", "x");
  for (int i = 0; i < 200; ++i) client().Submit(request, outcomes.Slot(i));
  full.Wait();
  Client()->Stop();
  for (const auto& [number, outcome] : outcomes.Wait()) {
    ASSERT_TRUE(outcome.failure);
    EXPECT_EQ(outcome.failure->kind, HttpFailureKind::kCancelled);
  }
  EXPECT_EQ(Client()->open(), 0);
  // And afterwards it still answers, at once.
  EXPECT_EQ(KindOf(request), HttpFailureKind::kCancelled);
  Client()->Stop();
  server_->Stop(Duration::zero());
}

TEST_P(CurlHttpClientTest, RefusesMoreWaitingRequestsThanItMayHold) {
  Serve([this](std::shared_ptr<HttpExchange> e) { held_.push_back(std::move(e)); });
  options_.per_host_max = 1;
  options_.queued_max = 2;
  const Signal refused;
  std::atomic<int> full{0}, other{0};
  for (int i = 0; i < 6; ++i) {
    client().Submit(Post("/", "x"), [&](const HttpOutcome& outcome) {
      if (outcome.failure && outcome.failure->kind == HttpFailureKind::kQueueFull) {
        if (++full == 3) refused.Set();
      } else {
        ++other;
      }
    });
  }
  refused.Wait();
  Client()->Stop();
  EXPECT_EQ(full, 3);
  EXPECT_EQ(other, 3);
  server_->Stop(Duration::zero());
}

TEST_P(CurlHttpClientTest, WorksThroughManyTargetsWithoutKeepingThem) {
  Serve([](const std::shared_ptr<HttpExchange>& e) { e->Send({.body = std::string(e->path())}); });
  for (int i = 0; i < 300; ++i) {
    const std::string path = "/" + std::to_string(i);
    EXPECT_EQ(Fetch(client(), Get(server_->url() + path)).response->body, path);
  }
}

TEST_P(CurlHttpClientTest, UsesTheProxyOfTheEnvironment) {
  Serve([](const std::shared_ptr<HttpExchange>& e) { e->Send({.body = "proxied " + std::string(e->target())}); });
  ::setenv("http_proxy", server_->url().c_str(), 1);
  Client();
  const HttpOutcome outcome = Fetch(client(), Get("http://model.example/v1"));
  ::unsetenv("http_proxy");
  ASSERT_TRUE(outcome.response) << outcome.failure->error.ToString();
  EXPECT_EQ(outcome.response->body, "proxied http://model.example/v1");
}

TEST_P(CurlHttpClientTest, RefusesHeadersThatWouldWriteOthers) {
  Serve([](const std::shared_ptr<HttpExchange>& e) { e->Send({}); });
  HttpRequest request = Post("/", "x");
  request.headers = {{"X-A", "1\r\nX-B: 2"}};
  EXPECT_EQ(KindOf(request), HttpFailureKind::kInvalid);
  request.headers = {{"", "1"}};
  EXPECT_EQ(KindOf(request), HttpFailureKind::kInvalid);
}

TEST_P(CurlHttpClientTest, ReadsAnswersCutAnywhere) {
  const std::string answer =
      "HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n3\r\nfgh\r\n0\r\n\r\n";
  for (size_t cut = 1; cut < answer.size(); ++cut) {
    const SplitPeer peer(answer.substr(0, cut), answer.substr(cut));
    const HttpOutcome outcome = Fetch(client(), Get(peer.url()));
    ASSERT_TRUE(outcome.response) << cut << " " << outcome.failure->error.ToString();
    ASSERT_EQ(outcome.response->body, "abcdefgh") << cut;
    ASSERT_EQ(outcome.response->Header("x-a"), "b") << cut;
  }
}

TEST_P(CurlHttpClientTest, FindsLocalhostByName) {
  Serve([](const std::shared_ptr<HttpExchange>& e) { e->Send({.body = "home"}); });
  const HttpOutcome outcome = Fetch(client(), Get("http://localhost:" + std::to_string(server_->port()) + "/"));
  ASSERT_TRUE(outcome.response) << outcome.failure->error.ToString();
  EXPECT_EQ(outcome.response->body, "home");
}

INSTANTIATE_TEST_SUITE_P(Engines, CurlHttpClientTest, ::testing::Bool(),
                         [](const auto& engine) { return engine.param ? "Plain" : "Libcurl"; });

}  // namespace
}  // namespace yk::net
