// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "model/request.h"
#include "pipeline/step.h"
#include "text/template.h"

namespace yk::steps {

/// Turns a row into the parts of a request: instructions of ours and of the user (fixed), values of the row (row).
class Prompt {
 public:
  /// `source` may be empty: then the passage alone is asked about. kInvalid: a mistake in the template.
  static Result<Prompt> Parse(const std::string& source, bool with_evidence);

  /// kInvalid: a {{field}} that rows do not have, with the nearest one.
  Result<void> Check(const std::vector<std::string>& fields) const;

  std::vector<model::Part> Parts(const pipeline::RowTask& task, const pipeline::Passage& passage) const;

 private:
  explicit Prompt(text::Template parsed) : template_(std::move(parsed)) {}
  std::string instruction_;
  text::Template template_;
  bool names_text_ = false;  ///< the template places {{text}} itself
};

}  // namespace yk::steps
