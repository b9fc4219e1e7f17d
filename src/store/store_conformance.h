// SPDX-License-Identifier: Apache-2.0
// For tests: what the conformance suites run on (job_store_conformance.h lists them).
// A test program includes the suites once and instantiates each with its own store:
//   INSTANTIATE_TEST_SUITE_P(Memory, JobStoreConformance, ::testing::Values(MakeMemory));
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "store/answer_store.h"
#include "store/job_store.h"
#include "store/result_log.h"
#include "testing/fake_clock.h"

namespace yk::store {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// One implementation with its three seams. `Verify` recounts everything the implementation keeps counts of.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual JobStore& jobs() = 0;
  virtual ResultLog& log() = 0;
  virtual AnswerStore& answers() = 0;
  virtual Result<void> Verify() = 0;
};
using StoreMaker = std::unique_ptr<StoreUnderTest> (*)(testing::FakeClock& clock);

class StoreConformance : public ::testing::TestWithParam<StoreMaker> {
 protected:
  void SetUp() override { store_ = GetParam()(clock_); }
  void TearDown() override {
    if (store_ == nullptr) return;
    const auto verified = store_->Verify();
    EXPECT_TRUE(verified) << verified.error().ToString();
  }

  JobStore& jobs() { return store_->jobs(); }
  ResultLog& log() { return store_->log(); }
  AnswerStore& answers() { return store_->answers(); }

  static NewJob Spec(const std::string& key, int stages = 1) {
    NewJob job;
    job.name = "contracts";
    job.idem_key = key;
    job.spec = "{}";
    job.spec_hash = "hash";
    job.stages = stages;
    return job;
  }

  static Rows MakeRows(JobId job, int64_t from, int64_t to, int chunk_rows, bool last) {
    Rows rows{.job = job, .stage = 0, .rows = {}, .chunk_rows = chunk_rows, .last = last};
    for (int64_t row = from; row < to; ++row) rows.rows.push_back({row, "row " + std::to_string(row)});
    return rows;
  }

  /// A running job with `rows` rows, all enqueued.
  JobId Loaded(int64_t rows, int chunk_rows = 4, int max_attempts = 5) {
    NewJob spec = Spec("job " + std::to_string(++keys_));
    spec.max_attempts = max_attempts;
    const JobId job = jobs().Create(spec).value().id;
    const auto enqueued = jobs().Enqueue(MakeRows(job, 0, rows, chunk_rows, true));
    EXPECT_TRUE(enqueued) << enqueued.error().ToString();
    return job;
  }

  std::vector<LeasedChunk> Claim(JobId job, int chunks_max = 1, int stage = 0) {
    return jobs()
        .Claim({.job = job, .stage = stage, .worker = WorkerId{7}, .chunks_max = chunks_max, .lease = kLease})
        .value();
  }

  /// A commit of the first `n` rows of a lease, all with one status.
  static ChunkCommit CommitOf(const LeasedChunk& lease, size_t n, bool done, RowStatus status = RowStatus::kOk) {
    ChunkCommit commit{
        .key = lease.key, .lease = lease.lease, .results = {}, .done = done, .meta = "", .extend = kLease};
    for (size_t i = 0; i < n; ++i) {
      commit.results.push_back({lease.rows[i].row_id, status, "out " + std::to_string(lease.rows[i].row_id), ""});
    }
    return commit;
  }
  CommitOutcome Commit(const ChunkCommit& commit) { return jobs().Commit({&commit, 1}).value().front(); }
  CommitOutcome CommitAll(const LeasedChunk& lease, RowStatus status = RowStatus::kOk) {
    return Commit(CommitOf(lease, lease.rows.size(), true, status));
  }
  /// Claims and commits until nothing is ready.
  void RunAll(JobId job, RowStatus status = RowStatus::kOk) {
    for (auto leases = Claim(job, 100); !leases.empty(); leases = Claim(job, 100)) {
      for (const LeasedChunk& lease : leases) EXPECT_EQ(CommitAll(lease, status), CommitOutcome::kCommitted);
    }
  }
  /// The worker of a lease dies: its deadline passes and the lease is rescued.
  RescueReport LoseLeases() {
    clock_.Advance(kLease + std::chrono::seconds(1));
    return jobs().Rescue(false).value();
  }
  Ledger Count(JobId job, int stage = 0) { return jobs().Count(job).value()[static_cast<size_t>(stage)]; }
  JobState State(JobId job) { return jobs().Get(job).value().state; }
  static std::vector<int64_t> RowIds(const LeasedChunk& lease) {
    std::vector<int64_t> out;
    for (const InputRow& row : lease.rows) out.push_back(row.row_id);
    return out;
  }

  static std::vector<int64_t> Ids(const std::vector<RowResult>& results) {
    std::vector<int64_t> out;
    for (const RowResult& result : results) out.push_back(result.row_id);
    return out;
  }

  static constexpr std::chrono::milliseconds kLease{60000};
  testing::FakeClock clock_;
  std::unique_ptr<StoreUnderTest> store_;
  int keys_ = 0;
};

}  // namespace yk::store
