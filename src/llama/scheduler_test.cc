// SPDX-License-Identifier: Apache-2.0
#include "llama/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "llama/scripted_compute_fixture.h"
#include "testing/fake_clock.h"

namespace yk::llama {
namespace {

using model::FailureClass;
using ::testing::HasSubstr;

constexpr Token kVocabulary = 997;  // of the scripted model; the tokenizer's is larger

class SchedulerTest : public ::testing::Test {
 protected:
  static const Tokenizer& TokenizerOf() {
    static const Tokenizer* tokenizer = [] {
      auto weights = Weights::LoadVocabulary(std::string(YAKAN_LLAMA_DIR) + "/models/ggml-vocab-qwen2.gguf");
      return new Tokenizer(std::move(weights).value());
    }();
    return *tokenizer;
  }

  RowSpec MakeRow(size_t head_size, size_t tail_size, int tokens_max, uint64_t head_seed = 1) {
    RowSpec row;
    row.id = ++last_id_;
    auto head = std::make_shared<Head>();
    std::mt19937_64 random(head_seed);
    for (size_t i = 0; i < head_size; ++i) head->tokens.push_back(static_cast<Token>(random() % kVocabulary));
    row.prompt.head = head;
    for (size_t i = 0; i < tail_size; ++i) row.prompt.tail.push_back(static_cast<Token>(random_() % kVocabulary));
    row.sampling.tokens_max = tokens_max;
    expected_[row.id] = Expected(row);
    return row;
  }

  /// What one row alone gives, token by token.
  static std::string Expected(const RowSpec& row) {
    const ScriptedCompute model({}, kVocabulary);
    std::vector<Token> text = row.prompt.head->tokens;
    text.insert(text.end(), row.prompt.tail.begin(), row.prompt.tail.end());
    std::string out;
    for (int i = 0; i < row.sampling.tokens_max; ++i) {
      text.push_back(model.Next(text));
      if (TokenizerOf().EndsTurn(text.back())) break;
      out += TokenizerOf().Bytes(text.back());
    }
    return out;
  }

  void RunToEnd(Scheduler& scheduler, int64_t steps_max = 100000) {
    for (int64_t i = 0; !scheduler.idle(); ++i) {
      ASSERT_LT(i, steps_max) << "the scheduler makes no progress";
      for (RowEnd& end : scheduler.Step()) {
        ASSERT_TRUE(ends_.emplace(end.id, std::move(end.outcome)).second) << "row " << end.id << " ended twice";
      }
    }
  }

  void ExpectAllRight() {
    EXPECT_EQ(ends_.size(), expected_.size());
    for (const auto& [id, text] : expected_) {
      ASSERT_TRUE(ends_.contains(id)) << "row " << id << " was lost";
      ASSERT_TRUE(ends_[id].answer) << ends_[id].failure->error.ToString();
      EXPECT_EQ(ends_[id].answer->body, text) << "row " << id;
    }
  }

