// SPDX-License-Identifier: Apache-2.0
// For tests: what every JobStore promises about leases, fences, losses and poison rows. See store_conformance.h.
#pragma once

#include "store/store_conformance.h"

namespace yk::store {

class LeaseConformance : public StoreConformance {};

TEST_P(LeaseConformance, EachChunkIsLeasedOnce) {
  const JobId job = Loaded(10);
  const auto first = Claim(job, 2);
  const auto second = Claim(job, 2);
  ASSERT_EQ(first.size(), 2u);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(RowIds(second[0]), (std::vector<int64_t>{8, 9}));
  EXPECT_TRUE(Claim(job).empty());
  EXPECT_NE(first[0].lease, first[1].lease);
  EXPECT_EQ(Count(job).leased, 10);
}

TEST_P(LeaseConformance, ACommitIsAllOrNothingPerChunkAndAStaleChunkDisturbsNoOther) {
  const JobId job = Loaded(8);
  const auto leases = Claim(job, 2);
  std::vector<ChunkCommit> commits = {CommitOf(leases[0], 4, true), CommitOf(leases[1], 4, true)};
  commits[0].lease = LeaseId{12345};
  EXPECT_THAT(jobs().Commit(commits).value(), ::testing::ElementsAre(CommitOutcome::kStale, CommitOutcome::kCommitted));
  EXPECT_EQ(Count(job).ok, 4);
  EXPECT_EQ(Count(job).leased, 4);
}

TEST_P(LeaseConformance, AnUnknownCommitMayBeRepeated) {
  const JobId job = Loaded(4);
  const auto lease = Claim(job).at(0);
  const ChunkCommit part = CommitOf(lease, 2, false);
  EXPECT_EQ(Commit(part), CommitOutcome::kCommitted);
  EXPECT_EQ(Commit(part), CommitOutcome::kCommitted);
  EXPECT_EQ(Count(job).ok, 2);
  EXPECT_EQ(CommitAll(lease), CommitOutcome::kCommitted);
  EXPECT_EQ(CommitAll(lease, RowStatus::kFailed), CommitOutcome::kCommitted);
  EXPECT_EQ(Count(job).ok, 4) << "a repeat has no effect";
}

TEST_P(LeaseConformance, DoneIsRefusedWhileARowLacksItsResult) {
  const JobId job = Loaded(4);
  const auto lease = Claim(job).at(0);
  const ChunkCommit early = CommitOf(lease, 3, true);
  const auto refused = jobs().Commit({&early, 1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInternal);
  EXPECT_EQ(Count(job).ok, 0) << "the call is one transaction";
  EXPECT_EQ(CommitAll(lease), CommitOutcome::kCommitted);
}

TEST_P(LeaseConformance, ResultsOfForeignRowsAreRefused) {
  const JobId job = Loaded(8);
  const auto lease = Claim(job).at(0);
  ChunkCommit commit = CommitOf(lease, 1, false);
  commit.results[0].row_id = 6;
  EXPECT_EQ(jobs().Commit({&commit, 1}).error().code, Code::kInternal);
  commit.results[0] = {0, static_cast<RowStatus>(9), "", ""};
  EXPECT_EQ(jobs().Commit({&commit, 1}).error().code, Code::kInternal);
  EXPECT_EQ(Count(job).leased, 4);
}

TEST_P(LeaseConformance, AZombieIsRefusedAfterItsDeadlineAndRescue) {
  const JobId job = Loaded(4);
  const auto zombie = Claim(job).at(0);
  EXPECT_EQ(LoseLeases().leases_returned, 1);
  const auto heir = Claim(job).at(0);
  EXPECT_EQ(CommitAll(zombie), CommitOutcome::kStale);
  EXPECT_EQ(Count(job).ok, 0);
  EXPECT_FALSE(jobs().Extend(std::vector{std::pair{zombie.key, zombie.lease}}, kLease).value()[0]);
  ASSERT_TRUE(jobs().Return(zombie.key, zombie.lease, GiveBack::kFailed, {}, nullptr));
  EXPECT_EQ(Count(job).leased, 4) << "a stale return is ignored";
  EXPECT_EQ(CommitAll(heir), CommitOutcome::kCommitted);
  EXPECT_EQ(Count(job).ok, 4);
}

TEST_P(LeaseConformance, ExtendMovesTheDeadline) {
  const JobId job = Loaded(4);
  const auto lease = Claim(job).at(0);
  for (int i = 0; i < 5; ++i) {
    clock_.Advance(kLease - std::chrono::seconds(1));
    EXPECT_EQ(jobs().Rescue(false).value().leases_returned, 0);
    EXPECT_TRUE(jobs().Extend(std::vector{std::pair{lease.key, lease.lease}}, kLease).value()[0]);
  }
  EXPECT_EQ(CommitAll(lease), CommitOutcome::kCommitted);
}

TEST_P(LeaseConformance, AWallClockThatJumpsEndsNoLease) {
  const JobId job = Loaded(4);
  const auto lease = Claim(job).at(0);
  clock_.JumpWall(std::chrono::hours(48));
  EXPECT_EQ(jobs().Rescue(false).value().leases_returned, 0);
  EXPECT_EQ(CommitAll(lease), CommitOutcome::kCommitted);
}

TEST_P(LeaseConformance, AttemptGoesBackToZeroWhenARowIsCommitted) {
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

TEST_P(LeaseConformance, AProcessRestartNeverCounts) {
  const JobId job = Loaded(4);
  for (int kill = 0; kill < 50; ++kill) {
    ASSERT_EQ(Claim(job).at(0).attempt, 0);
    EXPECT_EQ(jobs().Rescue(true).value().leases_returned, 1);
  }
  EXPECT_FALSE(Claim(job).at(0).one_at_a_time);
}

TEST_P(LeaseConformance, ThreeLossesRunTheChunkOneRowAtATime) {
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

TEST_P(LeaseConformance, OnlyTheRowInFlightAtTwoFurtherCrashesIsQuarantined) {
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

TEST_P(LeaseConformance, AChunkIsDeadOnlyTogetherWithFailedResultsForItsRows) {
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

TEST_P(LeaseConformance, OrderlyReturnsAndSnoozesCountNothing) {
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

TEST_P(LeaseConformance, ALostChunkWhoseRowsAllHaveResultsIsDone) {
  const JobId job = Loaded(4);
  const auto lease = Claim(job).at(0);
  EXPECT_EQ(Commit(CommitOf(lease, 4, false)), CommitOutcome::kCommitted);
  EXPECT_EQ(LoseLeases().leases_returned, 1);
  EXPECT_TRUE(jobs().Finish(job).value());
}

}  // namespace yk::store
