// SPDX-License-Identifier: Apache-2.0
#include "text/align.h"

#include <algorithm>

#include "text/align_lcs.h"
#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

constexpr FoldOptions kLoose = {.case_fold = true, .space = Space::kDrop, .punctuation = true, .drop_hyphens = true};
constexpr size_t kOccurrencesMax = 4096;  // places of one quote that are weighed against `near`

size_t Distance(Range place, Range near) {
  if (place.end <= near.begin) return near.begin - place.end;
  if (near.end <= place.begin) return place.begin - near.end;
  return 0;
}

bool CutsWord(std::string_view text, size_t at) {
  if (at == 0 || at >= text.size()) return false;
  size_t left = at;
  size_t right = at;
  return IsWordLetter(PreviousCodePoint(text, &left)) && IsWordLetter(NextCodePoint(text, &right));
}

/// How little a place is to be preferred: it cuts words, then it is far from where the quote is expected.
struct Cost {
  int cuts;
  size_t distance;
  friend auto operator<=>(const Cost&, const Cost&) = default;
};

}  // namespace

struct Aligner::State {
  explicit State(std::string_view text) : source(text), code_points(text) {}

  const FoldedText& Folded() {
    if (!folded) folded = std::make_unique<FoldedText>(Fold(source, kLoose));
    return *folded;
  }
  const LcsIndex& Units() {
    if (!units) units = std::make_unique<LcsIndex>(source);
    return *units;
  }

  Cost CostOf(Range place, const AlignOptions& options) const {
    return {CutsWord(source, place.begin) + CutsWord(source, place.end),
            options.near ? Distance(place, *options.near) : 0};
  }

  Alignment Made(Range place, Alignment::How how) const {
    Alignment out;
    out.bytes = place;
    out.code_points = code_points.ToCodePoints(place);
    out.how = how;
    return out;
  }

  std::string_view source;
  CodePointIndex code_points;
  std::unique_ptr<FoldedText> folded;
  std::unique_ptr<LcsIndex> units;
};

namespace {

/// The best of the places where `needle` stands in `text`; `to_source` turns one into a range of the source.
template <typename ToSource, typename CostOf>
std::optional<Range> BestPlace(std::string_view text, std::string_view needle, ToSource to_source, CostOf cost_of,
                               bool first_is_best) {
  std::optional<Range> best;
  Cost best_cost{};
  size_t tried = 0;
  for (size_t at = text.find(needle); at != std::string_view::npos && tried < kOccurrencesMax;
       at = text.find(needle, at + 1), ++tried) {
    const Range place = to_source(Range{at, at + needle.size()});
    const Cost cost = cost_of(place);
    if (!best || cost < best_cost) {
      best = place;
      best_cost = cost;
    }
    if (first_is_best && best_cost.cuts == 0) break;
  }
  return best;
}

}  // namespace

Aligner::Aligner(std::string_view source) : state_(std::make_unique<State>(source)) {}
Aligner::~Aligner() = default;
Aligner::Aligner(Aligner&&) noexcept = default;
Aligner& Aligner::operator=(Aligner&&) noexcept = default;

std::optional<Alignment> Aligner::Find(std::string_view quote, const AlignOptions& options) const {
  quote = TrimSpace(quote);
  if (quote.empty() || state_->source.empty()) return std::nullopt;
  const auto cost = [&](Range place) { return state_->CostOf(place, options); };
  const auto same = [](Range place) { return place; };
  const auto exact = BestPlace(state_->source, quote, same, cost, !options.near);
  if (exact && cost(*exact).cuts == 0) return state_->Made(*exact, Alignment::How::kExact);

  const std::string needle = FoldString(quote, kLoose);
  if (!needle.empty()) {
    const FoldedText& folded = state_->Folded();
    const auto to_source = [&](Range place) { return folded.Source(place); };
    const auto loose = BestPlace(folded.text(), needle, to_source, cost, !options.near);
    // A place that keeps words whole is better than one that cuts them, even if only the latter is exact.
    if (loose && (!exact || cost(*loose).cuts == 0)) return state_->Made(*loose, Alignment::How::kAligned);
  }
  if (exact) return state_->Made(*exact, Alignment::How::kExact);

  const auto found = state_->Units().Find(quote, options);
  if (!found) return std::nullopt;
  Alignment out = state_->Made(found->place, Alignment::How::kAligned);
  out.coverage = found->coverage;
  out.density = found->density;
  return out;
}

std::string_view HowName(Alignment::How how) { return how == Alignment::How::kExact ? "exact" : "aligned"; }

}  // namespace yk::text