  testing::FakeClock clock_;
  std::mt19937_64 random_{7};
  uint64_t last_id_ = 0;
  std::map<uint64_t, std::string> expected_;
  std::map<uint64_t, model::Outcome> ends_;
};

TEST_F(SchedulerTest, RowsOfOneStepShareTheirBeginningAndComputeItOnce) {
  ScriptedCompute compute({4096, 0, 64, 8 + 4, true}, kVocabulary);
  Scheduler scheduler(compute, TokenizerOf(), clock_, {8, 4, {}});
  for (int i = 0; i < 30; ++i) scheduler.Add(MakeRow(300, 20, 10));
  RunToEnd(scheduler);
  ExpectAllRight();
  EXPECT_EQ(scheduler.stats().heads, 1);
  EXPECT_EQ(scheduler.stats().head_tokens, 300);
  EXPECT_EQ(scheduler.stats().rows_at_once_most, 8);
  int64_t paid = 0;
  for (const auto& [id, outcome] : ends_) paid += outcome.usage.tokens_cached == 0 ? 1 : 0;
  EXPECT_EQ(paid, 1) << "one row pays for the beginning, the others find it in the cache";
}

TEST_F(SchedulerTest, BeginningsThatBeginAlikeShareThat) {
  ScriptedCompute compute({4096, 0, 64, 8 + 4, true}, kVocabulary);
  Scheduler scheduler(compute, TokenizerOf(), clock_, {8, 4, {}});
  scheduler.Add(MakeRow(200, 5, 4));
  RunToEnd(scheduler);
  scheduler.Add(MakeRow(300, 5, 4));  // the same seed: its first 200 tokens are those above
  RunToEnd(scheduler);
  ExpectAllRight();
  EXPECT_EQ(scheduler.stats().head_tokens, 300);
  EXPECT_EQ(scheduler.stats().head_tokens_read, 200);
}

TEST_F(SchedulerTest, FiveHundredRowsOfAnyLengthFitIntoAThirdOfTheirNeed) {
  // 16 rows of up to 400 + 100 tokens and a beginning of 200 would need 8,200 cells.
  ScriptedCompute compute({2800, 0, 128, 16 + 4, true}, kVocabulary);
  Scheduler scheduler(compute, TokenizerOf(), clock_, {16, 4, {}});
  for (int i = 0; i < 500; ++i) scheduler.Add(MakeRow(200, 1 + random_() % 400, 1 + static_cast<int>(random_() % 100)));
  RunToEnd(scheduler);
  ExpectAllRight();
  EXPECT_EQ(scheduler.stats().no_room, 0);
  EXPECT_EQ(compute.overflows, 0);
  EXPECT_LE(compute.most_cells, 2800);
  EXPECT_GT(compute.most_cells, 1800) << "the room should be used";
}

TEST_F(SchedulerTest, LongRowsThatShareLittleRunFewAtATime) {
  const auto most = [&](size_t head, size_t tail) {
    ScriptedCompute compute({.cells = 4096, .batch = 64, .sequences = 12}, kVocabulary);
    Scheduler scheduler(compute, TokenizerOf(), clock_, {8, 4, {}, 200});
    for (int i = 0; i < 20; ++i) scheduler.Add(MakeRow(head, tail, 12));
    RunToEnd(scheduler);
    return scheduler.stats().rows_at_once_most;
  };
  EXPECT_EQ(most(20, 10), 8);
  EXPECT_EQ(most(20, 120), 2);
  EXPECT_EQ(most(20, 300), 1) << "one always runs";
  EXPECT_GE(most(600, 120), 7) << "what they share is more";
  ExpectAllRight();
}

TEST_F(SchedulerTest, AStreamKeepsItsCopyOfTheBeginningForTheNextRow) {
  for (const bool cuts_back : {true, false}) {
    ScriptedCompute compute({.cells = 512, .batch = 64, .sequences = 8 + 2, .cuts_back = cuts_back, .streams = true},
                            kVocabulary);
    Scheduler scheduler(compute, TokenizerOf(), clock_, {8, 2, {}});
    for (int i = 0; i < 40; ++i) scheduler.Add(MakeRow(300, 1 + random_() % 200, 10));
    RunToEnd(scheduler);
    ExpectAllRight();
    EXPECT_EQ(scheduler.stats().head_tokens, 300);
    EXPECT_EQ(compute.copies, cuts_back ? 8 : 40);
    EXPECT_EQ(scheduler.stats().rows_at_once_most, 8);
  }
}

TEST_F(SchedulerTest, StreamsThatWereLostAreCopiedAnew) {
  ScriptedCompute compute({.cells = 512, .batch = 64, .sequences = 4 + 2, .streams = true}, kVocabulary);
  for (const int64_t step : {30, 31}) compute.faults[step] = StepResult::kBroken;  // the second starts the context anew
  Scheduler scheduler(compute, TokenizerOf(), clock_, {4, 2, {}});
  for (int i = 0; i < 40; ++i) scheduler.Add(MakeRow(100, 1 + random_() % 50, 10));
  RunToEnd(scheduler);
  ExpectAllRight();
  EXPECT_EQ(compute.restarts, 1);
  EXPECT_EQ(scheduler.stats().head_tokens, 200);
  EXPECT_GT(compute.copies, 4);
}

TEST_F(SchedulerTest, AStreamHoldsOneRowAndSaysWhatDoesNotFit) {
  ScriptedCompute compute({.cells = 256, .batch = 64, .sequences = 4 + 2, .streams = true}, kVocabulary);
  Scheduler scheduler(compute, TokenizerOf(), clock_, {4, 2, {}});
  scheduler.Add(MakeRow(100, 200, 10));
  for (int i = 0; i < 20; ++i) scheduler.Add(MakeRow(100, 100, 10, random_() % 5));
  RunToEnd(scheduler);
  ASSERT_TRUE(ends_[1].failure);
  EXPECT_THAT(ends_[1].failure->error.ToString(), AllOf(HasSubstr("300 tokens"), HasSubstr("256"), HasSubstr("one row"),
                                                        HasSubstr("set 'context' of the model to 1860 or more")));
  ends_.erase(1);
  expected_.erase(1);
  ExpectAllRight();
  EXPECT_EQ(compute.overflows, 0);
}

TEST_F(SchedulerTest, ManyBeginningsTakeTurns) {
  ScriptedCompute compute({1500, 0, 128, 8 + 2, true}, kVocabulary);
  Scheduler scheduler(compute, TokenizerOf(), clock_, {8, 2, {}});
  for (int i = 0; i < 120; ++i)
    scheduler.Add(MakeRow(100 + random_() % 300, 1 + random_() % 50, 8, /*head_seed=*/random_() % 12));
  RunToEnd(scheduler);
  ExpectAllRight();
  EXPECT_EQ(compute.overflows, 0);
}

TEST_F(SchedulerTest, RowsWithoutACommonBeginningNeedNone) {
  ScriptedCompute compute({1000, 0, 64, 4 + 2, true}, kVocabulary);
  Scheduler scheduler(compute, TokenizerOf(), clock_, {4, 2, {}});
  for (int i = 0; i < 20; ++i) scheduler.Add(MakeRow(0, 1 + random_() % 100, 8));
  RunToEnd(scheduler);
  ExpectAllRight();
  EXPECT_EQ(scheduler.stats().heads, 0);
}

TEST_F(SchedulerTest, WhateverAStepLosesIsComputedAgain) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    random_.seed(seed);
    expected_.clear();
    ends_.clear();
    const bool streams = seed % 2 == 0;
    ScriptedCompute compute({streams ? 400 : 1600, 0, 64, 8 + 3, true, streams}, kVocabulary);
    constexpr StepResult kFaults[] = {StepResult::kNoRoom, StepResult::kAborted, StepResult::kNoMemory,
                                      StepResult::kBroken};
    // Never two failures in a row: those are a device that is lost.
    for (int64_t step = 1 + static_cast<int64_t>(random_() % 9); step < 4000;
         step += 2 + static_cast<int64_t>(random_() % 20))
      compute.faults[step] = kFaults[random_() % 4];
    Scheduler scheduler(compute, TokenizerOf(), clock_, {8, 3, {}});
    for (int i = 0; i < 40; ++i)
      scheduler.Add(MakeRow(random_() % 200, 1 + random_() % 80, 1 + static_cast<int>(random_() % 30), random_() % 4));
    RunToEnd(scheduler);
    ExpectAllRight();
    EXPECT_EQ(compute.overflows, 0);
  }
}

