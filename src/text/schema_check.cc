// SPDX-License-Identifier: Apache-2.0
// Checks a value against a compiled schema. One pass, no allocation on the way of a valid row.
#include <algorithm>

#include "text/schema_numbers.h"
#include "text/schema_program.h"
#include "text/schema_words.h"

namespace yk::text {
namespace {

constexpr size_t kViolationsMax = 64;
constexpr int kDepthMax = 200;
constexpr int64_t kStepsMax = 10'000'000;

class Checker {
 public:
  explicit Checker(std::vector<SchemaViolation>* violations) : violations_(violations) {}

  bool Run(const SchemaNode& root, const Json& value) {
    auto* const asked = violations_;
    const bool valid = Check(root, value);
    if (!gave_up_) return valid;
    if (asked) asked->push_back({"", std::string(gave_up_), "limit"});
    return false;
  }

 private:
  struct Step {
    const std::string* key;  // null for a list index
    size_t index;
  };

  bool Check(const SchemaNode& node, const Json& value);
  bool CheckAt(Step step, const SchemaNode& node, const Json& value) {
    path_.push_back(step);
    const bool valid = Check(node, value);
    path_.pop_back();
    return valid;
  }
  bool CheckHere(const SchemaNode& node, const Json& value);
  bool CheckValues(const SchemaNode& node, const Json& value);
  bool CheckNumber(const SchemaNode& node, const Json& value);
  bool CheckString(const SchemaNode& node, const Json& value);
  bool CheckArray(const SchemaNode& node, const Json& value);
  bool CheckUnique(const Json& value);
  bool CheckContains(const SchemaNode& node, const Json& value);
  bool CheckObject(const SchemaNode& node, const Json& value);
  bool CheckMember(const SchemaNode& node, const std::string& key, const Json& value, size_t& expected);
  bool CheckDependencies(const SchemaNode& node, const Json& value);
  bool CheckCombinators(const SchemaNode& node, const Json& value);
  bool CheckAnyOf(const SchemaNode& node, const Json& value);
  bool CheckOneOf(const SchemaNode& node, const Json& value);

  /// Whether `value` fits, without a word about why not.
  bool Fits(const SchemaNode& node, const Json& value) {
    auto* const kept = std::exchange(violations_, nullptr);
    const bool fits = Check(node, value);
    violations_ = kept;
    return fits;
  }
  bool FitsAt(Step step, const SchemaNode& node, const Json& value) {
    path_.push_back(step);
    const bool fits = Fits(node, value);
    path_.pop_back();
    return fits;
  }

  /// Whether to stop at the first violation.
  bool quiet() const { return violations_ == nullptr; }

  std::string Pointer() const {
    std::string out;
    for (const auto& step : path_) out = JoinPointer(out, step.key ? *step.key : std::to_string(step.index));
    return out;
  }
  static std::string Subject(const std::string& pointer) { return pointer.empty() ? "the value" : pointer; }

  /// Records "<pointer> <text>"; returns false, for the caller to return. The text is made only when it is wanted.
  template <typename MakeText>
  bool Violate(const char* keyword, MakeText&& make_text) {
    if (quiet() || violations_->size() >= kViolationsMax) return false;
    std::string pointer = Pointer();
    std::string message = Subject(pointer) + " " + make_text();
    violations_->push_back({std::move(pointer), std::move(message), keyword});
    return false;
  }
  template <typename MakeText>
  bool ViolateAt(Step step, const char* keyword, MakeText&& make_text) {
    path_.push_back(step);
    Violate(keyword, make_text);
    path_.pop_back();
    return false;
  }

