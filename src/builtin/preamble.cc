// SPDX-License-Identifier: Apache-2.0
#include "builtin/preamble.h"

#include <algorithm>
#include <array>

#include "builtin/defined_terms.h"
#include "builtin/party_name.h"
#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::builtin {
namespace {

constexpr size_t kHead = 24000;  // bytes in which a contract names its parties
constexpr size_t kRun = 5000;    // bytes of an opening after "between"
constexpr size_t kGap = 900;     // bytes between one party's bracket and the next party
constexpr size_t kStart = 90;    // bytes between "between" and the first name
constexpr size_t kPartiesMax = 60;
constexpr size_t kAnchorsMax = 40;  // openings tried

/// Where the opening ends: recitals begin.
size_t OpeningEnd(Reading& reading, size_t from, size_t limit) {
  static const std::array<std::string, 9> kEnds = {"whereas",    "witnesseth",          "recitals",
                                                   "background", "now, therefore",      "article 1",
                                                   "article i",  "in consideration of", "definitions"};
  for (const std::string& word : kEnds) {
    for (const text::Range& place : reading.Places(word)) {
      if (place.begin > from && place.begin < limit) limit = place.begin;
    }
  }
  return limit;
}

/// Does "and", "&" or a number such as (2) stand before this place?
bool FollowsAnd(std::string_view text, size_t at) {
  size_t end = at;
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\n' || text[end - 1] == '\t')) --end;
  const std::string_view before = text.substr(end > 8 ? end - 8 : 0, std::min<size_t>(end, 8));
  const std::string folded = text::FoldCase(before);
  return folded.ends_with(" and") || folded.ends_with("\nand") || folded.ends_with("&") || folded.ends_with(")");
}

/// Does the text after a party go on to the next one: ", and", "and", ";", (2)? A new paragraph alone does not.
bool Continues(std::string_view text, text::Range segment) {
  size_t at = segment.begin;
  while (at < segment.end && std::string_view(" \t\r\n").find(text[at]) != std::string_view::npos) ++at;
  if (at >= segment.end) return false;
  if (std::string_view(",;(\"&/").find(text[at]) != std::string_view::npos) return true;
  const std::string next = text::FoldCase(text.substr(at, std::min<size_t>(4, segment.end - at)));
  return next.starts_with("and") || next.starts_with("と") || next.starts_with("、") || next.starts_with("及") ||
         next.starts_with("並");
}

bool Cjk(std::string_view text, size_t before) {
  size_t at = before;
  return at > 0 && text::IsCjk(text::PreviousCodePoint(text, &at));
}

/// The party of a segment that ends at a bracket, and one before it that has no bracket of its own:
/// "A, Inc. and B LLC ("B")".
std::vector<Party> InSegment(Reading& reading, text::Range segment, const DefinedTerm& term) {
  std::optional<text::Range> name = NameAtStart(reading, segment);
  if (!name) name = FirstOrganisation(reading, segment);
  if (!name) return {};
  std::vector<Party> out{{*name, {}, term.bracket.begin}};
  for (const Candidate& each : reading.Candidates(Kind::kOrganisation)) {
    if (each.range.begin < out.back().name.end) continue;
    if (each.range.end > segment.end) break;
    if (FollowsAnd(reading.text(), each.range.begin)) out.push_back({each.range, {}, 0});
  }
  out.back().terms = term.names;
  return out;
}

/// Parties that follow "between", each told by its bracket. Empty unless one stands right behind it.
std::vector<Party> AfterAnchor(Reading& reading, size_t from) {
  const size_t limit = OpeningEnd(reading, from, std::min(reading.text().size(), from + kRun));
  std::vector<Party> out;
  size_t cursor = from;
  for (const DefinedTerm& term : FindDefinedTerms(reading.text(), {from, limit})) {
    if (term.bracket.begin < cursor) continue;
    if (term.collective) break;
    const text::Range segment{cursor, term.bracket.begin};
    if (term.thing || segment.size() > kGap) {
      if (out.empty() && segment.size() > kGap) break;
      if (!term.thing) break;
      cursor = term.bracket.end;
      continue;
    }
    cursor = term.bracket.end;
    // ("X") ("Y"): a second bracket for the same party.
    if (!out.empty() && segment.size() <= 8) {
      out.back().terms.insert(out.back().terms.end(), term.names.begin(), term.names.end());
      continue;
    }
    const std::vector<Party> found = InSegment(reading, segment, term);
    if (out.empty() && (found.empty() || found.front().name.begin > from + kStart)) break;
    if (found.empty()) continue;
    const bool goes_on = Continues(reading.text(), segment) || FollowsAnd(reading.text(), found.front().name.begin);
    if (!out.empty() && !goes_on) break;
    out.insert(out.end(), found.begin(), found.end());
    if (out.size() >= kPartiesMax) break;
  }
  if (out.size() == 1 && Continues(reading.text(), {cursor, limit})) {
    if (const auto last = NameAtStart(reading, {cursor, std::min(limit, cursor + 300)})) out.push_back({*last, {}, 0});
  }
  return out;
}

/// "between A Corp. and B LLC" without brackets.
std::vector<Party> OrganisationsAfter(Reading& reading, size_t from) {
  const size_t sentence = reading.SentenceAt(from);
  const size_t limit = OpeningEnd(reading, from, std::min(reading.sentences()[sentence].range.end, from + 1500));
  std::vector<Party> out;
  for (const Candidate& each : reading.Candidates(Kind::kOrganisation)) {
    if (each.range.begin >= from && each.range.end <= limit) out.push_back({each.range, {}, 0});
  }
  return out;
}

/// Brackets near the head, whatever stands before them.
std::vector<Party> BeforeBrackets(Reading& reading) {
  const std::string_view text = reading.text();
  std::vector<Party> out;
  size_t cursor = 0;
  for (const DefinedTerm& term : FindDefinedTerms(text, {0, std::min(text.size(), kHead / 2)})) {
    const size_t from = std::max(cursor, term.bracket.begin > kGap ? term.bracket.begin - kGap : 0);
    if (!out.empty() && term.bracket.begin - cursor > kGap) break;
    if (!term.thing && !term.collective) {
      const text::Range segment{from, term.bracket.begin};
      const bool cjk = Cjk(text, term.bracket.begin);
      std::optional<text::Range> name;
      const bool goes_on = out.empty() || Continues(text, {cursor, term.bracket.begin});
      if (out.size() >= 2 && !goes_on && !cjk) break;
      if (!out.empty() && !cjk && goes_on) name = NameAtStart(reading, segment);
      if (!name) name = NameAtEnd(reading, segment);
      if (!name && !cjk && goes_on) name = FirstOrganisation(reading, segment);
      if (name) out.push_back({*name, term.names, term.bracket.begin});
    }
    if (!out.empty() || !term.thing) cursor = term.bracket.end;
    if (term.collective && out.size() >= 2) break;
  }
  return out;
}

/// "Party A: X", 甲：X.
std::vector<Party> Labelled(Reading& reading) {
  static const std::array<std::string, 18> kLabels = {
      "party a", "party b", "party c", "buyer",  "seller", "licensor", "licensee", "customer", "supplier",
      "甲",      "乙",      "丙",      "委託者", "受託者", "発注者",   "受注者",   "売主",     "買主"};
  const std::string_view text = reading.text();
  std::vector<std::pair<size_t, Party>> found;
  for (const std::string& label : kLabels) {
    for (const text::Range& place : reading.Places(label)) {
      if (place.begin > kHead) break;
      size_t at = place.end;
      const std::string_view rest = text.substr(at);
      if (!rest.starts_with(":") && !rest.starts_with("：")) continue;
      at += rest.front() == ':' ? 1 : 3;
      const auto name = NameAtStart(reading, {at, std::min(text.size(), at + 200)});
      if (name) found.push_back({place.begin, {*name, {place}, 0}});
      break;
    }
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Party> out;
  for (auto& [at, party] : found) out.push_back(std::move(party));
  return out;
}

/// Names above the signatures.
std::vector<Party> Signatures(Reading& reading) {
  static const std::array<std::string, 8> kSigns = {
      "by:", "its:", "for and on behalf of", "signed by", "代表取締役", "理事長", "取締役", "代表者"};
  std::vector<text::Range> places;
  for (const std::string& sign : kSigns) {
    for (const text::Range& place : reading.Places(sign)) places.push_back(place);
  }
  std::vector<Party> out;
  for (const Candidate& each : reading.Candidates(Kind::kOrganisation)) {
    const bool signs = std::any_of(places.begin(), places.end(), [&](const text::Range& place) {
      const bool below = place.begin >= each.range.end && place.begin - each.range.end <= 60;
      const bool above = each.range.begin >= place.end && each.range.begin - place.end <= 30;
      return below || above;
    });
    if (signs) out.push_back({each.range, {}, 0});
  }
  return out;
}

std::string Key(const Reading& reading, text::Range range) {
  std::string key = text::FoldString(reading.Slice(range), PhraseFolding());
  std::erase_if(key, [](char c) { return c == '.' || c == ','; });
  return key;
}

void DropRepeats(const Reading& reading, std::vector<Party>* parties) {
  std::vector<Party> kept;
  std::vector<std::string> keys;
  for (Party& party : *parties) {
    std::string key = Key(reading, party.name);
    const auto same = std::find(keys.begin(), keys.end(), key);
    if (same != keys.end()) continue;
    keys.push_back(std::move(key));
    kept.push_back(std::move(party));
  }
  *parties = std::move(kept);
}

/// Places of the words that open the list of parties, in order.
std::vector<text::Range> Anchors(Reading& reading) {
  static const std::array<std::string, 6> kAnchors = {"between", "among", "parties:", "parties", "made by", "by:"};
  std::vector<text::Range> out;
  for (const std::string& anchor : kAnchors) {
    for (const text::Range& place : reading.Places(anchor)) {
      if (place.begin < kHead) out.push_back(place);
    }
  }
  std::sort(out.begin(), out.end(), [](const text::Range& a, const text::Range& b) { return a.begin < b.begin; });
  if (out.size() > kAnchorsMax) out.resize(kAnchorsMax);
  return out;
}

Parties FromOpening(Reading& reading) {
  Parties best;
  const std::vector<text::Range> anchors = Anchors(reading);
  for (size_t i = 0; i < anchors.size(); ++i) {
    const text::Range& place = anchors[i];
    // A title says "between" too; the opening is the one before the brackets.
    const size_t next = i + 1 < anchors.size() ? anchors[i + 1].begin : reading.text().size();
    std::vector<Party> found = AfterAnchor(reading, place.end);
    if (!found.empty() && found.front().bracket > next) found.clear();
    DropRepeats(reading, &found);
    if (found.size() >= 2) return {std::move(found), 0.9};
    if (!best.parties.empty()) continue;
    found = OrganisationsAfter(reading, place.end);
    DropRepeats(reading, &found);
    if (found.size() >= 2 && found.size() <= 8) best = {std::move(found), 0.7};
  }
  return best;
}

}  // namespace

Parties FindParties(Reading& reading) {
  Parties opening = FromOpening(reading);
  if (opening.confidence > 0.8) return opening;
  Parties brackets{BeforeBrackets(reading), 0.8};
  DropRepeats(reading, &brackets.parties);
  if (brackets.parties.size() >= 2) return brackets;
  if (opening.parties.size() >= 2) return opening;
  Parties labelled{Labelled(reading), 0.7};
  DropRepeats(reading, &labelled.parties);
  if (labelled.parties.size() >= 2) return labelled;
  Parties signatures{Signatures(reading), 0.6};
  DropRepeats(reading, &signatures.parties);
  if (signatures.parties.size() >= 2) return signatures;
  if (!brackets.parties.empty()) {
    brackets.confidence = 0.5;
    return brackets;
  }
  signatures.confidence = 0.4;
  return signatures;
}

}  // namespace yk::builtin
