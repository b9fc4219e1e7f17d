// SPDX-License-Identifier: Apache-2.0
// Walking over the matches of an RE2 pattern; inside this folder only.
#pragma once

#include <re2/re2.h>

#include <array>
#include <string_view>

#include "base/check.h"
#include "text/range.h"

namespace yk::text {

/// The groups of one match: [0] is the whole. A group that took no part is empty with data() == nullptr.
template <size_t kGroups>
using Groups = std::array<re2::StringPiece, kGroups>;

inline std::string_view View(const re2::StringPiece& piece) {
  return piece.data() == nullptr ? std::string_view() : std::string_view(piece.data(), piece.size());
}

inline Range RangeOf(std::string_view text, const re2::StringPiece& piece) {
  const auto begin = static_cast<size_t>(piece.data() - text.data());
  return {begin, begin + piece.size()};
}

/// Calls `visit(groups)` for each match from the left, without overlap. kGroups counts the whole match.
template <size_t kGroups, typename Visit>
void ForEachMatch(const re2::RE2& pattern, std::string_view text, Visit visit) {
  YK_CHECK(pattern.ok(), pattern.error());
  const re2::StringPiece piece(text.data(), text.size());
  Groups<kGroups> groups;
  size_t pos = 0;
  while (pos <= text.size() && pattern.Match(piece, pos, text.size(), re2::RE2::UNANCHORED, groups.data(), kGroups)) {
    const Range whole = RangeOf(text, groups[0]);
    visit(groups);
    pos = whole.empty() ? whole.end + 1 : whole.end;
  }
}

}  // namespace yk::text
