// SPDX-License-Identifier: Apache-2.0
// Opening, refusing, migrating and copying stores.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "sqlite/backup.h"
#include "sqlite/schema.h"
#include "sqlite/sqlite_store.h"
#include "testing/fake_clock.h"
#include "testing/temp_dir.h"

namespace yk::sqlite {
namespace {

using ::testing::HasSubstr;

class SqliteStoreOpen : public ::testing::Test {
 protected:
  std::filesystem::path db() const { return folder_ / "yakan.db"; }
  std::unique_ptr<SqliteStore> Opened() { return SqliteStore::Open(db(), clock_).value(); }
  Error Refusal(Access access = Access::kOwner) {
    auto store = SqliteStore::Open(db(), clock_, {.access = access});
    EXPECT_FALSE(store);
    return store ? Error{} : store.error();
  }
  static store::JobRecord Job(SqliteStore& store, const std::string& key = "a") {
    store::NewJob job;
    job.name = "contracts";
    job.idem_key = key;
    return store.Create(job).value();
  }
  static void Change(const std::filesystem::path& path, std::streamoff at, const std::string& bytes) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    ASSERT_TRUE(file.good());
  }

  testing::FakeClock clock_;
  testing::TempDir folder_;
};

TEST_F(SqliteStoreOpen, KeepsEverythingAcrossProcesses) {
  const store::JobId job = Job(*Opened()).id;
  EXPECT_EQ(Opened()->Get(job).value().name, "contracts");
  EXPECT_FALSE(std::filesystem::exists(db().string() + "-wal")) << "an orderly end leaves one file";
}

TEST_F(SqliteStoreOpen, ASecondOwnerIsToldWhoHoldsTheStore) {
  const auto owner = Opened();
  const Error error = Refusal();
  EXPECT_EQ(error.code, Code::kConflict);
  EXPECT_THAT(error.message, HasSubstr("in use by process " + std::to_string(::getpid())));
  EXPECT_THAT(error.message, HasSubstr("--store"));
}

TEST_F(SqliteStoreOpen, AReaderWorksBesideTheOwnerAndChangesNothing) {
  const auto owner = Opened();
  const store::JobId job = Job(*owner).id;
  const auto reader = SqliteStore::Open(db(), clock_, {.access = Access::kReadOnly}).value();
  EXPECT_EQ(reader->Get(job).value().name, "contracts");
  const store::JobId later = Job(*owner, "b").id;
  EXPECT_TRUE(reader->Get(later)) << "it sees what the owner commits";
  EXPECT_EQ(reader->Act(job, store::Control::kCancel).error().code, Code::kUnauthorized);
  EXPECT_EQ(reader->Put({}).error().code, Code::kUnauthorized);
  store::StoredAnswer answer;
  answer.key.k_req[0] = 1;
  answer.finish = "stop";
  ASSERT_TRUE(owner->Put({&answer, 1}));
  EXPECT_TRUE(reader->Get(std::span(&answer.key, 1)).value()[0]) << "also answers that are not in the index yet";
}

TEST_F(SqliteStoreOpen, AnOwnerDeclaresOlderWorkersDead) {
  const store::JobId job = Job(*Opened()).id;
  {
    const auto store = Opened();
    ASSERT_TRUE(store->Enqueue({job, 0, {{0, "x"}}, 4, true}));
    ASSERT_EQ(store->Claim({job, 0, store::WorkerId{1}, 1, std::chrono::hours(9)}).value().size(), 1u);
    EXPECT_EQ(store->Count(job).value()[0].leased, 1);
  }
  const auto store = Opened();
  EXPECT_EQ(store->Count(job).value()[0].leased, 0);
  const auto lease = store->Claim({job, 0, store::WorkerId{2}, 1, std::chrono::hours(9)}).value();
  ASSERT_EQ(lease.size(), 1u) << "at once, not after the deadline";
  EXPECT_EQ(lease[0].attempt, 0);
}

TEST_F(SqliteStoreOpen, ASnoozeEndsWithItsProcess) {
  const store::JobId job = Job(*Opened()).id;
  {
    const auto store = Opened();
    ASSERT_TRUE(store->Enqueue({job, 0, {{0, "x"}}, 4, true}));
    const auto lease = store->Claim({job, 0, store::WorkerId{1}, 1, std::chrono::hours(9)}).value().at(0);
    ASSERT_TRUE(store->Return(lease.key, lease.lease, store::GiveBack::kSnooze, std::chrono::hours(9), nullptr));
  }
  EXPECT_EQ(Opened()->Claim({job, 0, store::WorkerId{2}, 1, std::chrono::hours(9)}).value().size(), 1u);
}

TEST_F(SqliteStoreOpen, AMissingStoreCannotBeRead) {
  EXPECT_EQ(Refusal(Access::kReadOnly).code, Code::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(db()));
}

TEST_F(SqliteStoreOpen, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  folder_.Write("yakan.db", std::string(5000, 'x'));
  const Error error = Refusal();
  EXPECT_EQ(error.code, Code::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr("yakan store backup"));
  EXPECT_EQ(std::filesystem::file_size(db()), 5000u);
}

TEST_F(SqliteStoreOpen, ADamagedStoreIsRefusedWithTheWayOut) {
  { Job(*Opened()); }
  for (std::streamoff page = 1; page < 8; ++page) Change(db(), page * 4096, std::string(200, '\x7f'));
  const Error error = Refusal();
  EXPECT_EQ(error.code, Code::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr("damaged"));
  EXPECT_THAT(error.message, HasSubstr("move the file away"));
  EXPECT_EQ(Refusal(Access::kReadOnly).code, Code::kCorrupt);
}

TEST_F(SqliteStoreOpen, ADatabaseOfAnotherProgramIsRefused) {
  {
    auto other = Connection::Open(db(), {}).value();
    ASSERT_TRUE(other->Exec("CREATE TABLE addresses(name TEXT)"));
  }
  EXPECT_EQ(Refusal().code, Code::kConflict);
  EXPECT_THAT(Refusal().message, HasSubstr("another program"));
}

TEST_F(SqliteStoreOpen, AStoreOfANewerVersionIsRefusedNamingBothVersions) {
  { Opened(); }
  {
    auto future = Connection::Open(db(), {}).value();
    ASSERT_TRUE(future->Exec("INSERT INTO schema_version VALUES(77, 0, '9.9')"));
  }
  EXPECT_EQ(Refusal().code, Code::kConflict);
  EXPECT_THAT(Refusal().message, HasSubstr("schema version 77"));
  EXPECT_THAT(Refusal().message, HasSubstr("up to " + std::to_string(KnownMigrations().size())));
}

TEST_F(SqliteStoreOpen, AReadOnlyStoreIsNamedAndCanBeRead) {
  { Job(*Opened()); }
  using std::filesystem::perms;
  std::filesystem::permissions(folder_.path(), static_cast<perms>(0555));
  std::filesystem::permissions(db(), static_cast<perms>(0444));
  const pid_t child = ::fork();
  if (child == 0) {
    // Root may write everywhere, so the check runs as nobody.
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(9);
    const Error refusal = Refusal();
    const bool named = refusal.code == Code::kUnauthorized && refusal.message.find("read-only") != std::string::npos;
    const auto reader = SqliteStore::Open(db(), clock_, {.access = Access::kReadOnly});
    const bool read = reader && (*reader)->List({}).value_or({}).size() == 1;
    ::_exit((named ? 0 : 1) + (read ? 0 : 2));
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  std::filesystem::permissions(folder_.path(), static_cast<perms>(0755));
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0) << "1: the refusal is not named, 2: it cannot be read";
}

TEST_F(SqliteStoreOpen, AMigrationRunsOnceInOrderAfterACopyWasMade) {
  { Job(*Opened()); }
  std::vector<const char*> known(KnownMigrations().begin(), KnownMigrations().end());
  const auto now = static_cast<int64_t>(known.size());
  known.push_back("ALTER TABLE jobs ADD COLUMN colour TEXT");
  known.push_back("UPDATE jobs SET colour='green'");
  auto connection = Connection::Open(db(), {}).value();
  ASSERT_TRUE(Migrate(*connection, clock_, known));
  ASSERT_TRUE(Migrate(*connection, clock_, known)) << "nothing is left to do";
  EXPECT_EQ(connection->Number("SELECT count(*) FROM jobs WHERE colour='green'").value(), 1);
  EXPECT_EQ(connection->Number("SELECT max(version) FROM schema_version").value(), now + 2);
  auto copy = Connection::Open(fmt::format("{}.v{}.bak", db().string(), now), {.mode = OpenMode::kQueryOnly}).value();
  EXPECT_EQ(copy->Number("SELECT max(version) FROM schema_version").value(), now);
  EXPECT_EQ(copy->Number("SELECT count(*) FROM jobs").value(), 1);
}

TEST_F(SqliteStoreOpen, AMigrationThatFailsChangesNothing) {
  { Job(*Opened()); }
  std::vector<const char*> known(KnownMigrations().begin(), KnownMigrations().end());
  known.push_back("ALTER TABLE jobs ADD COLUMN colour TEXT; SELECT nonsense");
  auto connection = Connection::Open(db(), {}).value();
  EXPECT_FALSE(Migrate(*connection, clock_, known));
  EXPECT_EQ(CheckStoreFile(*connection).value(), static_cast<int>(KnownMigrations().size()));
  EXPECT_FALSE(connection->Number("SELECT count(colour) FROM jobs"));
}

TEST_F(SqliteStoreOpen, AnswersOfTheFirstVersionAreServedByThisOne) {
  const store::AnswerKey key{Sha256("request"), Sha256("ask")};
  {
    auto connection = Connection::Open(db(), {}).value();
    ASSERT_TRUE(Migrate(*connection, clock_, KnownMigrations().first(1)));
    Query insert(
        *connection,
        "INSERT INTO answers(id, k_req, k_ask, finish, tokens_in, tokens_out, tokens_cached, price, created_at,"
        " used_at, body) VALUES(1, ?1, ?2, 'stop', 1, 2, 3, 0, 0, 0, '{}')");
    ASSERT_TRUE(insert.Bind(key.k_req, key.k_ask).Run());
  }
  const auto opened = SqliteStore::Open(db(), clock_);
  ASSERT_TRUE(opened) << opened.error().ToString();
  const auto found = (*opened)->Get(std::span(&key, 1)).value().front();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->body, "{}");
  EXPECT_EQ(found->doubts, "") << "not known";
}

TEST_F(SqliteStoreOpen, ABackupOfAStoreInUseIsAWholeStore) {
  const auto owner = Opened();
  const store::JobId job = Job(*owner).id;
  const auto copied = BackupStore(db(), folder_ / "copy.db");
  ASSERT_TRUE(copied) << copied.error().ToString();
  EXPECT_EQ(*copied, std::filesystem::file_size(folder_ / "copy.db"));
  const auto copy = SqliteStore::Open(folder_ / "copy.db", clock_).value();
  EXPECT_EQ(copy->Get(job).value().name, "contracts");
  EXPECT_EQ(BackupStore(db(), folder_ / "copy.db").error().code, Code::kConflict);
  EXPECT_EQ(BackupStore(folder_ / "none.db", folder_ / "x.db").error().code, Code::kNotFound);
}

TEST_F(SqliteStoreOpen, AWrongLedgerCannotBeStored) {
  const store::JobId job = Job(*Opened()).id;
  auto connection = Connection::Open(db(), {}).value();
  Query lie(*connection, "UPDATE stages SET ok=ok+1 WHERE job_id=?1");
  const auto refused = lie.Bind(job.value).Run();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kCorrupt);
}

}  // namespace
}  // namespace yk::sqlite
