// SPDX-License-Identifier: Apache-2.0
#include "text/schema_fields.h"

#include <algorithm>
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

class Reader {
 public:
  explicit Reader(const Json& document) : refs_(document, false) {}

  /// Adds to `field` what `schema`, standing at `at`, says. Called for a schema and everything it refers to.
  void Read(const Json& schema, const std::string& at, SchemaField& field, int depth);

 private:
  void ReadProperties(const Json& schema, const std::string& at, SchemaField& parent, int depth);
  void ReadRequired(const Json& schema, SchemaField& field) const;
  void ReadTypes(const Json& schema, SchemaField& field);
  void ReadWords(const Json& schema, SchemaField& field);
  void ReadRef(const Json& schema, const std::string& at, SchemaField& field, int depth);
  void ReadShapes(const Json& schema, const std::string& at, SchemaField& field, int depth);
  void ReadParts(const Json& schema, const std::string& at, SchemaField& field, int depth);

  SchemaRefs refs_;
  int refs_followed_ = 0;
  int fields_read_ = 0;
  int alternatives_ = 0;  ///< shapes around this one of which another may hold
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
    // "This or null" leaves no choice to what is not null.
    const auto choices = std::count_if(shapes->begin(), shapes->end(),
                                       [](const Json& shape) { return TextAt(shape, "type") != "null"; });
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
  // What a member demands of its own value holds wherever the member stands.
  const int outside = std::exchange(alternatives_, 0);
  if (const auto items = schema.find("items"); items != schema.end() && items->is_object() && field.item.empty()) {
    SchemaField item;
    item.name = field.name;
    Read(*items, JoinPointer(at, "items"), item, depth + 1);
    field.item.push_back(std::move(item));
  }
  alternatives_ = outside;
  ReadProperties(schema, at, field, depth + 1);
}

void Reader::Read(const Json& schema, const std::string& at, SchemaField& field, int depth) {
  if (!schema.is_object()) return;
  ReadTypes(schema, field);
  ReadWords(schema, field);
  ReadParts(schema, at, field, depth);
  ReadRef(schema, at, field, depth);
  ReadShapes(schema, at, field, depth);
  ReadRequired(schema, field);
}

/// A property that another part of the schema named already is read into the field it made.
void Reader::ReadProperties(const Json& schema, const std::string& at, SchemaField& parent, int depth) {
  const auto properties = schema.find("properties");
  if (properties == schema.end() || !properties->is_object()) return;
  std::vector<std::string> required;
  if (const auto list = schema.find("required"); list != schema.end()) required = Words(*list);
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
    // A field of one alternative must not be filled in where another was chosen.
    const bool wanted = std::find(required.begin(), required.end(), name) != required.end();
    field.required = field.required || (alternatives_ == 0 && wanted);
    const int outside = std::exchange(alternatives_, 0);
    Read(child, JoinPointer(here, name), field, depth);
    alternatives_ = outside;
    if (known != parent.fields.end()) {
      *known = std::move(field);
    } else {
      parent.fields.push_back(std::move(field));
    }
  }
}

/// What all of a schema asks for may be described by its parts only.
void Reader::ReadRequired(const Json& schema, SchemaField& field) const {
  const auto list = schema.find("required");
  if (list == schema.end() || alternatives_ > 0) return;
  for (const auto& name : Words(*list)) {
    for (SchemaField& child : field.fields) child.required = child.required || child.name == name;
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
  if (schema.is_object()) Reader(schema).Read(schema, "", root, 0);
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
