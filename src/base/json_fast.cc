// SPDX-License-Identifier: Apache-2.0
#include "base/json_fast.h"

#include <algorithm>

#include "base/json_text.h"

#if YAKAN_SIMDJSON

#include <simdjson.h>

namespace yk {
namespace {

namespace dom = simdjson::dom;

/// Texts up to this size share a parser per thread, which keeps its buffers; larger ones must not leave theirs behind.
constexpr size_t kSharedParserBytesMax = size_t{256} << 10;

/// Calls `use` with the root of the text unless simdjson refuses it.
template <typename Use>
auto WithRoot(std::string_view text, Use use) -> std::optional<decltype(use(dom::element()))> {
  thread_local dom::parser shared;
  std::optional<dom::parser> own;
  auto& parser = text.size() <= kSharedParserBytesMax ? shared : own.emplace();
  const auto root = parser.parse(text.data(), text.size());
  if (root.error() != simdjson::SUCCESS) return std::nullopt;
  return use(root.value_unsafe());
}

Json FromElement(const dom::element& element);

Json FromObject(const dom::object& members) {
  Json out = Json::object();
  auto& object = out.get_ref<Json::object_t&>();
  object.reserve(members.size());
  for (const auto& [name, value] : members) {
    const std::string_view key = name;
    const auto known =
        std::find_if(object.begin(), object.end(), [&](const auto& other) { return other.first == key; });
    // The last value of a repeated name counts, in the place of the first.
    if (known != object.end())
      known->second = FromElement(value);
    else
      object.emplace_back(std::string(key), FromElement(value));
  }
  return out;
}

Json FromArray(const dom::array& items) {
  Json out = Json::array();
  auto& array = out.get_ref<Json::array_t&>();
  array.reserve(items.size());
  for (const auto item : items) array.push_back(FromElement(item));
  return out;
}

Json FromElement(const dom::element& element) {
  switch (element.type()) {
    case dom::element_type::OBJECT: return FromObject(element.get_object().value_unsafe());
    case dom::element_type::ARRAY: return FromArray(element.get_array().value_unsafe());
    case dom::element_type::STRING: return std::string(element.get_string().value_unsafe());
    case dom::element_type::INT64: {
      const int64_t number = element.get_int64().value_unsafe();
      return number < 0 ? Json(number) : Json(static_cast<uint64_t>(number));
    }
    case dom::element_type::UINT64: return element.get_uint64().value_unsafe();
    case dom::element_type::DOUBLE: return element.get_double().value_unsafe();
    case dom::element_type::BOOL: return element.get_bool().value_unsafe();
    case dom::element_type::NULL_VALUE: break;
  }
  return nullptr;
}

}  // namespace

std::optional<Json> ParseFast(std::string_view text) {
  return WithRoot(text, [](const dom::element& root) { return FromElement(root); });
}

bool IsUtf8Fast(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

std::optional<std::vector<Json>> PickJson(std::string_view text, std::span<const char* const> pointers) {
  return WithRoot(text, [&](const dom::element& root) {
    std::vector<Json> out;
    out.reserve(pointers.size());
    for (const char* pointer : pointers) {
      const auto found = root.at_pointer(pointer);
      out.push_back(found.error() == simdjson::SUCCESS ? FromElement(found.value_unsafe()) : Json());
    }
    return out;
  });
}

}  // namespace yk

#else

namespace yk {

std::optional<Json> ParseFast(std::string_view) { return std::nullopt; }
bool IsUtf8Fast(std::string_view) { return false; }
std::optional<std::vector<Json>> PickJson(std::string_view, std::span<const char* const>) { return std::nullopt; }

}  // namespace yk

#endif
