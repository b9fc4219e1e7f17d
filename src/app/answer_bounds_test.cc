// SPDX-License-Identifier: Apache-2.0
#include "app/answer_bounds.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "store/memory_store.h"
#include "testing/fake_clock.h"

namespace yk::app {
namespace {

class BoundAnswersTest : public ::testing::Test {
 protected:
  void Put(const std::string& name) {
    store::StoredAnswer answer;
    answer.key = {Sha256(name), Sha256(name + " asked")};
    answer.body = std::string(1000, 'x');
    answer.finish = "stop";
    ASSERT_TRUE(store_.Put(std::span(&answer, 1)));
    clock_.Advance(std::chrono::hours(48));
  }
  void Begin(const std::string& name) {
    store::NewJob job;
    job.name = job.idem_key = name;
    ASSERT_TRUE(store_.Create(job));
  }
  int64_t AnswersAfter(int64_t bytes_max) {
    EXPECT_TRUE(BoundAnswers(store_, store_, clock_, bytes_max));
    return store_.Stats().value().answers;
  }

  yk::testing::FakeClock clock_;
  store::MemoryStore store_{clock_};
};

TEST_F(BoundAnswersTest, DropsWhatIsBeyondTheBoundAndNothingBelowIt) {
  for (const char* name : {"a", "b", "c"}) Put(name);
  EXPECT_EQ(AnswersAfter(1'000'000), 3);
  EXPECT_EQ(AnswersAfter(store_.Stats().value().bytes - 1), 2);
}

TEST_F(BoundAnswersTest, KeepsWhatAnOpenJobMayHaveUsed) {
  Put("before");
  Begin("open");
  for (const char* name : {"a", "b"}) Put(name);
  for (int i = 0; i < 150; ++i) Begin("later" + std::to_string(i));
  EXPECT_EQ(AnswersAfter(0), 2);
}

}  // namespace
}  // namespace yk::app
