// SPDX-License-Identifier: Apache-2.0
#include "formats/word_styles.h"

#include <algorithm>

#include "formats/ooxml.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::BlockKind;

constexpr int kBasesMax = 20;  ///< styles based on styles; some files go in circles

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::optional<int> OptionalNumber(const pugi::xml_node& parent, std::string_view name) {
  const pugi::xml_node node = LocalChild(parent, name);
  if (!node) return std::nullopt;
  const int value = LocalNumber(node, "val", -1);
  return value < 0 ? std::nullopt : std::optional(value);
}

/// "heading 2", "見出し 2" -> 2; 0 for others.
int HeadingLevel(std::string_view name) {
  for (const std::string_view word : {"heading", "見出し"}) {
    if (!name.starts_with(word)) continue;
    name.remove_prefix(word.size());
    if (name.starts_with(' ')) name.remove_prefix(1);
    if (name.size() == 1 && name[0] >= '1' && name[0] <= '9') return name[0] - '0';
  }
  return 0;
}

std::string Roman(int number) {
  constexpr std::array<std::pair<int, std::string_view>, 13> kDigits = {{{1000, "m"},
                                                                         {900, "cm"},
                                                                         {500, "d"},
                                                                         {400, "cd"},
                                                                         {100, "c"},
                                                                         {90, "xc"},
                                                                         {50, "l"},
                                                                         {40, "xl"},
                                                                         {10, "x"},
                                                                         {9, "ix"},
                                                                         {5, "v"},
                                                                         {4, "iv"},
                                                                         {1, "i"}}};
  std::string out;
  for (const auto& [value, digits] : kDigits) {
    for (; number >= value; number -= value) out += digits;
  }
  return out;
}

/// The n-th character of a row of them, written again and again after the last: a, b, … z, aa, bb.
std::string Letter(int number, std::u32string_view letters) {
  const auto index = static_cast<size_t>(number - 1);
  return text::ToUtf8(
      std::u32string(std::min<size_t>(index / letters.size() + 1, 10), letters[index % letters.size()]));
}

std::string Kanji(int number) {
  constexpr std::u32string_view kDigits = U"〇一二三四五六七八九";
  constexpr std::u32string_view kUnits = U"千百十";
  if (number == 0 || number > 9999) return std::to_string(number);
  std::u32string out;
  int unit = 1000;
  for (size_t i = 0; i < 4; ++i, unit /= 10) {
    const int digit = number / unit % 10;
    if (digit == 0) continue;
    if (digit > 1 || unit == 1) out += kDigits[static_cast<size_t>(digit)];
    if (unit > 1) out += kUnits[i];
  }
  return text::ToUtf8(out);
}

std::string Digits(int number, std::u32string_view digits) {
  std::u32string out;
  for (const char c : std::to_string(number)) out += digits[static_cast<size_t>(c - '0')];
  return text::ToUtf8(out);
}

}  // namespace

Result<WordStyles> WordStyles::Read(const ZipPackage& package, const std::string& part) {
  WordStyles out;
  const std::string* xml = package.Find(part);
  if (xml == nullptr) return out;
  pugi::xml_document document;
  YK_TRY_VOID(ParseXml(*xml, part, document));
  for (const pugi::xml_node& node : document.document_element().children()) {
    if (LocalName(node) != "style" || LocalAttribute(node, "type") != "paragraph") continue;
    const std::string id(LocalAttribute(node, "styleId"));
    const pugi::xml_node properties = LocalChild(node, "pPr");
    const pugi::xml_node list = LocalChild(properties, "numPr");
    out.styles_[id] = {std::string(LocalAttribute(LocalChild(node, "basedOn"), "val")),
                       Lower(LocalAttribute(LocalChild(node, "name"), "val")), OptionalNumber(properties, "outlineLvl"),
                       OptionalNumber(list, "numId"), OptionalNumber(list, "ilvl")};
    if (LocalAttribute(node, "default") == "1") out.default_ = id;
  }
  return out;
}

ParagraphLook WordStyles::Of(const pugi::xml_node& properties) const {
  ParagraphLook look;
  const pugi::xml_node list = LocalChild(properties, "numPr");
  std::optional<int> outline = OptionalNumber(properties, "outlineLvl");
  std::optional<int> list_id = OptionalNumber(list, "numId");
  std::optional<int> list_level = OptionalNumber(list, "ilvl");
  std::string_view id = LocalAttribute(LocalChild(properties, "pStyle"), "val");
  if (id.empty()) id = default_;
  for (int depth = 0; depth < kBasesMax && !id.empty(); ++depth) {
    const auto found = styles_.find(id);
    if (found == styles_.end()) break;
    const Style& style = found->second;
    const int heading = HeadingLevel(style.name);
    if (!outline && style.outline) outline = style.outline;
    if (!outline && heading > 0) outline = heading - 1;
    if (!list_id && style.list) list_id = style.list;
    if (!list_level && style.list_level) list_level = style.list_level;
    if (style.name == "title" || style.name == "表題") look.title = true;
    if (look.kind == BlockKind::kParagraph) {
      if (style.name == "caption" || style.name == "図表番号") look.kind = BlockKind::kCaption;
      if (style.name == "quote" || style.name == "intense quote" || style.name == "quotations")
        look.kind = BlockKind::kQuote;
    }
    id = style.base;
  }
  look.list = list_id.value_or(0);
  look.list_level = std::clamp(list_level.value_or(0), 0, 8);
  if (look.list > 0) look.kind = BlockKind::kListItem;
  if (outline && *outline < 9) {
    look.kind = BlockKind::kHeading;
    look.level = *outline + 1;
  } else if (look.title) {
    look.kind = BlockKind::kHeading;
    look.level = 1;
  }
  return look;
}

