// SPDX-License-Identifier: Apache-2.0
#include "app/schema_hints.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "builtin/kind.h"
#include "pipeline/spec_reader.h"

namespace yk::app {
namespace {

constexpr int kDepthMax = 32;
constexpr std::array<std::string_view, 3> kKeys = {"x-kind", "x-cues", "x-key"};
/// Those that the documentation names; others may be short for one of them.
constexpr std::array<std::string_view, 10> kKinds = {"date",  "money", "percent", "number",       "duration",
                                                     "email", "phone", "url",     "organisation", "person"};

template <typename Names>
std::string Joined(const Names& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + std::string(name);
  return list;
}

std::string Suggestion(std::string_view word, std::span<const std::string_view> known) {
  const std::string near = pipeline::Nearest(word, known);
  return near.empty() ? "known are " + Joined(known) : "did you mean '" + near + "'?";
}

Result<void> CheckKeys(const Json& schema, const std::string& at) {
  for (const auto& [key, value] : schema.items()) {
    if (!key.starts_with("x-") || std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end()) continue;
    const std::string near = pipeline::Nearest(key, kKeys);
    if (near.empty()) continue;
    return Fail(Code::kInvalid, "at {}: the key '{}' hints at nothing; did you mean '{}'?", at, key, near);
  }
  return {};
}

Result<void> CheckKind(const Json& schema, const std::string& at) {
  const auto kind = schema.find("x-kind");
  if (kind == schema.end()) return {};
  if (!kind->is_string()) return Fail(Code::kInvalid, "at {}: x-kind must be text, for example \"money\"", at);
  const auto name = kind->get<std::string>();
  if (builtin::KindFromName(name)) return {};
  return Fail(Code::kInvalid, "at {}: x-kind '{}' is unknown; {}", at, name, Suggestion(name, kKinds));
}

/// Cues by value need the values: those of the enum that stands beside them.
Result<void> CheckCues(const Json& schema, const std::string& at) {
  const auto cues = schema.find("x-cues");
  const auto values = schema.find("enum");
  if (cues == schema.end() || !cues->is_object() || values == schema.end() || !values->is_array()) return {};
  std::vector<std::string> texts;
  for (const Json& value : *values) texts.push_back(value.is_string() ? value.get<std::string>() : DumpJson(value));
  const std::vector<std::string_view> known(texts.begin(), texts.end());
  for (const auto& [value, words] : cues->items()) {
    if (std::find(known.begin(), known.end(), value) != known.end()) continue;
    return Fail(Code::kInvalid, "at {}: x-cues are for '{}', which is no value of the enum; {}", at, value,
                Suggestion(value, known));
  }
  return {};
}

Result<void> Check(const Json& schema, const std::string& at, int depth);

Result<void> CheckChildren(const Json& children, const std::string& at, int depth) {
  for (const auto& [name, child] : children.items()) YK_TRY_VOID(Check(child, at + "/" + name, depth));
  return {};
}

Result<void> Check(const Json& schema, const std::string& at, int depth) {
  if (!schema.is_object() || depth > kDepthMax) return {};
  const std::string here = at.empty() ? "/" : at;
  YK_TRY_VOID(CheckKeys(schema, here));
  YK_TRY_VOID(CheckKind(schema, here));
  YK_TRY_VOID(CheckCues(schema, here));
  for (const char* key : {"properties", "$defs", "definitions", "allOf", "anyOf", "oneOf"}) {
    const auto children = schema.find(key);
    if (children != schema.end() && children->is_structured()) {
      YK_TRY_VOID(CheckChildren(*children, at + "/" + key, depth + 1));
    }
  }
  const auto items = schema.find("items");
  return items == schema.end() ? Result<void>() : Check(*items, at + "/items", depth + 1);
}

}  // namespace

Result<void> CheckSchemaHints(const Json& schema) { return Check(schema, "", 0); }

}  // namespace yk::app
