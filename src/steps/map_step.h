// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "model/asker.h"
#include "model/structured.h"
#include "pipeline/job_spec.h"
#include "pipeline/step.h"

namespace yk::steps {

struct MapContext {
  model::Asker* asker = nullptr;
  bool states_places = false;           ///< the model says where in the text a value stands (the builtin one)
  bool states_confidence = false;       ///< it says how sure it is; others are asked for probabilities of their tokens
  int repairs_max = 3;                  ///< re-asks of an answer that is not valid
  bool repairs_at_any_cost = false;     ///< else they end when they cost twice the first question
  bool replace_invalid_stored = false;  ///< ask anew where a stored answer is not valid: when failed rows are retried
};

/// `map: {prompt: risk.md, schema: risk.schema.json, evidence: required | optional | off, confidence: false,
/// tokens_max: 1024, temperature: 0, top_p: 1, min_p: 0, seed: 0}`: asks a
/// model about every passage of the row and merges what the passages say (steps/merge.h) into the row's fields.
class MapStep : public pipeline::Step {
 public:
  static Result<std::unique_ptr<MapStep>> Make(const pipeline::StepSpec& spec, const pipeline::Places& places,
                                               const MapContext& context);

  /// The fields whose confidence goes into the row.
  virtual std::vector<std::string> ConfidenceFields() const = 0;

  /// The questions this row would ask first, without asking them: for `yakan plan`.
  virtual std::vector<model::Request> Questions(const pipeline::RowTask& task) const = 0;
};

}  // namespace yk::steps
