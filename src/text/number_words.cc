// SPDX-License-Identifier: Apache-2.0
#include "text/number_words.h"

#include <algorithm>
#include <array>
#include <string>

namespace yk::text {
namespace {

struct Word {
  std::string_view text;
  int64_t value;
};

constexpr auto kUnits =
    std::to_array<Word>({{"zero", 0},     {"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},
                         {"five", 5},     {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},
                         {"ten", 10},     {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14},
                         {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19}});
constexpr auto kTens = std::to_array<Word>({{"twenty", 20},
                                            {"thirty", 30},
                                            {"forty", 40},
                                            {"fifty", 50},
                                            {"sixty", 60},
                                            {"seventy", 70},
                                            {"eighty", 80},
                                            {"ninety", 90}});
constexpr auto kBig = std::to_array<Word>({{"thousand", 1000}, {"million", 1'000'000}, {"billion", 1'000'000'000}});
constexpr auto kOrdinals = std::to_array<Word>(
    {{"first", 1},      {"second", 2},       {"third", 3},       {"fourth", 4},      {"fifth", 5},
     {"sixth", 6},      {"seventh", 7},      {"eighth", 8},      {"ninth", 9},       {"tenth", 10},
     {"eleventh", 11},  {"twelfth", 12},     {"thirteenth", 13}, {"fourteenth", 14}, {"fifteenth", 15},
     {"sixteenth", 16}, {"seventeenth", 17}, {"eighteenth", 18}, {"nineteenth", 19}, {"twentieth", 20},
     {"thirtieth", 30}});

template <typename List>
int64_t Lookup(const List& list, std::string_view word) {
  const auto at = std::find_if(list.begin(), list.end(), [&](const Word& w) { return w.text == word; });
  return at == list.end() ? -1 : at->value;
}

/// The lower-cased word at `pos` and where it ends; words longer than any numeral come back empty.
std::string WordAt(std::string_view text, size_t pos, size_t* end) {
  std::string word;
  while (pos < text.size() && word.size() < 13) {
    const char c = text[pos];
    if (c >= 'A' && c <= 'Z')
      word.push_back(static_cast<char>(c + 32));
    else if (c >= 'a' && c <= 'z')
      word.push_back(c);
    else
      break;
    ++pos;
  }
  *end = pos;
  return word.size() < 13 ? word : "";
}

/// Over white space and one hyphen to the next word; npos: none there.
size_t NextWord(std::string_view text, size_t pos) {
  const size_t begin = pos;
  while (pos < text.size() && pos - begin < 8 && (text[pos] == ' ' || text[pos] == '\n' || text[pos] == '-')) ++pos;
  return pos == begin || pos >= text.size() ? std::string_view::npos : pos;
}

}  // namespace

std::optional<Decimal> ReadNumberWords(std::string_view text, size_t* pos) {
  int64_t total = 0;
  int64_t group = 0;  // below a thousand
  int64_t last_big = INT64_MAX;
  bool any = false;
  bool ones_open = true;  // may a unit follow
  bool tens_open = true;
  size_t at = *pos;
  size_t end = *pos;
  while (at != std::string_view::npos) {
    size_t word_end = at;
    const std::string word = WordAt(text, at, &word_end);
    if (const int64_t unit = Lookup(kUnits, word); unit >= 0 && ones_open && (unit < 10 || tens_open)) {
      group += unit;
      ones_open = tens_open = false;
    } else if (const int64_t tens = Lookup(kTens, word); tens >= 0 && tens_open) {
      group += tens;
      tens_open = false;
    } else if (word == "hundred" && any && group > 0 && group < 100) {
      group *= 100;
      ones_open = tens_open = true;
    } else if (const int64_t big = Lookup(kBig, word); big >= 0 && any && group > 0 && big < last_big) {
      total += group * big;
      group = 0;
      last_big = big;
      ones_open = tens_open = true;
    } else if (word == "and" && any && ones_open && tens_open) {
      at = NextWord(text, word_end);
      continue;
    } else {
      break;
    }
    any = true;
    end = word_end;
    at = NextWord(text, word_end);
  }
  if (!any) return std::nullopt;
  *pos = end;
  return Decimal{total + group, 0};
}

std::optional<int> ReadOrdinalWords(std::string_view text, size_t* pos) {
  size_t end = *pos;
  const std::string word = WordAt(text, *pos, &end);
  if (const int64_t value = Lookup(kOrdinals, word); value > 0) {
    *pos = end;
    return static_cast<int>(value);
  }
  const int64_t tens = Lookup(kTens, word);
  if (tens != 20 && tens != 30) return std::nullopt;
  const size_t next = NextWord(text, end);
  if (next == std::string_view::npos) return std::nullopt;
  const std::string second = WordAt(text, next, &end);
  const int64_t unit = Lookup(kOrdinals, second);
  if (unit < 1 || unit > 9 || tens + unit > 31) return std::nullopt;
  *pos = end;
  return static_cast<int>(tens + unit);
}

}  // namespace yk::text
