// SPDX-License-Identifier: Apache-2.0
#include "text/passages.h"

#include <algorithm>
#include <unordered_map>

#include "base/hash.h"
#include "text/normalize.h"
#include "text/sentences.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

/// How good a place to cut is: a cut never takes a weaker one when a stronger stands in the last half of the passage.
enum Strength { kAnywhere, kSentence, kLine, kBlankLine, kHeading, kPage };

struct Atom {
  size_t begin;
  size_t tokens;
  Strength strength;  ///< of the boundary before it
};

class Tally {
 public:
  void Take(char32_t c) {
    const Kind kind = KindOf(c);
    if (kind != kind_) Close();
    kind_ = kind;
    ++run_;
  }
  size_t Finish() {
    Close();
    return tokens_;
  }

 private:
  enum Kind { kNone, kSpaces, kLetters, kOtherLetters, kDigits, kSingle };
  static Kind KindOf(char32_t c) {
    if (IsSpace(c)) return kSpaces;
    if (c >= '0' && c <= '9') return kDigits;
    if (!IsWordLetter(c)) return kSingle;
    return c < 0x250 ? kLetters : kOtherLetters;
  }
  void Close() {
    static constexpr size_t kPerToken[] = {1, 40, 4, 2, 3, 1};
    if (kind_ == kSpaces)
      tokens_ += run_ / kPerToken[kSpaces];  // one space rides on the word behind it
    else if (kind_ != kNone)
      tokens_ += (run_ + kPerToken[kind_] - 1) / kPerToken[kind_];
    run_ = 0;
  }
  Kind kind_ = kNone;
  size_t run_ = 0;
  size_t tokens_ = 0;
};

class PassageSplitter {
 public:
  PassageSplitter(std::string_view text, const PassageOptions& options)
      : text_(text), options_(options), tokens_max_(std::max<size_t>(1, options.tokens_max)) {
    overlap_ = std::min(options.overlap_tokens, tokens_max_ / 2);
  }

  std::vector<Passage> Run() {
    MakeAtoms();
    if (atoms_.empty() || TrimSpace(text_).empty()) return {};
    size_t first = 0;
    while (first < atoms_.size()) {
      const size_t end = CutAfter(first);
      Emit(first, end);
      first = end;
    }
    return std::move(out_);
  }

 private:
  size_t EndOf(size_t atom) const { return atom + 1 < atoms_.size() ? atoms_[atom + 1].begin : text_.size(); }

