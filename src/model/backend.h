// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/request.h"

namespace yk::model {

struct BackendInfo {
  std::string kind;      ///< "builtin", "openai", "llama", …
  std::string model;     ///< resolved model name
  std::string identity;  ///< all that makes its answers its own: provider, model, weights hash, version. Part of K_req
  int64_t context_tokens = 0;  ///< 0: unknown
  int in_flight_max = 0;       ///< 0: the governor finds out
  bool local = false;          ///< no rate limit and no transport between us and it
  bool enforces_schema = false;
  std::vector<std::string> notes{};  ///< sentences for the user, said once when it is opened
};

/// Something a backend counts, in words a user reads: "prefixes computed".
struct Counter {
  std::string name;
  int64_t value = 0;
};

/// One way to answer requests. Submit never blocks for long and never throws; every request gets exactly one
/// Outcome, in any order, on any thread. The destructor answers what is open with kCancelled and returns after the
/// last Done has returned. Thread-safe.
class ModelBackend {
 public:
  virtual ~ModelBackend() = default;
  virtual BackendInfo Info() const = 0;

  /// A cheap question whether it can answer at all (reachable, key accepted, model known); used before a run.
  virtual Result<void> Probe(MonoTime deadline) = 0;

  virtual void Submit(Request request, Done done) = 0;

  /// Best effort; the request still gets its one Outcome.
  virtual void Cancel(RequestId id) = 0;

  /// What it did so far beyond answering, for the summary of a run.
  virtual std::vector<Counter> Counters() const { return {}; }
};

}  // namespace yk::model
