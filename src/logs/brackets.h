// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace yk::logs {

struct Bracket {
  std::string_view open, close;
};

/// What columns stand in, ASCII and full-width.
inline constexpr Bracket kBrackets[] = {{"[", "]"}, {"(", ")"}, {"【", "】"}, {"［", "］"}, {"（", "）"}, {"「", "」"}};

/// The bracket that `text` begins with; null: none.
inline const Bracket* BracketAt(std::string_view text) {
  for (const Bracket& bracket : kBrackets) {
    if (text.starts_with(bracket.open)) return &bracket;
  }
  return nullptr;
}

/// A column without brackets around it, and without , : ; behind it.
inline std::string_view Bare(std::string_view text) {
  while (!text.empty() && (text.back() == ',' || text.back() == ':' || text.back() == ';')) text.remove_suffix(1);
  const Bracket* bracket = BracketAt(text);
  static constexpr Bracket kAngle{"<", ">"};
  if (text.starts_with('<')) bracket = &kAngle;
  if (bracket != nullptr && text.size() >= bracket->open.size() + bracket->close.size() &&
      text.ends_with(bracket->close)) {
    text.remove_prefix(bracket->open.size());
    text.remove_suffix(bracket->close.size());
  }
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace yk::logs
