// SPDX-License-Identifier: Apache-2.0
// The outer side of the dispatcher: what other threads call, waiting, and the loop.
#include "model/asker_core.h"

#include <pthread.h>

#include <algorithm>

namespace yk::model {
namespace {

constexpr int kWindowMin = 256;

AskResult Parked(Error error) {
  AskResult result;
  result.status = AskStatus::kParked;
  result.failure = {FailureClass::kTransport, std::move(error), std::nullopt};
  return result;
}

}  // namespace

Asker::Core::Core(Router& router, store::AnswerStore& answers, const Clock& clock, AskerOptions options)
    : router_(router),
      answers_(answers),
      clock_(clock),
      options_(options),
      keys_(router.info()),
      window_(std::min(kWindowMin, options.window_max)),
      random_(options.seed),
      journal_(answers, options,
               {[this](std::vector<Settled> settled, std::vector<AskStatus> results) {
                  {
                    MutexLock lock(stats_mutex_);
                    for (const AskStatus status : results) {
                      ++(status == AskStatus::kAnswered ? stats_.answered
                         : status == AskStatus::kFailed ? stats_.failed
                                                        : stats_.parked);
                    }
                  }
                  if (!settled.empty())
                    Post([&](Inbox& inbox) {
                      std::move(settled.begin(), settled.end(), std::back_inserter(inbox.settled));
                    });
                },
                [this](int64_t count) {
                  open_.fetch_sub(count, std::memory_order_relaxed);
                  MutexLock lock(room_mutex_);
                  room_.notify_all();
                }}),
      thread_([this] { Run(); }) {
  pthread_setname_np(thread_.native_handle(), "asker");
}

Asker::Core::~Core() { Stop(Duration::zero()); }

void Asker::Core::Ask(Question question, AskDone done) {
  store::AnswerKey key = keys_.Of(question.request);
  bool closed = false;
  open_.fetch_add(1, std::memory_order_relaxed);
  Post([&](Inbox& inbox) YK_REQUIRES(inbox_mutex_) {
    closed = closed_;
    if (!closed) inbox.asks.push_back({std::move(question), std::move(done), key});
  });
  if (!closed) return;
  {
    MutexLock lock(stats_mutex_);
    ++stats_.asks;
    ++stats_.parked;
  }
  done(Parked({Code::kCancelled, "the run is stopping", {}}));
  open_.fetch_sub(1, std::memory_order_relaxed);
}

bool Asker::Core::WaitForRoom(std::stop_token stop) YK_THREAD_ATTRIBUTE(no_thread_safety_analysis) {
  auto room = [&] { return stopping_for_room_ || open_.load(std::memory_order_relaxed) < window(); };
  if (!room() && !Journal::delivering()) {
    MutexLock lock(room_mutex_);
    room_.wait(room_mutex_, stop, room);
  }
  return !stopping_for_room_ && !stop.stop_requested();
}

AskerStats Asker::Core::stats() const {
  const MonoTime now = clock_.Now();
  AskerStats out;
  {
    MutexLock lock(stats_mutex_);
    out = stats_;
    std::tie(out.answers_per_second, out.tokens_out_per_second) = meter_.Rates(now);
  }
  out.open = open_.load(std::memory_order_relaxed);
  out.health = router_.Health(now);
  return out;
}

void Asker::Core::Stop(Duration grace) {
  const MonoTime by = clock_.Now() + grace;
  Post([&](Inbox& inbox) { inbox.stop_by = inbox.stop_by ? std::min(*inbox.stop_by, by) : by; });
  {
    MutexLock lock(room_mutex_);
    stopping_for_room_ = true;
    room_.notify_all();
  }
  MutexLock lock(stop_mutex_);
  if (thread_.joinable()) thread_.join();
  journal_.Close();
}

void Asker::Core::Resume() {
  Post([](Inbox& inbox) { inbox.resume = true; });
}

void Asker::Core::Sleep(MonoTime until) YK_THREAD_ATTRIBUTE(no_thread_safety_analysis) {
  std::stop_source source(std::nostopstate);
  {
    MutexLock lock(inbox_mutex_);
    if (!inbox_.empty()) return;
    if (until == MonoTime::max()) {
      inbox_wake_.wait(inbox_mutex_, [&]() YK_REQUIRES(inbox_mutex_) { return !inbox_.empty(); });
      return;
    }
    source = std::stop_source();
    sleeper_ = source;
  }
  // Through the clock, so that a test's clock rules; whoever posts something ends the sleep by the stop source.
  static_cast<void>(clock_.SleepUntil(until, source.get_token()));
  MutexLock lock(inbox_mutex_);
  sleeper_.reset();
}

Asker::Core::Inbox Asker::Core::WaitForWork() {
  const MonoTime wake = NextWake();
  if (wake > clock_.Now()) Sleep(wake);
  MutexLock lock(inbox_mutex_);
  return std::exchange(inbox_, {});
}

MonoTime Asker::Core::NextWake() const {
  MonoTime wake = std::min(give_up_at_, sweep_at_);
  // Nothing is admitted before admit_at_ (set when the router said no), and nothing before the heap's first is due.
  if (!ready_.empty()) wake = std::min(wake, std::max(ready_.top().not_before, admit_at_));
  if (stop_by_ && !cancelled_) wake = std::min(wake, *stop_by_);
  return wake;
}

void Asker::Core::Run() {
  while (!Finished()) {
    Inbox inbox = WaitForWork();
    TakeOrders(inbox);
    std::vector<IncomingAsk> again;
    TakeSettled(std::move(inbox.settled), again);
    for (auto& [id, outcome] : inbox.outcomes) TakeOutcome(id, std::move(outcome));
    delta_.asks += static_cast<int64_t>(inbox.asks.size());
    std::move(again.begin(), again.end(), std::back_inserter(inbox.asks));
    if (!inbox.asks.empty()) TakeAsks(std::move(inbox.asks));
    SweepDeadlines();
    Admit();
    Publish();
  }
}

bool Asker::Core::Finished() {
  if (!stop_by_ || !flights_.empty() || !canaries_.empty()) return false;
  MutexLock lock(inbox_mutex_);
  if (!inbox_.asks.empty() || !inbox_.outcomes.empty() || !inbox_.settled.empty()) return false;
  closed_ = true;
  return true;
}

void Asker::Core::TakeOrders(const Inbox& inbox) {
  if (inbox.resume) halted_.reset();
  if (inbox.stop_by) stop_by_ = stop_by_ ? std::min(*stop_by_, *inbox.stop_by) : *inbox.stop_by;
  if (!stop_by_) return;
  ParkReady({Code::kCancelled, "the run is stopping", {}}, FailureClass::kTransport);
  if (!cancelled_ && clock_.Now() >= *stop_by_) CancelSent();
}

void Asker::Core::Publish() {
  const MonoTime now = clock_.Now();
  const int64_t four_times = int64_t{4} * router_.limit();
  window_.store(
      static_cast<int>(std::clamp<int64_t>(four_times, std::min(kWindowMin, options_.window_max), options_.window_max)),
      std::memory_order_relaxed);
  {
    MutexLock lock(stats_mutex_);
    stats_ += delta_;
    stats_.in_flight = in_flight_;
    if (meter_answers_ > 0) meter_.Add(now, meter_answers_, meter_tokens_);
  }
  delta_ = {};
  meter_answers_ = meter_tokens_ = 0;
  // After the counters, so that a caller finds its own question counted.
  if (!entries_.empty()) journal_.Add(std::exchange(entries_, {}), in_flight_ > 0);
}

}  // namespace yk::model
