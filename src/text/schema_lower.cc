// SPDX-License-Identifier: Apache-2.0
// Lowers a schema of any accepted draft to the one compiled form of schema_program.h.
#include <algorithm>

#include "text/schema_dialect.h"
#include "text/schema_numbers.h"
#include "text/schema_program.h"
#include "text/schema_refs.h"

namespace yk::text {
namespace {

constexpr int kDepthMax = 200;

struct NamedType {
  std::string_view name;
  uint8_t bit;
};
constexpr NamedType kTypes[] = {{"null", kNullType},     {"boolean", kBooleanType}, {"integer", kIntegerType},
                                {"number", kNumberType}, {"string", kStringType},   {"array", kArrayType},
                                {"object", kObjectType}};

const Json* Find(const Json& schema, std::string_view key) {
  const auto found = schema.find(key);
  return found == schema.end() ? nullptr : &*found;
}

class Compiler {
 public:
  Compiler(const Json& document, SchemaDialect dialect, SchemaOptions options)
      : options_(options),
        dialect_(dialect),
        refs_(document, dialect == SchemaDialect::kDraft7),
        program_(std::make_unique<SchemaProgram>()) {}

  Result<std::unique_ptr<SchemaProgram>> Run() {
    YK_TRY(program_->root, NodeAt(""));
    return std::move(program_);
  }

 private:
  using Node = const SchemaNode*;

  Result<Node> NodeAt(const std::string& pointer);
  Result<void> Fill(const Json& schema, const std::string& pointer, SchemaNode& node);
  Result<void> FillTypes(const Json& schema, const std::string& pointer, SchemaNode& node);
  Result<void> FillNumbers(const Json& schema, const std::string& pointer, SchemaNode& node);
  Result<void> FillStrings(const Json& schema, const std::string& pointer, SchemaNode& node);
  Result<void> FillArrays(const Json& schema, const std::string& pointer, SchemaNode& node);
  Result<void> FillItems(const Json& schema, const std::string& pointer, SchemaNode& node);
  Result<void> FillObjects(const Json& schema, const std::string& pointer, SchemaNode& node);
  Result<void> FillDependencies(const Json& schema, const std::string& pointer, SchemaNode& node);
  Result<void> FillCombinators(const Json& schema, const std::string& pointer, SchemaNode& node);
  Result<void> FillUnevaluated(const Json& schema, const std::string& pointer, SchemaNode& node);

  /// The sub-schema under `keyword`, or nullptr when the keyword is absent.
  Result<Node> Child(const Json& schema, const std::string& pointer, std::string_view keyword);
  Result<std::vector<Node>> Children(const Json& schema, const std::string& pointer, std::string_view keyword);
  Result<std::vector<SchemaProperty>> NamedChildren(const Json& schema, const std::string& pointer,
                                                    std::string_view keyword);
  Result<std::optional<uint64_t>> CountOf(const Json& schema, const std::string& pointer, std::string_view keyword);
  Result<std::optional<Json>> NumberOf(const Json& schema, const std::string& pointer, std::string_view keyword);
  Result<std::vector<std::string>> NamesOf(const Json& list, const std::string& pointer, std::string_view keyword);
  Result<const SchemaPattern*> PatternOf(const std::string& source, const std::string& pointer,
                                         std::string_view keyword);

