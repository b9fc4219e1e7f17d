// SPDX-License-Identifier: Apache-2.0
#include "llama/worker_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>

#include "base/json.h"
#include "testing/fake_clock.h"
#include "testing/temp_dir.h"

namespace yk::llama {
namespace {

using model::FailureClass;
using ::testing::HasSubstr;
namespace testing = ::yk::testing;

std::shared_ptr<const Json> Schema() {
  return std::make_shared<const Json>(*ParseJson(
      R"({"type": "object", "properties": {"category": {"enum": ["ham", "spam"]}}, "required": ["category"]})"));
}

class WorkerBackendTest : public ::testing::Test {
 protected:
  void TearDown() override { ::unsetenv("YAKAN_MODEL_ABORT_ON"); }

  Result<std::unique_ptr<model::ModelBackend>> Open(const std::string& file = "chat.gguf") {
    return OpenFile(std::string(YAKAN_MODELS_DIR) + "/" + file);
  }
  Result<std::unique_ptr<model::ModelBackend>> OpenFile(const std::filesystem::path& path, int parallel = 4,
                                                        int batch = 0) {
    Options options;
    options.path = path;
    options.parallel = parallel;
    options.batch = batch;
    options.threads = 1;
    return OpenWorkerBackend(options, clock_, std::string(YAKAN_BIN_DIR) + "/yakan-model");
  }
  void Ask(model::ModelBackend& backend, int64_t id, const std::string& row) {
    model::Request request;
    request.id = model::RequestId{id};
    request.parts = {{model::Part::Kind::kFixed, "What kind of mail is this?", ""},
                     {model::Part::Kind::kRow, row, "text"}};
    request.schema = Schema();
    request.deadline = deadline_;
    {
      const std::lock_guard lock(mutex_);
      ++open_;
    }
    backend.Submit(std::move(request), [this, id](model::Outcome outcome) {
      const std::lock_guard lock(mutex_);
      EXPECT_TRUE(outcomes_.emplace(id, std::move(outcome)).second) << "row " << id << " ended twice";
      --open_;
      all_.notify_all();
    });
  }
  void Wait() {
    std::unique_lock lock(mutex_);
    all_.wait(lock, [&] { return open_ == 0; });
  }
  static int64_t Counter(const model::ModelBackend& backend, const std::string& name) {
    for (const auto& counter : backend.Counters()) {
      if (counter.name == name) return counter.value;
    }
    return -1;
  }

