// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "base/result.h"

namespace yk::store {

/// k_req: hash of all that is sent. k_ask: the same without the schema (engine.md 5.2, decisions.md 13).
struct AnswerKey {
  Digest k_req{};
  Digest k_ask{};
};

/// A model's raw answer as it came, stored before anything parses it.
struct StoredAnswer {
  AnswerKey key;
  std::string body;    ///< raw text of the answer
  std::string finish;  ///< "stop", "length", "content_filter", …; only "stop" is served again
  int64_t tokens_in = 0, tokens_out = 0, tokens_cached = 0;
  double price = 0;  ///< US dollars
  WallTime created_at{};
  std::string doubts{};  ///< where the model was not sure, as model/doubts.h writes it; empty: not known
};

struct AnswerStats {
  int64_t answers = 0, bytes = 0;
};

/// The journal and cache of raw answers. Thread-safe.
class AnswerStore {
 public:
  virtual ~AnswerStore() = default;

  /// For each key the reusable answer: under k_req, else under k_ask (then key.k_req differs from the one asked for,
  /// and the caller must validate before use). Only finish == "stop".
  virtual Result<std::vector<std::optional<StoredAnswer>>> Get(std::span<const AnswerKey> keys) = 0;

  /// Durable when it returns: one group commit. A later answer under the same k_req replaces the earlier one.
  virtual Result<void> Put(std::span<const StoredAnswer> answers) = 0;

  /// Least recently used answers go until at most `bytes_max` stay; answers used or written since `keep_since` stay.
  virtual Result<int64_t> Evict(int64_t bytes_max, WallTime keep_since) = 0;

  virtual Result<AnswerStats> Stats() = 0;
};

}  // namespace yk::store