  SchemaOptions options_;
  SchemaDialect dialect_;
  SchemaRefs refs_;
  std::unique_ptr<SchemaProgram> program_;
  std::unordered_map<std::string, Node> by_pointer_;
  int depth_ = 0;
};

Result<Compiler::Node> Compiler::NodeAt(const std::string& pointer) {
  if (const auto known = by_pointer_.find(pointer); known != by_pointer_.end()) return known->second;
  const Json* schema = refs_.At(pointer);
  if (!schema || (!schema->is_object() && !schema->is_boolean())) {
    return Fail(Code::kInvalid, "JSON Schema: \"{}\" must be a schema (an object, true or false), but is {}", pointer,
                schema ? DumpJson(*schema).substr(0, 60) : "absent");
  }
  SchemaNode& node = *program_->nodes.emplace_back(std::make_unique<SchemaNode>());
  node.pointer = pointer;
  by_pointer_.emplace(pointer, &node);  // before the children, so that a recursive schema ends
  if (schema->is_boolean()) {
    node.never = !schema->get<bool>();
    return &node;
  }
  if (++depth_ > kDepthMax) {
    return Fail(Code::kInvalid, "JSON Schema: \"{}\" is nested deeper than {} levels", pointer, kDepthMax);
  }
  YK_TRY_VOID(Fill(*schema, pointer, node));
  --depth_;
  return &node;
}

Result<void> Compiler::Fill(const Json& schema, const std::string& pointer, SchemaNode& node) {
  if (const Json* ref = Find(schema, "$ref")) {
    if (!ref->is_string()) return Refuse(pointer, "$ref", "must be a string");
    const auto& name = ref->get_ref<const std::string&>();
    const auto target = refs_.Resolve(pointer, name);
    if (!target) {
      return Refuse(pointer, "$ref",
                    fmt::format("leads to \"{}\", which is not in this schema; other documents are not loaded, so copy "
                                "the definition into $defs",
                                name));
    }
    YK_TRY(node.ref, NodeAt(*target));
    if (dialect_ == SchemaDialect::kDraft7) return {};
  }
  YK_TRY_VOID(RefuseKeywords(schema, pointer, dialect_));
  YK_TRY_VOID(FillTypes(schema, pointer, node));
  YK_TRY_VOID(FillNumbers(schema, pointer, node));
  YK_TRY_VOID(FillStrings(schema, pointer, node));
  YK_TRY_VOID(FillArrays(schema, pointer, node));
  YK_TRY_VOID(FillObjects(schema, pointer, node));
  YK_TRY_VOID(FillCombinators(schema, pointer, node));
  YK_TRY_VOID(FillUnevaluated(schema, pointer, node));
  node.checks_numbers =
      node.minimum || node.maximum || node.exclusive_minimum || node.exclusive_maximum || node.multiple_of;
  node.checks_arrays =
      !node.prefix.empty() || node.rest || node.min_items || node.max_items || node.unique || node.contains;
  node.checks_objects = !node.properties.empty() || !node.required.empty() || !node.pattern_properties.empty() ||
                        node.additional || node.names || node.min_properties || node.max_properties ||
                        !node.dependent_required.empty() || !node.dependent_schemas.empty();
  return {};
}

Result<void> Compiler::FillTypes(const Json& schema, const std::string& pointer, SchemaNode& node) {
  if (const Json* type = Find(schema, "type")) {
    const Json list = type->is_array() ? *type : Json::array({*type});
    if (list.empty()) return Refuse(pointer, "type", "names no type");
    for (const auto& name : list) {
      const auto* known = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const NamedType& entry) {
        return name.is_string() && name.get_ref<const std::string&>() == entry.name;
      });
      if (known == std::end(kTypes)) {
        return Refuse(
            pointer, "type",
            fmt::format("is {}; the types are null, boolean, integer, number, string, array, object", DumpJson(name)));
      }
      node.types |= known->bit;
    }
  }
  const auto allow = [&node](std::vector<Json> values) {
    node.has_enum = true;
    node.values = std::move(values);
    node.value_texts.clear();
    for (const auto& value : node.values) {
      if (value.is_string()) node.value_texts.insert(value.get<std::string>());
    }
  };
  const Json* values = Find(schema, "enum");
  if (values) {
    if (!values->is_array()) return Refuse(pointer, "enum", "must be a list of values");
    allow(std::vector<Json>(values->begin(), values->end()));
  }
  if (const Json* value = Find(schema, "const")) {
    const bool both = values && std::none_of(node.values.begin(), node.values.end(),
                                             [&](const Json& other) { return JsonEquals(other, *value); });
    if (both) {
      node.never = true;
    } else {
      allow(std::vector<Json>(1, *value));
      node.is_const = true;
    }
  }
  return {};
}

