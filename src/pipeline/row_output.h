// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "pipeline/step.h"
#include "store/types.h"

namespace yk::pipeline {

/// Keys that only the engine writes: _id, _source, _status, _evidence, _confidence, _conflicts, _error, _reason,
/// _derived_from; in tables also _file, _page.
/// Columns of the input with such names are there for prompts and filters, but are not carried into the result.
bool IsReservedName(std::string_view name);

/// Whether a key of a row's result is the program's and no field: the reserved names and what barriers compare.
bool IsOwnKey(std::string_view name);

/// Why a barrier does not know a field: ends a sentence, "the field '_id', which …".
std::string_view WhyNotThere(std::string_view field);

/// The row as sinks see it, one JSON object (decisions.md 17):
/// {"_id","_source":{"file","page"},"_status",<fields>,"_evidence","_confidence","_conflicts"}; failed rows carry their
/// columns, what earlier steps had found, and "_error".
store::RowResult MakeResult(const RowTask& task, const StepOutcome& end);

/// How a row ended that an earlier stage has decided about, read back from its `output`.
StepOutcome OutcomeOf(store::RowStatus status, const Json& output);

/// The same for a row that never became a task: its payload could not be loaded.
store::RowResult MakeLoadFailure(int64_t row_id, const std::string& file, const Error& error);

}  // namespace yk::pipeline
