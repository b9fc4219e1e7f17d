// SPDX-License-Identifier: Apache-2.0
// For tests: what the automaton does, without a thought for speed. Reads the schema itself, level by level, and knows a
// part of the keywords: type, enum, const, properties, required, items, prefixItems, minItems, maxItems, minLength,
// maxLength, minimum and maximum of integers, anyOf.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "constrain/json_style.h"
#include "text/utf8.h"

namespace yk::constrain {

class Reference {
 public:
  Reference(Json schema, JsonStyle style) : schema_(std::move(schema)), style_(style) {}

  /// Whether some answer begins with this text.
  bool IsPrefix(std::string_view text) {
    text_ = text;
    unfinished_ = false;
    return Value(schema_, 0).contains(text.size()) || unfinished_;
  }
  /// Whether the text is an answer.
  bool IsWhole(std::string_view text) {
    text_ = text;
    return Value(schema_, 0).contains(text.size());
  }

 private:
  using Places = std::set<size_t>;  ///< where in the text something may end

  /// Where a value that begins at `at` may end. Notes when the text ends within one that could go on.
  Places Value(const Json& schema, size_t at) {
    Places ends;
    const auto add = [&](const Places& more) { ends.insert(more.begin(), more.end()); };
    if (schema.contains("anyOf")) {
      for (const Json& one : schema["anyOf"]) add(Value(one, at));
      return ends;
    }
    if (schema.contains("enum") || schema.contains("const")) {
      for (const Json& value : schema.contains("enum") ? schema["enum"] : Json::array({schema["const"]})) {
        add(Text(Written(value, style_), at));
      }
      return ends;
    }
    const Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
    for (const Json& type : types) {
      if (type == "null") add(Text("null", at));
      if (type == "boolean") add(Text("true", at)), add(Text("false", at));
      if (type == "integer") add(Integer(schema, at));
      if (type == "string") add(String(schema, at));
      if (type == "array") add(List(schema, at));
      if (type == "object") add(Object(schema, at));
    }
    return ends;
  }

  Places Text(std::string_view wanted, size_t at) {
    const std::string_view rest = text_.substr(at);
    if (rest.starts_with(wanted)) return {at + wanted.size()};
    if (wanted.starts_with(rest)) unfinished_ = true;
    return {};
  }

  /// Small bounds: every number is tried.
  Places Integer(const Json& schema, size_t at) {
    Places ends;
    for (int64_t value = schema["minimum"]; value <= schema["maximum"].get<int64_t>(); ++value) {
      const Places more = Text(std::to_string(value), at);
      ends.insert(more.begin(), more.end());
    }
    return ends;
  }

  Places String(const Json& schema, size_t at) {
    if (at == text_.size()) return unfinished_ = true, Places();
    if (text_[at] != '"') return {};
    const size_t max = schema.value("maxLength", size_t{1000000});
    size_t count = 0;
    for (size_t from = at + 1;; ++count) {
      if (from == text_.size()) return unfinished_ = true, Places();
      if (text_[from] == '"') return count >= schema.value("minLength", size_t{0}) ? Places{from + 1} : Places();
      if (count == max) return {};
      const size_t size = CharacterSize(text_.substr(from));
      if (size == kBad) return {};
      if (size == kCut) return unfinished_ = true, Places();
      from += size;
    }
  }

  static constexpr size_t kBad = 1000, kCut = 1001;

  /// Bytes of the character or escape that the text begins with.
  static size_t CharacterSize(std::string_view text) {
    for (size_t size = 1; size <= std::min<size_t>(12, text.size()); ++size) {
      const auto value = ParseJson("\"" + std::string(text.substr(0, size)) + "\"");
      if (value && text::CountCodePoints(value->get<std::string>()) == 1) return size;
    }
    // Not whole: is there anything that makes it so?
    for (const std::string_view whole :
         {"n", "\\n", "\\u0000", "\\u1234", "\\uabcd", "\\uABCD", "\\ud7ff", "\\uD7FF", "\\uef89", "\\uEF89"}) {
      if (Completes(text, whole)) return kCut;
    }
    for (const std::string_view high : {"\\ud83d", "\\uD83D", "\\udbff", "\\uDBFF"}) {
      for (const std::string_view low : {"\\ude00", "\\uDE00", "\\udfff", "\\uDFFF", "\\udc01", "\\uDd23"}) {
        if (Completes(text, std::string(high) + std::string(low))) return kCut;
      }
    }
    if (text.size() > 3 || text.front() == '\\') return kBad;
    for (const std::string_view tail :
         {"\x80", "\x90", "\xBF", "\x80\x80", "\x90\x80", "\xA0\x80", "\x80\x80\x80", "\x90\x80\x80", "\x8F\x80\x80"}) {
      if (text::IsValidUtf8(std::string(text) + std::string(tail))) return kCut;
    }
    return kBad;
  }

  /// Whether `text` is `whole` cut short, but for what its hexadecimal digits are.
  static bool Completes(std::string_view text, std::string_view whole) {
    if (text.size() >= whole.size() || !text.starts_with('\\')) return false;
    const std::string patched = std::string(text) + std::string(whole.substr(text.size()));
    const auto value = ParseJson("\"" + patched + "\"");
    return value && text::CountCodePoints(value->get<std::string>()) == 1;
  }

  Places List(const Json& schema, size_t at) {
    Places ends;
    const Json none = Json::array();
    const Json& prefix = schema.contains("prefixItems") ? schema["prefixItems"] : none;
    for (const size_t open : Text("[", at)) Items(schema, prefix, 0, open, ends);
    return ends;
  }
  void Items(const Json& schema, const Json& prefix, size_t count, size_t at, Places& ends) {
    if (count >= schema.value("minItems", size_t{0})) {
      const Places close = Text("]", at);
      ends.insert(close.begin(), close.end());
    }
    if (count == schema.value("maxItems", size_t{1000000})) return;
    if (count >= prefix.size() && schema["items"] == false) return;
    const Json& item = count < prefix.size() ? prefix[count] : schema["items"];
    for (const size_t from : count == 0 ? Places{at} : Text(style_.after_item(), at)) {
      for (const size_t end : Value(item, from)) Items(schema, prefix, count + 1, end, ends);
    }
  }

  Places Object(const Json& schema, size_t at) {
    Places ends;
    for (const size_t open : Text("{", at)) Members(schema, schema["properties"].begin(), true, open, ends);
    return ends;
  }
  void Members(const Json& schema, Json::const_iterator next, bool first, size_t at, Places& ends) {
    const Json required = schema.value("required", Json::array());
    const auto is_required = [&](const std::string& name) {
      return std::find(required.begin(), required.end(), Json(name)) != required.end();
    };
    for (; next != schema["properties"].end(); ++next) {
      const std::string key = DumpJson(Json(next.key())) + std::string(style_.after_key());
      for (const size_t from : Text((first ? "" : std::string(style_.after_item())) + key, at)) {
        auto behind = next;
        ++behind;
        for (const size_t end : Value(*next, from)) Members(schema, behind, false, end, ends);
      }
      if (is_required(next.key())) return;
    }
    const Places close = Text("}", at);
    ends.insert(close.begin(), close.end());
  }

  const Json schema_;
  const JsonStyle style_;
  std::string_view text_;
  bool unfinished_ = false;
};

}  // namespace yk::constrain
