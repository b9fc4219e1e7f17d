// SPDX-License-Identifier: Apache-2.0
#include "app/question_count.h"

#include <string>
#include <unordered_set>
#include <vector>

#include "model/answer_key.h"
#include "text/passages.h"

namespace yk::app {
namespace {

constexpr size_t kBatch = 256, kBatchUntilMissing = 16;

class QuestionCounter {
 public:
  QuestionCounter(const BuiltSteps& steps, pipeline::Source& source, const model::BackendInfo& info,
                  store::AnswerStore& answers, CountOptions options)
      : steps_(steps), source_(source), keys_(info), answers_(answers), options_(options) {}

  Result<QuestionCount> Count(std::stop_token stop) {
    for (;;) {
      YK_TRY(const std::vector<std::string> payloads,
             source_.Next(options_.until_missing ? kBatchUntilMissing : kBatch));
      if (payloads.empty()) break;
      for (const auto& payload : payloads) {
        if (stop.stop_requested()) return Fail(Code::kCancelled, "interrupted");
        YK_TRY_VOID(Row(payload));
      }
      YK_TRY_VOID(LookUp());
      if (options_.until_missing && count_.questions > count_.duplicates + count_.stored) break;
    }
    return count_;
  }

 private:
  Result<void> Row(const std::string& payload) {
    auto row = source_.Load(count_.rows++, payload);
    if (!row) {
      ++count_.unreadable;
      return {};
    }
    if (steps_.maps.empty()) return {};
    pipeline::RowTask task;
    task.row = std::move(row).value();
    task.values = task.row.fields;
    bool goes_on = true;
    for (const auto& step : steps_.stages[0].steps) {
      if (step.get() == steps_.maps[0]) break;
      // Steps before the first map ask nothing, so they answer at once.
      step->Process(
          task, [&](pipeline::StepOutcome outcome) { goes_on = outcome.kind == pipeline::StepOutcome::Kind::kNext; });
      if (!goes_on) return {};
    }
    for (auto& question : steps_.maps[0]->Questions(task)) {
      ++count_.questions;
      const store::AnswerKey key = keys_.Of(question);
      if (!seen_.insert(ToHex(key.k_req)).second) {
        ++count_.duplicates;
        continue;
      }
      int64_t all = 0;
      for (const auto& part : question.parts) {
        const auto tokens = static_cast<int64_t>(text::EstimateTokens(part.text));
        all += tokens;
        if (part.kind == model::Part::Kind::kRow) count_.row_tokens += tokens;
      }
      count_.tokens_in += all;
      waiting_.push_back(key);
      waiting_tokens_.push_back(all);
    }
    return {};
  }

  Result<void> LookUp() {
    YK_TRY(const auto found, answers_.Get(waiting_));
    for (size_t i = 0; i < found.size(); ++i) {
      const bool counts = found[i] && (!options_.until_missing || found[i]->key.k_req == waiting_[i].k_req);
      if (!counts) continue;
      ++count_.stored;
      count_.stored_tokens += waiting_tokens_[i];
    }
    waiting_.clear();
    waiting_tokens_.clear();
    return {};
  }

  const BuiltSteps& steps_;
  pipeline::Source& source_;
  model::AnswerKeys keys_;
  store::AnswerStore& answers_;
  const CountOptions options_;
  QuestionCount count_;
  std::vector<store::AnswerKey> waiting_;
  std::vector<int64_t> waiting_tokens_;  ///< of the same questions
  std::unordered_set<std::string> seen_;
};

}  // namespace

Result<QuestionCount> CountQuestions(const BuiltSteps& steps, pipeline::Source& source, const model::BackendInfo& info,
                                     store::AnswerStore& answers, const std::stop_token& stop, CountOptions options) {
  return QuestionCounter(steps, source, info, answers, options).Count(stop);
}

}  // namespace yk::app
