// SPDX-License-Identifier: Apache-2.0
// For tests: what every store promises about retries, reading results and delivery. See store_conformance.h.
#pragma once

#include "store/store_conformance.h"

namespace yk::store {

class ResultLogConformance : public StoreConformance {
 protected:
  /// A done job of 8 rows of which 1, 5 and 6 are in error.
  JobId DoneWithErrors() {
    const JobId job = Loaded(8);
    for (const LeasedChunk& lease : Claim(job, 10)) {
      ChunkCommit commit = CommitOf(lease, 4, true);
      for (RowResult& result : commit.results) {
        if (result.row_id == 1 || result.row_id == 5) result.status = RowStatus::kFailed;
        if (result.row_id == 6) result.status = RowStatus::kQuarantined;
      }
      EXPECT_EQ(Commit(commit), CommitOutcome::kCommitted);
    }
    EXPECT_TRUE(jobs().Finish(job).value());
    return job;
  }
  static std::vector<int64_t> Ids(const std::vector<RowResult>& results) {
    std::vector<int64_t> out;
    for (const RowResult& result : results) out.push_back(result.row_id);
    return out;
  }
};

TEST_P(ResultLogConformance, RetryRunsFailedAndQuarantinedRowsAgainUnderANewGeneration) {
  const JobId job = DoneWithErrors();
  const JobRecord record = jobs().Act(job, Control::kRetryFailed).value();
  EXPECT_EQ(record.state, JobState::kRunning);
  EXPECT_EQ(record.generation, 1);
  EXPECT_EQ(Count(job).pending, 3);
  EXPECT_EQ(Count(job).failed, 0);
  const auto leases = Claim(job, 10);
  ASSERT_EQ(leases.size(), 1u);
  EXPECT_EQ(RowIds(leases[0]), (std::vector<int64_t>{1, 5, 6}));
  EXPECT_EQ(leases[0].rows[1].payload, "row 5");
  ChunkCommit commit = CommitOf(leases[0], 3, true);
  commit.results[2].status = RowStatus::kFailed;
  EXPECT_EQ(Commit(commit), CommitOutcome::kCommitted);
  EXPECT_TRUE(jobs().Finish(job).value());
  EXPECT_EQ(Count(job).ok, 7);
  EXPECT_EQ(Count(job).failed, 1);
  EXPECT_EQ(jobs().Act(job, Control::kRetryFailed).value().generation, 2);
}

TEST_P(ResultLogConformance, RetryNeverReplacesAGoodResult) {
  const JobId job = DoneWithErrors();
  ASSERT_TRUE(jobs().Act(job, Control::kRetryFailed));
  const auto lease = Claim(job).at(0);
  ChunkCommit commit = CommitOf(lease, 3, true);
  commit.results.push_back({2, RowStatus::kFailed, "intruder", ""});  // in the chunk's range, but not of the retry
  EXPECT_EQ(Commit(commit), CommitOutcome::kCommitted);
  EXPECT_EQ(log().Read(job, 0, 2, 1).value().at(0).output, "out 2");
  EXPECT_EQ(Count(job).ok, 8);
}

TEST_P(ResultLogConformance, RetryOfAJobWithoutErrorsChangesNothing) {
  const JobId job = Loaded(4);
  RunAll(job);
  ASSERT_TRUE(jobs().Finish(job).value());
  const JobRecord record = jobs().Act(job, Control::kRetryFailed).value();
  EXPECT_EQ(record.state, JobState::kDone);
  EXPECT_EQ(record.generation, 0);
}

TEST_P(ResultLogConformance, ACancelledRetryKeepsTheErrorsItHad) {
  const JobId job = DoneWithErrors();
  ASSERT_TRUE(jobs().Act(job, Control::kRetryFailed));
  ASSERT_TRUE(jobs().Act(job, Control::kCancel));
  EXPECT_TRUE(jobs().Finish(job).value());
  EXPECT_EQ(Count(job).failed, 2);
  EXPECT_EQ(Count(job).quarantined, 1);
  EXPECT_EQ(Count(job).cancelled, 0);
}

TEST_P(ResultLogConformance, ARetryThatDiesLeavesFailedResultsForItsRowsAlone) {
  const JobId job = Loaded(4, 4, 1);
  const auto first = Claim(job).at(0);
  ChunkCommit commit = CommitOf(first, 4, true);
  commit.results[3].status = RowStatus::kFailed;
  EXPECT_EQ(Commit(commit), CommitOutcome::kCommitted);
  ASSERT_TRUE(jobs().Act(job, Control::kRetryFailed));
  (void)Claim(job);
  EXPECT_EQ(LoseLeases().leases_returned, 1);
  EXPECT_EQ(Count(job).ok, 3);
  EXPECT_EQ(Count(job).failed, 1);
  EXPECT_TRUE(jobs().Finish(job).value());
}

TEST_P(ResultLogConformance, ReadEndsBeforeTheFirstRowWithoutAResult) {
  const JobId job = Loaded(12);
  const auto leases = Claim(job, 3);
  EXPECT_EQ(CommitAll(leases[0]), CommitOutcome::kCommitted);
  EXPECT_EQ(CommitAll(leases[2]), CommitOutcome::kCommitted);
  EXPECT_EQ(Ids(log().Read(job, 0, 0, 100).value()), (std::vector<int64_t>{0, 1, 2, 3}));
  EXPECT_EQ(Ids(log().Read(job, 0, 2, 1).value()), (std::vector<int64_t>{2}));
  EXPECT_TRUE(log().Read(job, 0, 4, 100).value().empty());
  EXPECT_EQ(Ids(log().Scan(job, 0, 3, 3, false).value()), (std::vector<int64_t>{3, 8, 9}));
  EXPECT_EQ(CommitAll(leases[1], RowStatus::kFailed), CommitOutcome::kCommitted);
  EXPECT_EQ(log().Read(job, 0, 0, 100).value().size(), 12u);
  EXPECT_EQ(Ids(log().Scan(job, 0, 0, 100, true).value()), (std::vector<int64_t>{4, 5, 6, 7}));
  EXPECT_EQ(log().Read(job, 0, 5, 1).value().at(0).status, RowStatus::kFailed);
}

TEST_P(ResultLogConformance, ReadWaitsForRowsThatAreRunAgain) {
  const JobId job = DoneWithErrors();
  ASSERT_TRUE(jobs().Act(job, Control::kRetryFailed));
  EXPECT_EQ(Ids(log().Read(job, 0, 0, 100).value()), (std::vector<int64_t>{0}));
  RunAll(job);
  EXPECT_EQ(log().Read(job, 0, 0, 100).value().size(), 8u);
}

TEST_P(ResultLogConformance, ReadIsBoundedInBytes) {
  const JobId job = Loaded(16, 16);
  ChunkCommit commit = CommitOf(Claim(job).at(0), 16, true);
  for (RowResult& result : commit.results) result.output.assign(1 << 20, 'x');
  EXPECT_EQ(Commit(commit), CommitOutcome::kCommitted);
  const size_t first = log().Read(job, 0, 0, 100).value().size();
  EXPECT_GE(first, 8u);
  EXPECT_LE(first, 10u);
}

TEST_P(ResultLogConformance, InputsAndBytesOfEveryKindComeBackAsTheyWere) {
  const JobId job = jobs().Create(Spec("a")).value().id;
  Rows rows = MakeRows(job, 0, 1, 4, true);
  rows.rows[0].payload = std::string("zero \0 and \xff\xfe", 13) + "日本語";
  ASSERT_TRUE(jobs().Enqueue(rows));
  EXPECT_EQ(log().Input(job, 0, 0).value(), rows.rows[0].payload);
  EXPECT_EQ(log().Input(job, 0, 1).error().code, Code::kNotFound);
  const auto lease = Claim(job).at(0);
  EXPECT_EQ(lease.rows[0].payload, rows.rows[0].payload);
  ChunkCommit commit = CommitOf(lease, 1, true);
  commit.results[0].output = rows.rows[0].payload;
  EXPECT_EQ(Commit(commit), CommitOutcome::kCommitted);
  EXPECT_EQ(log().Read(job, 0, 0, 1).value().at(0).output, rows.rows[0].payload);
}

TEST_P(ResultLogConformance, CursorsAreKeptPerJobAndSink) {
  const JobId job = Loaded(4);
  EXPECT_FALSE(log().LoadCursor(job, "a.jsonl").value());
  ASSERT_TRUE(log().SaveCursor(job, "a.jsonl", {2, 100, 0xfffffff0u, "{}"}));
  ASSERT_TRUE(log().SaveCursor(job, "a.jsonl", {3, 150, 0xfffffff1u, "{\"x\":1}"}));
  const auto cursor = log().LoadCursor(job, "a.jsonl").value();
  ASSERT_TRUE(cursor);
  EXPECT_EQ(cursor->next_row, 3);
  EXPECT_EQ(cursor->offset, 150);
  EXPECT_EQ(cursor->crc, 0xfffffff1u);
  EXPECT_EQ(cursor->state, "{\"x\":1}");
  EXPECT_FALSE(log().LoadCursor(job, "b.jsonl").value());
  EXPECT_EQ(log().SaveCursor(JobId{5}, "a.jsonl", {}).error().code, Code::kNotFound);
}

}  // namespace yk::store
