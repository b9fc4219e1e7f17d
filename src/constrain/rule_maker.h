// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "constrain/number_dfa.h"
#include "constrain/rules.h"
#include "constrain/shape.h"

namespace yk::constrain {

/// Makes rules of schema nodes. Single use: Value() for the whole, then the results are taken.
class RuleMaker {
 public:
  explicit RuleMaker(JsonStyle style);

  /// The rule of a value that fits all these nodes: a choice, which may have no alternative.
  RuleId Value(const Nodes& nodes);

  /// The schema takes more rules than any sensible one: what was made is not to be used.
  bool overflow() const { return overflow_; }
  Rules Take() && { return std::move(rules_); }
  /// Keywords that are not enforced, each once.
  const std::set<std::string>& notes() const { return notes_; }
  /// The schema a rule was made of, as a JSON pointer; nothing for rules that are parts of one.
  const std::map<RuleId, std::string>& places() const { return places_; }

 private:
  void NoteOverlaps(const std::vector<Shape>& shapes);
  bool Excludes(const Shape& written, const Shape& other, int depth);
  bool ObjectExcludes(const Shape& written, const Shape& other, int depth);
  std::vector<RuleId> Alternatives(const std::vector<Shape>& shapes);
  std::vector<Json> Values(const Shape& shape) const;
  std::optional<std::vector<Json>> AllValues(const Nodes& nodes) const;
  RuleId Texts(const std::vector<Json>& values);
  RuleId Number(const Shape& shape);
  bool AddStep(const Json& multiple_of, NumberRange& range) const;
  RuleId String(const Shape& shape);
  std::shared_ptr<const PatternDfa> Pattern(const std::string& others, const std::string& expression);
  void NarrowToPattern(const text::SchemaNode& node, std::string_view keyword,
                       const std::vector<std::string>& expressions, std::string& all);
  RuleId List(const Shape& shape);
  RuleId Set(const Shape& shape, const ListRule& list);
  RuleId Object(const Shape& shape);
  RuleId FreeObject(const Shape& shape);
  std::vector<RuleId> Members(const Shape& shape);
  RuleId Member(const Nodes& names, const text::SchemaNode* owner, const text::SchemaPattern* pattern,
                const Nodes& values);
  Nodes PropertyNodes(const Shape& shape, const std::string& name);
  void CountMembers(const Shape& shape, uint32_t names, ObjectRule& object);

  /// The rule of that description, made when there is none yet.
  RuleId Shared(std::string description, const std::function<RuleId()>& make);
  RuleId Add(RuleKind kind, size_t index);
  void AddNote(const text::SchemaNode& node, std::string_view keyword) { notes_.insert(Note(node, keyword)); }

  Rules rules_;
  std::set<std::string> notes_;
  std::map<RuleId, std::string> places_;
  std::map<Nodes, RuleId> values_;  ///< by the sorted nodes
  std::map<std::string, RuleId> shared_;
  std::set<RuleId> stepless_;  ///< numbers whose multipleOf would take too many states
  /// By their expressions, each after a line break; null for what no automaton can check.
  std::map<std::string, std::shared_ptr<const PatternDfa>> patterns_;
  std::deque<text::SchemaNode> own_;  ///< schemas that stand in no document
  bool overflow_ = false;
  int depth_ = 0;           ///< of Value() within Value()
  size_t comparisons_ = 0;  ///< of shapes with each other
  const text::SchemaNode* never_;
  const text::SchemaNode* any_text_;
};

}  // namespace yk::constrain
