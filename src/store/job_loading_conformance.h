// SPDX-License-Identifier: Apache-2.0
// For tests: what every JobStore promises about jobs and loading rows. See store_conformance.h.
#pragma once

#include "store/store_conformance.h"

namespace yk::store {

class JobStoreConformance : public StoreConformance {};

TEST_P(JobStoreConformance, CreateReturnsTheOldJobForTheSameIdentityAndSpec) {
  const JobRecord first = jobs().Create(Spec("a")).value();
  EXPECT_EQ(first.state, JobState::kLoading);
  EXPECT_EQ(first.name, "contracts");
  EXPECT_EQ(first.created_at, clock_.WallNow());
  EXPECT_EQ(jobs().Create(Spec("a")).value().id, first.id);
  EXPECT_GT(jobs().Create(Spec("b")).value().id, first.id);
}

TEST_P(JobStoreConformance, CreateRefusesTheSameIdentityWithAnotherSpec) {
  ASSERT_TRUE(jobs().Create(Spec("a")));
  NewJob other = Spec("a");
  other.spec_hash = "another";
  const auto refused = jobs().Create(other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kConflict);
}

TEST_P(JobStoreConformance, UnknownJobsAreNotFound) {
  EXPECT_EQ(jobs().Get(JobId{5}).error().code, Code::kNotFound);
  EXPECT_EQ(jobs().Count(JobId{5}).error().code, Code::kNotFound);
  EXPECT_EQ(jobs().Enqueue(MakeRows(JobId{5}, 0, 1, 4, true)).error().code, Code::kNotFound);
  EXPECT_EQ(jobs().Finish(JobId{5}).error().code, Code::kNotFound);
  EXPECT_EQ(jobs().Act(JobId{5}, Control::kPause).error().code, Code::kNotFound);
  EXPECT_EQ(jobs().Claim({JobId{5}, 0, WorkerId{7}, 1, kLease}).error().code, Code::kNotFound);
}

TEST_P(JobStoreConformance, ListShowsTheNewestFirstAndFilters) {
  const JobId old = Loaded(0);
  ASSERT_TRUE(jobs().Finish(old).value());
  const JobId open = Loaded(4);
  EXPECT_THAT(jobs().List({}).value(), SizeIs(2));
  EXPECT_EQ(jobs().List({}).value().front().id, open);
  EXPECT_THAT(jobs().List({"local", std::nullopt, true, 100}).value(), SizeIs(1));
  EXPECT_THAT(jobs().List({"local", "other", false, 100}).value(), IsEmpty());
  EXPECT_THAT(jobs().List({"them", std::nullopt, false, 100}).value(), IsEmpty());
  EXPECT_THAT(jobs().List({"local", std::nullopt, false, 1}).value(), SizeIs(1));
}

TEST_P(JobStoreConformance, FullChunksAreClaimableWhileTheJobStillLoads) {
  const JobId job = jobs().Create(Spec("a")).value().id;
  ASSERT_TRUE(jobs().Enqueue(MakeRows(job, 0, 6, 4, false)));
  EXPECT_EQ(State(job), JobState::kLoading);
  const auto leases = Claim(job, 10);
  ASSERT_THAT(leases, SizeIs(1));
  EXPECT_THAT(RowIds(leases[0]), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(leases[0].rows[2].payload, "row 2");
  EXPECT_EQ(CommitAll(leases[0]), CommitOutcome::kCommitted);
  EXPECT_FALSE(jobs().Finish(job).value()) << "a loading job has rows to come";
  ASSERT_TRUE(jobs().Enqueue(MakeRows(job, 6, 6, 4, true)));
  EXPECT_EQ(State(job), JobState::kRunning);
  EXPECT_THAT(RowIds(Claim(job).at(0)), ElementsAre(4, 5));
}

TEST_P(JobStoreConformance, EnqueueIgnoresRepeatedRowsSoThatACrashedLoadStartsOver) {
  const JobId job = jobs().Create(Spec("a")).value().id;
  ASSERT_TRUE(jobs().Enqueue(MakeRows(job, 0, 6, 4, false)));
  ASSERT_TRUE(jobs().Enqueue(MakeRows(job, 0, 3, 4, false)));
  ASSERT_TRUE(jobs().Enqueue(MakeRows(job, 3, 9, 4, true)));
  ASSERT_TRUE(jobs().Enqueue(MakeRows(job, 0, 9, 4, true)));
  EXPECT_EQ(Count(job).rows, 9);
  EXPECT_EQ(jobs().Get(job).value().rows_total, 9);
  std::vector<int64_t> rows;
  for (const auto& lease : Claim(job, 10)) {
    for (const int64_t row : RowIds(lease)) rows.push_back(row);
  }
  EXPECT_THAT(rows, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8));
}

TEST_P(JobStoreConformance, EnqueueRefusesGapsAndRowsBehindTheEnd) {
  const JobId job = jobs().Create(Spec("a")).value().id;
  EXPECT_EQ(jobs().Enqueue(MakeRows(job, 1, 2, 4, false)).error().code, Code::kInvalid);
  Rows torn = MakeRows(job, 0, 3, 4, false);
  torn.rows.erase(torn.rows.begin() + 1);
  EXPECT_EQ(jobs().Enqueue(torn).error().code, Code::kInvalid);
  EXPECT_EQ(jobs().Enqueue(MakeRows(job, 0, 3, 0, false)).error().code, Code::kInvalid);
  Rows elsewhere = MakeRows(job, 0, 3, 4, false);
  elsewhere.stage = 1;
  EXPECT_EQ(jobs().Enqueue(elsewhere).error().code, Code::kInvalid);
  EXPECT_EQ(Count(job).rows, 0) << "a refused call changes nothing";
  ASSERT_TRUE(jobs().Enqueue(MakeRows(job, 0, 3, 4, true)));
  EXPECT_EQ(jobs().Enqueue(MakeRows(job, 3, 4, 4, true)).error().code, Code::kConflict);
}

TEST_P(JobStoreConformance, EachStageHasItsOwnKeysAndLedger) {
  const JobId job = jobs().Create(Spec("a", 2)).value().id;
  ASSERT_TRUE(jobs().Enqueue(MakeRows(job, 0, 4, 4, true)));
  RunAll(job);
  EXPECT_FALSE(jobs().Finish(job).value()) << "the second stage is not loaded yet";
  Rows second = MakeRows(job, 0, 2, 4, true);
  second.stage = 1;
  ASSERT_TRUE(jobs().Enqueue(second));
  EXPECT_EQ(jobs().Get(job).value().rows_total, 4);
  const auto leases = Claim(job, 1, 1);
  ASSERT_THAT(leases, SizeIs(1));
  EXPECT_EQ(leases[0].key.stage, 1);
  EXPECT_EQ(CommitAll(leases[0], RowStatus::kFiltered), CommitOutcome::kCommitted);
  EXPECT_TRUE(jobs().Finish(job).value());
  EXPECT_EQ(Count(job, 0).ok, 4);
  EXPECT_EQ(Count(job, 1).filtered, 2);
  EXPECT_EQ(Count(job, 1).rows, 2);
}

}  // namespace yk::store
