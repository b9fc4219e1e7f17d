// SPDX-License-Identifier: Apache-2.0
#include "text/align_lcs.h"

#include <algorithm>
#include <numeric>

#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

constexpr size_t kPlacesMax = 64;        // places of one quote unit that are looked at; common units say little
constexpr size_t kMatchesMax = 1 << 20;  // in total, so that a long quote of common units stays quick
constexpr size_t kCandidates = 4;        // windows judged per quote
constexpr FoldOptions kFold = {.case_fold = true, .space = Space::kKeep, .punctuation = true};

uint64_t Mix(uint64_t hash, uint64_t value) {
  hash ^= value + 0x9E3779B97F4A7C15ull + (hash << 6) + (hash >> 2);
  return hash * 0xBF58476D1CE4E5B9ull;
}

}  // namespace

LcsIndex::Units LcsIndex::UnitsOf(std::string_view text) {
  const FoldedText folded = Fold(text, kFold);
  const std::string& s = folded.text();
  Units out;
  const auto add = [&](uint64_t key, size_t begin, size_t end) {
    const Range source = folded.Source({begin, end});
    out.push_back({key, static_cast<uint32_t>(source.begin), static_cast<uint32_t>(source.end)});
  };
  char32_t left = 0;  // the CJK character before, white space between them aside
  for (size_t pos = 0; pos < s.size();) {
    const size_t begin = pos;
    const char32_t c = NextCodePoint(s, &pos);
    if (IsCjk(c)) {
      // The unit stands at its second character: a place is then made of whole characters, and a lone one still counts.
      add(Mix(Mix(1, left), c), begin, pos);
      left = c;
    } else if (IsWordLetter(c)) {
      left = 0;
      uint64_t hash = Mix(2, c);
      for (size_t next = pos; next < s.size(); pos = next) {
        const char32_t d = NextCodePoint(s, &next);
        if (d == '-' && next < s.size()) {
          // A word broken over lines is the word.
          size_t after = next;
          while (after < s.size() && IsSpace(static_cast<unsigned char>(s[after]))) ++after;
          size_t letter = after;
          if (after > next && after < s.size() && IsWordLetter(NextCodePoint(s, &letter))) {
            next = after;
            continue;
          }
        }
        if (!IsWordLetter(d)) break;
        hash = Mix(hash, d);
      }
      add(hash, begin, pos);
    } else if (!IsSpace(c)) {
      left = 0;
    }
  }
  return out;
}

LcsIndex::LcsIndex(std::string_view source) : units_(UnitsOf(source)), order_(units_.size()) {
  std::iota(order_.begin(), order_.end(), 0u);
  std::sort(order_.begin(), order_.end(), [&](uint32_t a, uint32_t b) {
    return units_[a].key != units_[b].key ? units_[a].key < units_[b].key : a < b;
  });
  places_.reserve(order_.size() / 4);
  for (size_t i = 0; i < order_.size();) {
    size_t end = i;
    while (end < order_.size() && units_[order_[end]].key == units_[order_[i]].key) ++end;
    places_[units_[order_[i]].key] = {i, end};
    i = end;
  }
}

std::vector<LcsIndex::Match> LcsIndex::Matches(const Units& quote) const {
  // Rare units first fix where the quote can stand; common ones are then looked up near those places only.
  std::vector<Match> rare;
  size_t rarest = SIZE_MAX;
  for (const Unit& unit : quote) {
    const auto found = places_.find(unit.key);
    if (found != places_.end()) rarest = std::min(rarest, found->second.size());
  }
  if (rarest == SIZE_MAX) return rare;
  const size_t limit = std::max(kPlacesMax, std::min<size_t>(rarest, 4096));
  for (uint32_t q = 0; q < quote.size() && rare.size() < kMatchesMax; ++q) {
    const auto found = places_.find(quote[q].key);
    if (found == places_.end() || found->second.size() > limit) continue;
    for (size_t i = found->second.begin; i < found->second.end; ++i) rare.push_back({q, order_[i]});
  }
  return rare;
}

