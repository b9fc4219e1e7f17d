// SPDX-License-Identifier: Apache-2.0
#include "sinks/xlsx_text.h"

#include "text/utf8.h"

namespace yk::sinks {
namespace {

/// Beyond the characters of XML 1.0 (section 2.2).
bool IsNoCharacter(char32_t c) { return c == 0 || c == 0xFFFE || c == 0xFFFF; }
bool IsControl(char32_t c) { return c < 0x20 && c != '\t' && c != '\n' && c != '\r'; }

template <typename Bad>
std::string Replaced(std::string_view text, Bad bad) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const char32_t c = text::NextCodePoint(text, &at);
    text::AppendUtf8(bad(c) ? text::kReplacement : c, &out);
  }
  return out;
}

}  // namespace

std::string CellText(std::string_view text) { return Replaced(text, IsNoCharacter); }

std::string PlainText(std::string_view text) {
  return Replaced(text, [](char32_t c) { return IsNoCharacter(c) || IsControl(c); });
}

}  // namespace yk::sinks
