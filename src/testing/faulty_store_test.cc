// SPDX-License-Identifier: Apache-2.0
#include "testing/faulty_store.h"

#include <gtest/gtest.h>

#include <map>

#include "store/memory_store.h"
#include "testing/fake_clock.h"
#include "testing/store_worker.h"

namespace yk::testing {
namespace {

using store::MemoryStore;

TEST(FaultyStore, FailsTheNthCallBeforeItTakesEffect) {
  FakeClock clock;
  MemoryStore memory(clock);
  FaultyStore broken({memory, memory, memory}, {.fault = FaultyStore::Fault::kFailBefore, .at = 2});
  store::NewJob job;
  job.idem_key = "a";
  EXPECT_TRUE(broken.Create(job));
  job.idem_key = "b";
  EXPECT_EQ(broken.Create(job).error().message, "an injected fault");
  EXPECT_EQ(memory.List({}).value().size(), 1u);
  EXPECT_TRUE(broken.Create(job));
  EXPECT_EQ(broken.calls(), 3);
}

TEST(FaultyStore, FailsTheNthCallAfterItTookEffect) {
  FakeClock clock;
  MemoryStore memory(clock);
  FaultyStore broken({memory, memory, memory}, {.fault = FaultyStore::Fault::kFailAfter, .at = 1, .every = 2});
  store::NewJob job;
  job.idem_key = "a";
  EXPECT_FALSE(broken.Create(job));
  EXPECT_TRUE(broken.Create(job));
  EXPECT_FALSE(broken.Create(job)) << "every second call after the first";
  EXPECT_EQ(memory.List({}).value().size(), 1u);
}

TEST(FaultyStore, EndsTheProcessAtTheNthCall) {
  FakeClock clock;
  MemoryStore memory(clock);
  FaultyStore broken({memory, memory, memory}, {.fault = FaultyStore::Fault::kExitBefore, .at = 1});
  EXPECT_EXIT((void)broken.Stats(), ::testing::ExitedWithCode(FaultyStore::kExitStatus), "");
}

TEST(FaultyStore, WithoutTheFenceALateWorkerOverwritesItsHeir) {
  for (const bool fence_off : {false, true}) {
    FakeClock clock;
    MemoryStore memory(clock);
    FaultyStore store({memory, memory, memory}, {.fence_off = fence_off});
    store::NewJob spec;
    spec.idem_key = "a";
    const auto job = store.Create(spec).value().id;
    ASSERT_TRUE(store.Enqueue({job, 0, {{0, "x"}}, 4, true}));
    const store::ClaimRequest claim{job, 0, store::WorkerId{1}, 1, std::chrono::seconds(10)};
    const auto zombie = store.Claim(claim).value().at(0);
    clock.Advance(std::chrono::seconds(11));
    ASSERT_TRUE(store.Rescue(false));
    ASSERT_EQ(store.Claim(claim).value().size(), 1u);
    const store::ChunkCommit late{zombie.key, zombie.lease, {{0, store::RowStatus::kOk, "late", ""}}, true, "", {}};
    EXPECT_EQ(store.Commit({&late, 1}).value()[0],
              fence_off ? store::CommitOutcome::kCommitted : store::CommitOutcome::kStale);
  }
}

class WorkerUnderFaults : public ::testing::TestWithParam<FaultyStore::Fault> {};

TEST_P(WorkerUnderFaults, AFailureOfAnyCallLosesNothingAndPaysNothingTwice) {
  bool reached = true;
  for (int64_t n = 1; reached; ++n) {
    FakeClock clock;
    MemoryStore memory(clock);
    FaultyStore broken({memory, memory, memory}, {.fault = GetParam(), .at = n});
    std::map<int64_t, int> delivered;
    std::map<int64_t, bool> journaled;
    const auto record = [&](StoreWorker& worker) {
      worker.on_ask = [&](int64_t row) {
        EXPECT_FALSE(journaled[row]) << "row " << row << " was asked again, fault at call " << n;
      };
      worker.on_journaled = [&](int64_t row) { journaled[row] = true; };
      worker.on_deliver = [&](int64_t row, const std::string& output) {
        EXPECT_EQ(output, "out of in " + std::to_string(row));
        ++delivered[row];
      };
    };
    StoreWorker first{.store = {broken, broken, broken}};
    record(first);
    reached = !first.Run();
    StoreWorker second{.store = {memory, memory, memory}};
    record(second);
    const auto job = second.Run();
    ASSERT_TRUE(job) << job.error().ToString() << ", fault at call " << n;
    EXPECT_EQ(memory.Count(*job).value()[0].ok, 12);
    EXPECT_EQ(delivered.size(), 12u);
    EXPECT_EQ(reached, broken.calls() >= n);
  }
}

INSTANTIATE_TEST_SUITE_P(Memory, WorkerUnderFaults,
                         ::testing::Values(FaultyStore::Fault::kFailBefore, FaultyStore::Fault::kFailAfter));

}  // namespace
}  // namespace yk::testing
