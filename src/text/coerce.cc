// SPDX-License-Identifier: Apache-2.0
#include "text/coerce.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "text/dates.h"
#include "text/normalize.h"
#include "text/numbers.h"
#include "text/schema_numbers.h"
#include "text/schema_program.h"
#include "text/truth_words.h"

namespace yk::text {
namespace {

/// The form in which two spellings of one value agree: width, case, outer and repeated white space, kinds of quotes.
std::string Key(std::string_view text) {
  return FoldString(text, {.case_fold = true, .space = Space::kSqueeze, .punctuation = true});
}

bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Whether the text's digits survive in `number`: whole numbers of 64 bits are exact, a double holds 15 digits.
bool IsExact(const Json& number, std::string_view text) {
  constexpr auto kDoubleDigits = 15;
  return number.is_number_integer() ||
         std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) <= kDoubleDigits;
}

/// A text that is one number and nothing else.
std::optional<Json> NumberIn(const std::string& text) {
  const std::string plain = FoldString(text);
  auto number = ParseJson(plain);
  if (!number || !number->is_number()) {
    const auto decimal = ParseNumber(plain);
    if (!decimal) return std::nullopt;
    number = ParseJson(decimal->ToString());
  }
  if (!number || !number->is_number() || !IsExact(*number, plain)) return std::nullopt;
  return std::move(*number);
}

class Coercer {
 public:
  void Fields(Json& row, const std::vector<SchemaField>& fields, const std::string& pointer);
  std::vector<Coercion> log;

 private:
  void Value(Json& value, const SchemaField& field, const std::string& pointer);
  void List(Json& value, const SchemaField& field, const std::string& pointer);
  bool ToNull(Json& value, const SchemaField& field, const std::string& pointer);
  bool ToAllowed(Json& value, const SchemaField& field, const std::string& pointer);
  void Text(Json& value, const SchemaField& field, const std::string& pointer);
  void Set(Json& value, Json to, const std::string& pointer, const char* what) {
    log.push_back({pointer, value, to, what});
    value = std::move(to);
  }
};

/// Words for "nothing", unless the schema knows them as a value of their own.
bool Coercer::ToNull(Json& value, const SchemaField& field, const std::string& pointer) {
  if (!field.nullable || !value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  if (!IsOneOf(Key(text), {"", "n/a", "null", "none", "なし", "該当なし", "記載なし"})) return false;
  const bool allowed = std::any_of(field.values.begin(), field.values.end(), [&](const Json& other) {
    return other.is_string() && Key(other.get_ref<const std::string&>()) == Key(text);
  });
  if (allowed) return false;
  Set(value, nullptr, pointer, "word for nothing to null");
  return true;
}

/// Exactly one allowed value that reads the same.
bool Coercer::ToAllowed(Json& value, const SchemaField& field, const std::string& pointer) {
  if (field.values.empty() || !value.is_string()) return false;
  if (std::find(field.values.begin(), field.values.end(), value) != field.values.end()) return true;
  const std::string key = Key(value.get_ref<const std::string&>());
  const Json* match = nullptr;
  for (const auto& allowed : field.values) {
    const bool same = Key(allowed.is_string() ? allowed.get_ref<const std::string&>() : DumpJson(allowed)) == key;
    if (!same) continue;
    if (match) return true;  // two allowed values differ in case or width alone: no telling which was meant
    match = &allowed;
  }
  if (match) Set(value, *match, pointer, "spelling of an allowed value");
  return true;
}

void Coercer::Text(Json& value, const SchemaField& field, const std::string& pointer) {
  const auto text = value.get<std::string>();
  if (field.Is("string")) {
    if (field.format != "date" || ParseIsoDate(text)) return;
    const auto date = ParseDate(text, {.order = DateOptions::Order::kRefuse});
    if (date) Set(value, date->ToIso(), pointer, "date to ISO");
    return;
  }
  if (field.Is("number") || field.Is("integer")) {
    auto number = NumberIn(text);
    if (number && (field.Is("number") || IsJsonInteger(*number)))
      Set(value, std::move(*number), pointer, "text to number");
    return;
  }
  if (field.Is("boolean")) {
    if (const auto truth = TruthOf(Key(text))) Set(value, *truth, pointer, *truth ? "word to true" : "word to false");
  }
}

void Coercer::List(Json& value, const SchemaField& field, const std::string& pointer) {
  if (value.is_null()) {
    if (!field.nullable) Set(value, Json::array(), pointer, "null to an empty list");
    return;
  }
  if (!value.is_array()) {
    if (!field.types.empty() &&
        std::any_of(field.types.begin(), field.types.end(), [](const std::string& type) { return type != "array"; })) {
      return;  // a lone value is allowed as well
    }
    Set(value, Json::array({value}), pointer, "one value to a list");
  }
  for (size_t i = 0; i < value.size(); ++i)
    Value(value[i], field.item.front(), JoinPointer(pointer, std::to_string(i)));
}

void Coercer::Value(Json& value, const SchemaField& field, const std::string& pointer) {
  if (ToNull(value, field, pointer)) return;
  if (field.is_list()) return List(value, field, pointer);
  if (field.is_object() && value.is_object()) return Fields(value, field.fields, pointer);
  if (ToAllowed(value, field, pointer)) return;
  if (value.is_string()) return Text(value, field, pointer);
  if (value.is_number() && field.types == std::vector<std::string>{"string"} && field.values.empty()) {
    Set(value, DumpJson(value), pointer, "number to text");
  }
}

void Coercer::Fields(Json& row, const std::vector<SchemaField>& fields, const std::string& pointer) {
  if (!row.is_object()) return;
  for (const auto& field : fields) {
    const std::string at = JoinPointer(pointer, field.name);
    const auto member = row.find(field.name);
    if (member != row.end()) {
      Value(*member, field, at);
    } else if (field.required && field.nullable) {
      log.push_back({at, nullptr, nullptr, "absent field to null"});
      row[field.name] = nullptr;
    }
  }
}

}  // namespace

CoercionResult CoerceToFields(Json value, const std::vector<SchemaField>& fields) {
  Coercer coercer;
  coercer.Fields(value, fields, "");
  return {std::move(value), std::move(coercer.log)};
}

}  // namespace yk::text