TEST_F(SchedulerTest, ADeviceThatStaysLostFailsItsRowsAndTheNextAreTriedAgain) {
  ScriptedCompute compute({1600, 0, 64, 8 + 3, true}, kVocabulary);
  for (int64_t step = 3; step < 6; ++step) compute.faults[step] = StepResult::kBroken;
  compute.restart_fails = true;
  Scheduler scheduler(compute, TokenizerOf(), clock_, {8, 3, {}});
  for (int i = 0; i < 5; ++i) scheduler.Add(MakeRow(50, 10, 10));
  RunToEnd(scheduler);
  EXPECT_EQ(ends_.size(), 5U);
  for (const auto& [id, outcome] : ends_) {
    ASSERT_TRUE(outcome.failure);
    EXPECT_EQ(outcome.failure->failure_class, FailureClass::kTransport);
    EXPECT_THAT(outcome.failure->error.ToString(), HasSubstr("device may be lost"));
  }
  expected_.clear();
  ends_.clear();
  compute.faults.clear();
  scheduler.Add(MakeRow(50, 10, 10));
  RunToEnd(scheduler);
  ExpectAllRight();
}

TEST_F(SchedulerTest, ARefusedBatchFailsItsRowsAndNoOthers) {
  ScriptedCompute compute({1600, 0, 64, 2 + 3, true}, kVocabulary);
  compute.faults[2] = StepResult::kRefused;
  Scheduler scheduler(compute, TokenizerOf(), clock_, {2, 3, {}});
  for (int i = 0; i < 6; ++i) scheduler.Add(MakeRow(40, 10, 10));
  RunToEnd(scheduler);
  EXPECT_EQ(ends_.size(), 6U);
  int failed = 0;
  for (const auto& [id, outcome] : ends_) {
    if (outcome.failure) {
      ++failed;
      EXPECT_EQ(outcome.failure->failure_class, FailureClass::kRequest);
    } else {
      EXPECT_EQ(outcome.answer->body, expected_[id]);
    }
  }
  EXPECT_EQ(failed, 2);
}

