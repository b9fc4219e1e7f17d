// SPDX-License-Identifier: Apache-2.0
// For tests: what every JobStore promises about leases, fences and commits. See store_conformance.h.
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

TEST_P(LeaseConformance, CommitsOfOneCallAreTakenInOrder) {
  const JobId job = Loaded(4);
  const auto lease = Claim(job).at(0);
  const ChunkCommit first = CommitOf(lease, 2, false), all = CommitOf(lease, 4, true);
  EXPECT_EQ(jobs().Commit(std::vector{all, first}).value().size(), 2u) << "what follows the end has no effect";
  const JobId other = Loaded(4);
  const auto second = Claim(other).at(0);
  const ChunkCommit early = CommitOf(second, 3, true), rest = CommitOf(second, 4, true);
  EXPECT_EQ(jobs().Commit(std::vector{early, rest}).error().code, Code::kInternal);
  EXPECT_EQ(Count(other).leased, 4);
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

}  // namespace yk::store