  std::vector<SchemaViolation>* violations_;
  std::vector<Step> path_;
  const char* gave_up_ = nullptr;
  int64_t steps_ = 0;
  int depth_ = 0;
};

bool Checker::Check(const SchemaNode& node, const Json& value) {
  if (gave_up_) return false;
  if (++steps_ > kStepsMax) {
    gave_up_ = "the value takes too long to check against this schema";
    return false;
  }
  if (depth_ >= kDepthMax) {
    gave_up_ = "the value is nested too deeply to be checked, or the schema refers to itself without end";
    return false;
  }
  ++depth_;
  const bool valid = CheckHere(node, value);
  --depth_;
  return valid;
}

bool Checker::CheckHere(const SchemaNode& node, const Json& value) {
  if (node.never) {
    return Violate("false", [] { return "is not allowed here"; });
  }
  const uint8_t types = TypesOf(value);
  if (node.types && !(node.types & types)) {
    return Violate("type",
                   [&] { return fmt::format("must be {}, but is {}", DescribedTypes(node.types), Described(value)); });
  }
  bool valid = !node.has_enum || CheckValues(node, value);
  if (!valid && quiet()) return false;
  switch (types) {
    case kStringType: valid &= CheckString(node, value); break;
    case kArrayType: valid &= !node.checks_arrays || CheckArray(node, value); break;
    case kObjectType: valid &= !node.checks_objects || CheckObject(node, value); break;
    case kNullType:
    case kBooleanType: break;
    default: valid &= !node.checks_numbers || CheckNumber(node, value);
  }
  if (!valid && quiet()) return false;
  return CheckCombinators(node, value) && valid;
}

bool Checker::CheckValues(const SchemaNode& node, const Json& value) {
  if (value.is_string()) {
    if (node.value_texts.contains(value.get_ref<const std::string&>())) return true;
  } else if (std::any_of(node.values.begin(), node.values.end(),
                         [&](const Json& allowed) { return JsonEquals(allowed, value); })) {
    return true;
  }
  return Violate(node.is_const ? "const" : "enum", [&] {
    return fmt::format("must be {}{}, but is {}", node.values.size() > 1 ? "one of " : "", DescribedValues(node.values),
                       Described(value));
  });
}

bool Checker::CheckNumber(const SchemaNode& node, const Json& value) {
  bool valid = true;
  const auto bound = [&](const std::optional<Json>& limit, const char* keyword, const char* words, auto holds) {
    if (!limit || holds(CompareJsonNumbers(value, *limit))) return;
    valid = Violate(keyword,
                    [&] { return fmt::format("must be {} {}, but is {}", words, DumpJson(*limit), DumpJson(value)); });
  };
  bound(node.minimum, "minimum", "at least", [](int order) { return order >= 0; });
  bound(node.maximum, "maximum", "at most", [](int order) { return order <= 0; });
  bound(node.exclusive_minimum, "exclusiveMinimum", "greater than", [](int order) { return order > 0; });
  bound(node.exclusive_maximum, "exclusiveMaximum", "less than", [](int order) { return order < 0; });
  if (node.multiple_of && !IsMultipleOf(value, *node.multiple_of)) {
    valid = Violate("multipleOf", [&] {
      return fmt::format("must be a multiple of {}, but is {}", DumpJson(*node.multiple_of), DumpJson(value));
    });
  }
  return valid;
}

bool Checker::CheckString(const SchemaNode& node, const Json& value) {
  const auto& text = value.get_ref<const std::string&>();
  bool valid = true;
  if (node.min_length || node.max_length) {
    const uint64_t length = CodePoints(text);
    if (node.min_length && length < *node.min_length) {
      valid = Violate("minLength", [&] {
        return fmt::format("must have at least {} characters, but has {}", *node.min_length, length);
      });
    }
    if (node.max_length && length > *node.max_length) {
      valid = Violate("maxLength", [&] {
        return fmt::format("must have at most {} characters, but has {}", *node.max_length, length);
      });
    }
  }
  if (node.pattern && !node.pattern->Matches(text)) {
    valid = Violate("pattern", [&] {
      return fmt::format("must match the pattern {}, but is {}", node.pattern->source(), Described(value));
    });
  }
  if (node.format && !HasFormat(*node.format, text)) {
    valid = Violate(
        "format", [&] { return fmt::format("must be {}, but is {}", DescribeFormat(*node.format), Described(value)); });
  }
  return valid;
}

bool Checker::CheckArray(const SchemaNode& node, const Json& value) {
  bool valid = true;
  if (node.min_items && value.size() < *node.min_items) {
    valid = Violate("minItems", [&] {
      return fmt::format("must have at least {} items, but has {}", *node.min_items, value.size());
    });
  }
  if (node.max_items && value.size() > *node.max_items) {
    valid = Violate("maxItems", [&] {
      return fmt::format("must have at most {} items, but has {}", *node.max_items, value.size());
    });
  }
  for (size_t i = 0; i < value.size() && (valid || !quiet()); ++i) {
    const SchemaNode* item = i < node.prefix.size() ? node.prefix[i] : node.rest;
    if (!item) break;
    valid &= CheckAt({nullptr, i}, *item, value[i]);
  }
  if (node.unique && (valid || !quiet())) valid &= CheckUnique(value);
  if (node.contains && (valid || !quiet())) valid &= CheckContains(node, value);
  return valid;
}

bool Checker::CheckUnique(const Json& value) {
  const auto twins = FindTwins(value);
  if (!twins) return true;
  return Violate("uniqueItems", [&] {
    return fmt::format("must not hold a value twice, but items {} and {} are equal", twins->first, twins->second);
  });
}

bool Checker::CheckContains(const SchemaNode& node, const Json& value) {
  uint64_t found = 0;
  for (size_t i = 0; i < value.size(); ++i) found += FitsAt({nullptr, i}, *node.contains, value[i]) ? 1 : 0;
  if (found < node.min_contains) {
    return Violate(node.min_contains == 1 ? "contains" : "minContains", [&] {
      return fmt::format("must hold at least {} item(s) of the wanted kind, but holds {}", node.min_contains, found);
    });
  }
  if (node.max_contains && found > *node.max_contains) {
    return Violate("maxContains", [&] {
      return fmt::format("must hold at most {} item(s) of the named kind, but holds {}", *node.max_contains, found);
    });
  }
  return true;
}

bool Checker::CheckObject(const SchemaNode& node, const Json& value) {
  bool valid = true;
  for (const auto& name : node.required) {
    if (value.contains(name)) continue;
    valid = ViolateAt({&name, 0}, "required", [] { return "is required, but missing"; });
    if (quiet()) return false;
  }
  if (node.min_properties && value.size() < *node.min_properties) {
    valid = Violate("minProperties", [&] {
      return fmt::format("must have at least {} fields, but has {}", *node.min_properties, value.size());
    });
  }
  if (node.max_properties && value.size() > *node.max_properties) {
    valid = Violate("maxProperties", [&] {
      return fmt::format("must have at most {} fields, but has {}", *node.max_properties, value.size());
    });
  }
  if (!node.properties.empty() || node.additional || node.names || !node.pattern_properties.empty()) {
    size_t expected = 0;
    for (auto member = value.begin(); member != value.end() && (valid || !quiet()); ++member) {
      valid &= CheckMember(node, member.key(), *member, expected);
    }
  }
  if (valid || !quiet()) valid &= CheckDependencies(node, value);
  return valid;
}

/// `expected` is the property that stands next in the schema: rows mostly come in that order, which spares the look-up.
bool Checker::CheckMember(const SchemaNode& node, const std::string& key, const Json& value, size_t& expected) {
  bool valid = true;
  bool known = false;
  if (expected >= node.properties.size() || node.properties[expected].name != key) {
    const auto found = node.property_index.find(key);
    expected = found == node.property_index.end() ? node.properties.size() : found->second;
  }
  if (expected < node.properties.size()) {
    known = true;
    valid &= CheckAt({&key, 0}, *node.properties[expected].node, value);
    ++expected;
  }
  for (const auto& [pattern, child] : node.pattern_properties) {
    if (!pattern->Matches(key)) continue;
    known = true;
    valid &= CheckAt({&key, 0}, *child, value);
  }
  if (!known && node.additional) {
    if (node.additional->never) {
      valid = ViolateAt({&key, 0}, "additionalProperties", [] { return "is not a field of the schema; remove it"; });
    } else {
      valid &= CheckAt({&key, 0}, *node.additional, value);
    }
  }
  if (node.names && !Fits(*node.names, Json(key))) {
    valid = ViolateAt({&key, 0}, "propertyNames", [] { return "has a name that is not allowed"; });
  }
  return valid;
}

bool Checker::CheckDependencies(const SchemaNode& node, const Json& value) {
  bool valid = true;
  for (const auto& [name, others] : node.dependent_required) {
    if (!value.contains(name)) continue;
    for (const auto& other : others) {
      if (value.contains(other)) continue;
      valid = ViolateAt({&other, 0}, "dependentRequired",
                        [&name = name] { return fmt::format("is required beside \"{}\", but missing", name); });
    }
  }
  for (const auto& [name, schema] : node.dependent_schemas) {
    if (value.contains(name)) valid &= Check(*schema, value);
  }
  return valid;
}

bool Checker::CheckCombinators(const SchemaNode& node, const Json& value) {
  bool valid = true;
  if (node.ref) valid &= Check(*node.ref, value);
  for (const auto* part : node.all_of) {
    if (!valid && quiet()) return false;
    valid &= Check(*part, value);
  }
  if (!node.any_of.empty() && (valid || !quiet())) valid &= CheckAnyOf(node, value);
  if (!node.one_of.empty() && (valid || !quiet())) valid &= CheckOneOf(node, value);
  if (node.not_ && (valid || !quiet()) && Fits(*node.not_, value)) {
    valid = Violate("not", [&] { return fmt::format("is {}, which the schema excludes", Described(value)); });
  }
  if (node.if_ && (valid || !quiet())) {
    const SchemaNode* branch = Fits(*node.if_, value) ? node.then_ : node.else_;
    if (branch) valid &= Check(*branch, value);
  }
  return valid;
}

/// When exactly one shape agrees on the type (the usual "a list or null"), its violations say most; else the sentence
/// names the count of shapes only.
bool Checker::CheckAnyOf(const SchemaNode& node, const Json& value) {
  for (const auto* shape : node.any_of) {
    if (Fits(*shape, value)) return true;
  }
  if (quiet()) return false;
  const std::string here = Pointer();
  std::vector<SchemaViolation> closest;
  size_t candidates = 0;
  uint8_t types = 0;
  for (const auto* shape : node.any_of) {
    std::vector<SchemaViolation> why;
    auto* const kept = std::exchange(violations_, &why);
    Check(*shape, value);
    violations_ = kept;
    types |= shape->types;
    const bool other_type = std::any_of(why.begin(), why.end(), [&](const SchemaViolation& violation) {
      return violation.pointer == here && violation.keyword == "type";
    });
    if (other_type) continue;
    ++candidates;
    closest = std::move(why);
  }
  if (candidates == 1) {
    violations_->insert(violations_->end(), closest.begin(), closest.end());
    return false;
  }
  return Violate("anyOf", [&] {
    if (candidates == 0 && types) return fmt::format("must be {}, but is {}", DescribedTypes(types), Described(value));
    return fmt::format("is {} and fits none of the {} allowed shapes", Described(value), node.any_of.size());
  });
}

bool Checker::CheckOneOf(const SchemaNode& node, const Json& value) {
  size_t fitting = 0;
  for (const auto* shape : node.one_of) fitting += Fits(*shape, value) ? 1 : 0;
  if (fitting == 1) return true;
  return Violate("oneOf", [&] {
    return fitting == 0
               ? fmt::format("is {} and fits none of the {} allowed shapes", Described(value), node.one_of.size())
               : fmt::format("is {} and fits {} of the allowed shapes, but must fit exactly one", Described(value),
                             fitting);
  });
}

}  // namespace

bool CheckSchema(const SchemaProgram& program, const Json& value, std::vector<SchemaViolation>* violations) {
  return Checker(violations).Run(*program.root, value);
}

}  // namespace yk::text
