// SPDX-License-Identifier: Apache-2.0
// What the dispatcher of an Asker keeps about open questions. A part of Asker.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <vector>

#include "base/hash.h"
#include "model/asker.h"

namespace yk::model {

struct DigestHash {
  size_t operator()(const Digest& digest) const {
    size_t hash = 0;
    std::memcpy(&hash, digest.data(), sizeof hash);  // any bytes of a SHA-256 are as good as a hash of it
    return hash;
  }
};

struct IncomingAsk {
  Question question;
  AskDone done;
  store::AnswerKey key;
};

/// One call on its way, and all who wait for it.
struct Flight {
  enum class State {
    kReady,    ///< in the heap, waits for its time and for admission
    kSent,     ///< at a backend
    kStoring,  ///< its answer is in the journal's hands
  };
  uint64_t id = 0;
  State state = State::kReady;
  bool bypass = false;
  store::AnswerKey key;
  Request request;
  std::function<bool(std::string_view)> acceptable;
  std::vector<AskDone> waiters;         ///< the first one pays
  std::vector<IncomingAsk> latecomers;  ///< came while storing; they will find the answer in the store
  RouteTicket ticket;
  size_t prompt_bytes = 0;
  uint64_t prefix_hash = 0;
  std::optional<size_t> avoid;
  int transport_failures = 0, refusals = 0, empty_answers = 0;
  int broke = 0;              ///< tries that broke off after the server had taken them
  bool suspect = false;       ///< … while it answers other questions
  bool refused_once = false;  ///< one endpoint refuses it; another may not
  bool lengthened = false;
  Usage usage;
  int calls = 0;
};

/// Counts over the last ten seconds, in buckets of one second.
class RateMeter {
 public:
  void Add(MonoTime now, int64_t answers, int64_t tokens) {
    Bucket& bucket = At(Second(now));
    bucket.answers += answers;
    bucket.tokens += tokens;
    if (!begin_) begin_ = Second(now);
  }
  /// Per second: answers, tokens.
  std::pair<double, double> Rates(MonoTime now) const {
    const int64_t second = Second(now);
    Bucket sum;
    for (const Bucket& bucket : buckets_) {
      if (bucket.second <= second - kSeconds || bucket.second > second) continue;
      sum.answers += bucket.answers;
      sum.tokens += bucket.tokens;
    }
    const double span = begin_ ? static_cast<double>(std::clamp<int64_t>(second - *begin_ + 1, 1, kSeconds)) : 1;
    return {static_cast<double>(sum.answers) / span, static_cast<double>(sum.tokens) / span};
  }

 private:
  static constexpr int64_t kSeconds = 10;
  struct Bucket {
    int64_t second = -kSeconds, answers = 0, tokens = 0;
  };
  static int64_t Second(MonoTime t) { return t.time_since_epoch() / std::chrono::seconds(1); }
  Bucket& At(int64_t second) {
    Bucket& bucket = buckets_[static_cast<size_t>(second) % buckets_.size()];
    if (bucket.second != second) bucket = Bucket{second, 0, 0};
    return bucket;
  }
  std::array<Bucket, kSeconds> buckets_;
  std::optional<int64_t> begin_;
};

}  // namespace yk::model
