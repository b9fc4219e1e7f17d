// SPDX-License-Identifier: Apache-2.0
// Strings: lengths, patterns, formats.
#include <algorithm>

#include "base/json.h"
#include "constrain/format_pattern.h"
#include "constrain/rule_maker.h"
#include "text/schema_formats.h"

namespace yk::constrain {

using text::SchemaNode;

/// The texts of all these expressions; null when no automaton can check that.
std::shared_ptr<const PatternDfa> RuleMaker::Pattern(const std::string& others, const std::string& expression) {
  const auto [known, is_new] = patterns_.emplace(others + '\n' + expression, nullptr);
  if (!is_new) return known->second;
  std::optional<PatternDfa> dfa;
  if (others.empty()) {
    dfa = PatternDfa::Compile(expression);
  } else if (const auto alone = Pattern("", expression)) {
    dfa = PatternDfa::Both(*patterns_.at(others), *alone);
  }
  if (dfa) known->second = std::make_shared<const PatternDfa>(std::move(*dfa));
  return known->second;
}

/// Adds expressions to those in `all`, or notes that the keyword is not enforced.
void RuleMaker::NarrowToPattern(const SchemaNode& node, std::string_view keyword,
                                const std::vector<std::string>& expressions, std::string& all) {
  std::string narrowed = all;
  for (const auto& expression : expressions) {
    if (!Pattern(narrowed, expression)) return AddNote(node, keyword);
    narrowed += '\n' + expression;
  }
  if (expressions.empty()) AddNote(node, keyword);
  all = std::move(narrowed);
}

RuleId RuleMaker::String(const Shape& shape) {
  StringRule rule;
  std::string expressions;
  for (const SchemaNode* node : shape.nodes) {
    const auto clamp = [](uint64_t count) { return static_cast<uint32_t>(std::min<uint64_t>(count, kUnbounded - 1)); };
    if (node->min_length) rule.length_min = std::max(rule.length_min, clamp(*node->min_length));
    if (node->max_length && *node->max_length < kUnbounded) {
      rule.length_max = std::min(rule.length_max, clamp(*node->max_length));
    }
    if (node->pattern) NarrowToPattern(*node, "pattern", {text::PatternForRe2(node->pattern->source())}, expressions);
    if (!node->format) continue;
    const FormatPattern format = PatternOf(*node->format);
    NarrowToPattern(*node, "format", format.expressions, expressions);
    rule.length_max = std::min(rule.length_max, format.length_max);
  }
  if (!expressions.empty()) rule.pattern = patterns_.at(expressions);
  const bool hang_together =
      rule.pattern && !rule.pattern->empty() && (rule.length_min > 0 || rule.length_max != kUnbounded);
  std::string description = fmt::format("string {} {} {}", rule.length_min, rule.length_max, expressions);
  const RuleId made = Shared(std::move(description), [&] {
    if (hang_together) rule.lengths = PatternLengths::Of(*rule.pattern, rule.length_min, rule.length_max);
    if (hang_together && !rule.lengths) {
      rule.length_min = 0;
      rule.length_max = kUnbounded;
    }
    rules_.strings.push_back(rule);
    return Add(RuleKind::kString, rules_.strings.size() - 1);
  });
  if (!hang_together || rules_.strings[rules_.all[made].index].lengths) return made;
  for (const SchemaNode* node : shape.nodes) {
    if (node->min_length) AddNote(*node, "minLength");
    if (node->max_length) AddNote(*node, "maxLength");
    if (node->format && PatternOf(*node->format).length_max != kUnbounded) AddNote(*node, "format");
  }
  return made;
}

}  // namespace yk::constrain
