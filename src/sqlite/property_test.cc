// SPDX-License-Identifier: Apache-2.0
// Random sequences of calls on the store in memory and on SQLite: every answer, ledger and result must agree.
#include <gtest/gtest.h>

#include <random>

#include "sqlite/fault_vfs.h"
#include "sqlite/sqlite_store.h"
#include "store/memory_store.h"
#include "testing/fake_clock.h"
#include "testing/temp_dir.h"

namespace yk::sqlite {
namespace {

using namespace store;  // NOLINT: the test speaks of nothing else

/// Both stores, driven in step. Ids differ between them, so a job is named by its number and a lease by its pair.
class Twins {
 public:
  explicit Twins(uint32_t seed) : random_(seed) { Reopen(); }

  void Step() {
    SCOPED_TRACE(::testing::Message() << "step " << ++steps_);
    static constexpr void (Twins::*kMoves[])() = {&Twins::Create, &Twins::Enqueue, &Twins::Enqueue, &Twins::Claim,
                                                  &Twins::Claim,  &Twins::Commit,  &Twins::Commit,  &Twins::Commit,
                                                  &Twins::Return, &Twins::Rescue,  &Twins::Finish,  &Twins::Act,
                                                  &Twins::Put,    &Twins::Look,    &Twins::Evict,   &Twins::Wait,
                                                  &Twins::Claim,  &Twins::Commit,  &Twins::Extend,  &Twins::Restart};
    (this->*kMoves[Pick(std::size(kMoves))])();
    Compare();
  }

 private:
  struct JobPair {
    JobId memory, sqlite;
  };
  struct LeasePair {
    size_t job = 0;
    LeasedChunk memory, sqlite;
  };

  size_t Pick(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }
  template <typename T>
  bool Same(const Result<T>& a, const Result<T>& b) {
    EXPECT_EQ(a.has_value(), b.has_value()) << (a ? "" : a.error().ToString()) << (b ? "" : b.error().ToString());
    if (!a && !b) {
      EXPECT_EQ(a.error().code, b.error().code);
    }
    return a.has_value() && b.has_value();
  }
  void Reopen() {
    sqlite_.reset();
    sqlite_ = SqliteStore::Open(folder_ / "yakan.db", clock_,
                                {.access = Access::kOwner, .vfs = disk_.name(), .answer_keys_unindexed = 8})
                  .value();
  }