Result<std::optional<uint64_t>> Compiler::CountOf(const Json& schema, const std::string& pointer,
                                                  std::string_view keyword) {
  const Json* value = Find(schema, keyword);
  if (!value) return std::optional<uint64_t>();
  if (!value->is_number() || !IsJsonInteger(*value) || CompareJsonNumbers(*value, Json(0)) < 0) {
    return Refuse(pointer, keyword, fmt::format("must be a whole number of 0 or more, but is {}", DumpJson(*value)));
  }
  if (value->is_number_float() && value->get<double>() > 1e18) return std::optional<uint64_t>(UINT64_MAX);
  return std::optional<uint64_t>(value->get<uint64_t>());
}

Result<std::optional<Json>> Compiler::NumberOf(const Json& schema, const std::string& pointer,
                                               std::string_view keyword) {
  const Json* value = Find(schema, keyword);
  if (!value) return std::optional<Json>();
  if (!value->is_number()) {
    return Refuse(pointer, keyword, fmt::format("must be a number, but is {}", DumpJson(*value)));
  }
  return std::optional<Json>(*value);
}

Result<void> Compiler::FillNumbers(const Json& schema, const std::string& pointer, SchemaNode& node) {
  YK_TRY(node.minimum, NumberOf(schema, pointer, "minimum"));
  YK_TRY(node.maximum, NumberOf(schema, pointer, "maximum"));
  YK_TRY(node.exclusive_minimum, NumberOf(schema, pointer, "exclusiveMinimum"));
  YK_TRY(node.exclusive_maximum, NumberOf(schema, pointer, "exclusiveMaximum"));
  YK_TRY(node.multiple_of, NumberOf(schema, pointer, "multipleOf"));
  if (node.multiple_of && CompareJsonNumbers(*node.multiple_of, Json(0)) <= 0) {
    return Refuse(pointer, "multipleOf", "must be greater than 0");
  }
  return {};
}

Result<const SchemaPattern*> Compiler::PatternOf(const std::string& source, const std::string& pointer,
                                                 std::string_view keyword) {
  auto pattern = std::make_unique<SchemaPattern>(source);
  if (const std::string error = pattern->error(); !error.empty()) {
    return Refuse(pointer, keyword,
                  fmt::format("holds the pattern \"{}\", which cannot be used: {} (look-around and back references are "
                              "not supported)",
                              source, error));
  }
  return program_->patterns.emplace_back(std::move(pattern)).get();
}

Result<void> Compiler::FillStrings(const Json& schema, const std::string& pointer, SchemaNode& node) {
  YK_TRY(node.min_length, CountOf(schema, pointer, "minLength"));
  YK_TRY(node.max_length, CountOf(schema, pointer, "maxLength"));
  if (const Json* pattern = Find(schema, "pattern")) {
    if (!pattern->is_string()) return Refuse(pointer, "pattern", "must be a string");
    YK_TRY(node.pattern, PatternOf(pattern->get_ref<const std::string&>(), pointer, "pattern"));
  }
  if (const Json* format = Find(schema, "format")) {
    if (!format->is_string()) return Refuse(pointer, "format", "must be a string");
    if (options_.assert_formats) node.format = FindFormat(format->get_ref<const std::string&>());
  }
  return {};
}

Result<Compiler::Node> Compiler::Child(const Json& schema, const std::string& pointer, std::string_view keyword) {
  if (!schema.contains(keyword)) return Node(nullptr);
  return NodeAt(JoinPointer(pointer, keyword));
}