  SystemClock clock_;
  MonoTime deadline_ = MonoTime::max();
  std::mutex mutex_;
  std::condition_variable all_;
  int open_ = 0;
  std::map<int64_t, model::Outcome> outcomes_;
};

TEST_F(WorkerBackendTest, AnswersLikeTheModelInside) {
  auto backend = Open();
  ASSERT_TRUE(backend) << backend.error().ToString();
  EXPECT_EQ((*backend)->Info().kind, "llama");
  EXPECT_TRUE((*backend)->Info().enforces_schema);
  for (int i = 1; i <= 20; ++i) Ask(**backend, i, i % 2 == 0 ? "hello" : "a discount");
  Wait();
  for (const auto& [id, outcome] : outcomes_) {
    ASSERT_TRUE(outcome.answer);
    EXPECT_EQ(outcome.answer->body, id % 2 == 0 ? R"({"category": "ham"})" : R"({"category": "spam"})");
    EXPECT_GT(outcome.usage.tokens_in, 10);
  }
  EXPECT_EQ(Counter(**backend, "prefixes computed"), 1);
  EXPECT_EQ(Counter(**backend, "process restarts"), 0);
}

TEST_F(WorkerBackendTest, AnAbortCostsTheRowThatCausesItAndNoOther) {
  ::setenv("YAKAN_MODEL_ABORT_ON", "poison", 1);
  auto backend = Open();
  ASSERT_TRUE(backend) << backend.error().ToString();
  for (int i = 1; i <= 30; ++i) Ask(**backend, i, i == 11 ? "this is poison" : "hello " + std::to_string(i));
  Wait();
  ASSERT_EQ(outcomes_.size(), 30U);
  for (const auto& [id, outcome] : outcomes_) {
    if (id != 11) {
      ASSERT_TRUE(outcome.answer) << id << ": " << outcome.failure->error.ToString();
      continue;
    }
    ASSERT_TRUE(outcome.failure);
    EXPECT_EQ(outcome.failure->failure_class, FailureClass::kRequest);
    EXPECT_THAT(outcome.failure->error.ToString(), HasSubstr("on this row"));
  }
  EXPECT_EQ(Counter(**backend, "process restarts"), 3);  // once among others, twice alone
}

TEST_F(WorkerBackendTest, AnotherFileUnderTheSameNameIsNotGoneOnWith) {
  ::setenv("YAKAN_MODEL_ABORT_ON", "poison", 1);
  const testing::TempDir dir;
  const auto path = dir.path() / "m.gguf";
  std::filesystem::copy_file(std::string(YAKAN_MODELS_DIR) + "/chat.gguf", path);
  auto backend = OpenFile(path);
  ASSERT_TRUE(backend) << backend.error().ToString();
  Ask(**backend, 1, "hello");
  Wait();
  EXPECT_TRUE(outcomes_.at(1).answer);
  std::filesystem::copy_file(std::string(YAKAN_MODELS_DIR) + "/hybrid.gguf", dir.path() / "other");
  std::filesystem::rename(dir.path() / "other", path);
  Ask(**backend, 2, "this is poison");
  Ask(**backend, 3, "hello");
  Wait();
  for (const int64_t id : {2, 3}) {
    ASSERT_TRUE(outcomes_.at(id).failure) << id;
    EXPECT_EQ(outcomes_.at(id).failure->failure_class, FailureClass::kQuota) << "the run pauses";
    EXPECT_THAT(outcomes_.at(id).failure->error.ToString(), HasSubstr("was changed while it was in use"));
  }
}

TEST_F(WorkerBackendTest, AStepOfFewTokensIsMadeLargeEnough) {
  auto backend = OpenFile(std::string(YAKAN_MODELS_DIR) + "/chat.gguf", 16, 1);
  ASSERT_TRUE(backend) << backend.error().ToString();
  Ask(**backend, 1, "hello");
  Wait();
  EXPECT_TRUE(outcomes_.at(1).answer);
}

/// The processes that this one runs.
std::vector<pid_t> Children() {
  std::vector<pid_t> out;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream children(task.path() / "children");
    for (pid_t pid; children >> pid;) out.push_back(pid);
  }
  return out;
}

TEST_F(WorkerBackendTest, AProcessThatDoesNotMoveIsEndedAfterTheDeadline) {
  testing::FakeClock clock;
  Options options;
  options.path = std::string(YAKAN_MODELS_DIR) + "/chat.gguf";
  options.parallel = 4;
  options.threads = 1;
  auto backend = OpenWorkerBackend(options, clock, std::string(YAKAN_BIN_DIR) + "/yakan-model");
  ASSERT_TRUE(backend) << backend.error().ToString();
  const auto children = Children();
  ASSERT_EQ(children.size(), 1u);
  ASSERT_EQ(::kill(children.front(), SIGSTOP), 0);
  deadline_ = clock.Now() + std::chrono::minutes(5);
  Ask(**backend, 1, "hello");
  clock.Advance(std::chrono::minutes(11));
  Wait();
  ASSERT_TRUE(outcomes_.at(1).failure);
  EXPECT_EQ(outcomes_.at(1).failure->failure_class, FailureClass::kTransport) << "it may be asked again";
  EXPECT_EQ(Counter(**backend, "process restarts"), 1);
  deadline_ = MonoTime::max();
  Ask(**backend, 2, "hello");
  Wait();
  EXPECT_TRUE(outcomes_.at(2).answer);
}

TEST_F(WorkerBackendTest, ClosingItEndsEveryRequestOnce) {
  auto backend = Open();
  ASSERT_TRUE(backend);
  for (int i = 1; i <= 40; ++i) Ask(**backend, i, "hello");
  (*backend)->Cancel(model::RequestId{40});
  (*backend).reset();
  EXPECT_EQ(outcomes_.size(), 40U);
}

TEST_F(WorkerBackendTest, ABadFileIsTheSameSentenceAsInside) {
  EXPECT_THAT(Open("none.gguf").error().ToString(), HasSubstr("none.gguf"));
  Options options;
  EXPECT_THAT(OpenWorkerBackend(options, clock_, "/nowhere/yakan-model").error().ToString(),
              HasSubstr("/nowhere/yakan-model"));
}

}  // namespace
}  // namespace yk::llama
