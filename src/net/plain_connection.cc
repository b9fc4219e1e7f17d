// SPDX-License-Identifier: Apache-2.0
#include "net/plain_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/uio.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>

#include "net/header_block.h"

namespace yk::net {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

constexpr uint32_t kHeadMax = 1u << 20;
constexpr size_t kReadSize = 64 * 1024;

/// Hands what Beast finds to the flight.
class ResponseParser final : public http::basic_parser<false> {
 public:
  explicit ResponseParser(Flight& flight) : flight_(flight) {
    eager(true);
    header_limit(kHeadMax);
    body_limit(boost::none);  // the flight keeps its own limit
  }

 private:
  using View = boost::beast::string_view;
  static std::string_view Std(View text) { return {text.data(), text.size()}; }
  void Refuse(error_code& error) { error = http::make_error_code(http::error::body_limit); }

  void on_request_impl(http::verb, View, View, int, error_code&) override {}
  void on_response_impl(int code, View reason, int version, error_code& error) override {
    flight_.StartHead(code);
    error = {};
    flight_.TakeHead(version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ");
    flight_.TakeHead(std::to_string(code));
    flight_.TakeHead(" ");
    flight_.TakeHead(Std(reason));
    flight_.TakeHead("\r\n");
  }
  void on_field_impl(http::field, View name, View value, error_code& error) override {
    error = {};
    flight_.TakeHead(Std(name));
    flight_.TakeHead(": ");
    flight_.TakeHead(Std(value));
    if (!flight_.TakeHead("\r\n")) Refuse(error);
  }
  void on_header_impl(error_code& error) override {
    error = {};
    flight_.TakeHead("\r\n");
  }
  void on_body_init_impl(const boost::optional<uint64_t>& size, error_code& error) override {
    error = {};
    if (!size || flight_.pending.request.on_chunk) return;
    if (*size <= flight_.state->target->response_bytes_max) flight_.body.reserve(*size);
  }
  size_t on_body_impl(View piece, error_code& error) override {
    error = {};
    if (!flight_.TakeBody(Std(piece))) Refuse(error);
    return piece.size();
  }
  void on_chunk_header_impl(uint64_t, View, error_code& error) override { error = {}; }
  size_t on_chunk_body_impl(uint64_t, View piece, error_code& error) override {
    error = {};
    if (!flight_.TakeBody(Std(piece))) Refuse(error);
    return piece.size();
  }
  void on_finish_impl(error_code& error) override { error = {}; }

  Flight& flight_;
};

}  // namespace

struct PlainConnection::Parser {
  std::optional<ResponseParser> response;
};

PlainConnection::PlainConnection() : parser_(std::make_unique<Parser>()) { plain = true; }
PlainConnection::~PlainConnection() = default;

uint32_t PlainConnection::wanted() const {
  if (connecting_) return EPOLLOUT;
  const bool sending = host_ != nullptr && sent_ < out_head_.size() + pending.request.body.size();
  return sending ? EPOLLIN | EPOLLOUT : EPOLLIN;
}

Fd PlainConnection::Disconnect() {
  connecting_ = used_ = heard_ = reusable_ = again_ = false;
  unparsed_.clear();
  out_head_.clear();
  sent_ = 0;
  return std::move(fd_);
}

PlainConnection::Verdict PlainConnection::Lose(HttpFailureKind kind, std::string_view detail) {
  again_ = used_ && !heard_ && (kind == HttpFailureKind::kReset);
  lost_kind_ = kind;
  lost_detail_ = detail;
  return Verdict::kFailed;
}

PlainConnection::Verdict PlainConnection::Connect(HostState& host) {
  host_ = &host;
  used_ = heard_ = again_ = false;
  const sockaddr_storage& address = host.addresses[address_];
  fd_ = Fd(::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd_.valid()) return Lose(HttpFailureKind::kConnect, "no file descriptor is left; raise `ulimit -n`");
  const int on = 1;
  ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
  const socklen_t size = address.ss_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  connecting_ = true;
  if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0) return Connected();
  if (errno == EINPROGRESS) return Verdict::kWait;
  return NotConnected(errno);
}

PlainConnection::Verdict PlainConnection::NotConnected(int error) {
  const Verdict verdict = Lose(HttpFailureKind::kConnect, std::strerror(error));
  again_ = address_ + 1 < host_->addresses.size();
  if (again_) ++address_;
  return verdict;
}

PlainConnection::Verdict PlainConnection::Connected() {
  int error = 0;
  socklen_t size = sizeof(error);
  ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return NotConnected(error);
  sockaddr_storage peer{};
  size = sizeof(peer);
  // An event of an earlier socket of the same number may have woken us too soon.
  if (::getpeername(fd_.get(), reinterpret_cast<sockaddr*>(&peer), &size) != 0) return Verdict::kWait;
  connecting_ = false;
  limit = pending.request.deadline;
  return Send();
}

PlainConnection::Verdict PlainConnection::Send() {
  heard_ = reusable_ = again_ = false;
  unparsed_.clear();
  sent_ = 0;
  parser_->response.emplace(*this);
  const HttpTarget& target = *state->target;
  if (target.method == "HEAD") parser_->response->skip(true);
  out_head_.assign(state->plain_head);
  for (const HttpHeader& h : pending.request.headers)
    out_head_.append(h.name).append(": ").append(h.value).append("\r\n");
  const bool bodiless = pending.request.body.empty() && (target.method == "GET" || target.method == "HEAD");
  if (!bodiless) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof(digits), pending.request.body.size()).ptr;
    out_head_.append("Content-Length: ").append(digits, end).append("\r\n");
  }
  out_head_.append("\r\n");
  return Write();
}