  void Create() {
    if (jobs_.size() >= 4) return;
    NewJob job;
    job.idem_key = std::to_string(Pick(5));
    job.name = "job";
    job.stages = 1 + static_cast<int>(Pick(2));
    job.max_attempts = 1 + static_cast<int>(Pick(6));
    const auto a = memory_.Create(job);
    const auto b = sqlite_->Create(job);
    if (!Same(a, b)) return;
    for (const JobPair& known : jobs_) {
      if (known.memory == a->id) return;
    }
    jobs_.push_back({a->id, b->id});
    rows_.push_back({0, 0});
  }
  void Enqueue() {
    if (jobs_.empty()) return;
    const size_t j = Pick(jobs_.size());
    const size_t stage = Pick(2);
    Rows rows;
    rows.stage = static_cast<int>(stage);
    rows.chunk_rows = 1 + static_cast<int>(Pick(5));
    rows.last = Pick(4) == 0;
    const int64_t from = std::max<int64_t>(0, rows_[j][stage] - static_cast<int64_t>(Pick(3)));
    for (int64_t row = from; row < from + static_cast<int64_t>(Pick(9)); ++row)
      rows.rows.push_back({row, "p" + std::to_string(row)});
    rows.job = jobs_[j].memory;
    const auto a = memory_.Enqueue(rows);
    rows.job = jobs_[j].sqlite;
    const auto b = sqlite_->Enqueue(rows);
    if (Same(a, b) && !rows.rows.empty()) rows_[j][stage] = std::max(rows_[j][stage], rows.rows.back().row_id + 1);
  }
  void Claim() {
    if (jobs_.empty()) return;
    const size_t j = Pick(jobs_.size());
    ClaimRequest request{jobs_[j].memory, static_cast<int>(Pick(2)), WorkerId{1}, 1 + static_cast<int>(Pick(3)),
                         std::chrono::seconds(30)};
    const auto a = memory_.Claim(request);
    request.job = jobs_[j].sqlite;
    const auto b = sqlite_->Claim(request);
    if (!Same(a, b)) return;
    ASSERT_EQ(a->size(), b->size());
    for (size_t i = 0; i < a->size(); ++i) {
      const LeasedChunk &x = (*a)[i], &y = (*b)[i];
      EXPECT_EQ(x.key.seq, y.key.seq);
      EXPECT_EQ(x.attempt, y.attempt);
      EXPECT_EQ(x.one_at_a_time, y.one_at_a_time);
      ASSERT_EQ(x.rows.size(), y.rows.size());
      for (size_t r = 0; r < x.rows.size(); ++r) {
        EXPECT_EQ(x.rows[r].row_id, y.rows[r].row_id);
        EXPECT_EQ(x.rows[r].payload, y.rows[r].payload);
      }
      leases_.push_back({j, x, y});
    }
  }
  void Commit() {
    if (leases_.empty()) return;
    std::vector<ChunkCommit> a, b;
    for (size_t n = 1 + Pick(2); n > 0; --n) {
      const LeasePair& lease = leases_[leases_.size() - 1 - Pick(std::min<size_t>(leases_.size(), 6))];
      ChunkCommit commit{lease.memory.key, lease.memory.lease, {}, Pick(2) == 0, "m", std::chrono::seconds(30)};
      const size_t rows = commit.done && Pick(8) != 0 ? lease.memory.rows.size() : Pick(lease.memory.rows.size() + 1);
      for (size_t i = 0; i < rows; ++i) {
        const auto status = static_cast<RowStatus>(Pick(5));
        commit.results.push_back({lease.memory.rows[i].row_id, status, "o" + std::to_string(steps_), "{}"});
      }
      a.push_back(commit);
      commit.key = lease.sqlite.key;
      commit.lease = lease.sqlite.lease;
      b.push_back(commit);
    }
    const auto x = memory_.Commit(a);
    const auto y = sqlite_->Commit(b);
    const bool agreed = Same(x, y);
    if (agreed) {
      EXPECT_EQ(*x, *y);
    }
  }
  void Return() {
    if (leases_.empty()) return;
    const LeasePair& lease = leases_[Pick(leases_.size())];
    const auto why = static_cast<GiveBack>(Pick(3));
    const auto delay = std::chrono::seconds(Pick(2) * 20);
    Same(memory_.Return(lease.memory.key, lease.memory.lease, why, delay, nullptr),
         sqlite_->Return(lease.sqlite.key, lease.sqlite.lease, why, delay, nullptr));
  }
  void Extend() {
    if (leases_.empty()) return;
    const LeasePair& lease = leases_[Pick(leases_.size())];
    const auto a =
        memory_.Extend(std::vector{std::pair{lease.memory.key, lease.memory.lease}}, std::chrono::seconds(40));
    const auto b =
        sqlite_->Extend(std::vector{std::pair{lease.sqlite.key, lease.sqlite.lease}}, std::chrono::seconds(40));
    const bool agreed = Same(a, b);
    if (agreed) {
      EXPECT_EQ(*a, *b);
    }
  }
  void Rescue() {
    const auto a = memory_.Rescue(false), b = sqlite_->Rescue(false);
    if (!Same(a, b)) return;
    EXPECT_EQ(a->leases_returned, b->leases_returned);
    EXPECT_EQ(a->rows_quarantined, b->rows_quarantined);
  }
  void Finish() {
    if (jobs_.empty()) return;
    const JobPair& job = jobs_[Pick(jobs_.size())];
    const auto a = memory_.Finish(job.memory), b = sqlite_->Finish(job.sqlite);
    const bool agreed = Same(a, b);
    if (agreed) {
      EXPECT_EQ(*a, *b);
    }
  }
  void Act() {
    if (jobs_.empty()) return;
    const JobPair& job = jobs_[Pick(jobs_.size())];
    static constexpr Control kControls[] = {Control::kPause,       Control::kResume,      Control::kResume,
                                            Control::kRetryFailed, Control::kRetryFailed, Control::kRetryFailed,
                                            Control::kCancel,      Control::kFail};
    const Control control = kControls[Pick(std::size(kControls))];
    if ((control == Control::kCancel || control == Control::kFail) && Pick(4) != 0) return;
    Same(memory_.Act(job.memory, control), sqlite_->Act(job.sqlite, control));
  }
  AnswerKey Key() { return {Sha256("r" + std::to_string(Pick(30))), Sha256("a" + std::to_string(Pick(8)))}; }
  void Put() {
    std::vector<StoredAnswer> answers(1 + Pick(4));
    for (StoredAnswer& answer : answers) {
      answer.key = Key();
      answer.body = std::string(Pick(50), 'b') + std::to_string(steps_);
      answer.finish = Pick(4) == 0 ? "length" : "stop";
    }
    Same(memory_.Put(answers), sqlite_->Put(answers));
  }
  void Look() {
    const std::vector<AnswerKey> keys = {Key(), Key(), Key()};
    const auto a = memory_.Get(keys), b = sqlite_->Get(keys);
    if (!Same(a, b)) return;
    for (size_t i = 0; i < keys.size(); ++i) {
      ASSERT_EQ((*a)[i].has_value(), (*b)[i].has_value());
      if ((*a)[i]) {
        EXPECT_EQ((*a)[i]->body, (*b)[i]->body);
      }
    }
  }
  void Evict() {
    const int64_t bytes = static_cast<int64_t>(Pick(10)) * 300;
    const WallTime since = clock_.WallNow() - std::chrono::hours(12 * Pick(4));
    const auto a = memory_.Evict(bytes, since), b = sqlite_->Evict(bytes, since);
    const bool agreed = Same(a, b);
    if (agreed) {
      EXPECT_EQ(*a, *b);
    }
  }
  void Wait() {
    clock_.Advance(Pick(8) == 0 ? Duration(std::chrono::hours(20)) : Duration(std::chrono::seconds(Pick(40))));
  }
  void Restart() {
    if (Pick(4) != 0) return;
    Reopen();
    ASSERT_TRUE(memory_.Rescue(true));
    // A snooze ends with the process: in memory there is no such thing, so time passes for both.
    clock_.Advance(std::chrono::seconds(60));
  }

