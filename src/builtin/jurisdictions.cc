// SPDX-License-Identifier: Apache-2.0
#include "builtin/jurisdictions.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::builtin {
namespace {

constexpr size_t kLongest = 90;  // bytes

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

struct Token {
  text::Range range;
  bool ends = false;  ///< punctuation follows
};

std::vector<Token> Tokens(std::string_view text, size_t begin) {
  const size_t end = std::min(text.size(), begin + 2 * kLongest);
  std::vector<Token> out;
  for (size_t at = begin; at < end;) {
    if (IsBlank(text[at])) {
      ++at;
      continue;
    }
    size_t stop = at;
    while (stop < end && !IsBlank(text[stop]) &&
           std::string_view(",;:.()[]\"").find(text[stop]) == std::string_view::npos)
      ++stop;
    if (stop == at) {
      if (!out.empty()) out.back().ends = true;
      break;
    }
    const bool ends = stop < end && !IsBlank(text[stop]);
    out.push_back({{at, stop}, ends});
    if (ends) break;
    at = stop;
  }
  return out;
}

bool OneOf(const std::string& word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// "the State of New York without regard": from "State" to "York".
std::optional<text::Range> NameAfter(std::string_view text, size_t begin) {
  const std::vector<Token> tokens = Tokens(text, begin);
  size_t first = SIZE_MAX;
  size_t last = SIZE_MAX;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view word = text.substr(tokens[i].range.begin, tokens[i].range.size());
    const std::string folded = text::FoldCase(word);
    const bool capital =
        std::isupper(static_cast<unsigned char>(word.front())) != 0 || static_cast<unsigned char>(word.front()) >= 0x80;
    const bool rank =
        OneOf(folded, {"state", "commonwealth", "province", "republic", "kingdom", "territory", "country", "federal"});
    const bool joins = OneOf(folded, {"of", "and", "the", "&"});
    if (OneOf(folded,
              {"without", "applicable", "excluding", "except", "as", "whose", "regardless", "including", "for", "in",
               "which", "that", "to", "exclusive", "irrespective", "notwithstanding", "governing", "where", "not"})) {
      break;
    }
    if (joins) {
      if (first == SIZE_MAX && folded != "the") break;
      continue;
    }
    if (!capital && !(rank && last == SIZE_MAX)) break;
    if (first == SIZE_MAX) first = i;
    last = i;
    if (tokens[i].ends) break;
  }
  if (first == SIZE_MAX) return std::nullopt;
  const text::Range range{tokens[first].range.begin, tokens[last].range.end};
  if (range.size() < 2 || range.size() > kLongest) return std::nullopt;
  // "the state" alone or "the Parties": no place.
  const std::string folded = text::FoldCase(text.substr(range.begin, range.size()));
  if (OneOf(folded, {"state", "commonwealth", "province", "country", "parties", "this agreement", "contract"}))
    return std::nullopt;
  return range;
}

/// "Colorado" in "Colorado law applies", "English" in "governed by English law".
std::optional<text::Range> NameBefore(std::string_view text, size_t end) {
  size_t at = end;
  size_t begin = end;
  size_t stop = end;
  for (int words = 0; words < 3; ++words) {
    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\n')) --at;
    const size_t word_end = at;
    while (at > 0 && (std::isalpha(static_cast<unsigned char>(text[at - 1])) != 0)) --at;
    if (at == word_end || std::isupper(static_cast<unsigned char>(text[at])) == 0) break;
    const std::string word = text::FoldCase(text.substr(at, word_end - at));
    if (OneOf(word, {"governing", "applicable", "the", "this", "by", "under", "and", "of", "such", "federal", "any",
                     "choice"}))
      break;
    if (stop == end) stop = word_end;
    begin = at;
  }
  if (begin >= stop) return std::nullopt;
  return text::Range{begin, stop};
}

/// 日本国の法令: letters back from 法, then the ending after it.
std::optional<text::Range> JapaneseLaw(std::string_view text, size_t law) {
  static constexpr std::array<std::string_view, 5> kPlaces = {"日本", "国", "州", "中国", "香港"};
  size_t begin = law;
  while (begin > 0) {
    size_t at = begin;
    const char32_t c = text::PreviousCodePoint(text, &at);
    const bool katakana = c >= U'ァ' && c <= U'ー';
    if (!(text::IsHan(c) || katakana || (c == U'の' && begin == law))) break;
    begin = at;
  }
  if (begin == law || law - begin > 60) return std::nullopt;
  const std::string_view place = text.substr(begin, law - begin);
  const bool known = std::any_of(kPlaces.begin(), kPlaces.end(),
                                 [&](std::string_view each) { return place.find(each) != std::string_view::npos; });
  size_t first_at = begin;
  const char32_t first = text::NextCodePoint(text, &first_at);
  if (!known && !(first >= U'ァ' && first <= U'ー')) return std::nullopt;
  if (place.starts_with("両国") || place.starts_with("国") || place.starts_with("本国")) return std::nullopt;
  size_t end = law + std::string_view("法").size();
  for (const std::string_view tail : {std::string_view("令"), std::string_view("律")}) {
    if (text.substr(end).starts_with(tail)) end += tail.size();
  }
  // 日本法人, 日本法務: no law.
  size_t next = end;
  if (next < text.size()) {
    const char32_t c = text::NextCodePoint(text, &next);
    if (text::IsHan(c) && c != U'及' && c != U'並' && c != U'以' && c != U'又') return std::nullopt;
  }
  return text::Range{begin, end};
}

void Add(const Reading& reading, text::Range range, std::vector<Candidate>* out) {
  std::string key = text::FoldString(reading.Slice(range), PhraseFolding());
  for (const std::string_view head : {"stateof", "commonwealthof", "provinceof"}) {
    if (key.starts_with(head)) key.erase(0, head.size());
  }
  out->push_back({range, Json(), std::move(key)});
}

}  // namespace

std::vector<Candidate> FindJurisdictions(Reading& reading) {
  const std::string_view text = reading.text();
  std::vector<Candidate> out;
  for (const char* phrase : {"laws of", "law of"}) {
    for (const text::Range& place : reading.Places(phrase)) {
      if (const auto name = NameAfter(text, place.end)) Add(reading, *name, &out);
    }
  }
  for (const char* phrase : {"law", "laws"}) {
    for (const text::Range& place : reading.Places(phrase)) {
      if (const auto name = NameBefore(text, place.begin)) Add(reading, *name, &out);
    }
  }
  for (size_t at = text.find("法"); at != std::string_view::npos; at = text.find("法", at + 3)) {
    if (const auto name = JapaneseLaw(text, at)) Add(reading, *name, &out);
  }
  std::sort(out.begin(), out.end(),
            [](const Candidate& a, const Candidate& b) { return a.range.begin < b.range.begin; });
  return out;
}

}  // namespace yk::builtin
