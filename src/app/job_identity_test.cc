// SPDX-License-Identifier: Apache-2.0
#include "app/job_identity.h"

#include <gmock/gmock.h>

#include "store/memory_store.h"
#include "testing/fake_clock.h"

namespace yk::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class JobIdentityTest : public ::testing::Test {
 protected:
  static StoredSpec Spec(int retries = 3) {
    StoredSpec stored;
    stored.spec = {{"name", "bills"}, {"run", {{"retries", retries}}}};
    stored.base_dir = "/jobs";
    return stored;
  }
  Result<Found> Find(const StoredSpec& stored, const std::string& manifest = "m", bool force_new = false) {
    return FindOrCreateJob(store_, "bills", stored, IdentityOf(stored, manifest), 1, force_new);
  }
  void End(store::JobId job) {
    store::Rows rows;
    rows.job = job;
    rows.last = true;
    ASSERT_TRUE(store_.Enqueue(rows));
    ASSERT_TRUE(*store_.Finish(job));
  }
  yk::testing::FakeClock clock_;
  store::MemoryStore store_{clock_};
};

TEST_F(JobIdentityTest, SameSpecAndInputsResumeTheUnfinishedJob) {
  const auto first = Find(Spec());
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->resumed);
  const auto second = Find(Spec());
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->resumed);
  EXPECT_EQ(second->job.id, first->job.id);
}

TEST_F(JobIdentityTest, APausedJobIsTakenUpAgain) {
  const auto first = Find(Spec());
  ASSERT_TRUE(store_.Act(first->job.id, store::Control::kPause));
  const auto second = Find(Spec());
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->resumed);
  EXPECT_NE(second->job.state, store::JobState::kPaused);
}

TEST_F(JobIdentityTest, ANewJobBeginsWhenTheLastHasEnded) {
  const auto first = Find(Spec());
  End(first->job.id);
  const auto second = Find(Spec());
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->resumed);
  EXPECT_NE(second->job.id, first->job.id);
}

TEST_F(JobIdentityTest, AJobWhoseInputWasRefusedBeforeItsFirstRowIsInNobodysWay) {
  const auto refused = Find(Spec());
  ASSERT_TRUE(refused);
  const auto mended = Find(Spec(4));
  ASSERT_TRUE(mended) << mended.error().ToString();
  EXPECT_FALSE(mended->resumed);
  EXPECT_EQ(store_.Get(refused->job.id)->state, store::JobState::kCancelled);
}

TEST_F(JobIdentityTest, AnUnfinishedJobThatDiffersIsNotTouched) {
  const auto open = Find(Spec());
  ASSERT_TRUE(open);
  store::Rows rows;
  rows.job = open->job.id;
  rows.rows = {{0, "{}"}};
  ASSERT_TRUE(store_.Enqueue(rows));
  for (const auto& refused : {Find(Spec(4)), Find(Spec(), "other inputs")}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kConflict);
    EXPECT_THAT(refused.error().ToString(),
                AllOf(HasSubstr("yakan resume bills"), HasSubstr("yakan cancel bills"), HasSubstr("--new")));
  }
  const auto beside = Find(Spec(4), "m", true);
  ASSERT_TRUE(beside);
  EXPECT_FALSE(beside->resumed);
}

TEST_F(JobIdentityTest, AJobThatAnOlderDedupeBeganIsNotGoneOnWith) {
  StoredSpec stored = Spec();
  EXPECT_TRUE(stored.CheckBarriers("bills"));
  stored.spec["steps"] = {"dedupe", {{"map", Json::object()}}};
  Json older = Json::parse(stored.ToText());
  older.erase("dedupe_rules");
  const auto read = StoredSpec::FromText(DumpJson(older));
  ASSERT_TRUE(read);
  const auto refused = read->CheckBarriers("bills");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().ToString(), HasSubstr("yakan cancel bills"));
  EXPECT_NE(IdentityOf(*read, "m").spec_hash, IdentityOf(stored, "m").spec_hash);
  EXPECT_TRUE(StoredSpec::FromText(stored.ToText())->CheckBarriers("bills"));
  stored.spec["steps"] = Json::parse(R"([{"map": {}}, {"reduce": {"by": "no"}}])");
  stored.barrier_rules = 2;
  EXPECT_FALSE(StoredSpec::FromText(stored.ToText())->CheckBarriers("bills"));
  stored.spec["steps"] = Json::parse(R"(["reduce", {"reduce": {"by": "file", "merge": "lists"}}])");
  EXPECT_TRUE(StoredSpec::FromText(stored.ToText())->CheckBarriers("bills")) << "a file is a key as ever";
}

TEST_F(JobIdentityTest, IdentityIsAboutTheWorkAndNotAboutKeyOrder) {
  StoredSpec turned = Spec();
  turned.spec = {{"run", {{"retries", 3}}}, {"name", "bills"}};
  EXPECT_EQ(IdentityOf(Spec(), "m").spec_hash, IdentityOf(turned, "m").spec_hash);
  StoredSpec limited = Spec();
  limited.limit = 5;
  EXPECT_NE(IdentityOf(Spec(), "m").spec_hash, IdentityOf(limited, "m").spec_hash);
  StoredSpec other_input = Spec();
  other_input.inputs = {"/a.csv"};
  EXPECT_NE(IdentityOf(Spec(), "m").spec_hash, IdentityOf(other_input, "m").spec_hash);
}

TEST_F(JobIdentityTest, AStoredSpecReadsBack) {
  StoredSpec stored = Spec();
  stored.inputs = {"/a.csv", "/b.csv"};
  stored.limit = 7;
  stored.columns = {"id", "text"};
  stored.spooled_stdin = "/spool/stdin-1";
  const auto back = StoredSpec::FromText(stored.ToText());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->ToText(), stored.ToText());
  EXPECT_EQ(StoredSpec::FromText("{}").error().code, Code::kCorrupt);
}

TEST_F(JobIdentityTest, JobsAreFoundByIdAndByName) {
  const auto job = Find(Spec());
  EXPECT_EQ(FindJob(store_, "bills")->id, job->job.id);
  EXPECT_EQ(HandleOf(store_, job->job), "bills");
  EXPECT_EQ(FindJob(store_, std::to_string(job->job.id.value))->id, job->job.id);
  EXPECT_THAT(FindJob(store_, "bils").error().ToString(), HasSubstr("did you mean 'bills'?"));
  EXPECT_EQ(FindJob(store_, "99").error().code, Code::kNotFound);
  const auto later = Find(Spec(4), "m", true);
  EXPECT_EQ(HandleOf(store_, later->job), "bills");
  EXPECT_EQ(HandleOf(store_, job->job), std::to_string(job->job.id.value)) << "the name means the later one";
}

}  // namespace
}  // namespace yk::app
