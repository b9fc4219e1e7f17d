// SPDX-License-Identifier: Apache-2.0
#include "builtin/denial.h"

#include <algorithm>

#include "text/normalize.h"

namespace yk::builtin {
namespace {

/// Space-separated lower-case words of up to `count` words before `end`.
std::string WordsBefore(std::string_view text, size_t begin, size_t end, size_t count) {
  const std::string folded =
      text::FoldString(text.substr(begin, end - begin), {.case_fold = true, .punctuation = true});
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

bool HoldsNot(std::string_view words) {
  return HoldsAny(words, {" not ", " no ", " never ", " nor ", " neither ", " without ", "n't "});
}

bool Denies(std::string_view text) {
  const std::string words = " " + text::FoldString(text, {.case_fold = true, .punctuation = true}) + " ";
  return HoldsNot(words) || HoldsAny(words, {" cannot "}) ||
         HoldsAny(words, {"ない", "なく", "なかった", "ません", "ずに", "せず"});
}

}  // namespace

bool DeniesMore(std::string_view words, std::string_view cue) { return Denies(words) && !Denies(cue); }

Denial DenialAround(std::string_view text, text::Range sentence, text::Range place) {
  const std::string before = WordsBefore(text, sentence.begin, place.begin, 5);
  size_t end = std::min(sentence.end, place.end + 60);
  const std::string after = text::FoldString(text.substr(place.end, end - std::min(end, place.end)),
                                             {.case_fold = true, .space = text::Space::kDrop});
  if (HoldsAny(after.substr(0, 30), {"旨の", "旨を", "意思表示", "ことを希望", "場合には", "場合は、"}))
    return Denial::kReported;
  if (HoldsAny(before, {" wish to ", " wishes to ", " notice of ", " elects to ", " intent to ", " intention to "})) {
    return Denial::kReported;
  }
  if (HoldsNot(before)) return Denial::kDenied;
  if (HoldsAny(after.substr(0, 36), {"ない", "ません", "せず", "なし"}) &&
      !HoldsAny(after.substr(0, 36), {"ない限り", "なければ", "ないとき", "ない場合"})) {
    return Denial::kDenied;
  }
  return Denial::kStated;
}

}  // namespace yk::builtin