PlainConnection::Verdict PlainConnection::Write() {
  const std::string& body = pending.request.body;
  while (sent_ < out_head_.size() + body.size()) {
    const size_t in_head = std::min(sent_, out_head_.size());
    const size_t in_body = sent_ - in_head;
    iovec pieces[2] = {{out_head_.data() + in_head, out_head_.size() - in_head},
                       {const_cast<char*>(body.data()) + in_body, body.size() - in_body}};
    msghdr message{};
    message.msg_iov = pieces;
    message.msg_iovlen = 2;
    const ssize_t n = ::sendmsg(fd_.get(), &message, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Verdict::kWait;
    if (n < 0) {
      // The server may have answered before it closed.
      const int error = errno;
      const Verdict verdict = Read();
      return verdict == Verdict::kWait ? AtEnd(error) : verdict;
    }
    sent_ += static_cast<size_t>(n);
  }
  return Verdict::kWait;
}

PlainConnection::Verdict PlainConnection::OnReady(uint32_t events) {
  if (connecting_) return Connected();
  if (events & EPOLLOUT) {
    const Verdict verdict = Write();
    if (verdict != Verdict::kWait) return verdict;
  }
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP)) return Read();
  return Verdict::kWait;
}

PlainConnection::Verdict PlainConnection::Read() {
  // One io thread per client, and the bytes are parsed before anything else runs on it.
  static thread_local char buffer[kReadSize];
  for (;;) {
    const ssize_t n = ::recv(fd_.get(), buffer, kReadSize, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Verdict::kWait;
    if (n <= 0) return AtEnd(n < 0 ? errno : 0);
    heard_ = true;
    const Verdict verdict = Parse({buffer, static_cast<size_t>(n)});
    // A short read has emptied the socket; the next event tells about more.
    if (verdict != Verdict::kWait || static_cast<size_t>(n) < kReadSize) return verdict;
  }
}

PlainConnection::Verdict PlainConnection::Parse(std::string_view bytes) {
  if (!unparsed_.empty()) {
    unparsed_.append(bytes);
    bytes = unparsed_;
  }
  while (!bytes.empty()) {
    ResponseParser& parser = *parser_->response;
    error_code error;
    const size_t used = parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    bytes.remove_prefix(used);
    if (error && error != http::error::need_more) {
      if (too_large || refused) return Lose(HttpFailureKind::kTooLarge, "");
      return Lose(HttpFailureKind::kProtocol, error.message());
    }
    if (parser.is_done() && status >= 100 && status < 200 && status != 101) {
      parser_->response.emplace(*this);  // an interim answer; the true one follows
      continue;
    }
    if (parser.is_done()) {
      const bool all_sent = sent_ == out_head_.size() + pending.request.body.size();
      reusable_ = parser.keep_alive() && bytes.empty() && all_sent;
      used_ = true;
      unparsed_.clear();
      return Verdict::kDone;
    }
    if (used == 0) break;
  }
  // `bytes` may be a view of unparsed_ itself.
  std::string rest(bytes);
  unparsed_.swap(rest);
  return Verdict::kWait;
}

PlainConnection::Verdict PlainConnection::AtEnd(int error) {
  const std::string detail = error != 0 ? std::strerror(error) : "the connection was closed";
  if (!heard_) return Lose(HttpFailureKind::kReset, detail);
  if (error != 0 || !unparsed_.empty() || !parser_->response->is_header_done()) {
    return Lose(HttpFailureKind::kCutBody, detail);
  }
  error_code parse_error;
  parser_->response->put_eof(parse_error);
  if (parse_error || !parser_->response->is_done()) return Lose(HttpFailureKind::kCutBody, detail);
  reusable_ = false;
  return Verdict::kDone;
}

std::vector<sockaddr_storage> LiteralAddresses(const UrlParts& url) {
  std::vector<sockaddr_storage> out;
  uint16_t port = 0;
  std::from_chars(url.port.data(), url.port.data() + url.port.size(), port);
  const auto add = [&](const char* text) {
    sockaddr_storage storage{};
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    if (::inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
      v4->sin_family = AF_INET;
      v4->sin_port = htons(port);
      out.push_back(storage);
    } else if (::inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
      v6->sin6_family = AF_INET6;
      v6->sin6_port = htons(port);
      out.push_back(storage);
    }
  };
  if (url.host == "localhost") {
    add("127.0.0.1");
    add("::1");
  } else if (url.host.starts_with('[') && url.host.ends_with(']')) {
    add(url.host.substr(1, url.host.size() - 2).c_str());
  } else {
    add(url.host.c_str());
  }
  return out;
}

std::string PlainHead(const HttpTarget& target, const UrlParts& url, std::string_view user_agent) {
  const auto given = [&](std::string_view name) {
    return std::any_of(target.headers.begin(), target.headers.end(),
                       [&](const HttpHeader& h) { return EqualsIgnoringCase(h.name, name); });
  };
  std::string head = target.method + " " + url.path + " HTTP/1.1\r\n";
  if (!given("Host")) head += "Host: " + url.host + (url.port == "80" ? "" : ":" + url.port) + "\r\n";
  if (!given("User-Agent")) head.append("User-Agent: ").append(user_agent).append("\r\n");
  if (!given("Accept")) head += "Accept: */*\r\n";
  for (const HttpHeader& h : target.headers) head += h.name + ": " + h.value + "\r\n";
  return head;
}

}  // namespace yk::net
