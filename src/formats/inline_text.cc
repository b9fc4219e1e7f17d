// SPDX-License-Identifier: Apache-2.0
#include "formats/inline_text.h"

#include <utility>

#include "formats/unicode.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

bool Vanishes(char32_t c) { return c == 0xAD || c == 0x200B || c == 0xFEFF || c == 0x7F; }

}  // namespace

/// Writes the white space that waited, unless it stands at the beginning of a line.
void InlineText::Settle(char32_t next) {
  const Pending space = std::exchange(space_, Pending::kNone);
  if (space == Pending::kNone || text_.empty() || text_.back() == '\n') return;
  if (space == Pending::kLineEnd && IsCjk(last_) && IsCjk(next)) return;
  text_ += ' ';
}

void InlineText::Add(std::string_view utf8) {
  for (size_t at = 0; at < utf8.size();) {
    const char32_t c = text::NextCodePoint(utf8, &at);
    if (Vanishes(c)) continue;
    if (c == '\n' || c == '\r') {
      if (space_ == Pending::kNone) space_ = Pending::kLineEnd;
    } else if (c == '\t' || c == '\f' || c == ' ' || c == 0xA0) {
      // Spaces beside a line end are the markup's indentation.
      if (space_ == Pending::kNone) space_ = Pending::kSpace;
    } else if (c >= 0x20) {
      Settle(c);
      text::AppendUtf8(c, &text_);
      last_ = c;
    }
  }
}

void InlineText::AddPreserved(std::string_view utf8) {
  if (utf8.empty()) return;
  Settle(0);
  for (size_t at = 0; at < utf8.size();) {
    const char32_t c = text::NextCodePoint(utf8, &at);
    if (c == '\r' || Vanishes(c) || (c < 0x20 && c != '\n' && c != '\t')) continue;
    text::AppendUtf8(c == 0xA0 ? U' ' : c, &text_);
    last_ = c;
  }
}

void InlineText::LineBreak() {
  space_ = Pending::kNone;
  text_ += '\n';
}

std::string InlineText::Take() {
  space_ = Pending::kNone;
  last_ = 0;
  return std::exchange(text_, {});
}

}  // namespace yk::formats
