// SPDX-License-Identifier: Apache-2.0
// A request on its way, and what requests to one target and one host share; private to this folder.
#pragma once

#include <sys/socket.h>

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_client.h"

struct curl_slist;

namespace yk::net {

class PlainConnection;
struct Transfer;

struct PendingRequest {
  HttpRequestId id;
  HttpRequest request;
  HttpDone done;
};

/// A URL taken apart; `path` includes the query.
struct UrlParts {
  std::string scheme, host, port, path;
  bool user = false;  ///< names a user or password
};
/// An Error says what is wrong with the URL.
Result<UrlParts> SplitUrl(const std::string& url);

struct HostState {
  std::string key;           ///< scheme://host:port
  bool multiplexed = false;  ///< may share one connection between requests
  int active = 0;
  int targets = 0;  ///< that point here
  std::deque<PendingRequest> waiting;
  std::vector<sockaddr_storage> addresses;  ///< of a host named by address, else empty
  std::vector<PlainConnection*> idle;       ///< open, the one used last at the end
};

/// A target in use.
struct TargetState {
  TargetState() = default;
  ~TargetState();
  TargetState(const TargetState&) = delete;
  TargetState& operator=(const TargetState&) = delete;
  std::shared_ptr<const HttpTarget> target;
  HostState* host = nullptr;
  int active = 0;
  bool plain = false;      ///< served by PlainConnection and not by libcurl
  std::string plain_head;  ///< request line and headers up to Content-Length
  curl_slist* headers = nullptr;
  std::vector<Transfer*> idle;  ///< configured for this target
};

/// What every request in flight has, whichever engine carries it.
struct Flight {
  Flight() = default;
  virtual ~Flight() = default;
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;

  /// Takes a piece of the body. False: too large, or its reader wants no more.
  bool TakeBody(std::string_view piece);
  /// Adds to the head; false when it grows beyond reason.
  bool TakeHead(std::string_view piece);
  void StartHead(int new_status);
  void Clear();

  HttpOutcome Success(MonoTime now);
  /// `detail` is the engine's own word for it. A body refused by TakeBody decides over `kind`.
  HttpOutcome Failure(HttpFailureKind kind, std::string_view detail);
  const std::string& url() const { return state->target->url; }

  TargetState* state = nullptr;
  PendingRequest pending;
  size_t slot = 0;  ///< index among the active ones
  MonoTime started{};
  MonoTime limit = MonoTime::max();  ///< the deadline, or sooner when connecting takes too long
  int status = 0;
  size_t received = 0;
  bool too_large = false;
  bool refused = false;     ///< on_head or on_chunk said no
  bool head_given = false;  ///< to on_head
  bool plain = false;       ///< a PlainConnection, else a Transfer
  std::string head;
  std::string body;
};

/// For requests that never became a flight.
Error SentenceFor(HttpFailureKind kind, const std::string& url, std::string_view detail);

}  // namespace yk::net
