// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/row.h"

namespace yk::pipeline {

/// Where rows come from. `Next` runs on one thread and yields payloads, small JSON texts that say where a row is (or
/// are the row); the store keeps them. `Load` turns a payload into a Row later, on any thread, also after a restart.
class Source {
 public:
  virtual ~Source() = default;

  /// What the inputs are, for the job's identity: equal inputs give equal text, on any day (names and SHA-256 of
  /// files, not their times). Reads every input once. kInvalid / kNotFound: no input, with a sentence that names it.
  virtual Result<std::string> Manifest() = 0;

  /// Field names that prompts may use. Known after Manifest.
  virtual std::vector<std::string> Columns() const = 0;

  /// The next payloads in order; empty at the end. Memory stays bounded by `max` payloads.
  virtual Result<std::vector<std::string>> Next(size_t max) = 0;

  /// Leaves out the first `rows` payloads, for a load that was interrupted.
  virtual Result<void> Skip(int64_t rows) = 0;

  /// Absolute path of the file that keeps an input which cannot be read twice (stdin); empty for all others. Known
  /// after Manifest; stored with the job, so that a resume finds it.
  virtual std::string Spool() const { return ""; }

  /// An Error is this row's failure ("contracts/a.pdf: the file is encrypted; …"), never the run's.
  virtual Result<Row> Load(int64_t row_id, const std::string& payload) const = 0;
};

}  // namespace yk::pipeline
