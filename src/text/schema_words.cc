// SPDX-License-Identifier: Apache-2.0
#include "text/schema_words.h"

#include <algorithm>
#include <unordered_map>

#include "text/schema_numbers.h"
#include "text/schema_program.h"

namespace yk::text {
namespace {

/// The first `count` code points, with an ellipsis when something is left off.
std::string Shortened(const std::string& text, size_t count) {
  size_t at = 0;
  for (; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80 && count-- == 0) return text.substr(0, at) + "…";
  }
  return text;
}

/// Equal values have equal hashes, whatever their representation and key order.
size_t HashOf(const Json& value, int depth = 0) {
  constexpr int kDepthMax = 200;
  if (depth > kDepthMax) return 0;
  const auto mix = [](size_t a, size_t b) { return (a ^ (b + 0x9e3779b97f4a7c15ull + (a << 6) + (a >> 2))); };
  if (value.is_number()) return std::hash<double>()(value.get<double>());
  if (value.is_string()) return std::hash<std::string>()(value.get_ref<const std::string&>());
  if (value.is_array()) {
    size_t hash = 7;
    for (const auto& item : value) hash = mix(hash, HashOf(item, depth + 1));
    return hash;
  }
  if (value.is_object()) {
    size_t hash = 11;
    for (const auto& [key, member] : value.items())
      hash += mix(std::hash<std::string>()(key), HashOf(member, depth + 1));
    return hash;
  }
  return value.is_null() ? 1 : (value.get<bool>() ? 3 : 2);
}

}  // namespace

uint8_t TypesOf(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null: return kNullType;
    case Json::value_t::boolean: return kBooleanType;
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned: return kIntegerType | kNumberType;
    case Json::value_t::number_float: return IsJsonInteger(value) ? kIntegerType | kNumberType : kNumberType;
    case Json::value_t::string: return kStringType;
    case Json::value_t::array: return kArrayType;
    case Json::value_t::object: return kObjectType;
    default: return 0;
  }
}

uint64_t CodePoints(const std::string& text) {
  return static_cast<uint64_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string Described(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number()) return "the number " + DumpJson(value);
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return text.empty() ? "an empty text" : "the text " + DumpJson(Json(Shortened(text, 40)));
  }
  if (value.is_array()) return value.empty() ? "an empty list" : fmt::format("a list of {}", value.size());
  return "an object";
}

std::string DescribedTypes(uint8_t types) {
  struct Word {
    uint8_t bit;
    const char* text;
  };
  static constexpr Word kWords[] = {{kStringType, "a string"}, {kIntegerType, "a whole number"},
                                    {kNumberType, "a number"}, {kBooleanType, "true or false"},
                                    {kArrayType, "a list"},    {kObjectType, "an object"},
                                    {kNullType, "null"}};
  std::string out;
  for (const auto& word : kWords) {
    if (!(types & word.bit) || (word.bit == kIntegerType && (types & kNumberType))) continue;
    if (!out.empty()) out += " or ";
    out += word.text;
  }
  return out;
}

std::string DescribedValues(const std::vector<Json>& values) {
  constexpr size_t kShown = 12;
  std::string out;
  for (size_t i = 0; i < std::min(values.size(), kShown); ++i) out += (i > 0 ? ", " : "") + DumpJson(values[i]);
  if (values.size() > kShown) out += fmt::format(" and {} more", values.size() - kShown);
  return out;
}

std::optional<std::pair<size_t, size_t>> FindTwins(const Json& list) {
  std::unordered_multimap<size_t, size_t> seen;
  for (size_t i = 0; i < list.size(); ++i) {
    const size_t hash = HashOf(list[i]);
    const auto [from, to] = seen.equal_range(hash);
    for (auto at = from; at != to; ++at) {
      if (JsonEquals(list[at->second], list[i])) return std::pair(at->second, i);
    }
    seen.emplace(hash, i);
  }
  return std::nullopt;
}

}  // namespace yk::text