Result<std::vector<Compiler::Node>> Compiler::Children(const Json& schema, const std::string& pointer,
                                                       std::string_view keyword) {
  std::vector<Node> nodes;
  const Json* list = Find(schema, keyword);
  if (!list) return nodes;
  if (!list->is_array()) return Refuse(pointer, keyword, "must be a list of schemas");
  const std::string at = JoinPointer(pointer, keyword);
  for (size_t i = 0; i < list->size(); ++i) {
    YK_TRY(Node node, NodeAt(JoinPointer(at, std::to_string(i))));
    nodes.push_back(node);
  }
  return nodes;
}

Result<std::vector<SchemaProperty>> Compiler::NamedChildren(const Json& schema, const std::string& pointer,
                                                            std::string_view keyword) {
  std::vector<SchemaProperty> properties;
  const Json* map = Find(schema, keyword);
  if (!map) return properties;
  if (!map->is_object()) return Refuse(pointer, keyword, "must be an object of schemas");
  const std::string at = JoinPointer(pointer, keyword);
  for (const auto& [name, child] : map->items()) {
    YK_TRY(Node node, NodeAt(JoinPointer(at, name)));
    properties.push_back({name, node});
  }
  return properties;
}

Result<void> Compiler::FillArrays(const Json& schema, const std::string& pointer, SchemaNode& node) {
  YK_TRY_VOID(FillItems(schema, pointer, node));
  YK_TRY(node.min_items, CountOf(schema, pointer, "minItems"));
  YK_TRY(node.max_items, CountOf(schema, pointer, "maxItems"));
  if (const Json* unique = Find(schema, "uniqueItems")) {
    if (!unique->is_boolean()) return Refuse(pointer, "uniqueItems", "must be true or false");
    node.unique = unique->get<bool>();
  }
  YK_TRY(node.contains, Child(schema, pointer, "contains"));
  YK_TRY(auto least, CountOf(schema, pointer, "minContains"));
  node.min_contains = least.value_or(1);
  YK_TRY(node.max_contains, CountOf(schema, pointer, "maxContains"));
  return {};
}

Result<void> Compiler::FillItems(const Json& schema, const std::string& pointer, SchemaNode& node) {
  YK_TRY(node.prefix, Children(schema, pointer, "prefixItems"));
  const Json* items = Find(schema, "items");
  if (!items) return {};
  if (!items->is_array()) {
    YK_TRY(node.rest, Child(schema, pointer, "items"));
    return {};
  }
  if (dialect_ == SchemaDialect::kModern) {
    return Refuse(pointer, "items", "is a list; draft 2020-12 writes that as prefixItems");
  }
  if (!node.prefix.empty()) return Refuse(pointer, "items", "is a list and stands beside prefixItems; keep one");
  YK_TRY(node.prefix, Children(schema, pointer, "items"));
  YK_TRY(node.rest, Child(schema, pointer, "additionalItems"));
  return {};
}

Result<std::vector<std::string>> Compiler::NamesOf(const Json& list, const std::string& pointer,
                                                   std::string_view keyword) {
  std::vector<std::string> names;
  const bool good =
      list.is_array() && std::all_of(list.begin(), list.end(), [](const Json& n) { return n.is_string(); });
  if (!good) return Refuse(pointer, keyword, "must be a list of field names");
  for (const auto& name : list) names.push_back(name.get<std::string>());
  return names;
}

Result<void> Compiler::FillObjects(const Json& schema, const std::string& pointer, SchemaNode& node) {
  YK_TRY(node.properties, NamedChildren(schema, pointer, "properties"));
  for (size_t i = 0; i < node.properties.size(); ++i) node.property_index.emplace(node.properties[i].name, i);
  if (const Json* required = Find(schema, "required")) {
    YK_TRY(node.required, NamesOf(*required, pointer, "required"));
  }
  YK_TRY(auto patterns, NamedChildren(schema, pointer, "patternProperties"));
  for (const auto& [source, child] : patterns) {
    YK_TRY(const SchemaPattern* pattern, PatternOf(source, pointer, "patternProperties"));
    node.pattern_properties.emplace_back(pattern, child);
  }
  YK_TRY(node.additional, Child(schema, pointer, "additionalProperties"));
  YK_TRY(node.names, Child(schema, pointer, "propertyNames"));
  YK_TRY(node.min_properties, CountOf(schema, pointer, "minProperties"));
  YK_TRY(node.max_properties, CountOf(schema, pointer, "maxProperties"));
  return FillDependencies(schema, pointer, node);
}