TEST_F(SchedulerTest, ARowThatCanNeverFitIsToldTheNumbers) {
  ScriptedCompute compute({512, 400, 64, 4 + 2, true}, kVocabulary);
  Scheduler scheduler(compute, TokenizerOf(), clock_, {4, 2, {}});
  scheduler.Add(MakeRow(100, 350, 10));  // beyond what the model was trained for
  scheduler.Add(MakeRow(100, 50, 10));
  scheduler.Add(MakeRow(100, 250, 1000));  // its answer has room for 50 tokens
  RunToEnd(scheduler);
  ASSERT_TRUE(ends_[1].failure);
  EXPECT_EQ(ends_[1].failure->failure_class, FailureClass::kRequest);
  EXPECT_THAT(ends_[1].failure->error.ToString(),
              AllOf(HasSubstr("450 tokens"), HasSubstr("400"), HasSubstr("'split'")));
  EXPECT_TRUE(ends_[2].answer);
  ASSERT_TRUE(ends_[3].failure);
  EXPECT_EQ(ends_[3].failure->failure_class, FailureClass::kRequest);
  EXPECT_THAT(ends_[3].failure->error.ToString(), AllOf(HasSubstr("cut off after 50 tokens"), HasSubstr("'split'")));
  EXPECT_EQ(ends_[3].usage.tokens_out, 50);
}

TEST_F(SchedulerTest, ARowWhoseForcedBeginningFindsNoRoomFailsAtOnce) {
  ScriptedCompute compute({.cells = 256, .batch = 64, .sequences = 4 + 2}, kVocabulary);
  Scheduler scheduler(compute, TokenizerOf(), clock_, {4, 2, {}});
  std::string words;
  for (int i = 0; i < 80; ++i) words += "word ";
  const auto grammar =
      constrain::Grammar::Compile(Json{{"type", "object"},
                                       {"properties", {{"note", {{"const", words}}}, {"ok", {{"type", "boolean"}}}}},
                                       {"required", {"note", "ok"}}});
  ASSERT_TRUE(grammar);
  RowSpec row = MakeRow(100, 100, 200);
  row.decoder = std::make_shared<const constrain::Decoder>(
      *grammar, TokenizerOf().pieces(), [](std::string_view text) { return TokenizerOf().Data(text); });
  scheduler.Add(std::move(row));
  scheduler.Add(MakeRow(100, 20, 10));
  RunToEnd(scheduler, 1000);
  ASSERT_TRUE(ends_[1].failure);
  EXPECT_THAT(ends_[1].failure->error.ToString(), HasSubstr("the row is too long"));
  EXPECT_EQ(ends_[2].answer->body, expected_[2]);
  EXPECT_EQ(compute.overflows, 0);
}

