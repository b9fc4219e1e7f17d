// SPDX-License-Identifier: Apache-2.0
// The dispatcher of an Asker: one thread owns every open question. A part of Asker.
#pragma once

#include <atomic>
#include <chrono>
#include <queue>
#include <random>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "model/answer_key.h"
#include "model/asker.h"
#include "model/flight.h"
#include "model/journal.h"

namespace yk::model {

class Asker::Core {
 public:
  Core(Router& router, store::AnswerStore& answers, const Clock& clock, AskerOptions options);
  ~Core();

  void Ask(Question question, AskDone done);
  bool WaitForRoom(std::stop_token stop);
  int window() const { return window_.load(std::memory_order_relaxed); }
  AskerStats stats() const;
  void Stop(Duration grace);
  void Resume();

 private:
  /// What other threads have handed in since the last look.
  struct Inbox {
    std::vector<IncomingAsk> asks;
    std::vector<std::pair<uint64_t, Outcome>> outcomes;
    std::vector<Settled> settled;
    std::optional<MonoTime> stop_by;
    bool resume = false;
    bool empty() const { return asks.empty() && outcomes.empty() && settled.empty() && !stop_by && !resume; }
  };
  struct Ready {
    MonoTime not_before;
    uint64_t seq, flight;
    bool operator<(const Ready& other) const {  // the heap's top is the earliest
      return std::tie(other.not_before, other.seq) < std::tie(not_before, seq);
    }
  };

  /// Changes the inbox and wakes the dispatcher if it may be asleep.
  template <typename Change>
  void Post(Change change) YK_EXCLUDES(inbox_mutex_) {
    std::optional<std::stop_source> sleeper;
    bool first = false;
    {
      MutexLock lock(inbox_mutex_);
      first = inbox_.empty();
      change(inbox_);
      if (first) sleeper = std::exchange(sleeper_, std::nullopt);
    }
    if (sleeper)
      sleeper->request_stop();
    else if (first)
      inbox_wake_.notify_one();
  }
  Inbox WaitForWork() YK_EXCLUDES(inbox_mutex_);
  void Sleep(MonoTime until) YK_EXCLUDES(inbox_mutex_);

  void Run();
  bool Finished() YK_EXCLUDES(inbox_mutex_);
  void TakeOrders(const Inbox& inbox);
  void TakeSettled(std::vector<Settled> settled, std::vector<IncomingAsk>& again);
  void TakeAsks(std::vector<IncomingAsk> asks);
  std::optional<uint64_t> Join(IncomingAsk& ask);
  void LookUp(const std::vector<uint64_t>& ids);
  void UseStored(Flight& flight, store::StoredAnswer stored);
  void TakeOutcome(uint64_t id, Outcome outcome);
  void TakeAnswer(Flight& flight, Answer answer, const Usage& usage);
  void TakeFailure(Flight& flight, ModelFailure failure, bool endpoint_down);
  void Retry(Flight& flight, MonoTime not_before);
  /// Exponential back-off with full jitter.
  MonoTime AfterBackoff(Duration first, Duration most, int failures);
  void Admit();
  bool Send(Flight& flight, bool& wait);
  void SendCanary(const Flight& flight, const RouteTicket& ticket);
  bool TakeCanary(uint64_t id, const Outcome& outcome);
  void ParkIfDown();
  void ParkReady(const Error& why, FailureClass failure_class);
  void SweepDeadlines();
  void CancelSent();

  void Finish(Flight& flight, AskResult result, std::optional<store::StoredAnswer> stored = std::nullopt);
  void Fail(Flight& flight, ModelFailure failure, AskStatus status = AskStatus::kFailed);
  store::StoredAnswer ToStore(const Flight& flight, const Answer& answer, const Usage& usage) const;
  void Publish();
  MonoTime NextWake() const;

  Router& router_;
  store::AnswerStore& answers_;
  const Clock& clock_;
  const AskerOptions options_;
  AnswerKeys keys_;

  // Between threads.
  mutable Mutex inbox_mutex_;
  CondVar inbox_wake_;
  Inbox inbox_ YK_GUARDED_BY(inbox_mutex_);
  std::optional<std::stop_source> sleeper_ YK_GUARDED_BY(inbox_mutex_);
  bool closed_ YK_GUARDED_BY(inbox_mutex_) = false;
  std::atomic<int> window_;
  std::atomic<int64_t> open_{0};
  Mutex room_mutex_;
  CondVar room_;
  mutable Mutex stats_mutex_;
  AskerStats stats_ YK_GUARDED_BY(stats_mutex_);
  RateMeter meter_ YK_GUARDED_BY(stats_mutex_);
  std::atomic<bool> stopping_for_room_{false};

  // Of the dispatcher thread alone.
  std::unordered_map<uint64_t, Flight> flights_;
  std::unordered_map<Digest, uint64_t, DigestHash> by_key_;
  std::unordered_map<Digest, uint64_t, DigestHash> by_key_bypass_;  ///< of questions that pass the store by
  std::priority_queue<Ready> ready_;
  std::unordered_map<uint64_t, std::pair<RouteTicket, RequestId>> canaries_;  ///< on their way
  std::vector<JournalEntry> entries_;
  AskerStats delta_;
  uint64_t next_id_ = 0, next_seq_ = 0;
  /// Of tries. Askers that share a backend must not cancel each other: each begins somewhere else.
  int64_t next_request_ = RandomId() / 2;
  int64_t in_flight_ = 0;
  int64_t meter_answers_ = 0, meter_tokens_ = 0;
  std::mt19937_64 random_;
  MonoTime admit_at_{};  ///< when the router may take a request again; max: after an outcome
  MonoTime give_up_at_ = MonoTime::max(), sweep_at_ = MonoTime::max();
  std::optional<MonoTime> refused_since_;
  Error refused_why_;  ///< what the last refusal said
  std::optional<Error> halted_;
  std::optional<MonoTime> stop_by_;
  bool cancelled_ = false;

  Journal journal_;
  Mutex stop_mutex_;
  std::jthread thread_;
};

}  // namespace yk::model
