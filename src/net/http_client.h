// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/result.h"

namespace yk::net {

using HttpRequestId = Id<struct HttpRequestIdTag>;

struct HttpHeader {
  std::string name;
  std::string value;
};

/// Where requests go and all that is the same for every one of them. Make it once and share it: the client keeps
/// handles and connections configured for a target, and hands them out by its address.
struct HttpTarget {
  std::string method = "GET";
  std::string url;  ///< http:// or https://; anything else is refused
  std::vector<HttpHeader> headers;
  Duration connect_timeout = std::chrono::seconds(10);
  size_t response_bytes_max = size_t{64} << 20;  ///< decoded body; more ends the request with kTooLarge
  int redirects_max = 0;                         ///< followed for GET and HEAD only
  bool compressed = false;                       ///< offer every content coding we can decode
  std::string ca_file;                           ///< PEM bundle to trust; empty: the system's
};

/// The start of an answer: its status and header lines.
struct HttpHead {
  int status = 0;
  std::string_view head;  ///< as in HttpResponse

  /// The first header of that name, letter case ignored, without surrounding blanks.
  std::optional<std::string_view> Header(std::string_view name) const;
};

/// The head of a 2xx answer whose body goes to on_chunk, before its first piece and only when there is one. On the
/// client's io thread. False ends the request with kCancelled.
using HttpOnHead = std::function<bool(const HttpHead& head)>;

/// A piece of the body, in order, on the client's io thread. False ends the request with kCancelled. It may block, on a
/// disk for instance: nothing is read ahead, so memory stays flat and the sender is slowed down, but every other
/// request of this client waits too. Give large downloads a client of their own.
using HttpChunk = std::function<bool(std::string_view bytes)>;

struct HttpRequest {
  std::shared_ptr<const HttpTarget> target;
  std::string body;                     ///< sent as given; the target's headers name its type
  std::vector<HttpHeader> headers;      ///< beside those of the target; empty is cheapest
  MonoTime deadline = MonoTime::max();  ///< for the whole exchange, waiting for a free connection included
  HttpChunk on_chunk;                   ///< set: a 2xx body goes here and not into the response
  HttpOnHead on_head;                   ///< beside on_chunk, to know what the pieces are
};

/// A status line, headers and a body that arrived whole. Any status: 404 and 500 are responses, not failures.
struct HttpResponse {
  int status = 0;
  std::string head;  ///< status line and header lines as received, CRLF each
  std::string body;
  Duration elapsed{};  ///< from leaving the queue to the last byte

  /// The first header of that name, letter case ignored, without surrounding blanks.
  std::optional<std::string_view> Header(std::string_view name) const;
};

/// Why there is no whole response. Says what a retry may hope for; `Error` says it to people.
enum class HttpFailureKind {
  kInvalid,    ///< the request cannot be sent: URL, scheme, method
  kResolve,    ///< the host name has no address
  kConnect,    ///< refused, unreachable
  kTls,        ///< handshake or certificate
  kTimeout,    ///< deadline or connect timeout
  kReset,      ///< the connection ended before a response began
  kCutBody,    ///< the response began and ended too early
  kTooLarge,   ///< more than response_bytes_max
  kProtocol,   ///< what came is not HTTP
  kCancelled,  ///< Cancel, Stop, or on_chunk returned false
  kQueueFull,  ///< more requests wait than the client may hold
};
std::string_view HttpFailureKindName(HttpFailureKind kind);

struct HttpFailure {
  HttpFailureKind kind = HttpFailureKind::kInvalid;
  Error error;
  int status = 0;    ///< of a response that began; 0: none
  std::string body;  ///< what had arrived of it, unless on_chunk took it
};

/// Exactly one of the two is set.
struct HttpOutcome {
  std::optional<HttpResponse> response;
  std::optional<HttpFailure> failure;
};

/// Called exactly once per request, on the client's io thread, with no lock held. It must return quickly and not
/// throw; it may Submit and Cancel, but neither block on another request of the same client nor destroy the client.
using HttpDone = std::function<void(HttpOutcome)>;

/// Many HTTP requests in flight at once. Thread-safe. Requests to one target start in the order of Submit and end in
/// any order. A request on a connection that the server had already closed is sent again on a fresh one when not one
/// byte of a response was seen: servers may see a request twice, callers see one outcome.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  /// Never blocks on the network.
  virtual HttpRequestId Submit(HttpRequest request, HttpDone done) = 0;

  /// Ends the request with kCancelled unless it has ended; an unknown id is ignored.
  virtual void Cancel(HttpRequestId id) = 0;
};

/// Submits and waits. Not to be called on the client's io thread.
HttpOutcome Fetch(HttpClient& client, HttpRequest request);

}  // namespace yk::net
