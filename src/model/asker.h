// SPDX-License-Identifier: Apache-2.0
// The way every question takes to a model: stored answer, shared flight, router and governor, journal, caller.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>

#include "base/clock.h"
#include "model/request.h"
#include "model/router.h"
#include "store/answer_store.h"

namespace yk::model {

/// One question and what may answer it without a call.
struct Question {
  Request request;  ///< `id` is ignored: each try gets its own
  /// Whether an answer that was given under another schema (a hit under K_ask) will do. Null: never. Called on the
  /// dispatcher thread, must not throw, and must be cheap: one parse and one validation.
  std::function<bool(std::string_view body)> acceptable;
  bool bypass_cache = false;  ///< ask even if an answer is stored; the new answer replaces it
};

enum class AskStatus {
  kAnswered,  ///< `answer` is complete, and durable unless it came from the store
  kFailed,    ///< this question was not answered and asking again will not help now: `failure`
  kParked,  ///< nobody could be asked (endpoint down, quota, store full, stopping): give the lease back, count nothing
};

enum class AnswerSource { kModel, kStored, kStoredOtherSchema, kShared };

struct AskResult {
  AskStatus status = AskStatus::kParked;
  Answer answer;  ///< kAnswered; also the last broken-off answer of a truncation failure
  AnswerSource source = AnswerSource::kModel;
  ModelFailure failure;       ///< kFailed and kParked
  Usage usage;                ///< what this question cost, failed tries included; nothing for stored and shared answers
  int calls = 0;              ///< tries that reached a backend
  int64_t tokens_stored = 0;  ///< of a stored answer: what it cost when the model gave it
};

/// Exactly once per Ask, on the journal thread (parked ones during Stop too). Must return quickly and not throw; it
/// may call Ask again, but must not call Stop or destroy the Asker.
using AskDone = std::function<void(AskResult)>;

struct AskerOptions {
  int window_max = 8192;           ///< most questions that `window()` ever invites
  int transport_attempts_max = 8;  ///< tries of one question that may end in resets, timeouts, 502, 504
  Duration backoff_min = std::chrono::seconds(1), backoff_max = std::chrono::seconds(60);
  /// The same after a bare 503, which costs no attempt.
  Duration busy_backoff_min = std::chrono::milliseconds(100), busy_backoff_max = std::chrono::seconds(2);
  Duration try_timeout = std::chrono::minutes(10);  ///< deadline of one try
  Duration give_up = std::chrono::minutes(10);      ///< how long no endpoint may be usable before questions are parked
  int tokens_max_cap = 32768;                       ///< to where a cut-off answer may raise tokens_max
  size_t journal_batch = 256;                       ///< answers per commit
  Duration journal_wait = std::chrono::milliseconds(5);  ///< how long an answer waits for company (machine time)
  uint64_t seed = 1;                                     ///< jitter
};

/// Counters since the start; a consistent snapshot.
struct AskerStats {
  int64_t asks = 0, answered = 0, failed = 0, parked = 0;
  int64_t calls = 0;  ///< requests that were handed to a backend: the "model calls: N" of a run's summary
  int64_t stored = 0, stored_other_schema = 0, shared = 0;  ///< answered without a call of their own
  int64_t retries = 0;
  std::array<int64_t, 7> failures{};                         ///< failed tries, indexed by FailureClass
  Usage usage;                                               ///< all tries, failed ones included
  int64_t open = 0;                                          ///< asked and not yet answered
  int64_t in_flight = 0;                                     ///< at a backend now
  double answers_per_second = 0, tokens_out_per_second = 0;  ///< model answers over the last ten seconds
  RouterHealth health;

  /// Adds another Asker's counters, or what happened since; the health stays its own.
  AskerStats& operator+=(const AskerStats& other);
};

/// Answers questions to one model. Thread-safe; two threads: "asker" (lookups, admission, retries) and "journal"
/// (stores raw answers in one commit per batch, then delivers). An answer reaches its caller only after it is durable,
/// so that parsing, crashing or changing one's mind never costs a second call.
///
/// What ends a try decides what follows (FailureClass): transport is retried with full jitter; capacity waits for the
/// governor, or tries elsewhere or a little later when it may be an accident, and costs no attempt; quota and dead
/// endpoints wait for another endpoint or are parked; a cut-off answer is asked once more with twice the length;
/// request and refusal go to the caller.
class Asker {
 public:
  /// All three must outlive the Asker; the router may serve several.
  Asker(Router& router, store::AnswerStore& answers, const Clock& clock, AskerOptions options = {});
  ~Asker();  ///< Stop at once
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  /// Takes the question and returns at once, from any thread, also from a `done`. Memory is bounded by the callers:
  /// whoever feeds new rows calls WaitForRoom before each; a `done` that asks again only replaces its question.
  void Ask(Question question, AskDone done);

  /// Blocks while `window()` questions are open; inside a `done` it returns at once, because the thread that would make
  /// room is the caller's. False: `stop` was requested or the Asker was stopped.
  bool WaitForRoom(std::stop_token stop = {});

  /// How many questions are worth having open now: four times what the endpoints carry, within window_max.
  int window() const;

  AskerStats stats() const;

  /// No further try is sent and what waits is parked. What is in flight may finish for `grace`, then it is cancelled.
  /// Returns when every question has had its result. Later questions are parked. Idempotent.
  void Stop(Duration grace = Duration::zero());

  /// After a full store parked the questions: try again.
  void Resume();

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace yk::model
