// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "net/http_client.h"

namespace yk::net {

/// What a handler answers. Content-Length, Connection and Date are the server's.
struct HttpReply {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<HttpHeader> headers = {};
  std::string body = {};
  /// For servers that play a broken one: only so many body bytes are sent, under the true Content-Length, then the
  /// connection is closed.
  std::optional<size_t> cut_after = {};
};

/// One request and the right to answer it once. A handler may keep it and answer later from any thread; dropped
/// unanswered, it answers 500 itself. Reading is safe until the answer is given.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;
  virtual std::string_view method() const = 0;
  virtual std::string_view target() const = 0;  ///< path and query as sent
  virtual std::string_view path() const = 0;
  virtual std::string_view query() const = 0;  ///< without '?'
  virtual std::string_view body() const = 0;
  /// The first header of that name, letter case ignored.
  virtual std::optional<std::string_view> Header(std::string_view name) const = 0;
  /// Which of the server's connections, counted from 1, it came on.
  virtual int64_t connection() const = 0;

  virtual void Send(HttpReply reply) = 0;

  /// Starts a chunked answer; `reply.body` is its first chunk when not empty. `written` is called on the io thread
  /// when the peer's socket took it: write the next chunk then, one at a time, and so hold one chunk in memory.
  /// written(false): the peer is gone, write no more.
  using Written = std::function<void(bool ok)>;
  virtual void StartStream(HttpReply reply, Written written) = 0;
  virtual void WriteChunk(std::string chunk, Written written) = 0;
  virtual void EndStream() = 0;

  /// Ends the connection without an answer; `reset` makes the peer see a reset instead of a close.
  virtual void Drop(bool reset) = 0;
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";  ///< loopback unless told otherwise
  uint16_t port = 0;                  ///< 0: any free port; port() tells
  size_t body_bytes_max = size_t{16} << 20;
  size_t header_bytes_max = size_t{64} << 10;
  int connections_max = 10'000;
  Duration read_timeout = std::chrono::seconds(30);   ///< from the first byte of a request to its last
  Duration idle_timeout = std::chrono::seconds(120);  ///< between requests
  Duration write_timeout = std::chrono::seconds(60);  ///< without the peer taking a byte
};

/// An HTTP/1.1 server on one io thread. The handler runs on that thread and must not block: slow work answers later.
/// Requests on one connection are answered in order, connections independently.
class HttpServer {
 public:
  using Handler = std::function<void(std::shared_ptr<HttpExchange>)>;

  /// Binds, listens and serves. Errors: the address cannot be bound (kConflict when in use, else kInvalid or
  /// kUnauthorized), named with address and port.
  static Result<std::unique_ptr<HttpServer>> Start(HttpServerOptions options, Handler handler);
  ~HttpServer();

  uint16_t port() const;
  /// "http://127.0.0.1:8420"
  std::string url() const;

  /// Calls `task` on the io thread at `delay` from now, or on its next turn for 0; not at all when stopped before.
  void RunAfter(Duration delay, std::function<void()> task);

  /// Accepts no more, lets requests in work be answered until `grace` is over, closes the rest. Idempotent; returns
  /// when the io thread has ended. Not to be called on the io thread.
  void Stop(Duration grace = std::chrono::seconds(5));

 private:
  class Impl;
  explicit HttpServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace yk::net
