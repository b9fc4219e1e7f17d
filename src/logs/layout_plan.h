// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "logs/layout_set.h"

namespace yk::logs {

/// The text of the fields that hold the time together.
inline std::string_view TimeSpan(const LayoutPlan& plan, const HeaderFields& fields) {
  const char* const begin = fields[plan.time_first].data();
  const char* const end = fields.end_of(plan.time_last);
  return begin == nullptr || end < begin ? std::string_view()
                                         : std::string_view(begin, static_cast<size_t>(end - begin));
}

/// What follows the key of a JSON line or of key=value pairs, from its value's first byte on; nullptr data: no such
/// key.
inline std::string_view BehindKey(LayoutPlan::Kind kind, std::string_view line, const std::string& key) {
  if (key.empty()) return {};
  for (size_t at = line.find(key); at != std::string_view::npos; at = line.find(key, at + 1)) {
    std::string_view rest = line.substr(at + key.size());
    if (kind != LayoutPlan::Kind::kJson) return rest;
    const auto skip = [&] {
      while (!rest.empty() && (rest[0] == ' ' || rest[0] == '\t')) rest.remove_prefix(1);
    };
    skip();
    if (!rest.starts_with(':')) continue;  // a text that is like the key
    rest.remove_prefix(1);
    skip();
    return rest;
  }
  return {};
}

/// The value of a key, without its quotes; empty when there is none.
inline std::string_view ValueOfKey(LayoutPlan::Kind kind, std::string_view line, const std::string& key) {
  std::string_view rest = BehindKey(kind, line, key);
  const bool quoted = rest.starts_with('"');
  if (quoted) rest.remove_prefix(1);
  const std::string_view ends = quoted ? "\"" : kind == LayoutPlan::Kind::kJson ? ",} " : " ";
  return rest.substr(0, std::min(rest.find_first_of(ends), rest.size()));
}

}  // namespace yk::logs
