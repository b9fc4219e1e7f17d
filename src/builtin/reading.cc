// SPDX-License-Identifier: Apache-2.0
#include "builtin/reading.h"

#include <algorithm>
#include <cstring>

#include "builtin/spotters.h"
#include "text/sentences.h"

namespace yk::builtin {

namespace {

/// string_view::find stops at every CJK character, because all of them share their first bytes.
size_t Next(std::string_view hay, std::string_view needle, size_t from) {
  if (from >= hay.size()) return std::string_view::npos;
  const void* found = memmem(hay.data() + from, hay.size() - from, needle.data(), needle.size());
  return found == nullptr ? std::string_view::npos : static_cast<size_t>(static_cast<const char*>(found) - hay.data());
}

}  // namespace

text::FoldOptions PhraseFolding() {
  return {.case_fold = true, .space = text::Space::kDrop, .punctuation = true, .drop_hyphens = true};
}

Reading::Reading(std::string_view text) : text_(text), index_(text), folded_(text::Fold(text, PhraseFolding())) {
  SplitSentences();
}

void Reading::SplitSentences() {
  const std::vector<text::Range> ranges = text::SplitSentences(text_);
  sentences_.reserve(ranges.size());
  size_t heading = SIZE_MAX;
  for (const text::Range& range : ranges) {
    Sentence sentence;
    sentence.range = range;
    const text::Range points = index_.ToCodePoints(range);
    sentence.length = points.size();
    const std::string_view line = Slice(range);
    sentence.heading = sentence.length <= 120 && line.find('\n') == std::string_view::npos && text::IsHeading(line);
    if (sentence.heading) heading = sentences_.size();
    sentence.under = heading == SIZE_MAX ? sentences_.size() : heading;
    sentences_.push_back(sentence);
  }
}

size_t Reading::SentenceAt(size_t byte) const {
  const auto after = std::upper_bound(sentences_.begin(), sentences_.end(), byte,
                                      [](size_t at, const Sentence& s) { return at < s.range.begin; });
  return after == sentences_.begin() ? 0 : static_cast<size_t>(after - sentences_.begin()) - 1;
}

size_t Reading::Distance(size_t from, size_t to, size_t max) const {
  if (from > to) std::swap(from, to);
  if (to - from > 4 * max) return max;
  return std::min(max, text::CountCodePoints(text_.substr(from, to - from)));
}

bool Reading::StandsAlone(text::Range range) const {
  size_t begin = range.begin;
  size_t first_at = range.begin;
  const char32_t first = text::NextCodePoint(text_, &first_at);
  if (text::IsWordLetter(first) && begin > 0 && text::IsWordLetter(text::PreviousCodePoint(text_, &begin)))
    return false;
  size_t end = range.end;
  size_t last_at = range.end;
  const char32_t last = text::PreviousCodePoint(text_, &last_at);
  return !(text::IsWordLetter(last) && end < text_.size() && text::IsWordLetter(text::NextCodePoint(text_, &end)));
}

void Reading::FindPlaces(const std::string& phrase, std::vector<text::Range>* places) const {
  const std::string needle = text::FoldString(phrase, PhraseFolding());
  if (needle.empty()) return;
  const std::string_view hay = folded_.text();
  for (size_t at = Next(hay, needle, 0); at != std::string_view::npos; at = Next(hay, needle, at + needle.size())) {
    const text::Range source = folded_.Source({at, at + needle.size()});
    if (StandsAlone(source)) places->push_back(source);
  }
}

const std::vector<text::Range>& Reading::Places(const std::string& phrase) {
  const auto [at, fresh] = places_.try_emplace(phrase);
  if (fresh) FindPlaces(phrase, &at->second);
  return at->second;
}

std::vector<size_t> Reading::SentencesWith(const std::string& stem) const {
  std::vector<size_t> out;
  const std::string needle = text::FoldString(stem, PhraseFolding());
  if (needle.empty()) return out;
  const std::string_view hay = folded_.text();
  for (size_t at = Next(hay, needle, 0); at != std::string_view::npos; at = Next(hay, needle, at + needle.size())) {
    const size_t sentence = SentenceAt(folded_.Source({at, at + needle.size()}).begin);
    if (out.empty() || out.back() != sentence) out.push_back(sentence);
  }
  return out;
}

std::vector<float> Reading::Relevance(const std::string& query) {
  if (!bm25_built_) {
    bm25_built_ = true;
    for (size_t i = 0; i < sentences_.size(); ++i) {
      std::string entry(Slice(sentences_[i].range));
      if (sentences_[i].under != i) entry.append(" ").append(Slice(sentences_[sentences_[i].under].range));
      bm25_.Add(entry);
    }
  }
  std::vector<float> scores(sentences_.size(), 0.0F);
  const std::vector<text::Bm25Hit> hits = bm25_.Search(query, sentences_.size());
  if (hits.empty() || hits.front().score <= 0) return scores;
  for (const text::Bm25Hit& hit : hits) scores[hit.entry] = hit.score / hits.front().score;
  return scores;
}

const std::vector<Candidate>& Reading::Candidates(Kind kind) {
  const auto [at, fresh] = candidates_.try_emplace(static_cast<int>(kind));
  if (fresh) at->second = Spot(kind, text_);
  return at->second;
}

}  // namespace yk::builtin
