// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <stop_token>

#include "app/plan_builder.h"
#include "base/result.h"
#include "model/backend.h"
#include "store/answer_store.h"

namespace yk::app {

struct QuestionCount {
  int64_t rows = 0, unreadable = 0, questions = 0, duplicates = 0, stored = 0, tokens_in = 0;
  int64_t row_tokens = 0;     ///< of tokens_in, those that differ from row to row
  int64_t stored_tokens = 0;  ///< of tokens_in, those of questions that are answered already
};

struct CountOptions {
  /// Only to know whether every answer is stored: answers to the same question under another schema do not count, since
  /// they may not fit, and counting ends soon after the first that is missing.
  bool until_missing = false;
};

/// Counts what the first map of a job would ask, question by question, without asking. Reads the source to its end.
Result<QuestionCount> CountQuestions(const BuiltSteps& steps, pipeline::Source& source, const model::BackendInfo& info,
                                     store::AnswerStore& answers, const std::stop_token& stop,
                                     CountOptions options = {});

}  // namespace yk::app
