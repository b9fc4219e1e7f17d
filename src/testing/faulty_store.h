// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "store/answer_store.h"
#include "store/job_store.h"
#include "store/result_log.h"

namespace yk::testing {

/// Wraps a store and breaks the Nth call (1 = the first) of any of its three seams, in a loop if asked. Thread-safe.
/// Run a scenario with N = 1, 2, 3 … until `calls() < N`: then every call was broken once.
class FaultyStore final : public store::JobStore, public store::ResultLog, public store::AnswerStore {
 public:
  enum class Fault {
    kNone,
    kFailBefore,  ///< the call fails and has done nothing
    kFailAfter,   ///< the call fails and has taken effect: an unknown commit
    kExitBefore,  ///< the process ends before the call
    kExitAfter,   ///< the process ends after the call took effect, before anybody learns of it
  };
  struct Plan {
    Fault fault = Fault::kNone;
    int64_t at = 0;     ///< the call that breaks
    int64_t every = 0;  ///< not 0: after `at`, each so many calls breaks again
    Error error{Code::kUnavailable, "an injected fault", {}};
    bool fence_off = false;  ///< a late worker commits under the lease of its heir: the negative control of kill tests
  };
  static constexpr int kExitStatus = 42;  ///< of a process that the plan ended

  /// All three usually are one object: FaultyStore broken({memory, memory, memory}, {.fault = …, .at = n});
  struct Inner {
    store::JobStore& jobs;
    store::ResultLog& log;
    store::AnswerStore& answers;
  };
  FaultyStore(Inner inner, Plan plan) : inner_(inner), plan_(std::move(plan)) {}

  int64_t calls() const { return calls_; }

  Result<store::JobRecord> Create(const store::NewJob& job) override;
  Result<void> Enqueue(const store::Rows& rows) override;
  Result<std::vector<store::LeasedChunk>> Claim(const store::ClaimRequest& request) override;
  Result<std::vector<bool>> Extend(std::span<const std::pair<store::ChunkKey, store::LeaseId>> leases,
                                   std::chrono::milliseconds lease) override;
  Result<std::vector<store::CommitOutcome>> Commit(std::span<const store::ChunkCommit> commits) override;
  Result<void> Return(const store::ChunkKey& key, store::LeaseId lease, store::GiveBack why,
                      std::chrono::milliseconds delay, const Error* error) override;
  Result<bool> Finish(store::JobId job) override;
  Result<store::JobRecord> Act(store::JobId job, store::Control control) override;
  Result<store::RescueReport> Rescue(bool process_restarted) override;
  Result<store::JobRecord> Get(store::JobId job) override;
  Result<std::vector<store::JobRecord>> List(const store::JobFilter& filter) override;
  Result<std::vector<store::Ledger>> Count(store::JobId job) override;

  Result<std::vector<store::RowResult>> Read(store::JobId job, int stage, int64_t from, int64_t max) override;
  Result<std::vector<store::RowResult>> Scan(store::JobId job, int stage, int64_t from, int64_t max,
                                             bool errors_only) override;
  Result<std::string> Input(store::JobId job, int stage, int64_t row_id) override;
  Result<void> SaveCursor(store::JobId job, const std::string& sink, const store::DeliveryCursor& cursor) override;
  Result<std::optional<store::DeliveryCursor>> LoadCursor(store::JobId job, const std::string& sink) override;

  Result<std::vector<std::optional<store::StoredAnswer>>> Get(std::span<const store::AnswerKey> keys) override;
  Result<void> Put(std::span<const store::StoredAnswer> answers) override;
  Result<int64_t> Evict(int64_t bytes_max, WallTime keep_since) override;
  Result<store::AnswerStats> Stats() override;

 private:
  template <typename F>
  auto Guard(F call) -> decltype(call());

  std::vector<store::ChunkCommit> Unfenced(std::span<const store::ChunkCommit> commits);

  const Inner inner_;
  const Plan plan_;
  Mutex mutex_;
  std::map<store::ChunkKey, store::LeaseId> newest_ YK_GUARDED_BY(mutex_);  ///< kept with fence_off only
  std::atomic<int64_t> calls_ = 0;
};

}  // namespace yk::testing
