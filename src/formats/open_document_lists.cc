// SPDX-License-Identifier: Apache-2.0
#include "formats/open_document_lists.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "formats/ooxml.h"
#include "formats/word_styles.h"
#include "formats/zip_package.h"

namespace yk::formats {
namespace {

constexpr int kNumberMax = 1'000'000'000;

/// Formats are named by the first numbers they give, in Word by words.
std::string_view WordFormat(std::string_view format) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kFormats = {{{"a", "lowerLetter"},
                                                                                       {"A", "upperLetter"},
                                                                                       {"i", "lowerRoman"},
                                                                                       {"I", "upperRoman"},
                                                                                       {"一", "japaneseCounting"},
                                                                                       {"壱", "japaneseLegal"},
                                                                                       {"１", "decimalFullWidth"},
                                                                                       {"①", "decimalEnclosedCircle"},
                                                                                       {"ア", "aiueoFullWidth"},
                                                                                       {"ｱ", "aiueo"},
                                                                                       {"イ", "irohaFullWidth"},
                                                                                       {"ｲ", "iroha"},
                                                                                       {"〇", "ideographDigital"}}};
  format = format.substr(0, format.find(','));
  for (const auto& [theirs, ours] : kFormats) {
    if (format == theirs) return ours;
  }
  return "decimal";
}

}  // namespace

OpenLists::Style OpenLists::ReadStyle(const pugi::xml_node& node) {
  Style out;
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view name = LocalName(child);
    const int number = LocalNumber(child, "level", 0);
    if (number < 1 || number > kLevels) continue;
    Level& level = out[static_cast<size_t>(number - 1)];
    level.bullet = name == "list-level-style-bullet" || name == "list-level-style-image";
    level.start = std::clamp(LocalNumber(child, "start-value", 1), 0, kNumberMax);
    level.shown_levels = std::clamp(LocalNumber(child, "display-levels", 1), 1, number);
    level.format = LocalAttribute(child, "num-format");
    level.prefix = LocalAttribute(child, "num-prefix");
    level.suffix = LocalAttribute(child, "num-suffix");
    level.pattern = LocalAttribute(child, "num-list-format");
  }
  return out;
}

void OpenLists::ReadStyles(const pugi::xml_node& root) {
  for (const std::string_view group : {"styles", "automatic-styles"}) {
    for (const pugi::xml_node& style : LocalChild(root, group).children()) {
      if (LocalName(style) == "list-style") styles_[std::string(LocalAttribute(style, "name"))] = ReadStyle(style);
      if (LocalName(style) == "outline-style") outline_ = ReadStyle(style);
    }
  }
}

void OpenLists::Begin(const pugi::xml_node& list) {
  std::string style(LocalAttribute(list, "style-name"));
  if (style.empty() && !open_.empty()) style = open_.back();
  open_.push_back(std::move(style));
  if (open_.size() > 1) return;
  id_ = LocalAttribute(list, "id");
  counts_ = {};
  const auto earlier = by_id_.find(LocalAttribute(list, "continue-list"));
  const auto last = by_style_.find(open_.back());
  if (earlier != by_id_.end()) {
    counts_ = earlier->second;
  } else if (LocalAttribute(list, "continue-numbering") == "true" && last != by_style_.end()) {
    counts_ = last->second;
  }
}

void OpenLists::End() {
  const std::string style = std::move(open_.back());
  open_.pop_back();
  if (!open_.empty()) return;
  by_style_[style] = counts_;
  if (!id_.empty()) by_id_[id_] = counts_;
}

std::string OpenLists::Item(const pugi::xml_node& item) {
  const auto style = open_.empty() ? styles_.end() : styles_.find(open_.back());
  if (style == styles_.end()) return "- ";
  const int level = std::min(static_cast<int>(open_.size()), kLevels) - 1;
  const int start = LocalNumber(item, "start-value", -1);
  Count(style->second, level, start < 0 ? std::nullopt : std::optional(std::min(start, kNumberMax)), counts_);
  return Label(style->second, counts_, level);
}

std::string OpenLists::Heading(int level) {
  if (!outline_ || level < 1 || level > kLevels) return {};
  Count(*outline_, level - 1, std::nullopt, headings_);
  return Label(*outline_, headings_, level - 1);
}

void OpenLists::Count(const Style& style, int level, std::optional<int> start, Counts& counts) {
  const auto at = static_cast<size_t>(level);
  if (start) {
    counts[at] = *start;
  } else if (!counts[at]) {
    counts[at] = style[at].start;
  } else if (*counts[at] < kNumberMax) {
    ++*counts[at];
  }
  std::fill(counts.begin() + level + 1, counts.end(), std::nullopt);
}

std::string OpenLists::Label(const Style& style, const Counts& counts, int level) {
  const Level& shown = style[static_cast<size_t>(level)];
  if (shown.bullet) return "- ";
  if (shown.format.empty()) return {};
  const auto number = [&](int each) {
    const auto at = static_cast<size_t>(each);
    return style[at].format.empty() ? std::string()
                                    : FormatNumber(counts[at].value_or(style[at].start), WordFormat(style[at].format));
  };
  std::string out;
  if (!shown.pattern.empty()) {
    for (size_t i = 0; i < shown.pattern.size(); ++i) {
      const size_t end = shown.pattern[i] == '%' ? shown.pattern.find('%', i + 1) : std::string::npos;
      int each = 0;
      if (end != std::string::npos) std::from_chars(shown.pattern.data() + i + 1, shown.pattern.data() + end, each);
      if (each < 1 || each > kLevels) {
        out += shown.pattern[i];
        continue;
      }
      out += number(each - 1);
      i = end;
    }
  } else {
    out = shown.prefix;
    for (int each = level - shown.shown_levels + 1; each <= level; ++each) {
      const std::string text = number(each);
      out += text;
      if (each < level && !text.empty()) out += '.';
    }
    out += shown.suffix;
  }
  return out.empty() || out.ends_with(' ') ? out : out + ' ';
}

}  // namespace yk::formats
