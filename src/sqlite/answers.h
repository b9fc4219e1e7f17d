// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "sqlite/connection.h"
#include "sqlite/writer.h"
#include "store/answer_store.h"

namespace yk::sqlite {

/// The journal of raw answers inside the database. Answers are appended to a rowid table, whose last page is the only
/// one that changes. Their keys are hashes: put into a B-tree one by one, each would dirty a page of its own (8 KB of
/// log per answer). So the newest keys live in memory only, the tail, and reach the index in sorted slices that ride
/// in later transactions; after a crash the tail is read back from the rows above `answer_totals.indexed_to`.
class Answers final : public BatchHook {
 public:
  /// `tail_keys_max`: keys that may wait outside the index; two per answer. 64 Ki answers take about 6 MB of memory and
  /// under 0.1 s to read back.
  explicit Answers(const Clock& clock, size_t tail_keys_max = 2 << 16) : clock_(clock), tail_keys_max_(tail_keys_max) {}

  /// Reads the tail back. Repeat it in a process that only reads, to see what the owner added.
  Result<void> LoadTail(Connection& db);

  // On the writer thread, inside its transaction.
  Result<void> Put(Connection& db, std::span<const store::StoredAnswer> answers);
  /// Removes up to some hundreds of answers; 0: nothing more to remove.
  Result<int64_t> EvictSlice(Connection& db, int64_t bytes_max, WallTime keep_since);

  /// From any thread on a connection of its own. `touched` becomes true when uses wait to be written down.
  Result<std::vector<std::optional<store::StoredAnswer>>> Get(Connection& db, std::span<const store::AnswerKey> keys,
                                                              bool& touched);

  Result<void> BeforeCommit(Connection& db, bool closing) override;
  void AfterCommit() override;
  void AfterRollback() override;
  bool HasWork() const override;

 private:
  using Entry = std::pair<int64_t, int64_t>;  ///< first 8 bytes of a key, row
  using EntryMap = std::unordered_multimap<int64_t, int64_t>;
  struct Use {
    int64_t id = 0;
    int64_t at = 0;
  };

  Result<std::optional<int64_t>> FindRequest(Connection& db, const Digest& k_req);
  Result<void> Remove(Connection& db, int64_t id);
  Result<void> Insert(Connection& db, int64_t id, const store::StoredAnswer& answer);
  Result<std::optional<store::StoredAnswer>> Lookup(Connection& db, const store::AnswerKey& key,
                                                    const std::vector<int64_t>& tail, std::vector<Use>& uses);
  Result<void> WriteUses(Connection& db);
  Result<void> MergeSlice(Connection& db, bool closing);
  void StartMerge(bool closing);

  const Clock& clock_;
  const size_t tail_keys_max_;
  mutable Mutex mutex_;
  EntryMap tail_ YK_GUARDED_BY(mutex_);
  int64_t tail_to_ YK_GUARDED_BY(mutex_) = 0;  ///< highest row in the tail
  std::vector<Use> uses_ YK_GUARDED_BY(mutex_);

  // Of the writer thread alone.
  int64_t next_id_ = 1;
  EntryMap staged_;           ///< keys of this transaction
  std::vector<Use> writing_;  ///< uses in this transaction
  std::vector<Entry> merge_;  ///< sorted keys on their way into the index
  size_t merged_ = 0;         ///< how many are in, committed
  size_t merging_ = 0;        ///< how many are in with this transaction
  int64_t merge_to_ = 0;      ///< highest row of this merge
};

}  // namespace yk::sqlite
