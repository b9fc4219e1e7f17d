// SPDX-License-Identifier: Apache-2.0
#include "net/http_connection.h"

#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "base/check.h"
#include "base/log.h"

namespace yk::net {
namespace {

using Request = http::request<http::string_body>;

/// The handler's side of one request. Holds the connection alive until it is answered.
class Exchange final : public HttpExchange {
 public:
  Exchange(std::shared_ptr<HttpConnection> connection, Request request)
      : connection_(std::move(connection)), request_(std::move(request)) {}

  ~Exchange() override {
    if (!answered_.load())
      Exchange::Send({.status = 500, .headers = {}, .body = R"({"error":{"message":"the server gave no answer"}})"});
  }

  std::string_view method() const override { return View(request_.method_string()); }
  std::string_view target() const override { return View(request_.target()); }
  std::string_view path() const override { return target().substr(0, target().find('?')); }
  std::string_view query() const override {
    const size_t mark = target().find('?');
    return mark == std::string_view::npos ? std::string_view() : target().substr(mark + 1);
  }
  std::string_view body() const override { return request_.body(); }
  std::optional<std::string_view> Header(std::string_view name) const override {
    const auto it = request_.find(boost::beast::string_view(name.data(), name.size()));
    if (it == request_.end()) return std::nullopt;
    return View(it->value());
  }
  int64_t connection() const override { return connection_->number(); }

  void Send(HttpReply reply) override {
    if (answered_.exchange(true)) return;
    Post([reply = std::move(reply)](HttpConnection& c) mutable { c.Answer(std::move(reply)); });
  }
  void StartStream(HttpReply reply, Written written) override {
    if (answered_.exchange(true)) return;
    Post([reply = std::move(reply), written = std::move(written)](HttpConnection& c) mutable {
      c.StartStream(std::move(reply), std::move(written));
    });
  }
  void WriteChunk(std::string chunk, Written written) override {
    Post([chunk = std::move(chunk), written = std::move(written)](HttpConnection& c) mutable {
      c.WriteChunk(std::move(chunk), std::move(written));
    });
  }
  void EndStream() override {
    Post([](HttpConnection& c) { c.EndStream(); });
  }
  void Drop(bool reset) override {
    answered_.store(true);
    Post([reset](HttpConnection& c) { c.Close(reset); });
  }

 private:
  template <typename T>
  static std::string_view View(const T& text) {
    return {text.data(), text.size()};
  }
  template <typename Act>
  void Post(Act act) {
    HttpServerCore& core = connection_->core();
    if (core.io.get_executor().running_in_this_thread()) return act(*connection_);
    // std::function must be copyable, the captured reply is moved once anyway.
    auto shared = std::make_shared<Act>(std::move(act));
    core.Post([connection = connection_, shared] { (*shared)(*connection); });
  }

