// SPDX-License-Identifier: Apache-2.0
#include "builtin/denial.h"

#include <algorithm>
#include <cctype>

#include "text/normalize.h"
#include "text/tokens.h"

namespace yk::builtin {
namespace {

constexpr size_t kGap = 3;  // words that may stand between two words of a phrase

/// Space-separated lower-case words of up to `count` words before `end`.
std::string WordsBefore(std::string_view text, size_t begin, size_t end, size_t count) {
  const std::string folded = text::FoldString(text.substr(begin, end - begin), {.case_fold = true, .punctuation = true});
  size_t at = folded.size();
  for (size_t words = 0; at > 0 && words < count;) {
    const size_t space = folded.rfind(' ', at - 1);
    if (space == std::string::npos) return " " + folded + " ";
    at = space;
    ++words;
  }
  return folded.substr(at) + " ";
}

bool HoldsAny(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

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

/// Where the phrase ends when its first word is words[at]; SIZE_MAX: not here.
size_t MatchAt(const std::vector<Word>& words, size_t at, const std::vector<Word>& phrase) {
  size_t next = at + 1;
  for (size_t i = 1; i < phrase.size(); ++i) {
    const size_t limit = std::min(words.size(), next + kGap + 1);
    while (next < limit && !SameWord(words[next].stem, phrase[i].stem)) ++next;
    if (next >= limit) return SIZE_MAX;
    ++next;
  }
  return next - 1;
}

}  // namespace

Denial DenialAround(std::string_view text, text::Range sentence, text::Range place) {
  const std::string before = WordsBefore(text, sentence.begin, place.begin, 5);
  size_t end = std::min(sentence.end, place.end + 60);
  const std::string after = text::FoldString(text.substr(place.end, end - std::min(end, place.end)),
                                             {.case_fold = true, .space = text::Space::kDrop});
  if (HoldsAny(after.substr(0, 30), {"旨の", "旨を", "意思表示", "ことを希望", "場合には", "場合は、"})) return Denial::kReported;
  if (HoldsAny(before, {" wish to ", " wishes to ", " notice of ", " elects to ", " intent to ", " intention to "})) {
    return Denial::kReported;
  }
  if (HoldsAny(before, {" not ", " no ", " never ", " nor ", " neither ", " without ", "n't "})) return Denial::kDenied;
  if (HoldsAny(after.substr(0, 36), {"ない", "ません", "せず", "なし"}) &&
      !HoldsAny(after.substr(0, 36), {"ない限り", "なければ", "ないとき", "ない場合"})) {
    return Denial::kDenied;
  }
  return Denial::kStated;
}

std::vector<text::Range> LoosePlaces(Reading& reading, const std::string& phrase) {
  std::vector<text::Range> out = reading.Places(phrase);
  const std::vector<Word> wanted = StemmedWords(phrase, 0);
  const bool latin = std::all_of(phrase.begin(), phrase.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!latin || wanted.size() < 2) return out;
  // The longest word is the rarest: only sentences that hold its stem are looked at in full.
  const auto rare = std::max_element(wanted.begin(), wanted.end(),
                                     [](const Word& a, const Word& b) { return a.stem.size() < b.stem.size(); });
  const std::string stem = rare->stem.substr(0, std::max<size_t>(5, std::min<size_t>(rare->stem.size(), 7)));
  for (const size_t index : reading.SentencesWith(stem)) {
    const Sentence& sentence = reading.sentences()[index];
    const std::string_view line = reading.Slice(sentence.range);
    if (line.size() > 8000) continue;
    const std::vector<Word> words = StemmedWords(line, sentence.range.begin);
    for (size_t at = 0; at < words.size(); ++at) {
      if (!SameWord(words[at].stem, wanted.front().stem)) continue;
      const size_t last = MatchAt(words, at, wanted);
      if (last == SIZE_MAX) continue;
      const text::Range range{words[at].range.begin, words[last].range.end};
      if (std::find(out.begin(), out.end(), range) == out.end()) out.push_back(range);
    }
  }
  return out;
}

}  // namespace yk::builtin
