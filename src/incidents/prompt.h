// SPDX-License-Identifier: Apache-2.0
// What a model is asked about findings, and what of its answer is believed.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "incidents/report.h"

namespace yk::incidents {

inline constexpr size_t kPromptBytesMax = 24'000;

/// The instruction: the same for every log, so that servers can keep it as a prefix.
std::string PromptInstruction();

/// The findings as data: facts of the file, cards with examples, the most frequent templates, a sample of the rare
/// pool. Secrets are masked. Together with the instruction at most `bytes_max`.
std::string PromptData(const Subject& subject, size_t bytes_max = kPromptBytesMax);

/// The JSON Schema of the answer.
Json AnswerSchema();

/// What in the answer does not hold, as sentences for asking again: an incident, a line or a template that was not
/// shown, two answers to one incident. Empty: all of it holds.
std::vector<std::string> CheckAnswer(const Json& answer, const Subject& subject);

/// The answer's explanations, by priority. Cited lines and templates that were not shown are left out, and what cites
/// none that was is left out whole; `dropped` says so in sentences.
std::vector<Explanation> ReadAnswer(const Json& answer, const Subject& subject, std::vector<std::string>* dropped);

}  // namespace yk::incidents