  const std::shared_ptr<HttpConnection> connection_;
  const Request request_;
  std::atomic<bool> answered_{false};
};

std::string_view Reason(int status) {
  const auto text = http::obsolete_reason(static_cast<http::status>(status));
  return {text.data(), text.size()};
}

}  // namespace

bool HttpServerCore::Post(std::function<void()> task) {
  MutexLock lock(mutex);
  if (ended) return false;
  asio::post(io, std::move(task));
  return true;
}

void HttpServerCore::Gone(HttpConnection* connection) {
  connections.erase(connection);
  if (on_gone) on_gone();
}

HttpConnection::HttpConnection(std::shared_ptr<HttpServerCore> core, asio::ip::tcp::socket socket)
    : core_(std::move(core)), socket_(std::move(socket)), number_(++core_->accepted) {}

void HttpConnection::Start() {
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  NewParser();
  Read();
}

void HttpConnection::NewParser() {
  parser_.emplace();
  parser_->header_limit(static_cast<uint32_t>(core_->options.header_bytes_max));
  parser_->body_limit(core_->options.body_bytes_max);
  parser_->eager(true);
  continue_sent_ = false;
  Touch(State::kIdle);
}

void HttpConnection::Touch(State state) {
  if (state_ == State::kClosed) return;
  state_ = state;
  since_ = core_->now;
}

void HttpConnection::Read() {
  socket_.async_read_some(asio::buffer(in_), [self = shared_from_this()](boost::system::error_code error, size_t n) {
    if (self->state_ == State::kClosed) return;
    if (error) return self->Close();
    self->pending_.append(self->in_.data(), n);
    self->Consume();
  });
}

void HttpConnection::Consume() {
  if (state_ == State::kIdle) Touch(State::kReading);
  boost::system::error_code error;
  size_t used = 0;
  while (used < pending_.size() && !parser_->is_done() && !error) {
    const size_t n = parser_->put(asio::buffer(pending_.data() + used, pending_.size() - used), error);
    used += n;
    if (n == 0 && !error) break;
  }
  pending_.erase(0, used);
  if (error && error != http::error::need_more) return RefuseRequest(error);
  if (parser_->is_done()) return Dispatch();
  if (parser_->is_header_done() && !continue_sent_ &&
      parser_->get().find(http::field::expect) != parser_->get().end()) {
    continue_sent_ = true;
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    boost::system::error_code ignored;
    asio::write(socket_, asio::buffer(kContinue.data(), kContinue.size()), ignored);
  }
  Read();
}

void HttpConnection::Dispatch() {
  Request request = parser_->release();
  keep_alive_ = request.keep_alive() && !core_->stopping;
  head_request_ = request.method() == http::verb::head;
  http_1_0_ = request.version() < 11;
  Touch(State::kWorking);
  auto exchange = std::make_shared<Exchange>(shared_from_this(), std::move(request));
  try {
    core_->handler(exchange);
  } catch (const std::exception& e) {
    log::Error("an HTTP handler failed: {}", e.what());
    exchange->Send(
        {.status = 500, .headers = {}, .body = R"({"error":{"message":"the server failed on this request"}})"});
  }
}

void HttpConnection::RefuseRequest(boost::system::error_code error) {
  keep_alive_ = false;
  HttpReply reply{
      .status = 400, .headers = {}, .body = R"({"error":{"message":"the request is not proper HTTP/1.1"}})"};
  if (error == http::error::body_limit) {
    reply.status = 413;
    reply.body = R"({"error":{"message":"the request body is longer than this server takes"}})";
  } else if (error == http::error::header_limit) {
    reply.status = 431;
    reply.body = R"({"error":{"message":"the request headers are longer than this server takes"}})";
  }
  Touch(State::kWorking);
  Answer(std::move(reply));
}

void HttpConnection::AppendHead(const HttpReply& reply, std::string_view framing) {
  out_head_.clear();
  fmt::format_to(std::back_inserter(out_head_), "HTTP/1.1 {} {}\r\n", reply.status, Reason(reply.status));
  if (!reply.content_type.empty()) out_head_.append("Content-Type: ").append(reply.content_type).append("\r\n");
  for (const HttpHeader& h : reply.headers) out_head_.append(h.name).append(": ").append(h.value).append("\r\n");
  out_head_.append(core_->date_header).append(framing);
  if (!keep_alive_) {
    out_head_.append("Connection: close\r\n");
  } else if (http_1_0_) {
    out_head_.append("Connection: keep-alive\r\n");
  }
  out_head_.append("\r\n");
}

void HttpConnection::Answer(HttpReply reply) {
  if (state_ == State::kClosed) return;
  const bool bodiless = reply.status == 204 || reply.status == 304;
  std::array<char, 48> framing;
  size_t length = 0;
  if (!bodiless) {
    length = static_cast<size_t>(
        fmt::format_to_n(framing.data(), framing.size(), "Content-Length: {}\r\n", reply.body.size()).size);
  }
  if (reply.cut_after) keep_alive_ = keep_alive_ && *reply.cut_after >= reply.body.size();
  const bool hide_close = reply.cut_after && *reply.cut_after < reply.body.size();
  const bool keep = keep_alive_;
  if (hide_close) keep_alive_ = true;  // the head of a cut answer looks like any other
  AppendHead(reply, {framing.data(), length});
  keep_alive_ = keep;
  out_body_ = std::move(reply.body);
  if (hide_close) out_body_.resize(*reply.cut_after);
  if (bodiless || head_request_) out_body_.clear();
  WriteOut({}, true);
}

void HttpConnection::StartStream(HttpReply reply, HttpExchange::Written written) {
  if (state_ == State::kClosed) {
    if (written) written(false);
    return;
  }
  if (http_1_0_) keep_alive_ = false;
  AppendHead(reply, http_1_0_ ? "" : "Transfer-Encoding: chunked\r\n");
  out_body_.clear();
  if (!reply.body.empty())
    out_body_ = http_1_0_ ? std::move(reply.body) : fmt::format("{:x}\r\n{}\r\n", reply.body.size(), reply.body);
  WriteOut(std::move(written), false);
}

void HttpConnection::WriteChunk(std::string chunk, HttpExchange::Written written) {
  if (state_ == State::kClosed) {
    if (written) written(false);
    return;
  }
  YK_CHECK(!writing_, "a chunk is written after the one before it was taken");
  out_head_.clear();
  if (!http_1_0_) fmt::format_to(std::back_inserter(out_head_), "{:x}\r\n", chunk.size());
  out_body_ = std::move(chunk);
  if (!http_1_0_) out_body_.append("\r\n");
  WriteOut(std::move(written), false);
}

void HttpConnection::EndStream() {
  if (state_ == State::kClosed) return;
  YK_CHECK(!writing_, "a stream ends after its last chunk was taken");
  out_head_.clear();
  out_body_ = http_1_0_ ? "" : "0\r\n\r\n";
  WriteOut({}, true);
}

void HttpConnection::WriteOut(HttpExchange::Written written, bool last) {
  Touch(State::kWriting);
  writing_ = true;
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(out_head_), asio::buffer(out_body_)};
  asio::async_write(
      socket_, buffers,
      [self = shared_from_this(), written = std::move(written), last](boost::system::error_code error, size_t) {
        self->writing_ = false;
        const bool ok = !error && self->state_ != State::kClosed;
        if (!ok)
          self->Close();
        else if (last)
          self->Finished();
        if (written) written(ok);
      });
}

