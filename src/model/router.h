// SPDX-License-Identifier: Apache-2.0
// One model alias, one or many endpoints: who gets the next request, and who is left alone for a while.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "model/backend.h"
#include "model/breaker.h"
#include "model/governor.h"

namespace yk::model {

struct EndpointStatus {
  std::string name;  ///< how users know it: its URL, or the kind of a built-in
  int limit = 0, in_flight = 0;
  bool open = false;  ///< left alone since it failed
};

struct RouterHealth {
  int limit = 0;  ///< requests the usable endpoints carry together now
  int in_flight = 0;
  bool refilling = false;  ///< at least one endpoint waits for its server's rate window
  /// Set while no endpoint is usable.
  std::optional<MonoTime> down_since;
  bool quota = false;  ///< … because keys or quotas are refused: waiting does not mend it
  std::optional<Error> reason;
  std::vector<EndpointStatus> endpoints;
};

/// What a request looks like from outside.
struct Load {
  size_t prompt_bytes = 0;
  int tokens_max = 0;
  uint64_t prefix_hash = 0;     ///< of the fixed parts: equal prefixes like the same server
  uint64_t ask = 0;             ///< which question it is, so that one bad question is not taken for a dead endpoint
  std::optional<size_t> avoid;  ///< the endpoint where it failed last: another one first, if there is one
  bool suspect = false;         ///< it broke a server that answers others: its failures say nothing of the server
};

/// Leave to send one request; given back by OnOutcome, exactly once.
struct RouteTicket {
  size_t endpoint = 0;
  ModelBackend* backend = nullptr;
  GovernorTicket governor;
  uint64_t ask = 0;
  bool probe = false;  ///< the endpoint is left alone, and this one request is to find out whether it lives
  /// A probe of an endpoint that took its last questions and broke off: it is to be a question that says more of the
  /// endpoint than of a row. Its outcome teaches nothing about rates.
  bool canary = false;
  bool suspect = false;
};

struct Admission {
  std::optional<RouteTicket> ticket;
  /// Without a ticket: when to ask again; MonoTime::max() when only an outcome can make room.
  MonoTime retry_at = MonoTime::max();
};

/// Health seen through one outcome.
struct OutcomeVerdict {
  /// The endpoint counts as dead, and not because of this one question: the try should not count against it.
  bool endpoint_down = false;
};

/// Picks the less loaded of two random usable endpoints, the one its prefix hashes to when equal; endpoints
/// that fail are left alone and probed with single requests. Thread-safe.
class Router {
 public:
  ~Router();

  struct Endpoint {
    std::string name;
    std::unique_ptr<ModelBackend> backend;
    GovernorOptions governor;
  };

  /// kInvalid: no endpoint, or endpoints that are not the same model (their identities differ), so that their answers
  /// could not be cached under one name.
  static Result<std::unique_ptr<Router>> Open(std::vector<Endpoint> endpoints, uint64_t seed = 1);

  /// The first endpoint's; the identity is the same for all.
  const BackendInfo& info() const { return info_; }

  /// Asks every endpoint whether it can answer. An error only when none can: the first one's.
  Result<void> Probe(MonoTime deadline);

  Admission TryAdmit(MonoTime now, const Load& load) YK_EXCLUDES(mutex_);
  OutcomeVerdict OnOutcome(MonoTime now, const RouteTicket& ticket, const Outcome& outcome) YK_EXCLUDES(mutex_);
  /// Gives a ticket back that was never sent, or whose request was cancelled by us.
  void Release(MonoTime now, const RouteTicket& ticket) YK_EXCLUDES(mutex_);

  RouterHealth Health(MonoTime now) const YK_EXCLUDES(mutex_);
  /// What the endpoints' backends counted, sums by name.
  std::vector<Counter> Counters() const YK_EXCLUDES(mutex_);
  size_t endpoints() const YK_EXCLUDES(mutex_);
  /// RouterHealth::limit alone.
  int limit() const YK_EXCLUDES(mutex_);

 private:
  struct Slot;
  Router(std::vector<Endpoint> endpoints, uint64_t seed);
  std::vector<size_t> UsableFor(MonoTime now, Admission& admission, std::vector<size_t>& probes) YK_REQUIRES(mutex_);
  size_t Pick(const std::vector<size_t>& usable, const Load& load) YK_REQUIRES(mutex_);

  BackendInfo info_;
  mutable Mutex mutex_;
  std::vector<std::unique_ptr<Slot>> slots_ YK_GUARDED_BY(mutex_);
  uint64_t random_ YK_GUARDED_BY(mutex_);
};

}  // namespace yk::model