std::string FormatNumber(int number, std::string_view format) {
  if (number < 1 || format == "decimal") return std::to_string(number);
  constexpr std::u32string_view kSmall = U"abcdefghijklmnopqrstuvwxyz";
  constexpr std::u32string_view kCapital = U"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::u32string_view kAiueo =
      U"アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン";
  constexpr std::u32string_view kIroha =
      U"イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン";
  constexpr std::u32string_view kAiueoHalf = U"ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ";
  if (format == "upperRoman" || format == "lowerRoman") {
    std::string roman = number < 4000 ? Roman(number) : std::to_string(number);
    if (format == "upperRoman")
      std::transform(roman.begin(), roman.end(), roman.begin(), [](char c) { return static_cast<char>(c & ~0x20); });
    return number < 4000 ? roman : std::to_string(number);
  }
  if (format == "lowerLetter") return Letter(number, kSmall);
  if (format == "upperLetter") return Letter(number, kCapital);
  if (format == "decimalZero") return fmt::format("{:02}", number);
  if (format == "decimalFullWidth" || format == "decimalFullWidth2") return Digits(number, U"０１２３４５６７８９");
  if (format == "aiueoFullWidth") return Letter(number, kAiueo);
  if (format == "aiueo") return Letter(number, kAiueoHalf);
  if (format == "irohaFullWidth" || format == "iroha") return Letter(number, kIroha);
  if (format == "japaneseDigitalTenThousand" || format == "ideographDigital")
    return Digits(number, U"〇一二三四五六七八九");
  if (format == "japaneseCounting" || format == "japaneseLegal" || format == "chineseCounting") return Kanji(number);
  if (format.starts_with("decimalEnclosedCircle") && number <= 20) {
    return text::ToUtf8(std::u32string(1, U'①' + static_cast<char32_t>(number - 1)));
  }
  return std::to_string(number);
}

WordNumbering::Level WordNumbering::ReadLevel(const pugi::xml_node& node) {
  Level level;
  level.start = std::clamp(LocalNumber(LocalChild(node, "start"), "val", 1), 0, 1'000'000);
  level.format = LocalAttribute(LocalChild(node, "numFmt"), "val");
  level.text = LocalAttribute(LocalChild(node, "lvlText"), "val");
  return level;
}

Result<WordNumbering> WordNumbering::Read(const ZipPackage& package, const std::string& part) {
  WordNumbering out;
  const std::string* xml = package.Find(part);
  if (xml == nullptr) return out;
  pugi::xml_document document;
  YK_TRY_VOID(ParseXml(*xml, part, document));
  for (const pugi::xml_node& node : document.document_element().children()) {
    if (LocalName(node) == "abstractNum") {
      Definition& definition = out.definitions_[LocalNumber(node, "abstractNumId", 0)];
      for (const pugi::xml_node& level : node.children()) {
        const int index = LocalName(level) == "lvl" ? LocalNumber(level, "ilvl", -1) : -1;
        if (index >= 0 && index < kLevels) definition.levels[static_cast<size_t>(index)] = ReadLevel(level);
      }
    } else if (LocalName(node) == "num") {
      List& list = out.lists_[LocalNumber(node, "numId", 0)];
      list.definition = LocalNumber(LocalChild(node, "abstractNumId"), "val", 0);
      for (const pugi::xml_node& override : node.children()) {
        const pugi::xml_node start = LocalChild(override, "startOverride");
        if (start)
          list.starts[LocalNumber(override, "ilvl", 0)] = std::clamp(LocalNumber(start, "val", 1), 0, 1'000'000);
        if (const pugi::xml_node level = LocalChild(override, "lvl"))
          list.levels[LocalNumber(override, "ilvl", 0)] = ReadLevel(level);
      }
    }
  }
  return out;
}

const WordNumbering::Level& WordNumbering::LevelOf(const List& list, const Definition& definition, size_t level) {
  const auto own = list.levels.find(static_cast<int>(level));
  return own != list.levels.end() ? own->second : definition.levels[level];
}

std::string WordNumbering::Next(int list_id, int level_index) {
  const auto list = lists_.find(list_id);
  if (list == lists_.end()) return {};
  const auto found = definitions_.find(list->second.definition);
  if (found == definitions_.end() || level_index < 0 || level_index >= kLevels) return {};
  Definition& definition = found->second;
  const auto at = static_cast<size_t>(level_index);
  const Level& level = LevelOf(list->second, definition, at);
  const auto start = list->second.starts.find(level_index);
  if (start != list->second.starts.end()) {
    definition.counts[at] = start->second;
    list->second.starts.erase(start);
  } else {
    definition.counts[at] = definition.counts[at] ? *definition.counts[at] + 1 : level.start;
  }
  std::fill(definition.counts.begin() + level_index + 1, definition.counts.end(), std::nullopt);
  if (level.format == "bullet") return "-";
  if (level.format == "none") return {};
  std::string out;
  for (size_t i = 0; i < level.text.size(); ++i) {
    const char digit = level.text[i] == '%' && i + 1 < level.text.size() ? level.text[i + 1] : '\0';
    if (digit < '1' || digit > '9') {
      out += level.text[i];
      continue;
    }
    const auto other = static_cast<size_t>(digit - '1');
    const Level& shown = LevelOf(list->second, definition, other);
    out += FormatNumber(definition.counts[other].value_or(shown.start), shown.format);
    ++i;
  }
  return out;
}

}  // namespace yk::formats
