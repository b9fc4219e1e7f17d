// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "pipeline/step.h"
#include "text/align.h"
#include "text/schema_fields.h"

namespace yk::steps {

/// Finds where in the source the values of one passage's answer stand, and says so as evidence.
class Grounder {
 public:
  /// Both must outlive the Grounder.
  Grounder(const pipeline::Row& row, const pipeline::Passage& passage);

  /// `claim` is what the model offers as evidence for one value: a quote, {"quote","start","end"} (code points of the
  /// passage; believed only when the quote stands there), or null. Without one the value itself is looked up.
  /// Null: the source does not say it.
  Json Find(const Json& value, const Json& claim);

 private:
  Json Place(const text::Range& bytes, const text::Range& code_points, std::string_view how) const;
  Json FindQuote(const std::string& quote);

  const pipeline::Row& row_;
  const pipeline::Passage& passage_;
  text::Aligner aligner_;
};

enum class EvidencePolicy {
  kRequired,  ///< a value without evidence is dropped where the schema allows null, else the answer is not valid
  kOptional,  ///< evidence where it can be found
  kOff,       ///< not asked for
};

/// What a model is asked for beside the user's fields.
struct AskedBeside {
  bool evidence = false;    ///< "_evidence"
  bool confidence = false;  ///< "_confidence"
};
/// The schema of what the model is asked for. `fields`: those of the schema. `places`: as evidence the model can say
/// offsets too; else quotes only.
Json WithAskedBeside(const Json& schema, const std::vector<text::SchemaField>& fields, AskedBeside beside, bool places);

}  // namespace yk::steps
