// SPDX-License-Identifier: Apache-2.0
#include "pipeline/spec_reader.h"

#include <algorithm>
#include <cstdlib>

#include "text/template.h"

namespace yk::pipeline {
namespace {

std::string TypeName(const Json& value) {
  if (value.is_null()) return "empty";
  if (value.is_object()) return "a group of keys";
  if (value.is_array()) return "a list";
  if (value.is_string()) return "the text '" + value.get<std::string>() + "'";
  return DumpJson(value);
}

}  // namespace

void Places::Add(std::string pointer, int line) { places_[std::move(pointer)] = fmt::format("{}:{}", file_, line); }

std::string Places::Of(std::string pointer) const {
  for (;;) {
    if (const auto found = places_.find(pointer); found != places_.end()) return found->second;
    const auto slash = pointer.rfind('/');
    if (slash == std::string::npos) return file_.empty() ? "the job spec" : file_;
    pointer.resize(slash);
  }
}

std::string Nearest(std::string_view word, std::span<const std::string_view> candidates) {
  return text::NearestName(word, std::vector<std::string>(candidates.begin(), candidates.end()));
}

Result<ObjectReader> ObjectReader::Open(const Json& value, std::string pointer, const Places& places,
                                        std::string what) {
  if (!value.is_object()) {
    return Fail(Code::kInvalid, "{}: {} must be a group of keys, but is {}", places.Of(pointer), what, TypeName(value));
  }
  ObjectReader reader;
  reader.value_ = &value;
  reader.pointer_ = std::move(pointer);
  reader.places_ = &places;
  reader.what_ = std::move(what);
  return reader;
}

const Json* ObjectReader::Find(std::string_view key) {
  if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) asked_.emplace_back(key);
  const auto found = value_->find(key);
  return found == value_->end() || found->is_null() ? nullptr : &*found;
}

bool ObjectReader::Has(std::string_view key) const {
  const auto found = value_->find(key);
  return found != value_->end() && !found->is_null();
}

const Json& ObjectReader::Any(std::string_view key) {
  static const Json kNull;
  const Json* value = Find(key);
  return value == nullptr ? kNull : *value;
}

Result<std::string> ObjectReader::String(std::string_view key, std::string fallback) {
  const Json* value = Find(key);
  if (value == nullptr) return fallback;
  if (value->is_string()) return value->get<std::string>();
  if (value->is_number()) return DumpJson(*value);
  return Wrong(key, "must be text, but is " + TypeName(*value));
}

Result<int64_t> ObjectReader::Integer(std::string_view key, int64_t fallback, int64_t min, int64_t max) {
  const Json* value = Find(key);
  if (value == nullptr) return fallback;
  if (!value->is_number_integer()) return Wrong(key, "must be a whole number, but is " + TypeName(*value));
  const auto number = value->get<int64_t>();
  if (number < min || number > max)
    return Wrong(key, fmt::format("must be between {} and {}, but is {}", min, max, number));
  return number;
}

Result<double> ObjectReader::Number(std::string_view key, double fallback, double min, double max) {
  const Json* value = Find(key);
  if (value == nullptr) return fallback;
  if (!value->is_number()) return Wrong(key, "must be a number, but is " + TypeName(*value));
  const auto number = value->get<double>();
  if (!(number >= min && number <= max))
    return Wrong(key, fmt::format("must be between {} and {}, but is {}", min, max, number));
  return number;
}

Result<bool> ObjectReader::Bool(std::string_view key, bool fallback) {
  const Json* value = Find(key);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) return Wrong(key, "must be true or false, but is " + TypeName(*value));
  return value->get<bool>();
}

Result<std::string> ObjectReader::OneOf(std::string_view key, std::string fallback,
                                        std::span<const std::string_view> allowed) {
  YK_TRY(std::string value, String(key, std::move(fallback)));
  if (value.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return value;
  std::string list;
  for (const auto word : allowed) list += (list.empty() ? "" : ", ") + std::string(word);
  const std::string near = Nearest(value, allowed);
  return Wrong(key, fmt::format("must be one of {}, but is '{}'{}", list, value,
                                near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

Result<std::vector<std::string>> ObjectReader::Strings(std::string_view key) {
  const Json* value = Find(key);
  std::vector<std::string> out;
  if (value == nullptr) return out;
  if (value->is_string()) {
    out.push_back(value->get<std::string>());
    return out;
  }
  const auto is_string = [](const Json& item) { return item.is_string(); };
  if (!value->is_array() || !std::all_of(value->begin(), value->end(), is_string)) {
    return Wrong(key, "must be text or a list of texts, but is " + TypeName(*value));
  }
  for (const auto& item : *value) out.push_back(item.get<std::string>());
  return out;
}

Result<std::chrono::milliseconds> ObjectReader::Time(std::string_view key, std::chrono::milliseconds fallback) {
  const Json* value = Find(key);
  if (value == nullptr) return fallback;
  double number = 0;
  double unit = 1000;
  if (value->is_number()) {
    number = value->get<double>();
  } else if (value->is_string()) {
    const auto text = value->get<std::string>();
    char* end = nullptr;
    number = std::strtod(text.c_str(), &end);
    const std::string_view suffix(end);
    if (suffix == "ms")
      unit = 1;
    else if (suffix == "m")
      unit = 60e3;
    else if (suffix == "h")
      unit = 3600e3;
    else if (suffix == "d")
      unit = 86400e3;
    else if (suffix != "s" && !suffix.empty())
      number = -1;
    if (end == text.c_str()) number = -1;
  } else {
    number = -1;
  }
  if (!(number >= 0) || number * unit > 1e15) {
    return Wrong(key, "must be a time such as 90s, 10m or 2h, but is " + TypeName(*value));
  }
  return std::chrono::milliseconds(static_cast<int64_t>(number * unit));
}

Result<void> ObjectReader::Finish() const {
  for (const auto& [key, member] : value_->items()) {
    if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
    const std::vector<std::string_view> known(asked_.begin(), asked_.end());
    const std::string near = Nearest(key, known);
    std::string list;
    for (const auto word : known) list += (list.empty() ? "" : ", ") + std::string(word);
    return Fail(Code::kInvalid, "{}: unknown key '{}' in {}; {}", places_->Of(Pointer(key)), key, what_,
                near.empty() ? fmt::format("it knows {}", list) : fmt::format("did you mean '{}'?", near));
  }
  return {};
}

Failure ObjectReader::Wrong(std::string_view key, std::string_view message) const {
  return Fail(Code::kInvalid, "{}: '{}' in {} {}", places_->Of(Pointer(key)), key, what_, message);
}

}  // namespace yk::pipeline
