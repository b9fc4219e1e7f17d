// SPDX-License-Identifier: Apache-2.0
#include "builtin/cue_places.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <unordered_map>

#include "text/normalize.h"
#include "text/tokens.h"
#include "text/utf8.h"

namespace yk::builtin {
namespace {

constexpr size_t kGap = 3;      // words that may stand between two words of a phrase
constexpr size_t kSpread = 40;  // the same for longer phrases inside one sentence
constexpr double kLooseStrength = 0.85;
constexpr double kSpreadStrength = 0.6;
constexpr double kBagStrength = 0.5;
constexpr double kPairStrength = 0.6;
constexpr double kPairShare = 0.7;         // of a phrase's letter pairs that must stand in the window
constexpr size_t kSentenceLongest = 8000;  // bytes; longer "sentences" are tables or scans

struct Word {
  std::string stem;
  text::Range range;
};

bool IsLetter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0;
}

std::vector<Word> StemmedWords(std::string_view text, size_t offset) {
  std::vector<Word> out;
  for (size_t at = 0; at < text.size();) {
    if (!IsLetter(text[at])) {
      ++at;
      continue;
    }
    size_t end = at;
    while (end < text.size() && IsLetter(text[end])) ++end;
    out.push_back({text::StemEnglish(text::FoldCase(text.substr(at, end - at))), {offset + at, offset + end}});
    at = end;
  }
  return out;
}

/// The same stem, or one that goes on: "renew" and "renewal", "automatic" and "automatically".
bool SameWord(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const size_t least = std::min(a.size(), b.size());
  return least >= 5 && a.compare(0, least, b, 0, least) == 0;
}

struct Match {
  size_t last = SIZE_MAX;  ///< index of the phrase's last word; SIZE_MAX: not here
  size_t gap = 0;          ///< longest run of words between
};

/// The phrase from words[at] on.
Match MatchAt(const std::vector<Word>& words, size_t at, const std::vector<Word>& phrase, size_t gap_max) {
  Match match;
  size_t next = at + 1;
  for (size_t i = 1; i < phrase.size(); ++i) {
    const size_t from = next;
    const size_t limit = std::min(words.size(), next + gap_max + 1);
    while (next < limit && !SameWord(words[next].stem, phrase[i].stem)) ++next;
    if (next >= limit) return {};
    match.gap = std::max(match.gap, next - from);
    ++next;
  }
  match.last = next - 1;
  return match;
}

bool IsSmall(const std::string& stem) {
  static constexpr std::array<std::string_view, 34> kSmall = {
      "a",    "an",    "the",  "of",  "on",   "in",  "to",  "at",   "by",   "for",  "from", "with",
      "and",  "or",    "as",   "is",  "be",   "are", "it",  "its",  "more", "than", "this", "that",
      "such", "shall", "will", "may", "must", "any", "all", "each", "into", "which"};
  return std::find(kSmall.begin(), kSmall.end(), stem) != kSmall.end();
}

/// All words of the phrase that mean something stand in the sentence, in any order.
bool HoldsAll(const std::vector<Word>& words, const std::vector<Word>& content, text::Range* where) {
  *where = {SIZE_MAX, 0};
  for (const Word& each : content) {
    const auto found =
        std::find_if(words.begin(), words.end(), [&](const Word& word) { return SameWord(word.stem, each.stem); });
    if (found == words.end()) return false;
    *where = {std::min(where->begin, found->range.begin), std::max(where->end, found->range.end)};
  }
  return true;
}

std::vector<Word> Content(const std::vector<Word>& words) {
  std::vector<Word> out;
  for (const Word& word : words) {
    if (!IsSmall(word.stem)) out.push_back(word);
  }
  return out;
}

bool IsLatin(const std::string& phrase) {
  return std::all_of(phrase.begin(), phrase.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void AddInSentence(Reading& reading, const Sentence& sentence, const std::vector<Word>& wanted,
                   std::vector<CuePlace>* out) {
  const std::string_view line = reading.Slice(sentence.range);
  if (line.size() > kSentenceLongest) return;
  const std::vector<Word> words = StemmedWords(line, sentence.range.begin);
  const std::vector<Word> content = Content(wanted);
  const size_t gap_max = content.size() < 2 && wanted.size() < 4 ? 0 : content.size() >= 3 ? kSpread : kGap;
  const size_t before = out->size();
  for (size_t at = 0; at < words.size(); ++at) {
    if (!SameWord(words[at].stem, wanted.front().stem)) continue;
    const Match match = MatchAt(words, at, wanted, gap_max);
    if (match.last == SIZE_MAX) continue;
    const bool near = match.gap <= kGap;
    // Of a phrase that is spread out, its last word is the place that candidates are measured from.
    const size_t begin = near ? words[at].range.begin : words[match.last].range.begin;
    out->push_back({{begin, words[match.last].range.end}, near ? kLooseStrength : kSpreadStrength});
  }
  text::Range where;
  if (out->size() == before && content.size() >= 3 && HoldsAll(words, content, &where)) {
    out->push_back({{where.end, where.end}, kBagStrength});
  }
}

/// Sentences that hold most of the letter pairs of a phrase, at the last pair that stands there.
void AddByPairs(Reading& reading, const std::string& phrase, std::vector<CuePlace>* out) {
  const std::u32string points = text::ToUtf32(text::FoldString(phrase, PhraseFolding()));
  if (points.size() < 6 || points.size() > 30) return;
  const size_t pairs = points.size() - 1;
  const auto least = static_cast<size_t>(kPairShare * static_cast<double>(pairs) + 0.999);
  std::unordered_map<size_t, size_t> counts;
  for (size_t i = 0; i < pairs; ++i) {
    for (const size_t sentence : reading.SentencesWith(text::ToUtf8(points.substr(i, 2)))) {
      // A sentence joins only while it can still reach the share.
      if (const auto found = counts.find(sentence); found != counts.end()) {
        ++found->second;
      } else if (pairs - i >= least) {
        counts.emplace(sentence, 1);
      }
    }
  }
  for (const auto& [sentence, count] : counts) {
    if (count < least) continue;
    const text::Range range = reading.sentences()[sentence].range;
    const std::string head = text::ToUtf8(points.substr(0, 1));
    const size_t begin = reading.text().find(head, range.begin);
    const size_t at = begin < range.end ? begin : range.begin;
    out->push_back({{at, std::min(range.end, at + phrase.size())}, kPairStrength});
  }
  std::sort(out->begin(), out->end(),
            [](const CuePlace& a, const CuePlace& b) { return a.range.begin < b.range.begin; });
}

}  // namespace

std::vector<CuePlace> FindCue(Reading& reading, const std::string& phrase) {
  std::vector<CuePlace> out;
  for (const text::Range& place : reading.Places(phrase)) out.push_back({place, 1.0});
  const std::vector<Word> wanted = StemmedWords(phrase, 0);
  if (!IsLatin(phrase)) {
    if (out.empty()) AddByPairs(reading, phrase, &out);
    return out;
  }
  if (wanted.size() < 2) return out;
  // The longest word is the rarest: only sentences that hold its stem are looked at word by word.
  const auto rare = std::max_element(wanted.begin(), wanted.end(),
                                     [](const Word& a, const Word& b) { return a.stem.size() < b.stem.size(); });
  if (rare->stem.size() < 4) return out;
  const size_t exact = out.size();
  for (const size_t sentence : reading.SentencesWith(rare->stem.substr(0, std::min<size_t>(rare->stem.size(), 6)))) {
    AddInSentence(reading, reading.sentences()[sentence], wanted, &out);
  }
  // What stands word for word is not counted twice.
  out.erase(std::remove_if(out.begin() + static_cast<std::ptrdiff_t>(exact), out.end(),
                           [&](const CuePlace& loose) {
                             return std::any_of(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(exact),
                                                [&](const CuePlace& each) {
                                                  return each.range.begin <= loose.range.end &&
                                                         loose.range.begin <= each.range.end;
                                                });
                           }),
            out.end());
  std::sort(out.begin(), out.end(), [](const CuePlace& a, const CuePlace& b) { return a.range.begin < b.range.begin; });
  return out;
}

}  // namespace yk::builtin