std::vector<uint32_t> LcsIndex::Candidates(const std::vector<Match>& matches, size_t quote_size) const {
  // Matches of one true place share about the same shift between source and quote; vote in overlapping buckets.
  const size_t width = std::max<size_t>(8, quote_size / 2);
  std::unordered_map<uint32_t, std::pair<size_t, uint32_t>> votes;  // bucket -> votes, last quote unit that voted
  for (const Match& m : matches) {
    const size_t shift = m.source + quote_size - m.quote;
    for (size_t bucket : {shift / width, shift / width + 1}) {
      auto& [count, last] = votes[static_cast<uint32_t>(bucket)];
      if (count == 0 || last != m.quote) ++count;
      last = m.quote;
    }
  }
  std::vector<std::pair<size_t, uint32_t>> ranked;
  ranked.reserve(votes.size());
  for (const auto& [bucket, vote] : votes) ranked.emplace_back(vote.first, bucket);
  const size_t k = std::min(kCandidates * 2, ranked.size());
  std::partial_sort(
      ranked.begin(), ranked.begin() + static_cast<ptrdiff_t>(k), ranked.end(),
      [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  std::vector<uint32_t> starts;
  for (size_t i = 0; i < k; ++i) {
    const size_t shift = ranked[i].second * width;
    starts.push_back(static_cast<uint32_t>(shift > quote_size ? shift - quote_size : 0));
  }
  return starts;
}

std::vector<LcsIndex::Match> LcsIndex::Chain(const std::vector<Match>& matches, uint32_t from, uint32_t to) const {
  // Longest increasing subsequence over (quote, source): matches come by quote, and within one quote unit from the far
  // end of the source, so that no two of the same unit chain.
  std::vector<uint32_t> tails;  // indexes into `in`, by chain length
  std::vector<Match> in;
  std::vector<uint32_t> previous;
  for (size_t i = 0; i < matches.size();) {
    size_t end = i;
    while (end < matches.size() && matches[end].quote == matches[i].quote) ++end;
    for (size_t j = end; j-- > i;) {
      const Match m = matches[j];
      if (m.source < from || m.source >= to) continue;
      const auto at = std::lower_bound(tails.begin(), tails.end(), m.source,
                                       [&](uint32_t t, uint32_t s) { return in[t].source < s; });
      previous.push_back(at == tails.begin() ? UINT32_MAX : *std::prev(at));
      in.push_back(m);
      const auto index = static_cast<uint32_t>(in.size() - 1);
      if (at == tails.end())
        tails.push_back(index);
      else
        *at = index;
    }
    i = end;
  }
  std::vector<Match> chain;
  if (tails.empty()) return chain;
  for (uint32_t i = tails.back(); i != UINT32_MAX; i = previous[i]) chain.push_back(in[i]);
  std::reverse(chain.begin(), chain.end());
  return chain;
}

std::optional<LcsIndex::Found> LcsIndex::Judge(std::vector<Match> chain, size_t quote_size,
                                               const AlignOptions& options) const {
  // Stray matches far out at either end stretch the place: drop an end piece that brings fewer units than its gap.
  const auto gap_too_wide = [](const Match& a, const Match& b) {
    const uint32_t in_source = b.source - a.source;
    const uint32_t in_quote = b.quote - a.quote;
    return in_source > in_quote + 8 && in_source > 4 * in_quote;
  };
  for (size_t i = 0; i + 1 < chain.size() && i < chain.size() / 4 + 1;) {
    size_t wide = SIZE_MAX;
    for (size_t j = i; j + 1 < chain.size() && j < chain.size() / 4; ++j) {
      if (gap_too_wide(chain[j], chain[j + 1]) && chain[j + 1].source - chain[j].source > (j - i + 1) * 4) wide = j;
    }
    if (wide == SIZE_MAX) break;
    chain.erase(chain.begin(), chain.begin() + static_cast<ptrdiff_t>(wide) + 1);
    i = 0;
  }
  for (size_t cut = chain.size(); cut-- > chain.size() - chain.size() / 4 && cut > 0;) {
    if (gap_too_wide(chain[cut - 1], chain[cut]) &&
        chain[cut].source - chain[cut - 1].source > (chain.size() - cut) * 4) {
      chain.resize(cut);
      cut = chain.size();
    }
  }
  if (chain.empty()) return std::nullopt;
  const uint32_t first = chain.front().source;
  const uint32_t last = chain.back().source;
  const auto matched = static_cast<double>(chain.size());
  Found found;
  found.coverage = matched / static_cast<double>(quote_size);
  found.density = matched / static_cast<double>(last - first + 1);
  if (found.coverage < options.coverage_min || found.density < options.density_min) return std::nullopt;
  found.place = {units_[first].begin, units_[last].end};
  return found;
}

std::optional<LcsIndex::Found> LcsIndex::Find(std::string_view quote_text, const AlignOptions& options) const {
  const Units quote = UnitsOf(quote_text);
  if (quote.size() < 2 || units_.empty()) return std::nullopt;  // one unit alone would match anywhere
  const std::vector<Match> rare = Matches(quote);
  std::optional<Found> best;
  size_t best_distance = 0;
  for (uint32_t start : Candidates(rare, quote.size())) {
    const auto margin = static_cast<uint32_t>(quote.size());
    const uint32_t from = start > margin ? start - margin : 0;
    const auto to = static_cast<uint32_t>(std::min<size_t>(units_.size(), size_t{start} + 4 * quote.size() + 16));
    // Inside the window every unit counts, common ones too, up to a bound per unit.
    std::vector<Match> matches;
    for (uint32_t q = 0; q < quote.size() && matches.size() < kMatchesMax; ++q) {
      const auto found = places_.find(quote[q].key);
      if (found == places_.end()) continue;
      const auto begin = order_.begin() + static_cast<ptrdiff_t>(found->second.begin);
      const auto end = order_.begin() + static_cast<ptrdiff_t>(found->second.end);
      // Around where the unit is expected, so that the bound keeps the likely ones.
      const uint32_t expected = start + q;
      const uint32_t low = expected > margin + 64 ? std::max(from, expected - margin - 64) : from;
      auto at = std::lower_bound(begin, end, low);
      for (size_t n = 0; at != end && *at < to && n < kPlacesMax; ++at, ++n) matches.push_back({q, *at});
    }
    const auto judged = Judge(Chain(matches, from, to), quote.size(), options);
    if (!judged) continue;
    const Range near = options.near.value_or(judged->place);
    const size_t distance =
        judged->place.begin > near.begin ? judged->place.begin - near.begin : near.begin - judged->place.begin;
    const double gain = best ? judged->coverage + 0.1 * judged->density - best->coverage - 0.1 * best->density : 1;
    if (gain > 1e-9 || (gain > -1e-9 && (distance < best_distance ||
                                         (distance == best_distance && judged->place.begin < best->place.begin)))) {
      best = judged;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace yk::text
