// SPDX-License-Identifier: Apache-2.0
#include "engine/chunk_writer.h"

#include "base/log.h"

namespace yk::engine {
namespace {
/// How long a parked chunk rests before this or another worker may take it again.
constexpr std::chrono::milliseconds kParkDelay{1000};
}  // namespace

ChunkWriter::ChunkWriter(store::JobStore& store, const Clock& clock, Progress& progress, Options options,
                         std::function<void(Error)> on_fatal)
    : store_(store), clock_(clock), progress_(progress), options_(options), on_fatal_(std::move(on_fatal)) {}

ChunkWriter::~ChunkWriter() { Stop(); }

void ChunkWriter::Start() {
  next_heartbeat_ = clock_.Now() + options_.lease / 3;
  thread_ = std::jthread([this](std::stop_token stop) { Loop(stop); });
}

void ChunkWriter::Hold(const store::LeasedChunk& chunk) {
  MutexLock lock(mutex_);
  Held& held = held_[chunk.key];
  held = Held{};
  held.lease = chunk.lease;
  held.open = static_cast<int64_t>(chunk.rows.size());
  open_rows_ += held.open;
  if (chunk.rows.empty()) {
    urgent_ = true;
    wake_.notify_all();
  }
}

void ChunkWriter::Add(const store::ChunkKey& key, store::LeaseId lease, store::RowResult result) {
  MutexLock lock(mutex_);
  const auto found = held_.find(key);
  if (found == held_.end() || found->second.lease != lease) return;  // the lease was lost: another one owns the row
  Held& held = found->second;
  held.ready.push_back(std::move(result));
  --held.open;
  --open_rows_;
  ++buffered_;
  if (buffered_ == options_.rows_max || open_rows_ == 0) {
    urgent_ = true;
    wake_.notify_all();
  }
}

void ChunkWriter::Park(const store::ChunkKey& key, store::LeaseId lease, store::GiveBack why, const Error& error) {
  MutexLock lock(mutex_);
  const auto found = held_.find(key);
  if (found == held_.end() || found->second.lease != lease) return;
  Held& held = found->second;
  held.parked = true;
  held.why = why;
  held.reason = error;
  --held.open;
  --open_rows_;
  if (held.open == 0) {
    urgent_ = true;
    wake_.notify_all();
  }
}

int64_t ChunkWriter::open_rows() const {
  MutexLock lock(mutex_);
  return open_rows_;
}

void ChunkWriter::Stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  if (!failed_) Flush();
  std::map<store::ChunkKey, Held> rest;
  {
    MutexLock lock(mutex_);
    rest.swap(held_);
    open_rows_ = 0;
  }
  for (const auto& [key, held] : rest) ReturnLease(key, held);
}

void ChunkWriter::ReturnLease(const store::ChunkKey& key, const Held& held) {
  const auto why = held.parked ? held.why : store::GiveBack::kShutdown;
  const auto delay = why == store::GiveBack::kShutdown ? std::chrono::milliseconds(0) : kParkDelay;
  const auto returned = store_.Return(key, held.lease, why, delay, held.parked ? &held.reason : nullptr);
  // A lease that cannot be returned expires by itself; nothing is lost, it only takes longer.
  if (!returned) log::Info("a lease could not be given back: {}", returned.error().ToString());
}

void ChunkWriter::Loop(std::stop_token stop) {
  while (!stop.stop_requested()) {
    {
      MutexLock lock(mutex_);
      const auto tick = std::min<Duration>(options_.flush_every, options_.lease / 3);
      wake_.wait_for(mutex_, stop, tick, [this]() YK_THREAD_ATTRIBUTE(no_thread_safety_analysis) { return urgent_; });
      urgent_ = false;
    }
    if (stop.stop_requested() || failed_) continue;
    Flush();
    if (!failed_ && clock_.Now() >= next_heartbeat_) Heartbeat();
  }
}

void ChunkWriter::FlushNow() {
  if (!failed_) Flush();
}

void ChunkWriter::Flush() {
  MutexLock one_at_a_time(flush_mutex_);
  std::vector<store::ChunkCommit> commits;
  std::vector<std::pair<store::ChunkKey, Held>> parked;
  {
    MutexLock lock(mutex_);
    for (auto it = held_.begin(); it != held_.end();) {
      Held& held = it->second;
      const bool complete = held.open == 0;
      const bool done = complete && !held.parked;
      if (!held.ready.empty() || done) {
        commits.push_back({it->first, held.lease, std::move(held.ready), done, "", options_.lease});
        held.ready.clear();
      }
      if (complete && held.parked) parked.emplace_back(it->first, std::move(held));
      it = complete ? held_.erase(it) : std::next(it);
    }
    buffered_ = 0;
  }
  if (!commits.empty()) {
    auto outcomes = store_.Commit(commits);
    if (!outcomes) {
      failed_ = true;
      on_fatal_(std::move(outcomes).error().With("saving results"));
      return;
    }
    for (size_t i = 0; i < commits.size(); ++i) Committed(commits[i], (*outcomes)[i]);
  }
  for (const auto& [key, held] : parked) ReturnLease(key, held);
}

void ChunkWriter::Committed(const store::ChunkCommit& commit, store::CommitOutcome outcome) {
  const auto rows = static_cast<int64_t>(commit.results.size());
  if (outcome == store::CommitOutcome::kStale) {
    MutexLock lock(mutex_);
    const auto found = held_.find(commit.key);
    if (found != held_.end() && found->second.lease == commit.lease) {
      open_rows_ -= found->second.open;
      held_.erase(found);
    }
    return;
  }
  int64_t failed = 0;
  for (const auto& result : commit.results) failed += store::IsError(result.status) ? 1 : 0;
  progress_.rows_done += rows;
  progress_.rows_done_here += rows;
  progress_.rows_failed += failed;
}

void ChunkWriter::Heartbeat() {
  next_heartbeat_ = clock_.Now() + options_.lease / 3;
  std::vector<std::pair<store::ChunkKey, store::LeaseId>> leases;
  {
    MutexLock lock(mutex_);
    for (const auto& [key, held] : held_) leases.emplace_back(key, held.lease);
  }
  if (!leases.empty()) {
    auto kept = store_.Extend(leases, options_.lease);
    if (!kept) {
      log::Warn("leases could not be extended: {}", kept.error().ToString());
      return;
    }
    MutexLock lock(mutex_);
    for (size_t i = 0; i < leases.size(); ++i) {
      const auto found = held_.find(leases[i].first);
      if ((*kept)[i] || found == held_.end() || found->second.lease != leases[i].second) continue;
      open_rows_ -= found->second.open;
      held_.erase(found);
    }
  }
  const auto rescued = store_.Rescue(false);
  if (!rescued) log::Warn("expired leases could not be returned: {}", rescued.error().ToString());
}

}  // namespace yk::engine