Result<void> Compiler::FillDependencies(const Json& schema, const std::string& pointer, SchemaNode& node) {
  YK_TRY(node.dependent_schemas, NamedChildren(schema, pointer, "dependentSchemas"));
  if (const Json* map = Find(schema, "dependentRequired")) {
    if (!map->is_object()) return Refuse(pointer, "dependentRequired", "must be an object of lists of field names");
    for (const auto& [name, list] : map->items()) {
      YK_TRY(auto names, NamesOf(list, JoinPointer(pointer, "dependentRequired"), name));
      node.dependent_required.emplace_back(name, std::move(names));
    }
  }
  const Json* both = Find(schema, "dependencies");
  if (!both) return {};
  if (!both->is_object()) return Refuse(pointer, "dependencies", "must be an object");
  const std::string at = JoinPointer(pointer, "dependencies");
  for (const auto& [name, value] : both->items()) {
    if (value.is_array()) {
      YK_TRY(auto names, NamesOf(value, at, name));
      node.dependent_required.emplace_back(name, std::move(names));
    } else {
      YK_TRY(Node child, NodeAt(JoinPointer(at, name)));
      node.dependent_schemas.push_back({name, child});
    }
  }
  return {};
}

Result<void> Compiler::FillCombinators(const Json& schema, const std::string& pointer, SchemaNode& node) {
  YK_TRY(node.all_of, Children(schema, pointer, "allOf"));
  YK_TRY(node.any_of, Children(schema, pointer, "anyOf"));
  YK_TRY(node.one_of, Children(schema, pointer, "oneOf"));
  YK_TRY(node.not_, Child(schema, pointer, "not"));
  YK_TRY(node.if_, Child(schema, pointer, "if"));
  if (node.if_) {
    YK_TRY(node.then_, Child(schema, pointer, "then"));
    YK_TRY(node.else_, Child(schema, pointer, "else"));
  }
  return {};
}

/// Without neighbours that evaluate members in place, "unevaluated" means the same as "additional"; only then is it
/// taken. What keyword evaluated which member is not tracked here.
Result<void> Compiler::FillUnevaluated(const Json& schema, const std::string& pointer, SchemaNode& node) {
  const bool combined = node.ref || !node.all_of.empty() || !node.any_of.empty() || !node.one_of.empty() || node.not_ ||
                        node.if_ || !node.dependent_schemas.empty();
  const auto is_no_op = [](const Json& value) { return value == Json(true) || (value.is_object() && value.empty()); };
  if (const Json* value = Find(schema, "unevaluatedProperties"); value && !is_no_op(*value) && !node.additional) {
    if (combined) {
      return Refuse(pointer, "unevaluatedProperties",
                    "cannot be checked beside $ref, allOf, anyOf, oneOf, not, if or dependentSchemas; use "
                    "additionalProperties in each of them");
    }
    YK_TRY(node.additional, Child(schema, pointer, "unevaluatedProperties"));
  }
  if (const Json* value = Find(schema, "unevaluatedItems"); value && !is_no_op(*value) && !node.rest) {
    if (combined || node.contains) {
      return Refuse(pointer, "unevaluatedItems",
                    "cannot be checked beside $ref, allOf, anyOf, oneOf, not, if or contains; use items");
    }
    YK_TRY(node.rest, Child(schema, pointer, "unevaluatedItems"));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<SchemaProgram>> CompileSchema(const Json& schema, SchemaOptions options) {
  YK_TRY(const SchemaDialect dialect, DialectOf(schema));
  return Compiler(schema, dialect, options).Run();
}

}  // namespace yk::text
