// SPDX-License-Identifier: Apache-2.0
// Fields of a hostile JSON object, and the parts of a document that have a wire form of their own.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "reader/document.h"

namespace yk::reader {

/// The field, or `fallback` when it is missing or of another type.
template <typename T>
T Field(const Json& object, const char* key, T fallback) {
  const auto found = object.find(key);
  if (found == object.end()) return fallback;
  if constexpr (std::is_same_v<T, bool>) return found->is_boolean() ? found->template get<T>() : fallback;
  if constexpr (std::is_integral_v<T>) return found->is_number_integer() ? found->template get<T>() : fallback;
  if constexpr (std::is_floating_point_v<T>) return found->is_number() ? found->template get<T>() : fallback;
  if constexpr (std::is_same_v<T, std::string>) return found->is_string() ? found->template get<T>() : fallback;
  return fallback;
}

/// Strings of an array; others in it are left out.
std::vector<std::string> Strings(const Json& object, const char* key);

Failure BrokenProtocol(std::string_view what);

Json EncodeBox(const Box& box);
std::optional<Box> DecodeBox(const Json& json);

Json EncodeTables(const std::vector<Table>& tables);
Result<std::vector<Table>> DecodeTables(const Json& json);

}  // namespace yk::reader
