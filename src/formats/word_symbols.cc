// SPDX-License-Identifier: Apache-2.0
#include "formats/word_symbols.h"

#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

// The fonts' characters from 0x20 on, sixteen a line; a blank where Unicode has nothing that a reader would know.
// clang-format off
constexpr std::u32string_view kWingdings =
    U"  ✂✁    ☎✆✉     "
    U"      ⌛       ✇✍"
    U" ✌ 👍👎☜☞☝☟ ☺ ☹ ☠ "
    U" ✈☼ ❄ ✞ ✠✡☪☯ ☸♈♉"
    U"♊♋♌♍♎♏♐♑♒♓  ●❍■□"
    U"□❑❒⬧⧫◆❖⬥☒ ⌘     "
    U"⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹"
    U"❺❻❼❽❾❿        ·•"
    U" ○  ◉◎ ▪☐ ✦★✶✴✹✵"
    U"     ✪✰         "
    U"                "
    U"        ➢   ➲  ←"
    U"→↑↓↖↗↙↘ ➔      ⇦"
    U"⇨⇧⇩        ✗✓☒☑ ";

constexpr std::u32string_view kWingdings2 =
    U"                "
    U"                "
    U"               ✗"
    U"✓☒☑☒☒           "
    U"         ⓪①②③④⑤⑥"
    U"⑦⑧⑨⑩            "
    U"                "
    U"                "
    U"   ☐            "
    U"                "
    U"                "
    U"                "
    U"                "
    U"                ";

constexpr std::u32string_view kSymbolFont =
    U" !∀#∃%&∋()∗+,−./"
    U"0123456789:;<=>?"
    U"≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟ"
    U"ΠΘΡΣΤΥςΩΞΨΖ[ ]⊥_"
    U" αβχδεφγηιϕκλμνο"
    U"πθρστυϖωξψζ{|}∼ "
    U"                "
    U"                "
    U"  ′≤ ∞ ♣♦♥♠↔←↑→↓"
    U"°±″≥×∝∂•÷≠≡≈…   "
    U"    ⊗⊕∅∩∪     ∈∉"
    U"∠ ®©™ √⋅ ∧∨⇔⇐ ⇒ "
    U"     ∑          "
    U"  ∫             ";

// clang-format on

constexpr size_t kFirst = 0x20;

std::u32string_view CharactersOf(std::string_view font) {
  const std::string name = text::FoldCase(font);
  if (name == "wingdings") return kWingdings;
  if (name == "wingdings 2") return kWingdings2;
  if (name == "symbol") return kSymbolFont;
  return {};
}

bool IsPrivate(uint32_t code) { return code >= 0xE000 && code <= 0xF8FF; }

}  // namespace

std::string SymbolText(std::string_view font, uint32_t code) {
  const std::u32string_view characters = CharactersOf(font);
  const bool of_symbols = code <= 0xFF || (code >= 0xF000 && code <= 0xF0FF);
  std::string out;
  if (!characters.empty() && of_symbols) {
    const size_t place = (code & 0xFF) < kFirst ? characters.size() : (code & 0xFF) - kFirst;
    if (place < characters.size() && characters[place] != U' ') text::AppendUtf8(characters[place], &out);
  } else if (code >= kFirst && code <= 0x10FFFF && !IsPrivate(code) && (code < 0xD800 || code > 0xDFFF)) {
    text::AppendUtf8(static_cast<char32_t>(code), &out);
  }
  return out;
}

std::string TextInFont(std::string_view font, std::string_view utf8) {
  if (CharactersOf(font).empty()) return std::string(utf8);
  std::string out;
  for (size_t at = 0; at < utf8.size();) {
    const size_t begin = at;
    const char32_t c = text::NextCodePoint(utf8, &at);
    const std::string symbol = c >= 0xF000 && c <= 0xF0FF ? SymbolText(font, c) : std::string();
    out += symbol.empty() ? utf8.substr(begin, at - begin) : std::string_view(symbol);
  }
  return out;
}

}  // namespace yk::formats
