// SPDX-License-Identifier: Apache-2.0
// For tests: what every store promises about running failed rows again. See store_conformance.h.
#pragma once

#include "store/store_conformance.h"

namespace yk::store {

class RetryConformance : public StoreConformance {
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
};

TEST_P(RetryConformance, RetryRunsFailedAndQuarantinedRowsAgainUnderANewGeneration) {
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

TEST_P(RetryConformance, RetryForgetsWhatWasDeliveredOfThisJobAlone) {
  const JobId other = Loaded(4);
  const JobId job = DoneWithErrors();
  ASSERT_TRUE(log().SaveCursor(other, "a.jsonl", {4, 100, 1, "{}"}));
  ASSERT_TRUE(log().SaveCursor(job, "a.jsonl", {8, 100, 1, "{}"}));
  ASSERT_TRUE(log().SaveCursor(job, "b.csv", {3, 50, 1, "{}"}));
  ASSERT_TRUE(jobs().Act(job, Control::kRetryFailed));
  EXPECT_FALSE(log().LoadCursor(job, "a.jsonl").value());
  EXPECT_FALSE(log().LoadCursor(job, "b.csv").value());
  EXPECT_TRUE(log().LoadCursor(other, "a.jsonl").value());
}

TEST_P(RetryConformance, RetryNeverReplacesAGoodResult) {
  const JobId job = DoneWithErrors();
  ASSERT_TRUE(jobs().Act(job, Control::kRetryFailed));
  const auto lease = Claim(job).at(0);
  ChunkCommit commit = CommitOf(lease, 3, true);
  commit.results.push_back({2, RowStatus::kFailed, "intruder", ""});  // in the chunk's range, but not of the retry
  EXPECT_EQ(Commit(commit), CommitOutcome::kCommitted);
  EXPECT_EQ(log().Read(job, 0, 2, 1).value().at(0).output, "out 2");
  EXPECT_EQ(Count(job).ok, 8);
}

TEST_P(RetryConformance, RetryOfAJobWithoutErrorsChangesNothing) {
  const JobId job = Loaded(4);
  RunAll(job);
  ASSERT_TRUE(jobs().Finish(job).value());
  const JobRecord record = jobs().Act(job, Control::kRetryFailed).value();
  EXPECT_EQ(record.state, JobState::kDone);
  EXPECT_EQ(record.generation, 0);
}

TEST_P(RetryConformance, ACancelledRetryKeepsTheErrorsItHad) {
  const JobId job = DoneWithErrors();
  ASSERT_TRUE(jobs().Act(job, Control::kRetryFailed));
  ASSERT_TRUE(jobs().Act(job, Control::kCancel));
  EXPECT_TRUE(jobs().Finish(job).value());
  EXPECT_EQ(Count(job).failed, 2);
  EXPECT_EQ(Count(job).quarantined, 1);
  EXPECT_EQ(Count(job).cancelled, 0);
}

TEST_P(RetryConformance, ARetryThatDiesLeavesFailedResultsForItsRowsAlone) {
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

TEST_P(RetryConformance, ReadWaitsForRowsThatAreRunAgain) {
  const JobId job = DoneWithErrors();
  ASSERT_TRUE(jobs().Act(job, Control::kRetryFailed));
  EXPECT_EQ(Ids(log().Read(job, 0, 0, 100).value()), (std::vector<int64_t>{0}));
  RunAll(job);
  EXPECT_EQ(log().Read(job, 0, 0, 100).value().size(), 8u);
}

}  // namespace yk::store
