// SPDX-License-Identifier: Apache-2.0
#include "builtin/denial.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "text/normalize.h"
#include "text/truth_words.h"

namespace yk::builtin {
namespace {

constexpr size_t kAnswerMax = 80;  // bytes behind a label in which its answer stands
constexpr std::string_view kPrefixes[] = {"未", "非", "不", "無"};

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
  return HoldsAny(words, {" not ", " no ", " never ", " nor ", " neither ", " without ", "n't ", " cannot "});
}

bool Denies(std::string_view text) {
  const std::string words = " " + text::FoldString(text, {.case_fold = true, .punctuation = true}) + " ";
  return HoldsNot(words) || HoldsAny(words, {"ない", "なく", "なかった", "ません", "ずに", "せず"});
}

bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// What stands behind a label in its own line, "Refundable: No" or "| 更新 | あり |": a whole word that answers it.
std::optional<Denial> AnswerToLabel(std::string_view text, text::Range sentence, size_t label_end) {
  const size_t limit = std::min({sentence.end, text.size(), label_end + kAnswerMax});
  if (label_end >= limit) return std::nullopt;
  const std::string_view near = text.substr(label_end, limit - label_end);
  const size_t line_end = label_end + std::min(near.find('\n'), near.size());
  if (label_end >= line_end) return std::nullopt;
  const std::string rest =
      text::FoldString(text.substr(label_end, line_end - label_end), {.case_fold = true, .punctuation = true});
  const bool cell = text[label_end] == '\t';
  if (!cell && !rest.starts_with(":") && !rest.starts_with("|")) return std::nullopt;
  const size_t begin = std::min(rest.find_first_not_of(" :|\t"), rest.size());
  size_t end = rest.find_first_of(" \t,.;|(", begin);
  for (const std::string_view mark : {"、", "。"}) end = std::min(end, rest.find(mark, begin));
  end = std::min(end, rest.size());
  const std::string_view word = std::string_view(rest).substr(begin, end - begin);
  // "Contract: No. 12" is a number.
  const size_t behind = std::min(rest.find_first_not_of(" .#", end), rest.size());
  if (word == "no" && behind < rest.size() && rest[behind] >= '0' && rest[behind] <= '9') return std::nullopt;
  if (const auto truth = text::TruthOf(word)) return *truth ? Denial::kStated : Denial::kDenied;
  if (IsOneOf(word, {"none", "無し", "否", "×", "✕", "不可", "不要"})) return Denial::kDenied;
  if (IsOneOf(word, {"有り", "○", "◯", "〇", "可", "要"})) return Denial::kStated;
  return std::nullopt;
}

/// The clause that the words before a cue belong to: "No complaints, the room was" is about the room.
std::string_view LastClause(std::string_view words) {
  for (const std::string_view cut : {", the ", ", it ", ", they ", ", we ", ", i ", "; ", " but ", " and the ",
                                     " and it ", " and they ", " and i "}) {
    if (const size_t at = words.rfind(cut); at != std::string_view::npos) words.remove_prefix(at + cut.size() - 1);
  }
  return words;
}

/// What stands behind a cue as far as it may deny it: 文句なし and 問題ない praise.
std::string_view UntilPraise(std::string_view words) {
  for (const std::string_view praise :
       {"文句な", "申し分", "問題な", "問題あ", "不満な", "不満は", "不満も", "間違いな"})
    words = words.substr(0, words.find(praise));
  return words;
}

/// "non-refundable", 未承認, 非公開: the denial is part of the word.
bool DeniedByPrefix(std::string_view lead, std::string_view before) {
  if (before.ends_with(" non- ") || before.ends_with(" non ")) return true;
  if (lead.ends_with("有無") || lead.ends_with("是非")) return false;
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes), [&](auto prefix) { return lead.ends_with(prefix); });
}

}  // namespace

bool DeniesMore(std::string_view words, std::string_view cue) { return Denies(words) && !Denies(cue); }

Denial DenialAround(std::string_view text, text::Range sentence, text::Range place) {
  if (const auto answer = AnswerToLabel(text, sentence, place.end)) return *answer;
  const std::string before = WordsBefore(text, sentence.begin, place.begin, 5);
  size_t end = std::min(sentence.end, place.end + 60);
  const std::string after = text::FoldString(text.substr(place.end, end - std::min(end, place.end)),
                                             {.case_fold = true, .space = text::Space::kDrop});
  if (HoldsAny(after.substr(0, 30), {"旨の", "旨を", "意思表示", "ことを希望", "場合には", "場合は、"}))
    return Denial::kReported;
  if (HoldsAny(before, {" wish to ", " wishes to ", " notice of ", " elects to ", " intent to ", " intention to "})) {
    return Denial::kReported;
  }
  if (DeniedByPrefix(text.substr(sentence.begin, place.begin - sentence.begin), before)) return Denial::kDenied;
  if (HoldsNot(LastClause(before))) return Denial::kDenied;
  const std::string_view near = UntilPraise(std::string_view(after).substr(0, 36));
  if (HoldsAny(near, {"ない", "ません", "せず", "なし"}) &&
      !HoldsAny(near, {"ない限り", "なければ", "ないとき", "ない場合"})) {
    return Denial::kDenied;
  }
  return Denial::kStated;
}

}  // namespace yk::builtin