void HttpConnection::Finished() {
  if (!keep_alive_ || core_->stopping) return Close();
  NewParser();
  if (pending_.empty()) return Read();
  // A pipelined request; by way of the queue, so that many of them do not deepen the stack.
  asio::post(core_->io, [self = shared_from_this()] {
    if (self->state_ != State::kClosed) self->Consume();
  });
}

void HttpConnection::Sweep() {
  const HttpServerOptions& options = core_->options;
  const Duration age = core_->now - since_;
  switch (state_) {
    case State::kIdle:
      if (age > options.idle_timeout) Close();
      return;
    case State::kReading:
      if (age > options.read_timeout) Close();
      return;
    case State::kWriting:
      if (writing_ && age > options.write_timeout) return Close(true);
      [[fallthrough]];
    case State::kWorking: {
      // No read is pending while a handler works, so a peer that left is found by looking.
      char byte = 0;
      if (::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0) Close();
      return;
    }
    case State::kClosed: return;
  }
}

void HttpConnection::StopGracefully() {
  if (state_ == State::kIdle && pending_.empty()) return Close();
  keep_alive_ = false;
}

void HttpConnection::Close(bool reset) {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  boost::system::error_code ignored;
  if (reset) {
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  } else {
    socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  }
  socket_.close(ignored);
  core_->Gone(this);
}

}  // namespace yk::net
