// SPDX-License-Identifier: Apache-2.0
#include "model/journal.h"

#include <pthread.h>

#include <iterator>

namespace yk::model {
namespace {

/// How many callers are called before room is announced: often enough to keep feeders busy, seldom enough to be cheap.
constexpr int kDeliveriesPerNotice = 32;

thread_local bool inside_delivery = false;

/// These speak of the whole store: trying the answers one by one would fail in the same way.
bool StoreIsOut(Code code) {
  return code == Code::kExhausted || code == Code::kUnavailable || code == Code::kUnauthorized ||
         code == Code::kCorrupt || code == Code::kConflict || code == Code::kCancelled || code == Code::kTimeout;
}

void FillIn(JournalEntry& entry, store::StoredAnswer& stored, const std::optional<Error>& error) {
  for (size_t i = 0; i < entry.deliveries.size(); ++i) {
    AskResult& result = entry.deliveries[i].result;
    if (error) {
      result.status = AskStatus::kParked;
      result.failure.failure_class = FailureClass::kTransport;
      result.failure.error = error->With("the answer came, but could not be stored, and is not used");
      continue;
    }
    const bool last = i + 1 == entry.deliveries.size();
    result.answer.body = last ? std::move(stored.body) : stored.body;
  }
}

}  // namespace

Journal::Journal(store::AnswerStore& answers, AskerOptions options, JournalHooks hooks)
    : answers_(answers), options_(options), hooks_(std::move(hooks)), thread_([this] { Run(); }) {
  pthread_setname_np(thread_.native_handle(), "journal");
}

Journal::~Journal() { Close(); }

void Journal::Add(std::vector<JournalEntry> entries, bool more) {
  bool wake = false;
  {
    MutexLock lock(mutex_);
    // The thread sleeps for its first entry, then for a full batch, or until nothing more can come.
    const bool was_empty = entries_.empty();
    for (const auto& entry : entries) answers_waiting_ += entry.answer ? 1 : 0;
    entries_.insert(entries_.end(), std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end()));
    wake = (was_empty && !entries_.empty()) || answers_waiting_ >= options_.journal_batch || (more_ && !more);
    more_ = more;
  }
  if (wake) wake_.notify_one();
}

void Journal::Close() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Journal::Run() {
  for (;;) {
    std::vector<JournalEntry> batch = Collect();
    if (batch.empty()) return;
    Settle(batch);
    Deliver(batch);
  }
}

std::vector<JournalEntry> Journal::Collect() YK_THREAD_ATTRIBUTE(no_thread_safety_analysis) {
  MutexLock lock(mutex_);
  wake_.wait(mutex_, [&]() YK_REQUIRES(mutex_) { return closed_ || !entries_.empty(); });
  // Machine time and not the clock's: this is about the cost of a commit, and tests must not have to wind it.
  const auto patience = std::chrono::steady_clock::now() + options_.journal_wait;
  wake_.wait_until(mutex_, patience, [&]() YK_REQUIRES(mutex_) {
    return closed_ || !more_ || answers_waiting_ == 0 || answers_waiting_ >= options_.journal_batch;
  });
  answers_waiting_ = 0;
  return std::exchange(entries_, {});
}

void Journal::Settle(std::vector<JournalEntry>& batch) {
  std::vector<store::StoredAnswer> stored;
  for (auto& entry : batch) {
    if (entry.answer) stored.push_back(std::move(*entry.answer));
  }
  std::vector<std::optional<Error>> errors(stored.size());
  if (!stored.empty()) Store(stored, errors);

  std::vector<Settled> settled;
  std::vector<AskStatus> results;
  size_t next = 0;
  for (auto& entry : batch) {
    std::optional<Error> error;
    if (entry.answer) {
      FillIn(entry, stored[next], errors[next]);
      error = std::move(errors[next++]);
    }
    if (entry.flight != 0 || error) settled.push_back({entry.flight, std::move(error)});
    for (const auto& delivery : entry.deliveries) results.push_back(delivery.result.status);
  }
  hooks_.on_settled(std::move(settled), std::move(results));
}

void Journal::Store(std::vector<store::StoredAnswer>& stored, std::vector<std::optional<Error>>& errors) {
  for (size_t begin = 0; begin < stored.size(); begin += options_.journal_batch) {
    const size_t count = std::min(options_.journal_batch, stored.size() - begin);
    auto put = answers_.Put(std::span(stored).subspan(begin, count));
    if (put) continue;
    for (size_t i = begin; i < begin + count; ++i) {
      // One answer that the store refuses (too large, say) must not take its neighbours with it.
      auto alone = count > 1 && !StoreIsOut(put.error().code) ? answers_.Put(std::span(stored).subspan(i, 1)) : put;
      if (!alone) errors[i] = alone.error();
    }
  }
}

bool Journal::delivering() { return inside_delivery; }

void Journal::Deliver(std::vector<JournalEntry>& batch) {
  inside_delivery = true;
  int64_t count = 0;
  for (auto& entry : batch) {
    for (auto& delivery : entry.deliveries) {
      delivery.done(std::move(delivery.result));
      delivery.done = nullptr;  // what it captured must be gone before room is announced
      if (++count < kDeliveriesPerNotice) continue;
      hooks_.on_delivered(std::exchange(count, 0));
    }
  }
  inside_delivery = false;
  if (count > 0) hooks_.on_delivered(count);
}

}  // namespace yk::model
