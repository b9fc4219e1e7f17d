// SPDX-License-Identifier: Apache-2.0
#include "text/schema_fields.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <utility>

#include "text/schema_program.h"
#include "text/schema_refs.h"

namespace yk::text {
namespace {

constexpr int kDepthMax = 8;
constexpr int kRefsMax = 16;
constexpr int kFieldsMax = 4096;  // a schema that refers to itself in many fields would grow without bound

std::string TextAt(const Json& schema, std::string_view key) {
  const auto found = schema.find(key);
  return found != schema.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::vector<std::string> Words(const Json& value) {
  std::vector<std::string> words;
  if (value.is_string()) words.push_back(value.get<std::string>());
  if (value.is_array()) {
    for (const auto& word : value) {
      if (word.is_string()) words.push_back(word.get<std::string>());
    }
  }
  return words;
}

void AddOnce(std::vector<std::string>& list, const std::string& text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
}

using Names = std::set<std::string, std::less<>>;

/// "This or null" leaves no choice to what is not null.
bool IsNull(const Json& schema) { return TextAt(schema, "type") == "null"; }

Names RequiredMembers(const SchemaField& field) {
  Names names;
  for (const SchemaField& member : field.fields) {
    if (member.required) names.insert(member.name);
  }
  return names;
}

class Reader {
 public:
  explicit Reader(const Json& document) : refs_(document, false) {}

  /// Fills `field` with what `schema`, standing at `at`, says of a value.
  void ReadValue(const Json& schema, const std::string& at, SchemaField& field, int depth);
  Names RequiredBy(const Json& schema, const std::string& at);

 private:
  /// Called for a schema and everything it refers to.
  void Read(const Json& schema, const std::string& at, SchemaField& field, int depth);
  void ReadProperties(const Json& schema, const std::string& at, SchemaField& parent, int depth);
  void ReadMember(const Json& schema, const std::string& at, SchemaField& field, bool known, int depth);
  void ReadTypes(const Json& schema, SchemaField& field);
  void ReadWords(const Json& schema, SchemaField& field);
  void ReadRef(const Json& schema, const std::string& at, SchemaField& field, int depth);
  void ReadShapes(const Json& schema, const std::string& at, SchemaField& field, int depth);
  void ReadParts(const Json& schema, const std::string& at, SchemaField& field, int depth);

  SchemaRefs refs_;
  int refs_followed_ = 0;
  int fields_read_ = 0;
  int required_read_ = 0;
  int alternatives_ = 0;   ///< shapes around this one of which another may hold
  std::string path_;       ///< of the value under way
  Names of_alternatives_;  ///< paths of members that alternatives alone have named so far
};

void Reader::ReadTypes(const Json& schema, SchemaField& field) {
  if (const auto type = schema.find("type"); type != schema.end()) {
    for (const auto& name : Words(*type)) {
      if (name == "null") {
        field.nullable = true;
      } else {
        AddOnce(field.types, name);
      }
    }
  }
  const auto add_value = [&field](const Json& value) {
    if (value.is_null()) {
      field.nullable = true;
    } else {
      field.values.push_back(value);
    }
  };
  if (const auto values = schema.find("enum"); values != schema.end() && values->is_array() && field.values.empty()) {
    for (const auto& value : *values) add_value(value);
  }
  if (const auto value = schema.find("const"); value != schema.end() && field.values.empty()) add_value(*value);
}

void Reader::ReadWords(const Json& schema, SchemaField& field) {
  const auto set = [&schema](const char* key, std::string& text) {
    if (text.empty()) text = TextAt(schema, key);
  };
  set("format", field.format);
  set("pattern", field.pattern);
  set("x-key", field.key);
  set("title", field.title);
  set("description", field.description);
  set("x-kind", field.kind);
  const auto cues = schema.find("x-cues");
  if (cues == schema.end() || !field.cues.empty() || !field.value_cues.empty()) return;
  if (cues->is_object()) {
    for (const auto& [value, words] : cues->items()) field.value_cues.emplace_back(value, Words(words));
  } else {
    field.cues = Words(*cues);
  }
}

void Reader::ReadRef(const Json& schema, const std::string& at, SchemaField& field, int depth) {
  const std::string ref = TextAt(schema, "$ref");
  if (ref.empty() || refs_followed_ >= kRefsMax) return;
  const auto target = refs_.Resolve(at, ref);
  if (!target) return;
  ++refs_followed_;
  Read(*refs_.At(*target), *target, field, depth);
  --refs_followed_;
}

/// Parts and alternatives are read as one: all their types, and details from whichever names them first.
void Reader::ReadShapes(const Json& schema, const std::string& at, SchemaField& field, int depth) {
  for (const char* key : {"allOf", "anyOf", "oneOf"}) {
    const auto shapes = schema.find(key);
    if (shapes == schema.end() || !shapes->is_array()) continue;
    const auto choices =
        std::count_if(shapes->begin(), shapes->end(), [](const Json& shape) { return !IsNull(shape); });
    const int alternative = key == std::string_view("allOf") || choices < 2 ? 0 : 1;
    for (size_t i = 0; i < shapes->size(); ++i) {
      const Json& shape = (*shapes)[i];
      if (!shape.is_object()) continue;
      alternatives_ += alternative;
      Read(shape, JoinPointer(JoinPointer(at, key), std::to_string(i)), field, depth);
      alternatives_ -= alternative;
    }
  }
}

void Reader::ReadParts(const Json& schema, const std::string& at, SchemaField& field, int depth) {
  if (depth >= kDepthMax) return;
  if (const auto items = schema.find("items"); items != schema.end() && items->is_object() && field.item.empty()) {
    SchemaField item;
    item.name = field.name;
    const std::string outside = path_;
    path_ += "/*";
    ReadValue(*items, JoinPointer(at, "items"), item, depth + 1);
    path_ = outside;
    field.item.push_back(std::move(item));
  }
  ReadProperties(schema, at, field, depth + 1);
}

void Reader::ReadValue(const Json& schema, const std::string& at, SchemaField& field, int depth) {
  // What a member demands of its own value holds wherever the member stands.
  const int outside = std::exchange(alternatives_, 0);
  Read(schema, at, field, depth);
  alternatives_ = outside;
  required_read_ = 0;
  const Names required = RequiredBy(schema, at);
  for (SchemaField& member : field.fields) member.required = required.contains(member.name);
}

/// A member that several parts describe has what all of them ask for, but of several alternatives only what each does.
void Reader::ReadMember(const Json& schema, const std::string& at, SchemaField& field, bool known, int depth) {
  if (!known) {
    if (alternatives_ > 0) of_alternatives_.insert(path_);
    return ReadValue(schema, at, field, depth);
  }
  const Names before = RequiredMembers(field);
  ReadValue(schema, at, field, depth);
  const bool alone = of_alternatives_.contains(path_);
  for (SchemaField& member : field.fields) {
    const bool was = before.contains(member.name);
    if (alternatives_ > 0) {
      member.required = was && (member.required || !alone);
    } else {
      member.required = member.required || (was && !alone);
    }
  }
  if (alternatives_ == 0) of_alternatives_.erase(path_);
}

/// The members that a value of this schema always has, whichever of its alternatives holds.
Names Reader::RequiredBy(const Json& schema, const std::string& at) {
  Names names;
  if (!schema.is_object() || ++required_read_ > kFieldsMax) return names;
  if (const auto list = schema.find("required"); list != schema.end()) {
    for (auto& name : Words(*list)) names.insert(std::move(name));
  }
  const std::string ref = TextAt(schema, "$ref");
  if (const auto target = ref.empty() ? std::nullopt : refs_.Resolve(at, ref); target && refs_followed_ < kRefsMax) {
    ++refs_followed_;
    names.merge(RequiredBy(*refs_.At(*target), *target));
    --refs_followed_;
  }
  for (const char* key : {"allOf", "anyOf", "oneOf"}) {
    const auto shapes = schema.find(key);
    if (shapes == schema.end() || !shapes->is_array()) continue;
    std::optional<Names> common;
    for (size_t i = 0; i < shapes->size(); ++i) {
      if (IsNull((*shapes)[i])) continue;
      Names of_shape = RequiredBy((*shapes)[i], JoinPointer(JoinPointer(at, key), std::to_string(i)));
      if (key == std::string_view("allOf")) {
        names.merge(of_shape);
      } else if (!common) {
        common = std::move(of_shape);
      } else {
        std::erase_if(*common, [&](const std::string& name) { return !of_shape.contains(name); });
      }
    }
    if (common) names.merge(*common);
  }
  return names;
}

void Reader::Read(const Json& schema, const std::string& at, SchemaField& field, int depth) {
  if (!schema.is_object()) return;
  ReadTypes(schema, field);
  ReadWords(schema, field);
  ReadParts(schema, at, field, depth);
  ReadRef(schema, at, field, depth);
  ReadShapes(schema, at, field, depth);
}

/// A property that another part of the schema named already is read into the field it made.
void Reader::ReadProperties(const Json& schema, const std::string& at, SchemaField& parent, int depth) {
  const auto properties = schema.find("properties");
  if (properties == schema.end() || !properties->is_object()) return;
  const std::string here = JoinPointer(at, "properties");
  for (const auto& [key, child] : properties->items()) {
    const std::string& name = key;
    if (++fields_read_ > kFieldsMax) break;
    const auto known = std::find_if(parent.fields.begin(), parent.fields.end(),
                                    [&](const SchemaField& field) { return field.name == name; });
    SchemaField field;
    if (known != parent.fields.end()) {
      field = std::move(*known);
    } else {
      field.name = name;
      field.pointer = JoinPointer(parent.pointer, name);
    }
    const std::string outside = path_;
    path_ = JoinPointer(path_, name);
    ReadMember(child, JoinPointer(here, name), field, known != parent.fields.end(), depth);
    path_ = outside;
    if (known != parent.fields.end()) {
      *known = std::move(field);
    } else {
      parent.fields.push_back(std::move(field));
    }
  }
}

/// What has no type and no values may be anything, null included. Known when all parts have been read.
void SettleNull(SchemaField& field) {
  field.nullable = field.nullable || (field.types.empty() && field.values.empty());
  for (SchemaField& item : field.item) SettleNull(item);
  for (SchemaField& child : field.fields) SettleNull(child);
}

}  // namespace

bool SchemaField::Is(std::string_view type) const { return std::find(types.begin(), types.end(), type) != types.end(); }

Result<std::vector<SchemaField>> SchemaFields(const Json& schema) {
  SchemaField root;
  Names required;
  if (schema.is_object()) {
    Reader reader(schema);
    reader.ReadValue(schema, "", root, 0);
    required = reader.RequiredBy(schema, "");
  }
  const auto other =
      std::find_if(root.types.begin(), root.types.end(), [](const auto& type) { return type != "object"; });
  if (other != root.types.end()) {
    return Fail(Code::kInvalid,
                "JSON Schema: the schema describes a value of type \"{}\", but a row is an object; make it an object "
                "with \"properties\", and a list or a single value one of them",
                *other);
  }
  if (root.fields.empty()) {
    return Fail(
        Code::kInvalid,
        "JSON Schema: the schema names no fields; it must be an object with \"properties\", one for each column");
  }
  for (const SchemaField& field : root.fields) required.erase(field.name);
  if (!required.empty()) {
    return Fail(
        Code::kInvalid,
        "JSON Schema: the field \"{}\" is required and described nowhere under \"properties\", so that it could "
        "not become a column; describe it there",
        *required.begin());
  }
  SettleNull(root);
  return std::move(root.fields);
}

Json NullRow(const std::vector<SchemaField>& fields) {
  Json row = Json::object();
  for (const auto& field : fields) {
    row[field.name] = field.is_list() && !field.nullable ? Json::array() : Json(nullptr);
  }
  return row;
}

const SchemaField* FieldAt(const std::vector<SchemaField>& fields, std::string_view pointer) {
  const std::vector<SchemaField>* level = &fields;
  const SchemaField* at = nullptr;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const auto slash = pointer.find('/');
    const auto token = pointer.substr(0, slash);
    pointer = slash == std::string_view::npos ? std::string_view() : pointer.substr(slash);
    const bool index =
        !token.empty() && std::all_of(token.begin(), token.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (at && at->is_list() && index) {
      at = &at->item.front();
    } else {
      const auto found = std::find_if(level->begin(), level->end(), [&](const SchemaField& field) {
        return JoinPointer("", field.name).substr(1) == token;
      });
      if (found == level->end()) return nullptr;
      at = &*found;
    }
    level = &at->fields;
  }
  return at;
}

}  // namespace yk::text
