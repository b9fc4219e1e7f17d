// SPDX-License-Identifier: Apache-2.0
#include "constrain/grammar.h"

#include "base/json.h"
#include "constrain/finish.h"
#include "constrain/longest_answer.h"
#include "constrain/rule_maker.h"
#include "constrain/shape.h"
#include "text/schema_program.h"

namespace yk::constrain {

Result<std::shared_ptr<const Grammar>> Grammar::Compile(const Json& schema, GrammarOptions options) {
  YK_TRY(const auto program, text::CompileSchema(schema, {}));
  if (const auto* node = FindEndlessNode(*program)) {
    return Fail(Code::kInvalid, "JSON Schema: \"{}\" refers to itself without end, so no value fits it", node->pointer);
  }
  RuleMaker maker({options.compact});
  const RuleId start = maker.Value({program->root});
  if (maker.overflow()) {
    return Fail(Code::kInvalid, "JSON Schema: too large or too entangled to be enforced while an answer is written");
  }
  std::shared_ptr<Grammar> grammar(new Grammar());
  grammar->unenforced_.assign(maker.notes().begin(), maker.notes().end());
  const auto places = maker.places();
  grammar->rules_ = std::move(maker).Take();
  grammar->rules_.start = start;
  YK_TRY_VOID(Finish(grammar->rules_, options.nesting_max, places));
  grammar->longest_bytes_ = LongestAnswer(grammar->rules_);
  return std::shared_ptr<const Grammar>(std::move(grammar));
}

}  // namespace yk::constrain
