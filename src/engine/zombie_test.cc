// SPDX-License-Identifier: Apache-2.0
// Zombies: workers that were taken for dead, whose chunk somebody else has, and that come back to commit. A random
// schedule of claims, partial commits, stalls past the lease and rescues is played against a store; the oracle knows
// who holds each chunk. The same schedule against a store without its fence must make the oracle complain, or the
// oracle is blind.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>

#include "base/hash.h"
#include "sqlite/sqlite_store.h"
#include "store/memory_store.h"
#include "testing/fake_clock.h"
#include "testing/temp_dir.h"

namespace yk::engine {
namespace {

using store::ChunkCommit;
using store::ChunkKey;
using store::CommitOutcome;
using store::LeaseId;

constexpr int kRows = 2000;
constexpr int kWorkers = 6;
constexpr std::chrono::milliseconds kLease{1000};

/// Commits under the newest lease of each chunk, whoever asks: what a store without a fence does.
class WithoutFence {
 public:
  explicit WithoutFence(store::JobStore& inner) : inner_(inner) {}
  void Claimed(const store::LeasedChunk& chunk) { newest_[chunk.key] = chunk.lease; }
  Result<std::vector<CommitOutcome>> Commit(ChunkCommit commit) {
    commit.lease = newest_[commit.key];
    return inner_.Commit(std::span(&commit, 1));
  }

 private:
  store::JobStore& inner_;
  std::map<ChunkKey, LeaseId> newest_;
};

struct Worker {
  store::WorkerId id{RandomId()};
  std::optional<store::LeasedChunk> chunk;
  size_t done = 0;  ///< rows of the chunk committed
};

struct Verdict {
  int accepted_from_zombies = 0;
  int rejected = 0;
  int64_t finished_rows = 0;
};

class Schedule {
 public:
  Schedule(store::JobStore& jobs, testing::FakeClock& clock, bool fence, uint64_t seed)
      : jobs_(jobs), clock_(clock), without_fence_(jobs), fence_(fence), dice_(seed), workers_(kWorkers) {}

  Verdict Play() {
    job_ = Enqueue();
    // Bounded so that a store which never finishes fails the test instead of hanging it.
    for (int turn = 0; turn < 400000; ++turn) {
      Worker& worker = workers_[dice_() % kWorkers];
      const auto what = dice_() % 100;
      if (what < 3) {
        clock_.Advance(kLease + std::chrono::milliseconds(1));  // everybody stalls; the next rescue finds them dead
        EXPECT_TRUE(jobs_.Rescue(false));
      } else if (!worker.chunk) {
        Claim(worker);
      } else {
        CommitSome(worker);
      }
      if (turn % 64 == 0 && *jobs_.Finish(job_)) break;
    }
    const auto ledgers = jobs_.Count(job_);
    EXPECT_TRUE(ledgers);
    // A row in flight at too many losses is set aside, which is an outcome too: nothing may be missing.
    verdict_.finished_rows = ledgers->at(0).ok + ledgers->at(0).quarantined;
    return verdict_;
  }

 private:
  store::JobId Enqueue() {
    store::NewJob job;
    job.name = "zombies";
    job.idem_key = "zombies";
    job.max_attempts = 1000000;
    const auto made = jobs_.Create(job);
    EXPECT_TRUE(made);
    store::Rows rows;
    rows.job = made->id;
    rows.chunk_rows = 8;
    rows.last = true;
    for (int64_t row = 0; row < kRows; ++row) rows.rows.push_back({row, "{}"});
    EXPECT_TRUE(jobs_.Enqueue(rows));
    return made->id;
  }

  void Claim(Worker& worker) {
    auto chunks = jobs_.Claim({job_, 0, worker.id, 1, kLease});
    ASSERT_TRUE(chunks) << chunks.error().ToString();
    if (chunks->empty()) return;
    worker.chunk = std::move(chunks->front());
    worker.done = 0;
    holder_[worker.chunk->key] = worker.chunk->lease;
    without_fence_.Claimed(*worker.chunk);
  }

  void CommitSome(Worker& worker) {
    const store::LeasedChunk& chunk = *worker.chunk;
    // Chunks that lost leases run one row at a time; otherwise a few rows per commit.
    const size_t upto = std::min(chunk.rows.size(), worker.done + 1 + (chunk.one_at_a_time ? 0 : dice_() % 4));
    ChunkCommit commit{chunk.key, chunk.lease, {}, upto == chunk.rows.size(), "", kLease};
    for (size_t i = worker.done; i < upto; ++i) {
      commit.results.push_back({chunk.rows[i].row_id, store::RowStatus::kOk, fmt::format("{}", worker.id.value), ""});
    }
    const bool zombie = holder_[chunk.key] != chunk.lease;
    const auto outcome = fence_ ? jobs_.Commit(std::span(&commit, 1)) : without_fence_.Commit(commit);
    if (!outcome || outcome->front() == CommitOutcome::kStale) {
      ++verdict_.rejected;
      worker.chunk.reset();
      return;
    }
    verdict_.accepted_from_zombies += zombie ? 1 : 0;
    worker.done = upto;
    if (commit.done) worker.chunk.reset();
  }

  store::JobStore& jobs_;
  testing::FakeClock& clock_;
  WithoutFence without_fence_;
  const bool fence_;
  std::mt19937_64 dice_;
  std::vector<Worker> workers_;
  std::map<ChunkKey, LeaseId> holder_;
  store::JobId job_;
  Verdict verdict_;
};

TEST(Zombies, NeverChangeAChunkThatSomebodyElseHolds) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    testing::FakeClock clock;
    store::MemoryStore memory(clock);
    const Verdict verdict = Schedule(memory, clock, true, seed).Play();
    EXPECT_EQ(verdict.accepted_from_zombies, 0) << "seed " << seed;
    EXPECT_GT(verdict.rejected, 0) << "seed " << seed << " made no zombie";
    EXPECT_EQ(verdict.finished_rows, kRows) << "seed " << seed;
  }
}

TEST(Zombies, NeverChangeAChunkThatSomebodyElseHoldsInSqlite) {
  testing::TempDir dir;
  testing::FakeClock clock;
  auto db = sqlite::SqliteStore::Open(dir / "yakan.db", clock);
  ASSERT_TRUE(db) << db.error().ToString();
  const Verdict verdict = Schedule(**db, clock, true, 1).Play();
  EXPECT_EQ(verdict.accepted_from_zombies, 0);
  EXPECT_GT(verdict.rejected, 0);
  EXPECT_EQ(verdict.finished_rows, kRows);
}

TEST(Zombies, NegativeControlWithoutTheFenceTheOracleSeesThem) {
  int accepted = 0;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    testing::FakeClock clock;
    store::MemoryStore memory(clock);
    accepted += Schedule(memory, clock, false, seed).Play().accepted_from_zombies;
  }
  EXPECT_GT(accepted, 0);
}

}  // namespace
}  // namespace yk::engine
