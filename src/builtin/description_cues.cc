// SPDX-License-Identifier: Apache-2.0
#include "builtin/description_cues.h"

#include <algorithm>
#include <array>

#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::builtin {
namespace {

constexpr double kOwner = 0.4;     // what the thing belongs to: 請求書 of 請求書の合計金額
constexpr size_t kPhraseMin = 2;   // code points
constexpr size_t kPhraseMax = 12;  // a longer run is a title, or no Japanese

constexpr std::array<std::string_view, 31> kAnyField = {
    "日付", "年月日", "番号", "名称", "名前",   "文書", "書類", "本文", "記載", "場合", "以下",
    "以上", "情報",   "項目", "内容", "文字列", "数値", "形式", "単位", "必須", "任意", "不明",
    "該当", "有無",   "種類", "種別", "一覧",   "全部", "各々", "契約", "当該"};
constexpr std::array<std::string_view, 6> kNotMeant = {"を除", "は除", "以外", "ではな", "でな", "を含まな"};

/// Kanji and katakana, of which nouns are written.
bool IsNounLetter(char32_t c) { return text::IsHan(c) || (c >= U'ァ' && c <= U'ヶ') || c == U'ー' || c == U'々'; }

/// Nouns joined by の.
struct Chain {
  std::vector<std::string> nouns;
  std::string_view behind;  ///< the text that follows
};

std::vector<Chain> ChainsOf(std::string_view text) {
  std::vector<Chain> chains;
  bool joined = false;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    size_t end = at;
    while (at < text.size() && IsNounLetter(text::NextCodePoint(text, &at))) end = at;
    if (end == begin) {
      at = begin;
      const bool no = text::NextCodePoint(text, &at) == U'の';
      joined = no && !chains.empty() && chains.back().behind.data() == text.data() + begin;
      continue;
    }
    at = end;
    if (!joined) chains.emplace_back();
    chains.back().nouns.emplace_back(text.substr(begin, end - begin));
    chains.back().behind = text.substr(end);
    joined = false;
  }
  return chains;
}

bool Tells(const std::string& noun) {
  const size_t length = text::CountCodePoints(noun);
  return length >= kPhraseMin && length <= kPhraseMax &&
         std::find(kAnyField.begin(), kAnyField.end(), noun) == kAnyField.end();
}

constexpr double kWord = 0.6;       // one word, beside a phrase of several
constexpr size_t kWordMin = 3;      // letters
constexpr size_t kPhraseWords = 4;  // longer ones are sentences

constexpr auto kSmallWords = std::to_array<std::string_view>(
    {"a",     "an",   "the",   "of",     "or",        "and",  "to",    "in",     "is",    "are",   "was",  "were",
     "be",    "been", "that",  "which",  "who",       "whom", "whose", "for",    "by",    "on",    "at",   "it",
     "its",   "this", "these", "those",  "with",      "when", "where", "what",   "how",   "if",    "as",   "from",
     "into",  "has",  "have",  "had",    "any",       "all",  "each",  "every",  "will",  "shall", "must", "should",
     "may",   "can",  "does",  "do",     "did",       "per",  "than",  "then",   "there", "here",  "only", "also",
     "given", "made", "under", "during", "including", "said", "such",  "between"});
constexpr auto kAnyWords = std::to_array<std::string_view>(
    {"date",  "number", "name",  "value",  "amount",  "total",  "text",     "email",    "mail", "phone", "url",
     "rate",  "days",   "day",   "price",  "company", "person", "address",  "list",     "yes",  "true",  "false",
     "null",  "none",   "field", "string", "integer", "iso",    "format",   "unit",     "code", "id",    "key",
     "first", "last",   "one",   "other",  "type",    "kind",   "contract", "document", "row",  "month", "year"});
constexpr auto kNotMeantWords = std::to_array<std::string_view>({"without", "excluding", "except", "excludes", "not"});

template <typename List>
bool IsOneOf(const List& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Phrases between small words and stops.
class PhraseReader {
 public:
  std::vector<DescriptionCue> Read(std::string_view description) {
    const std::string folded = text::FoldCase(description);
    for (size_t at = 0; at <= folded.size();) {
      const size_t end = std::min(folded.find_first_of(" \t\n,;:.()/\"", at), folded.size());
      Word(std::string_view(folded).substr(at, end - at));
      if (end == folded.size() || folded[end] != ' ') EndPhrase();
      if (end < folded.size() && std::string_view(",;.").find(folded[end]) != std::string_view::npos) against_ = false;
      at = end + 1;
    }
    return std::move(cues_);
  }

 private:
  void Word(std::string_view word) {
    if (word.empty()) return;
    if (IsOneOf(kSmallWords, word)) return EndPhrase();
    if (IsOneOf(kNotMeantWords, word)) {
      EndPhrase();
      against_ = true;
      return;
    }
    const bool letters =
        std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
    if (!letters) return EndPhrase();
    phrase_ += (phrase_.empty() ? "" : " ") + std::string(word);
    ++words_;
  }

  void EndPhrase() {
    const bool one = words_ == 1;
    const bool tells =
        words_ > 0 && words_ <= kPhraseWords && (!one || (phrase_.size() >= kWordMin && !IsOneOf(kAnyWords, phrase_)));
    if (tells) {
      cues_.push_back({phrase_, weight_ * (one ? kWord : 1), against_});
      if (!against_) weight_ = kOwner;
    }
    phrase_.clear();
    words_ = 0;
  }

  std::vector<DescriptionCue> cues_;
  std::string phrase_;
  size_t words_ = 0;
  double weight_ = 1;
  bool against_ = false;
};

}  // namespace

std::vector<DescriptionCue> CuesOfDescription(std::string_view description) {
  std::vector<DescriptionCue> cues = PhraseReader().Read(description);
  for (Chain& chain : ChainsOf(description)) {
    const bool against = std::any_of(kNotMeant.begin(), kNotMeant.end(),
                                     [&](std::string_view sign) { return chain.behind.starts_with(sign); });
    double weight = 1;
    for (auto noun = chain.nouns.rbegin(); noun != chain.nouns.rend(); ++noun) {
      // 送料以外 is one run: what stands before 以外 is not meant.
      constexpr std::string_view kExcept = "以外";
      const bool except = noun->size() > kExcept.size() && noun->ends_with(kExcept);
      if (except) noun->resize(noun->size() - kExcept.size());
      if (!Tells(*noun)) continue;
      cues.push_back({*noun, weight, against || except});
      weight = kOwner;
    }
  }
  return cues;
}

}  // namespace yk::builtin