  void Compare() {
    for (const JobPair& job : jobs_) {
      const JobRecord x = memory_.Get(job.memory).value(), y = sqlite_->Get(job.sqlite).value();
      EXPECT_EQ(x.state, y.state);
      EXPECT_EQ(x.generation, y.generation);
      EXPECT_EQ(x.pause_requested, y.pause_requested);
      EXPECT_EQ(x.rows_total, y.rows_total);
      EXPECT_EQ(x.finished_at, y.finished_at);
      const auto a = memory_.Count(job.memory).value(), b = sqlite_->Count(job.sqlite).value();
      ASSERT_EQ(a.size(), b.size());
      for (size_t stage = 0; stage < a.size(); ++stage) {
        EXPECT_TRUE(b[stage].Balanced());
        const auto columns = [](const Ledger& l) {
          return std::vector<int64_t>{l.rows,        l.ok,      l.null_by_policy, l.filtered,  l.failed,
                                      l.quarantined, l.pending, l.leased,         l.cancelled, l.loaded ? 1 : 0};
        };
        EXPECT_EQ(columns(a[stage]), columns(b[stage])) << "stage " << stage;
        CompareResults(job, static_cast<int>(stage));
      }
    }
    EXPECT_EQ(memory_.Stats().value().bytes, sqlite_->Stats().value().bytes);
    EXPECT_EQ(memory_.Stats().value().answers, sqlite_->Stats().value().answers);
    const auto verified = sqlite_->Verify();
    ASSERT_TRUE(verified) << verified.error().ToString();
  }
  void CompareResults(const JobPair& job, int stage) {
    const auto same = [](const std::vector<RowResult>& a, const std::vector<RowResult>& b) {
      return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const RowResult& x, const RowResult& y) {
        return x.row_id == y.row_id && x.status == y.status && x.output == y.output && x.meta == y.meta;
      });
    };
    EXPECT_TRUE(
        same(memory_.Read(job.memory, stage, 0, 1000).value(), sqlite_->Read(job.sqlite, stage, 0, 1000).value()));
    EXPECT_TRUE(same(memory_.Scan(job.memory, stage, 0, 1000, true).value(),
                     sqlite_->Scan(job.sqlite, stage, 0, 1000, true).value()));
  }

  std::mt19937 random_;
  testing::FakeClock clock_;
  testing::TempDir folder_;
  FaultVfs disk_{"quick-disk"};
  MemoryStore memory_{clock_};
  std::unique_ptr<SqliteStore> sqlite_;
  std::vector<JobPair> jobs_;
  std::vector<std::array<int64_t, 2>> rows_;
  std::vector<LeasePair> leases_;
  int steps_ = 0;

 public:
  FaultVfs& disk() { return disk_; }
};

TEST(StoreProperty, RandomSequencesOfCallsAgreeBetweenMemoryAndSqlite) {
  for (uint32_t seed = 1; seed <= 25 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Twins twins(seed);
    twins.disk().SkipSyncs();
    for (int step = 0; step < 200 && !::testing::Test::HasFailure(); ++step) twins.Step();
  }
}

}  // namespace
}  // namespace yk::sqlite
