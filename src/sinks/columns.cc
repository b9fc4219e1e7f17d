// SPDX-License-Identifier: Apache-2.0
#include "sinks/columns.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace yk::sinks {
namespace {

bool IsNullSchema(const Json& schema) { return schema.is_object() && schema.value("type", Json()) == "null"; }

/// The schema without the "or null" around it.
const Json& Inner(const Json& schema) {
  for (const char* key : {"anyOf", "oneOf"}) {
    if (!schema.is_object() || !schema.contains(key) || !schema[key].is_array()) continue;
    const Json* only = nullptr;
    int others = 0;
    for (const Json& branch : schema[key]) {
      if (IsNullSchema(branch)) continue;
      only = &branch;
      ++others;
    }
    if (others == 1) return *only;
  }
  return schema;
}

/// The one type beside null; empty when there is none or there are several.
std::string TypeOf(const Json& schema) {
  const Json type = schema.is_object() ? schema.value("type", Json()) : Json();
  if (type.is_string()) return type.get<std::string>();
  std::string found;
  if (!type.is_array()) return found;
  for (const Json& one : type) {
    if (!one.is_string() || one == "null") continue;
    if (!found.empty()) return {};
    found = one.get<std::string>();
  }
  return found;
}

ColumnKind TextKind(const Json& schema) {
  const std::string format = schema.value("format", "");
  if (format == "date") return ColumnKind::kDate;
  if (format == "date-time") return ColumnKind::kDateTime;
  if (format == "uri") return ColumnKind::kLink;
  return ColumnKind::kText;
}

Column MakeColumn(const std::string& name, const Json& around) {
  const Json& schema = Inner(around);
  Column column{name, name, ColumnKind::kText, {}, {}, true};
  if (!schema.is_object()) return column;
  for (const Json* place : {&schema, &around}) {
    if (place->contains("title") && (*place)["title"].is_string()) column.title = (*place)["title"].get<std::string>();
  }
  const std::string type = TypeOf(schema);
  if (type == "number") column.kind = ColumnKind::kNumber;
  if (type == "integer") column.kind = ColumnKind::kInteger;
  if (type == "boolean") column.kind = ColumnKind::kBoolean;
  if (type == "string" || type.empty()) column.kind = TextKind(schema);
  if (type == "array") {
    const Json items = schema.value("items", Json::object());
    const bool objects = TypeOf(Inner(items)) == "object";
    column.kind = objects ? ColumnKind::kObjects : ColumnKind::kList;
    if (objects) column.object_columns = ColumnsOf(Inner(items));
  }
  if (schema.contains("enum") && schema["enum"].is_array()) {
    for (const Json& value : schema["enum"]) {
      if (value.is_string()) column.values.push_back(value.get<std::string>());
    }
  }
  return column;
}

}  // namespace

std::vector<Column> ColumnsOf(const Json& schema) {
  std::vector<Column> columns;
  if (!schema.is_object() || !schema.contains("properties") || !schema["properties"].is_object()) return columns;
  for (const auto& [name, property] : schema["properties"].items()) columns.push_back(MakeColumn(name, property));
  return columns;
}

std::vector<Column> AllColumns(const std::vector<std::string>& extra, const Json& schema) {
  const std::vector<Column> described = ColumnsOf(schema);
  std::vector<Column> columns;
  for (const std::string& name : extra) {
    const bool known = std::any_of(described.begin(), described.end(), [&](const Column& c) { return c.name == name; });
    if (!known) columns.push_back({name, name, ColumnKind::kText, {}, {}, false});
  }
  columns.insert(columns.end(), described.begin(), described.end());
  return columns;
}

std::string ValueText(const Json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return value.get<std::string>();
  std::string out;
  if (value.is_array()) {
    for (const Json& item : value) out += (out.empty() ? "" : "; ") + ValueText(item);
    return out;
  }
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      if (!item.is_null()) out += (out.empty() ? "" : ", ") + key + ": " + ValueText(item);
    }
    return out;
  }
  return DumpJson(value);
}

std::string EscapeFormula(std::string text) {
  constexpr std::string_view kRisky = "=+-@\t\r\n";
  constexpr std::array<std::string_view, 4> kWide = {"＝", "＋", "－", "＠"};
  const bool wide =
      std::any_of(kWide.begin(), kWide.end(), [&](std::string_view sign) { return text.starts_with(sign); });
  if (!wide && (text.empty() || kRisky.find(text.front()) == std::string_view::npos)) return text;
  // A number or a phone number, in which there is nothing to be worked out.
  const bool is_signed = text.front() == '+' || text.front() == '-';
  const std::string_view digits = std::string_view(text).substr(1, text.size() - (text.ends_with('%') ? 2 : 1));
  const bool plain = is_signed && digits.find_first_not_of("0123456789., ") == std::string_view::npos;
  if (!plain) text.insert(0, 1, '\'');
  return text;
}

Json Member(const Json& object, std::string_view name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found == object.end() ? Json() : *found;
}

Json ConfidenceOf(const Json& output, std::string_view field) {
  Json value = Member(Member(output, "_confidence"), field);
  return value.is_number() ? value : Json();
}

Json LeastConfidence(const Json& output) {
  Json least;
  const Json fields = Member(output, "_confidence");
  if (!fields.is_object()) return least;
  for (const auto& [field, value] : fields.items()) {
    if (value.is_number() && (least.is_null() || value < least)) least = value;
  }
  return least;
}

std::string PlaceText(const std::string& pointer) {
  std::string out;
  for (size_t i = 1; i < pointer.size(); ++i) {
    const bool escape = pointer[i] == '~' && i + 1 < pointer.size();
    out += !escape ? pointer[i] : pointer[++i] == '1' ? '/' : '~';
  }
  return out;
}

std::vector<Json> ConflictsOf(const Json& output, std::string_view field) {
  std::vector<Json> found;
  const Json others = Member(Member(output, "_conflicts"), field);
  if (!others.is_array()) return found;
  for (const Json& other : others) {
    if (!Member(other, "value").is_null()) found.push_back(other);
  }
  return found;
}

std::vector<std::pair<std::string, Json>> EvidenceOf(const Json& output, const std::string& field) {
  std::vector<std::pair<std::string, Json>> found;
  const auto evidence = output.find("_evidence");
  if (evidence == output.end() || !evidence->is_object()) return found;
  std::string pointer = "/";
  for (const char c : field) pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  for (const auto& [place, quotes] : evidence->items()) {
    const std::string_view at = place;
    if (!at.starts_with(pointer) || !quotes.is_array()) continue;
    if (at.size() > pointer.size() && at[pointer.size()] != '/') continue;
    for (const Json& quote : quotes) found.emplace_back(place, quote);
  }
  return found;
}

}  // namespace yk::sinks
