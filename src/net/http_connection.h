// SPDX-License-Identifier: Apache-2.0
// One accepted connection of HttpServer; private to this folder, as every Asio and Beast type is.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/mutex.h"
#include "net/http_server.h"

namespace yk::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;

class HttpConnection;

/// What connections share with their server. Used on the io thread unless said otherwise.
struct HttpServerCore : std::enable_shared_from_this<HttpServerCore> {
  explicit HttpServerCore(HttpServerOptions o) : options(std::move(o)) {}

  /// Runs the task on the io thread: now when already there. Any thread. False: the server has ended.
  bool Post(std::function<void()> task);
  void Gone(HttpConnection* connection);

  const HttpServerOptions options;
  asio::io_context io{1};
  HttpServer::Handler handler;
  std::unordered_map<HttpConnection*, std::shared_ptr<HttpConnection>> connections;
  std::function<void()> on_gone;  ///< a connection ended
  bool stopping = false;
  int64_t accepted = 0;     ///< connections so far
  MonoTime now{};           ///< of the last sweep, about one second old at most
  std::string date_header;  ///< "Date: …\r\n", of the last sweep

  Mutex mutex;
  bool ended YK_GUARDED_BY(mutex) = false;
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(std::shared_ptr<HttpServerCore> core, asio::ip::tcp::socket socket);

  void Start();
  /// Once a second: closes what overstays its time or was left by its peer.
  void Sweep();
  /// Closes now if between requests, else after the present answer.
  void StopGracefully();
  void Close(bool reset = false);

  // For the exchange; on the io thread.
  void Answer(HttpReply reply);
  void StartStream(HttpReply reply, HttpExchange::Written written);
  void WriteChunk(std::string chunk, HttpExchange::Written written);
  void EndStream();

  HttpServerCore& core() { return *core_; }
  int64_t number() const { return number_; }

 private:
  using Parser = http::request_parser<http::string_body>;
  enum class State { kIdle, kReading, kWorking, kWriting, kClosed };

  void NewParser();
  void Read();
  void Consume();
  void Dispatch();
  void RefuseRequest(boost::system::error_code error);
  void AppendHead(const HttpReply& reply, std::string_view framing);
  void WriteOut(HttpExchange::Written written, bool last);
  void Finished();
  void Touch(State state);

  std::shared_ptr<HttpServerCore> core_;
  asio::ip::tcp::socket socket_;
  const int64_t number_;
  std::optional<Parser> parser_;
  std::array<char, 8192> in_;
  std::string pending_;  ///< bytes read and not yet parsed
  std::string out_head_, out_body_;
  State state_ = State::kIdle;
  MonoTime since_{};
  bool keep_alive_ = true;
  bool head_request_ = false;
  bool http_1_0_ = false;
  bool continue_sent_ = false;
  bool writing_ = false;
};

}  // namespace yk::net
