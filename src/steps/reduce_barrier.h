// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pipeline/barrier.h"
#include "pipeline/job_spec.h"

namespace yk::steps {

/// The key of a step `reduce`: a field's name, or "file". kInvalid: what is wrong in the spec, with its place.
Result<std::string> ReduceKey(const pipeline::StepSpec& spec, const pipeline::Places& places);

/// What is known of the rows before the first step.
struct ReducedRows {
  std::vector<std::string> columns;  ///< of the input: rows of a group differ in them by nature
  bool have_text = false;            ///< documents and pages; a row of a table is known by its number only
};

/// `reduce: {by: customer, merge: lists}` over a field, or over the file when rows are pages: one row per value of the
/// key, in order of first appearance, merged by steps/merge.h. Rows that failed keep a row of their own. Memory: the
/// fields of all rows, since scalars are decided by vote. What rows disagree about goes into `_conflicts`. `place`
/// names the step in errors.
std::unique_ptr<pipeline::Barrier> MakeReduceBarrier(std::string by, std::string place, ReducedRows rows);

}  // namespace yk::steps
