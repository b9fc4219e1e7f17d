// SPDX-License-Identifier: Apache-2.0
#include "text/schema_root.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "text/schema_dialect.h"
#include "text/schema_program.h"
#include "text/schema_refs.h"

namespace yk::text {
namespace {

constexpr int kDepthMax = 8;
constexpr std::array<const char*, 3> kShapes = {"allOf", "anyOf", "oneOf"};

bool OneOf(std::string_view key, std::initializer_list<std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

/// Names a schema, says something about it or holds others, but demands nothing. $refs lead into it where it stood.
bool DemandsNothing(std::string_view key) {
  return OneOf(key, {"$schema", "$id", "$anchor", "$dynamicAnchor", "$comment", "$defs", "definitions", "title",
                     "description", "examples", "default"});
}

bool IsAtOrIn(const std::string& pointer, const std::string& place) {
  return pointer == place || pointer.starts_with(place + "/");
}

class Writer {
 public:
  explicit Writer(const Json& document)
      : ref_hides_siblings_(IsDraft7(document)), refs_(document, ref_hides_siblings_) {}

  Json WriteOut(const Json& schema, const std::string& at, int depth) const {
    if (!schema.is_object() || depth > kDepthMax) return schema;
    Json out = schema;
    for (const char* key : kShapes) {
      const auto shapes = out.find(key);
      if (shapes == out.end() || !shapes->is_array()) continue;
      for (size_t i = 0; i < shapes->size(); ++i) {
        (*shapes)[i] = WriteOut((*shapes)[i], JoinPointer(JoinPointer(at, key), std::to_string(i)), depth + 1);
      }
    }
    const auto ref = schema.find("$ref");
    if (ref == schema.end() || !ref->is_string()) return out;
    const auto target = refs_.Resolve(at, ref->get_ref<const std::string&>());
    const Json* there = target ? refs_.At(*target) : nullptr;
    if (there == nullptr || !there->is_object() || there->contains("$id") || IsAtOrIn(at, *target)) return out;
    Merge(WriteOut(*there, *target, depth + 1), out);
    return out;
  }

 private:
  static bool IsDraft7(const Json& document) {
    const auto dialect = DialectOf(document);
    return dialect && *dialect == SchemaDialect::kDraft7;
  }

  /// Puts what the $ref of `out` says in its place.
  void Merge(Json said, Json& out) const {
    if (ref_hides_siblings_) {
      Json kept = Json::object();
      for (const auto& [key, value] : out.items()) {
        if (DemandsNothing(key)) kept[key] = value;
      }
      out = std::move(kept);
    }
    out.erase("$ref");
    for (const char* key : {"$schema", "$anchor", "$dynamicAnchor", "$defs", "definitions"}) said.erase(key);
    bool clash = false;
    for (const auto& [key, value] : said.items()) clash = clash || (!DemandsNothing(key) && out.contains(key));
    if (!clash) {
      for (auto& [key, value] : said.items()) {
        if (!out.contains(key)) out[key] = value;
      }
      return;
    }
    Json& parts = out["allOf"];
    if (!parts.is_array()) parts = Json::array();
    parts.push_back(std::move(said));
  }

  const bool ref_hides_siblings_;
  const SchemaRefs refs_;
};

bool IsClosed(const Json& schema) {
  return schema.contains("additionalProperties") || schema.contains("unevaluatedProperties");
}

void AddToParts(Json& schema, const std::string& name) {
  for (const char* key : kShapes) {
    const auto shapes = schema.find(key);
    if (shapes == schema.end() || !shapes->is_array()) continue;
    for (Json& shape : *shapes) {
      if (!shape.is_object()) continue;
      if (IsClosed(shape)) shape["properties"][name] = true;
      AddToParts(shape, name);
    }
  }
}

}  // namespace

Json WithRootWrittenOut(const Json& schema) { return Writer(schema).WriteOut(schema, "", 0); }

void AddRootProperty(Json& schema, const std::string& name, Json property) {
  schema["properties"][name] = std::move(property);
  AddToParts(schema, name);
}

}  // namespace yk::text
