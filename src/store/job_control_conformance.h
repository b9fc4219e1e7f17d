// SPDX-License-Identifier: Apache-2.0
// For tests: what every JobStore promises about pausing, cancelling, failing and ending jobs. See store_conformance.h.
#pragma once

#include "store/store_conformance.h"

namespace yk::store {

class JobControlConformance : public StoreConformance {};

TEST_P(JobControlConformance, AJobIsDoneWhenEveryRowHasItsResult) {
  const JobId job = Loaded(6);
  const auto leases = Claim(job, 10);
  EXPECT_FALSE(jobs().Finish(job).value());
  EXPECT_EQ(CommitAll(leases[0]), CommitOutcome::kCommitted);
  EXPECT_FALSE(jobs().Finish(job).value()) << "one chunk is still leased";
  EXPECT_EQ(CommitAll(leases[1], RowStatus::kFailed), CommitOutcome::kCommitted);
  clock_.Advance(std::chrono::seconds(3));
  EXPECT_TRUE(jobs().Finish(job).value());
  EXPECT_FALSE(jobs().Finish(job).value()) << "only one call makes the change";
  EXPECT_EQ(State(job), JobState::kDone);
  EXPECT_EQ(jobs().Get(job).value().finished_at, clock_.WallNow());
  EXPECT_EQ(Count(job).ok, 4);
  EXPECT_EQ(Count(job).failed, 2);
}

TEST_P(JobControlConformance, AnEmptyJobIsDoneAtOnce) {
  const JobId job = Loaded(0);
  EXPECT_TRUE(jobs().Finish(job).value());
  EXPECT_EQ(State(job), JobState::kDone);
}

TEST_P(JobControlConformance, FinaliseOnlyFromRunning) {
  const JobId job = Loaded(4);
  RunAll(job);
  ASSERT_TRUE(jobs().Act(job, Control::kPause));
  EXPECT_FALSE(jobs().Finish(job).value());
  EXPECT_EQ(State(job), JobState::kPaused);
  ASSERT_TRUE(jobs().Act(job, Control::kResume));
  EXPECT_TRUE(jobs().Finish(job).value());
}

TEST_P(JobControlConformance, APausedJobGivesNoLeasesAndStillTakesResults) {
  const JobId job = Loaded(8);
  const auto leases = Claim(job);
  const JobRecord paused = jobs().Act(job, Control::kPause).value();
  EXPECT_EQ(paused.state, JobState::kPaused);
  EXPECT_TRUE(paused.pause_requested);
  EXPECT_THAT(Claim(job), IsEmpty());
  EXPECT_EQ(CommitAll(leases[0]), CommitOutcome::kCommitted);
  EXPECT_EQ(jobs().Act(job, Control::kResume).value().state, JobState::kRunning);
  EXPECT_THAT(Claim(job), SizeIs(1));
}

TEST_P(JobControlConformance, AJobPausedWhileLoadingResumesLoading) {
  const JobId job = jobs().Create(Spec("a")).value().id;
  ASSERT_TRUE(jobs().Act(job, Control::kPause));
  ASSERT_TRUE(jobs().Enqueue(MakeRows(job, 0, 4, 4, false)));
  EXPECT_EQ(jobs().Act(job, Control::kResume).value().state, JobState::kLoading);
  ASSERT_TRUE(jobs().Act(job, Control::kPause));
  ASSERT_TRUE(jobs().Enqueue(MakeRows(job, 4, 6, 4, true)));
  EXPECT_EQ(State(job), JobState::kPaused);
  EXPECT_EQ(jobs().Act(job, Control::kResume).value().state, JobState::kRunning);
}

TEST_P(JobControlConformance, CancellingBecomesCancelledWhenNoLeaseIsHeld) {
  const JobId job = Loaded(10);
  const auto leases = Claim(job);
  ASSERT_EQ(jobs().Act(job, Control::kCancel).value().state, JobState::kCancelling);
  EXPECT_THAT(Claim(job), IsEmpty());
  EXPECT_FALSE(jobs().Finish(job).value());
  EXPECT_EQ(Commit(CommitOf(leases[0], 1, false)), CommitOutcome::kCommitted) << "work already done is kept";
  ASSERT_TRUE(jobs().Return(leases[0].key, leases[0].lease, GiveBack::kShutdown, {}, nullptr));
  EXPECT_TRUE(jobs().Finish(job).value());
  EXPECT_EQ(State(job), JobState::kCancelled);
  EXPECT_EQ(Count(job).ok, 1);
  EXPECT_EQ(Count(job).cancelled, 9);
  EXPECT_EQ(Count(job).pending, 0);
  EXPECT_EQ(jobs().Act(job, Control::kResume).error().code, Code::kConflict);
  EXPECT_THAT(jobs().Act(job, Control::kRetryFailed).error().message, HasSubstr("cancelled"));
}

TEST_P(JobControlConformance, ACancelledLoadCountsTheRowsThatNeverMadeAChunk) {
  const JobId job = jobs().Create(Spec("a")).value().id;
  ASSERT_TRUE(jobs().Enqueue(MakeRows(job, 0, 6, 4, false)));
  ASSERT_TRUE(jobs().Act(job, Control::kCancel));
  EXPECT_EQ(jobs().Enqueue(MakeRows(job, 6, 8, 4, true)).error().code, Code::kConflict);
  EXPECT_TRUE(jobs().Finish(job).value());
  EXPECT_EQ(Count(job).cancelled, 6);
}

TEST_P(JobControlConformance, AFailedJobFencesItsWorkersAndRunsOnAfterARetry) {
  const JobId job = Loaded(8);
  const auto leases = Claim(job);
  ASSERT_EQ(jobs().Act(job, Control::kFail).value().state, JobState::kFailed);
  EXPECT_EQ(CommitAll(leases[0]), CommitOutcome::kStale);
  EXPECT_EQ(Count(job).pending, 8);
  EXPECT_EQ(jobs().Act(job, Control::kPause).error().code, Code::kConflict);
  ASSERT_EQ(jobs().Act(job, Control::kRetryFailed).value().state, JobState::kRunning);
  RunAll(job);
  EXPECT_TRUE(jobs().Finish(job).value());
  EXPECT_EQ(Count(job).ok, 8);
}

}  // namespace yk::store