TEST_F(SchedulerTest, RoomForThinkingIsNotTakenFromTheCache) {
  ScriptedCompute compute({.cells = 256, .batch = 64, .sequences = 4 + 2}, kVocabulary);
  Scheduler scheduler(compute, TokenizerOf(), clock_, {4, 2, {}});
  static const std::vector<Token> kEnd = {990, 991};
  for (const int thinking : {40, 90}) {
    RowSpec row = MakeRow(100, 50, 200);
    row.prompt.thinking_end = std::make_shared<const std::vector<Token>>(kEnd);
    row.thinking_tokens = thinking;
    scheduler.Add(std::move(row));
  }
  RunToEnd(scheduler, 1000);
  // 256 - 150 - 42 = 64 tokens are left for the first answer, and 14 for the second.
  EXPECT_THAT(ends_[1].failure->error.ToString(), HasSubstr("cut off after 64 tokens"));
  EXPECT_THAT(ends_[2].failure->error.ToString(), HasSubstr("no room for an answer"));
  EXPECT_EQ(compute.overflows, 0);
}

TEST_F(SchedulerTest, CancelledAndLateRowsLeaveTheirRoomToOthers) {
  ScriptedCompute compute({700, 0, 32, 2 + 2, true}, kVocabulary);
  Scheduler scheduler(compute, TokenizerOf(), clock_, {2, 2, {}});
  RowSpec late = MakeRow(100, 200, 300);
  late.deadline = clock_.Now() + std::chrono::seconds(5);
  scheduler.Add(std::move(late));
  const RowSpec running = MakeRow(100, 20, 200), waiting = MakeRow(100, 20, 200, 9);
  const uint64_t running_id = running.id, waiting_id = waiting.id;
  scheduler.Add(running);
  scheduler.Add(waiting);
  scheduler.Add(MakeRow(100, 20, 20));
  for (int i = 0; i < 12; ++i) {
    for (RowEnd& end : scheduler.Step()) ends_.emplace(end.id, std::move(end.outcome));
  }
  clock_.Advance(std::chrono::seconds(6));
  scheduler.Cancel(running_id);
  scheduler.Cancel(waiting_id);
  scheduler.Cancel(12345);  // unknown: nothing happens
  RunToEnd(scheduler);
  ASSERT_EQ(ends_.size(), 4U);
  EXPECT_EQ(ends_[1].failure->error.code, Code::kTimeout);
  EXPECT_EQ(ends_[running_id].failure->error.code, Code::kCancelled);
  EXPECT_EQ(ends_[waiting_id].failure->error.code, Code::kCancelled);
  EXPECT_EQ(ends_[4].answer->body, expected_[4]);
}

TEST_F(SchedulerTest, ABeginningIsKeptForTheNextRun) {
  const auto file_of = [](const Head& head) {
    return std::filesystem::path(std::to_string(head.tokens.size()) + ".state");
  };
  std::map<std::string, std::vector<Token>> disk;
  for (int run = 0; run < 2; ++run) {
    ScriptedCompute compute({4096, 0, 64, 8 + 4, true}, kVocabulary);
    compute.saved = disk;
    Scheduler scheduler(compute, TokenizerOf(), clock_, {8, 4, file_of});
    for (int i = 0; i < 10; ++i) scheduler.Add(MakeRow(300, 20, 10));
    RunToEnd(scheduler);
    disk = compute.saved;
    EXPECT_EQ(scheduler.stats().head_tokens, run == 0 ? 300 : 0);
  }
  ExpectAllRight();
}

TEST_F(SchedulerTest, AModelWithoutCutBackStateSharesWholeBeginningsOnly) {
  ScriptedCompute compute({4096, 0, 64, 8 + 4, false}, kVocabulary);
  Scheduler scheduler(compute, TokenizerOf(), clock_, {8, 4, {}});
  scheduler.Add(MakeRow(200, 5, 4));
  scheduler.Add(MakeRow(300, 5, 4));
  RunToEnd(scheduler);
  ExpectAllRight();
  EXPECT_EQ(scheduler.stats().head_tokens, 500);
}

}  // namespace
}  // namespace yk::llama