  /// Atoms begin at sentences, pages and, inside sentences too large for a passage, at lines and characters.
  void MakeAtoms() {
    std::vector<std::pair<size_t, Strength>> starts;
    size_t last_end = 0;
    for (const Range sentence : SplitSentences(text_)) {
      starts.emplace_back(starts.empty() ? 0 : sentence.begin, StrengthAt(last_end, sentence));
      last_end = sentence.end;
    }
    for (const Range& page : options_.pages) {
      if (page.begin > 0 && page.begin < text_.size()) starts.emplace_back(page.begin, kPage);
    }
    if (starts.empty()) starts.emplace_back(0, kPage);
    std::sort(starts.begin(), starts.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : a.second > b.second;
    });
    starts.erase(
        std::unique(starts.begin(), starts.end(), [](const auto& a, const auto& b) { return a.first == b.first; }),
        starts.end());
    starts.front().first = 0;
    for (size_t i = 0; i < starts.size(); ++i) {
      const size_t end = i + 1 < starts.size() ? starts[i + 1].first : text_.size();
      AddAtom({starts[i].first, end}, starts[i].second);
    }
  }

  Strength StrengthAt(size_t previous_end, Range sentence) {
    const std::string_view gap = text_.substr(previous_end, sentence.begin - previous_end);
    const std::string_view words = text_.substr(sentence.begin, sentence.size());
    if (gap.find('\f') != std::string_view::npos) return kPage;
    if (words.find('\n') == std::string_view::npos && IsHeading(words)) {
      headings_.push_back(sentence);
      return kHeading;
    }
    const auto feeds = std::count(gap.begin(), gap.end(), '\n');
    return feeds >= 2 ? kBlankLine : feeds == 1 ? kLine : kSentence;
  }

  void AddAtom(Range range, Strength strength) {
    const size_t tokens = EstimateTokens(text_.substr(range.begin, range.size()));
    if (tokens <= Budget()) {
      atoms_.push_back({range.begin, tokens, strength});
      return;
    }
    // Too large: cut at white space, else between characters.
    size_t begin = range.begin;
    size_t soft = 0;  // last white space since `begin`
    size_t seen = 0;  // code points since `begin`: none makes more than one token, so this bounds the tokens
    for (size_t pos = range.begin; pos < range.end;) {
      const char32_t c = NextCodePoint(text_, &pos);
      ++seen;
      if (IsSpace(c)) soft = pos;
      if (seen >= Budget()) {
        const size_t cut = soft > begin ? soft : pos;
        if (cut >= range.end) break;
        PushAtom(begin, cut, &strength);
        begin = cut;
        soft = 0;
        seen = CountCodePoints(text_.substr(cut, pos - cut));
      }
    }
    PushAtom(begin, range.end, &strength);
  }

  void PushAtom(size_t begin, size_t end, Strength* strength) {
    atoms_.push_back({begin, EstimateTokens(text_.substr(begin, end - begin)), *strength});
    *strength = kAnywhere;
  }

  size_t Budget() const { return std::max<size_t>(1, tokens_max_ - overlap_); }

  size_t CutAfter(size_t first) const {
    size_t tokens = 0;
    size_t end = first;
    while (end < atoms_.size() && (end == first || tokens + atoms_[end].tokens <= Budget())) {
      if (end > first && options_.break_at_pages && atoms_[end].strength == kPage) return end;
      tokens += atoms_[end++].tokens;
    }
    if (end == atoms_.size()) return end;
    size_t best = end;
    size_t kept = tokens;
    for (size_t i = end; i > first + 1 && kept * 2 > Budget(); --i) {
      if (atoms_[i].strength > atoms_[best].strength) best = i;
      kept -= atoms_[i - 1].tokens;
    }
    return best;
  }

  void Emit(size_t first, size_t end) {
    Passage passage;
    passage.fresh = atoms_[first].begin;
    passage.range = {passage.fresh, EndOf(end - 1)};
    for (size_t i = first; i < end; ++i) passage.tokens += atoms_[i].tokens;
    size_t repeated = 0;
    const bool page_starts = options_.break_at_pages && atoms_[first].strength == kPage;
    for (size_t i = first; i > 0 && !page_starts && repeated + atoms_[i - 1].tokens <= overlap_; --i) {
      repeated += atoms_[i - 1].tokens;
      passage.range.begin = atoms_[i - 1].begin;
    }
    passage.tokens += repeated;
    passage.page = PageOf(passage.range.begin);
    passage.heading = HeadingAt(passage.fresh);
    passage.id = IdOf(text_.substr(passage.fresh, passage.range.end - passage.fresh));
    out_.push_back(std::move(passage));
  }

  size_t PageOf(size_t byte) const {
    const auto after = std::upper_bound(options_.pages.begin(), options_.pages.end(), byte,
                                        [](size_t b, const Range& page) { return b < page.begin; });
    return after == options_.pages.begin() ? 0 : static_cast<size_t>(after - options_.pages.begin()) - 1;
  }

  std::string HeadingAt(size_t byte) const {
    const auto after = std::upper_bound(headings_.begin(), headings_.end(), byte,
                                        [](size_t b, const Range& h) { return b < h.begin; });
    if (after == headings_.begin()) return "";
    const Range heading = *std::prev(after);
    return SqueezeSpace(text_.substr(heading.begin, heading.size()));
  }

  std::string IdOf(std::string_view fresh) {
    const std::string normal = FoldString(fresh);
    const int64_t occurrence = occurrences_[normal]++;
    Hasher hasher;
    hasher.Field(options_.source_id).Field(normal).Field(occurrence).Field(int64_t{kPassageVersion});
    return ToHex(hasher.Finish()).substr(0, 32);
  }

  const std::string_view text_;
  const PassageOptions& options_;
  size_t tokens_max_;
  size_t overlap_ = 0;
  std::vector<Atom> atoms_;
  std::vector<Range> headings_;
  std::unordered_map<std::string, int64_t> occurrences_;
  std::vector<Passage> out_;
};

}  // namespace

size_t EstimateTokens(std::string_view text) {
  Tally tally;
  for (size_t pos = 0; pos < text.size();) tally.Take(NextCodePoint(text, &pos));
  return tally.Finish();
}

std::vector<Passage> SplitPassages(std::string_view text, const PassageOptions& options) {
  return PassageSplitter(text, options).Run();
}

}  // namespace yk::text
