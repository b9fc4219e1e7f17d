// SPDX-License-Identifier: Apache-2.0
// For tests: what every JobStore promises about lost workers and poison rows. See store_conformance.h.
#pragma once

#include "store/store_conformance.h"

namespace yk::store {

class LossConformance : public StoreConformance {};

TEST_P(LossConformance, AttemptGoesBackToZeroWhenARowIsCommitted) {
  const JobId job = Loaded(4);
  (void)Claim(job);
  LoseLeases();
  auto lease = Claim(job).at(0);
  EXPECT_EQ(lease.attempt, 1);
  EXPECT_EQ(Commit(CommitOf(lease, 1, false)), CommitOutcome::kCommitted);
  LoseLeases();
  lease = Claim(job).at(0);
  EXPECT_EQ(lease.attempt, 1) << "one loss since the last progress";
  EXPECT_EQ(RowIds(lease), (std::vector<int64_t>{1, 2, 3})) << "the committed row is not run again";
}

TEST_P(LossConformance, AProcessRestartNeverCounts) {
  const JobId job = Loaded(4);
  for (int kill = 0; kill < 50; ++kill) {
    ASSERT_EQ(Claim(job).at(0).attempt, 0);
    EXPECT_EQ(jobs().Rescue(true).value().leases_returned, 1);
  }
  EXPECT_FALSE(Claim(job).at(0).one_at_a_time);
}

TEST_P(LossConformance, ThreeLossesRunTheChunkOneRowAtATime) {
  const JobId job = Loaded(4);
  for (int loss = 0; loss < 3; ++loss) {
    const auto lease = Claim(job).at(0);
    EXPECT_EQ(lease.attempt, loss);
    EXPECT_FALSE(lease.one_at_a_time);
    LoseLeases();
  }
  const auto lease = Claim(job).at(0);
  EXPECT_TRUE(lease.one_at_a_time);
  EXPECT_EQ(lease.rows.size(), 4u);
}

TEST_P(LossConformance, OnlyTheRowInFlightAtTwoFurtherCrashesIsQuarantined) {
  const JobId job = Loaded(4);
  for (int loss = 0; loss < 3; ++loss) {
    (void)Claim(job);
    LoseLeases();
  }
  // One at a time: rows 0 and 1 pass, row 2 kills its worker twice.
  const auto lease = Claim(job).at(0);
  EXPECT_EQ(Commit(CommitOf(lease, 2, false)), CommitOutcome::kCommitted);
  EXPECT_EQ(LoseLeases().rows_quarantined, 0);
  EXPECT_TRUE(Claim(job).at(0).one_at_a_time) << "it stays so until the chunk is done";
  EXPECT_EQ(LoseLeases().rows_quarantined, 1);
  const auto rest = Claim(job).at(0);
  EXPECT_EQ(RowIds(rest), (std::vector<int64_t>{3}));
  EXPECT_EQ(CommitAll(rest), CommitOutcome::kCommitted);
  EXPECT_TRUE(jobs().Finish(job).value());
  EXPECT_EQ(Count(job).ok, 3);
  EXPECT_EQ(Count(job).quarantined, 1);
  const auto poison = log().Scan(job, 0, 0, 10, true).value();
  ASSERT_EQ(poison.size(), 1u);
  EXPECT_EQ(poison[0].row_id, 2);
  EXPECT_EQ(poison[0].status, RowStatus::kQuarantined);
  EXPECT_THAT(poison[0].meta, ::testing::HasSubstr("error"));
}

TEST_P(LossConformance, AChunkIsDeadOnlyTogetherWithFailedResultsForItsRows) {
  const JobId job = Loaded(4, 4, 2);
  auto lease = Claim(job).at(0);
  EXPECT_EQ(Commit(CommitOf(lease, 1, false)), CommitOutcome::kCommitted);
  const Error cause{Code::kUnauthorized, "the key was refused", {}};
  ASSERT_TRUE(jobs().Return(lease.key, lease.lease, GiveBack::kFailed, {}, &cause));
  EXPECT_EQ(Count(job).pending, 3);
  lease = Claim(job).at(0);
  ASSERT_TRUE(jobs().Return(lease.key, lease.lease, GiveBack::kFailed, {}, &cause));
  EXPECT_TRUE(Claim(job).empty());
  EXPECT_EQ(Count(job).ok, 1);
  EXPECT_EQ(Count(job).failed, 3);
  EXPECT_TRUE(jobs().Finish(job).value());
  const auto results = log().Read(job, 0, 0, 10).value();
  ASSERT_EQ(results.size(), 4u) << "no row of a finished job is without a result";
  EXPECT_THAT(results[3].meta, ::testing::HasSubstr("the key was refused"));
}

TEST_P(LossConformance, OrderlyReturnsAndSnoozesCountNothing) {
  const JobId job = Loaded(4, 4, 2);
  for (int i = 0; i < 6; ++i) {
    const auto lease = Claim(job).at(0);
    EXPECT_EQ(lease.attempt, 0);
    const bool snooze = i % 2 == 1;
    ASSERT_TRUE(jobs().Return(lease.key, lease.lease, snooze ? GiveBack::kSnooze : GiveBack::kShutdown,
                              std::chrono::seconds(snooze ? 10 : 0), nullptr));
    if (!snooze) continue;
    EXPECT_TRUE(Claim(job).empty()) << "not before the delay is over";
    clock_.Advance(std::chrono::seconds(10));
  }
}

TEST_P(LossConformance, ALostChunkWhoseRowsAllHaveResultsIsDone) {
  const JobId job = Loaded(4);
  const auto lease = Claim(job).at(0);
  EXPECT_EQ(Commit(CommitOf(lease, 4, false)), CommitOutcome::kCommitted);
  EXPECT_EQ(LoseLeases().leases_returned, 1);
  EXPECT_TRUE(jobs().Finish(job).value());
}

}  // namespace yk::store
