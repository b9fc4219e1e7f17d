// SPDX-License-Identifier: Apache-2.0
#include "net/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <future>
#include <stdexcept>
#include <thread>

#include "base/file.h"

namespace yk::net {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Speaks to the server byte by byte, as no proper client would.
class RawClient {
 public:
  explicit RawClient(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    EXPECT_EQ(::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    const timeval limit{20, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  }
  void Send(std::string_view bytes) { ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  /// Reads until `end` has come (returned with it) or the server closes.
  std::string ReadUntil(std::string_view end) {
    while (true) {
      const size_t at = in_.find(end);
      if (at != std::string::npos) {
        std::string out = in_.substr(0, at + end.size());
        in_.erase(0, at + end.size());
        return out;
      }
      char buffer[4096];
      const ssize_t n = ::recv(fd_.get(), buffer, sizeof(buffer), 0);
      if (n <= 0) return std::exchange(in_, {});
      in_.append(buffer, static_cast<size_t>(n));
    }
  }
  std::string ReadAll() { return ReadUntil("\x01never\x01"); }

 private:
  Fd fd_;
  std::string in_;
};

std::unique_ptr<HttpServer> StartServer(HttpServer::Handler handler, HttpServerOptions options = {}) {
  auto server = HttpServer::Start(options, std::move(handler));
  EXPECT_TRUE(server) << server.error().ToString();
  return std::move(*server);
}

void EchoHandler(const std::shared_ptr<HttpExchange>& exchange) {
  HttpReply reply;
  reply.content_type = "text/plain";
  reply.body = std::string(exchange->method()) + " " + std::string(exchange->path()) + " ?" +
               std::string(exchange->query()) + " " + std::string(exchange->body()) + ".!";
  exchange->Send(std::move(reply));
}

constexpr std::string_view kGet = "GET /a?b=1 HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(HttpServer, AnswersAndKeepsTheConnection) {
  const auto server = StartServer(EchoHandler);
  RawClient client(server->port());
  for (int i = 0; i < 3; ++i) {
    client.Send(kGet);
    const std::string answer = client.ReadUntil("GET /a ?b=1 .!");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Length: 14\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nDate: "));
  }
}

TEST(HttpServer, TakesABodyInPiecesAndChunked) {
  const auto server = StartServer(EchoHandler);
  RawClient client(server->port());
  client.Send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n01234");
  client.Send("56789");
  EXPECT_THAT(client.ReadUntil(".!"), HasSubstr("POST /p ? 0123456789."));
  client.Send("POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r");
  client.Send("\nde\r\n0\r\n\r\n");
  EXPECT_THAT(client.ReadUntil(".!"), HasSubstr("POST /c ? abcde."));
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  std::vector<std::shared_ptr<HttpExchange>> held;
  const auto server = StartServer([&](std::shared_ptr<HttpExchange> exchange) {
    // The first waits for nothing but its own answer, given later.
    if (exchange->path() == "/1")
      held.push_back(std::move(exchange));
    else
      EchoHandler(exchange);
  });
  RawClient client(server->port());
  client.Send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\n\r\n");
  server->RunAfter(std::chrono::milliseconds(20), [&] {
    EchoHandler(held.front());
    held.clear();
  });
  EXPECT_THAT(client.ReadUntil("GET /1 ? .!"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(client.ReadUntil("GET /2 ? .!"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(client.ReadUntil("GET /3 ? .!"), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, RefusesNonsenseAndWhatIsTooLarge) {
  HttpServerOptions options;
  options.body_bytes_max = 100;
  options.header_bytes_max = 1000;
  const auto server = StartServer(EchoHandler, options);
  const auto ask = [&](const std::string& request) {
    RawClient client(server->port());
    client.Send(request);
    return client.ReadAll();
  };
  EXPECT_THAT(ask("hello there\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(ask("GET / HTTP/1.1\r\nX: " + std::string(2000, 'a') + "\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(ask("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n" + std::string(255, 'b') +
                  "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(ask("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"), HasSubstr(" ok."));
}

TEST(HttpServer, SaysContinueToWhoAsks) {
  const auto server = StartServer(EchoHandler);
  RawClient client(server->port());
  client.Send("POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("abc");
  EXPECT_THAT(client.ReadUntil(".!"), HasSubstr("POST /e ? abc"));
}

TEST(HttpServer, SpeaksToOldClients) {
  const auto server = StartServer(EchoHandler);
  RawClient client(server->port());
  client.Send("GET /old HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.ReadAll(), HasSubstr("GET /old ? .!"));  // and the connection is closed
}

TEST(HttpServer, SendsNoBodyToHead) {
  const auto server = StartServer(EchoHandler);
  RawClient client(server->port());
  client.Send("HEAD /h HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = client.ReadAll();
  EXPECT_THAT(answer, HasSubstr("Content-Length: 12\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST(HttpServer, AnswersForAHandlerThatDoesNotOrThrows) {
  const auto server = StartServer([](const std::shared_ptr<HttpExchange>& exchange) {
    if (exchange->path() == "/throw") throw std::runtime_error("broken");
  });
  RawClient client(server->port());
  client.Send("GET /forget HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("}}"), StartsWith("HTTP/1.1 500 "));
  client.Send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("}}"), StartsWith("HTTP/1.1 500 "));
}

TEST(HttpServer, TakesAnswersFromOtherThreads) {
  std::thread worker;
  const auto server = StartServer([&](std::shared_ptr<HttpExchange> exchange) {
    worker = std::thread([exchange = std::move(exchange)] { EchoHandler(exchange); });
  });
  RawClient client(server->port());
  client.Send(kGet);
  EXPECT_THAT(client.ReadUntil("GET /a ?b=1 .!"), StartsWith("HTTP/1.1 200"));
  worker.join();
}

TEST(HttpServer, StreamsChunksOneAtATime) {
  const auto server = StartServer([](std::shared_ptr<HttpExchange> exchange) {
    auto left = std::make_shared<int>(3);
    auto next = std::make_shared<HttpExchange::Written>();
    *next = [exchange, left, weak = std::weak_ptr(next)](bool ok) {
      ASSERT_TRUE(ok);
      const auto self = weak.lock();
      if (--*left < 0) return exchange->EndStream();
      exchange->WriteChunk("chunk" + std::to_string(*left), [self](bool written) { (*self)(written); });
    };
    exchange->StartStream({.content_type = "text/event-stream", .body = "first"}, [next](bool ok) { (*next)(ok); });
  });
  RawClient client(server->port());
  client.Send(kGet);
  const std::string answer = client.ReadUntil("0\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_TRUE(answer.ends_with("5\r\nfirst\r\n6\r\nchunk2\r\n6\r\nchunk1\r\n6\r\nchunk0\r\n0\r\n\r\n")) << answer;
  client.Send(kGet);
  EXPECT_THAT(client.ReadUntil("0\r\n\r\n"), HasSubstr("first"));
}

TEST(HttpServer, TellsAStreamThatItsReaderLeft) {
  std::promise<void> gone;
  const auto server = StartServer([&](std::shared_ptr<HttpExchange> exchange) {
    auto next = std::make_shared<HttpExchange::Written>();
    *next = [exchange, weak = std::weak_ptr(next), &gone](bool ok) {
      if (!ok) return gone.set_value();
      exchange->WriteChunk(std::string(1 << 16, 'x'), [self = weak.lock()](bool written) { (*self)(written); });
    };
    exchange->StartStream({}, [next](bool ok) { (*next)(ok); });
  });
  {
    RawClient client(server->port());
    client.Send(kGet);
    client.ReadUntil("xxxx");
  }
  gone.get_future().get();
}

TEST(HttpServer, LetsRequestsInWorkEndWhenItStops) {
  std::promise<std::shared_ptr<HttpExchange>> taken;
  const auto server =
      StartServer([&](std::shared_ptr<HttpExchange> exchange) { taken.set_value(std::move(exchange)); });
  RawClient busy(server->port());
  RawClient idle(server->port());
  busy.Send(kGet);
  std::shared_ptr<HttpExchange> exchange = taken.get_future().get();
  std::thread stopper([&] { server->Stop(std::chrono::minutes(5)); });
  EXPECT_EQ(idle.ReadAll(), "") << "an idle connection is closed at once";
  EchoHandler(exchange);
  exchange.reset();
  EXPECT_THAT(busy.ReadAll(), HasSubstr("GET /a ?b=1 .!"));
  stopper.join();
}

TEST(HttpServer, ClosesWhatIsOpenWhenTheGraceIsOver) {
  std::promise<std::shared_ptr<HttpExchange>> taken;
  const auto server =
      StartServer([&](std::shared_ptr<HttpExchange> exchange) { taken.set_value(std::move(exchange)); });
  RawClient client(server->port());
  client.Send(kGet);
  const auto exchange = taken.get_future().get();
  server->Stop(Duration::zero());
  EXPECT_EQ(client.ReadAll(), "");
  EchoHandler(exchange);  // too late, and harmless
}

TEST(HttpServer, ClosesConnectionsThatOverstay) {
  HttpServerOptions options;
  options.idle_timeout = std::chrono::milliseconds(1);
  options.read_timeout = std::chrono::milliseconds(1);
  const auto server = StartServer(EchoHandler, options);
  RawClient idle(server->port());
  RawClient slow(server->port());
  slow.Send("GET /slow HTTP/1.1\r\nHo");
  EXPECT_EQ(idle.ReadAll(), "");
  EXPECT_EQ(slow.ReadAll(), "");
}

TEST(HttpServer, ServesMoreCallersThanItMayHoldOneAfterTheOther) {
  HttpServerOptions options;
  options.connections_max = 2;
  const auto server = StartServer(EchoHandler, options);
  for (int i = 0; i < 5; ++i) {
    RawClient a(server->port()), b(server->port());
    a.Send(kGet);
    b.Send(kGet);
    EXPECT_THAT(a.ReadUntil("GET /a ?b=1 .!"), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(b.ReadUntil("GET /a ?b=1 .!"), StartsWith("HTTP/1.1 200"));
  }
}

TEST(HttpServer, SaysWhyItCannotListen) {
  const auto server = StartServer(EchoHandler);
  HttpServerOptions options;
  options.port = server->port();
  const auto second = HttpServer::Start(options, EchoHandler);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kConflict);
  EXPECT_THAT(second.error().message, HasSubstr(std::to_string(server->port())));
  options.address = "nowhere";
  EXPECT_EQ(HttpServer::Start(options, EchoHandler).error().code, Code::kInvalid);
}

TEST(HttpServer, RunsTasksInTheOrderOfTheirTimes) {
  const auto server = StartServer(EchoHandler);
  std::promise<void> over;
  std::vector<int> order;
  server->RunAfter(std::chrono::milliseconds(0), [&] {
    for (const int ms : {30, 10, 20})
      server->RunAfter(std::chrono::milliseconds(ms), [&order, ms] { order.push_back(ms); });
    server->RunAfter(std::chrono::milliseconds(60), [&] { over.set_value(); });
  });
  over.get_future().get();
  EXPECT_EQ(order, (std::vector<int>{10, 20, 30}));
}

}  // namespace
}  // namespace yk::net
