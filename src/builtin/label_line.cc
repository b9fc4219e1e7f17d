// SPDX-License-Identifier: Apache-2.0
#include "builtin/label_line.h"

#include <algorithm>
#include <utility>

#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::builtin {
namespace {

constexpr size_t kLabelMax = 40;   // code points; longer beginnings of a line are no label
constexpr size_t kLineMax = 2000;  // bytes looked through for the line's ends
constexpr size_t kNone = std::string_view::npos;

size_t LineBegin(std::string_view text, size_t at) {
  const size_t from = at > kLineMax ? at - kLineMax : 0;
  const size_t before = text.substr(from, at - from).rfind('\n');
  return before == kNone ? from : from + before + 1;
}

size_t SkipBlank(std::string_view text, size_t at) {
  while (at < text.size() && text[at] != '\n') {
    size_t next = at;
    if (!text::IsSpace(text::NextCodePoint(text, &next))) break;
    at = next;
  }
  return at;
}

/// Past the colon at `at`; `at` itself when there is none. The colons of 10:30 and http:// label nothing.
size_t PastColon(std::string_view text, size_t at) {
  for (const std::string_view colon : {":", "："}) {
    if (!text.substr(at).starts_with(colon)) continue;
    const size_t past = at + colon.size();
    const auto digit = [&](size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
    if ((at > 0 && digit(at - 1) && digit(past)) || text.substr(past).starts_with("//")) return at;
    return past;
  }
  return at;
}

/// Where the label that a line begins with ends, behind its colon; kNone: it begins with none.
size_t LabelEnd(std::string_view text, size_t line) {
  size_t at = line;
  for (size_t points = 0; points < kLabelMax && at < text.size(); ++points) {
    if (const size_t past = PastColon(text, at); past != at) return past;
    const char32_t c = text::NextCodePoint(text, &at);
    if (std::u32string_view(U"\n。、;；|").find(c) != std::u32string_view::npos) return kNone;
  }
  return kNone;
}

bool IsCellEdge(std::string_view text, size_t at) { return at >= text.size() || text[at] == '|' || text[at] == '\t'; }

bool FillsCell(std::string_view text, text::Range place) {
  size_t end = place.end;
  while (end < text.size() && text[end] == ' ') ++end;
  if (end >= text.size() || !IsCellEdge(text, end)) return false;
  size_t begin = place.begin;
  while (begin > 0 && text[begin - 1] == ' ') --begin;
  return begin == 0 || text[begin - 1] == '\n' || IsCellEdge(text, begin - 1);
}

/// Behind （税込） or (net), when one stands at `at`.
size_t PastBrackets(std::string_view text, size_t at) {
  constexpr size_t kInside = 60;  // bytes
  for (const auto& [open, close] : {std::pair("（", "）"), std::pair("(", ")")}) {
    if (!text.substr(at).starts_with(open)) continue;
    const size_t end = text.substr(0, std::min(text.size(), at + kInside)).find(close, at);
    if (end != kNone) return end + std::string_view(close).size();
  }
  return at;
}

bool IsLeader(char32_t c) {
  return text::IsSpace(c) || std::u32string_view(U".…・‥:：￥¥$€£金約").find(c) != std::u32string_view::npos;
}

}  // namespace

bool PointsForward(std::string_view text, text::Range place, text::Range value) {
  if (value.begin < place.end) return false;
  const std::string_view between = text.substr(place.end, value.begin - place.end);
  const size_t behind = PastBrackets(text, place.end);
  constexpr size_t kTopicMax = 120;  // bytes
  if (text.substr(behind).starts_with("は") && between.size() <= kTopicMax && between.find("。") == kNone) return true;
  if (between.find('\n') != kNone) return false;
  if (SkipBlank(text, LineBegin(text, place.begin)) != place.begin) return false;
  for (size_t at = behind; at < value.begin;) {
    if (!IsLeader(text::NextCodePoint(text, &at))) return false;
  }
  return true;
}

bool IsLabel(std::string_view text, text::Range place) {
  const size_t behind = SkipBlank(text, place.end);
  if (PastColon(text, behind) != behind) return true;
  const size_t end = LabelEnd(text, LineBegin(text, place.begin));
  return (end != kNone && place.end <= end) || FillsCell(text, place);
}

bool LabelledApart(std::string_view text, text::Range value, text::Range place) {
  if (value.end >= place.begin || text.substr(value.end, place.begin - value.end).find('\n') == kNone) return false;
  const size_t end = LabelEnd(text, LineBegin(text, value.begin));
  return end != kNone && end <= value.begin;
}

bool AnswersItself(std::string_view text, text::Range place, text::Range value) {
  const size_t line = LineBegin(text, place.begin);
  const size_t label = LabelEnd(text, line);
  if (label == kNone || label < place.end || label > value.begin) return false;
  const size_t answer = SkipBlank(text, label);
  const size_t break_at = text.find('\n', answer);
  if (answer >= text.size() || break_at == answer || break_at == kNone || break_at > value.begin) return false;
  const size_t other = LabelEnd(text, LineBegin(text, value.begin));
  return other != kNone && other <= value.begin;
}

}  // namespace yk::builtin
