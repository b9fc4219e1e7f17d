// SPDX-License-Identifier: Apache-2.0
// Fields whose values the schema describes by their form: codes, numbers of orders, and records of them.
#include <algorithm>
#include <utility>

#include "builtin/field_plan.h"

namespace yk::builtin {
namespace {

using text::SchemaField;

/// A kind or a format says more about a value than its form does.
bool IsPattern(const SchemaField& field, const SchemaField& leaf) {
  return !leaf.pattern.empty() && leaf.kind.empty() && field.kind.empty() && leaf.format.empty() &&
         leaf.values.empty() && (!field.cues.empty() || !leaf.cues.empty());
}

Result<void> AddPattern(const SchemaField& field, const SchemaField& leaf, FieldPlan* plan) {
  auto made = text::CuedPattern::Make(leaf.pattern, field.cues.empty() ? leaf.cues : field.cues);
  if (!made) return Fail(std::move(made).error().With(field.name));
  plan->kind = Kind::kPattern;
  plan->pattern = std::move(*made);
  return {};
}

Result<void> AddRecords(const SchemaField& field, FieldPlan* plan) {
  for (const SchemaField& member : field.item.front().fields) {
    FieldPlan each = PlanField(member);
    YK_TRY_VOID(AddPatterns(member, &each));
    plan->members.push_back(std::move(each));
  }
  const auto key = std::find_if(plan->members.begin(), plan->members.end(),
                                [&](const FieldPlan& member) { return member.name == field.key; });
  if (key == plan->members.end() || key->kind != Kind::kPattern || key->list) {
    return Fail(Code::kInvalid, "{}: x-key names '{}', which must be a property of its items with a pattern and x-cues",
                field.name, field.key);
  }
  plan->key = static_cast<size_t>(key - plan->members.begin());
  plan->kind = Kind::kRecords;
  return {};
}

}  // namespace

Result<void> AddPatterns(const SchemaField& field, FieldPlan* plan) {
  const SchemaField& leaf = field.is_list() ? field.item.front() : field;
  if (field.is_list() && leaf.is_object() && !field.key.empty()) return AddRecords(field, plan);
  if (!leaf.is_object() && !leaf.is_list() && IsPattern(field, leaf)) return AddPattern(field, leaf, plan);
  return {};
}

}  // namespace yk::builtin
