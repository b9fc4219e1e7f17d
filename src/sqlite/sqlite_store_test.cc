// SPDX-License-Identifier: Apache-2.0
#include "sqlite/sqlite_store.h"

#include "store/job_store_conformance.h"
#include "testing/temp_dir.h"

namespace yk::store {
namespace {

class SqliteUnderTest final : public StoreUnderTest {
 public:
  explicit SqliteUnderTest(const Clock& clock)
      : store_(sqlite::SqliteStore::Open(folder_ / "yakan.db", clock).value()) {}
  JobStore& jobs() override { return *store_; }
  ResultLog& log() override { return *store_; }
  AnswerStore& answers() override { return *store_; }
  Result<void> Verify() override { return store_->Verify(); }

 private:
  testing::TempDir folder_;
  std::unique_ptr<sqlite::SqliteStore> store_;
};

std::unique_ptr<StoreUnderTest> MakeSqlite(testing::FakeClock& clock) {
  return std::make_unique<SqliteUnderTest>(clock);
}

INSTANTIATE_TEST_SUITE_P(Sqlite, JobStoreConformance, ::testing::Values(MakeSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, JobControlConformance, ::testing::Values(MakeSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, LeaseConformance, ::testing::Values(MakeSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, LossConformance, ::testing::Values(MakeSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, RetryConformance, ::testing::Values(MakeSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, ResultLogConformance, ::testing::Values(MakeSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, AnswerStoreConformance, ::testing::Values(MakeSqlite));

}  // namespace
}  // namespace yk::store
