// SPDX-License-Identifier: Apache-2.0
// From a question to a checked JSON object: parse, coerce, validate, and ask again for what is wrong.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "model/asker.h"
#include "text/coerce.h"
#include "text/schema.h"
#include "text/schema_fields.h"

namespace yk::model {

struct StructuredPolicy {
  int repairs_max = 2;                  ///< further questions about an invalid answer
  double repair_tokens_share = 2;       ///< repairs may cost this many times the tokens of the first call
  bool replace_invalid_stored = false;  ///< a stored answer that is not valid is asked anew: for `yakan retry`
  bool null_on_refusal = true;          ///< a refusal gives kNullByPolicy; false: kQuarantined
  Sampling sampling;
};

/// What all rows of a map step share: the compiled schema and the policy. Immutable.
class StructuredSpec {
 public:
  /// kInvalid: the schema does not compile or does not describe an object with properties.
  static Result<std::shared_ptr<const StructuredSpec>> Make(const Json& schema, StructuredPolicy policy = {});

  const std::shared_ptr<const Json>& schema() const { return schema_; }
  const text::JsonSchema& checker() const { return *checker_; }
  const std::vector<text::SchemaField>& fields() const { return fields_; }
  const StructuredPolicy& policy() const { return policy_; }

 private:
  StructuredSpec() = default;
  std::shared_ptr<const Json> schema_;
  std::shared_ptr<const text::JsonSchema> checker_;
  std::vector<text::SchemaField> fields_;
  StructuredPolicy policy_;
};

/// What a caller has to say about a value beyond its schema: row rules, evidence. May change the value (drop what has
/// no evidence); returned violations are treated like the schema's. Called on the journal thread, and on the
/// dispatcher thread when a stored answer is judged; must be thread-safe and not throw.
using RowRules = std::function<std::vector<text::SchemaViolation>(Json& value)>;

struct StructuredRequest {
  std::shared_ptr<const StructuredSpec> spec;
  /// The instruction (fixed) and the row's data. The schema is no part of the text: the backend sends it, so that a
  /// changed schema can be answered from stored answers.
  std::vector<Part> parts;
  RowRules rules;  ///< may be null
  MonoTime deadline = MonoTime::max();
  bool bypass_cache = false;  ///< for the first question
};

enum class StructuredStatus {
  kOk,
  kNullByPolicy,  ///< the model refused: `value` says null where it may
  kFailed,        ///< could not be asked
  kQuarantined,   ///< answered, never valid; `value` is the last parsed answer, if any
  kParked,        ///< give the lease back, count nothing
};

struct StructuredResult {
  StructuredStatus status = StructuredStatus::kParked;
  Json value;
  Json confidence = Json::object();     ///< field -> 0..1, where the model said how sure it was (Sampling::logprobs)
  std::vector<text::Coercion> coerced;  ///< what was changed to fit the schema
  std::vector<std::string> mended;      ///< what was mended to read the answers: "removed a code fence"
  int repairs = 0;                      ///< questions beyond the first
  bool from_cache = false;              ///< no call was made for this row
  int calls = 0;
  int answers_stored = 0;  ///< questions that a stored or shared answer settled
  Usage usage;
  Error error;                                          ///< unless kOk
  FailureClass failure_class = FailureClass::kInvalid;  ///< unless kOk
  std::vector<text::SchemaViolation> violations;        ///< of the last answer, when kQuarantined
};

/// On the journal thread of the Asker; must return quickly and not throw.
using StructuredDone = std::function<void(StructuredResult)>;

/// Stateless over an Asker; thread-safe. Every paid answer is validated, the last one too. A repair question holds the
/// instruction, the data, the failing fields and their errors: constant in size, values marked as data.
class StructuredAsker {
 public:
  explicit StructuredAsker(Asker& asker) : asker_(asker) {}

  /// `done` is called exactly once. Blocks no one; see Asker::WaitForRoom.
  void Ask(StructuredRequest request, StructuredDone done);

 private:
  Asker& asker_;
};

}  // namespace yk::model
