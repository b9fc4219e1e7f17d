// SPDX-License-Identifier: Apache-2.0
#include "store/memory_store.h"

#include "store/job_store_conformance.h"

namespace yk::store {
namespace {

class MemoryUnderTest final : public StoreUnderTest {
 public:
  explicit MemoryUnderTest(const Clock& clock) : store_(clock) {}
  JobStore& jobs() override { return store_; }
  ResultLog& log() override { return store_; }
  AnswerStore& answers() override { return store_; }
  Result<void> Verify() override { return {}; }

 private:
  MemoryStore store_;
};

std::unique_ptr<StoreUnderTest> MakeMemory(testing::FakeClock& clock) {
  return std::make_unique<MemoryUnderTest>(clock);
}

INSTANTIATE_TEST_SUITE_P(Memory, JobStoreConformance, ::testing::Values(MakeMemory));
INSTANTIATE_TEST_SUITE_P(Memory, JobControlConformance, ::testing::Values(MakeMemory));
INSTANTIATE_TEST_SUITE_P(Memory, LeaseConformance, ::testing::Values(MakeMemory));
INSTANTIATE_TEST_SUITE_P(Memory, LossConformance, ::testing::Values(MakeMemory));
INSTANTIATE_TEST_SUITE_P(Memory, RetryConformance, ::testing::Values(MakeMemory));
INSTANTIATE_TEST_SUITE_P(Memory, ResultLogConformance, ::testing::Values(MakeMemory));
INSTANTIATE_TEST_SUITE_P(Memory, AnswerStoreConformance, ::testing::Values(MakeMemory));

}  // namespace
}  // namespace yk::store
