// SPDX-License-Identifier: Apache-2.0
#include "steps/merge.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>

#include "text/normalize.h"
#include "text/schema_program.h"

namespace yk::steps {
namespace {

constexpr size_t kConflictsMax = 5;
constexpr double kExactWhole = 9007199254740992;  ///< 2^53: whole numbers below it are exact

struct Vote {
  int count = 0;
  std::optional<double> confidence;  ///< known ones go before unknown ones
  size_t first = 0;                  ///< finding that said it first
  std::optional<size_t> shown;       ///< first that says where it stands
  size_t speaker() const { return shown.value_or(first); }
};

/// Whether a pointer names the value at `pointer`, or something in it.
bool Within(std::string_view at, std::string_view pointer) {
  return at.starts_with(pointer) && (at.size() == pointer.size() || at[pointer.size()] == '/');
}

bool HasEvidence(const Finding& finding, const std::string& pointer) {
  for (const auto& [at, places] : finding.evidence.items()) {
    if (Within(at, pointer)) return true;
  }
  return false;
}

/// Of the value at `pointer` and of what is in it.
void CopyEvidence(const Finding& from, const std::string& pointer, const std::string& to, Json& evidence) {
  for (const auto& [at, places] : from.evidence.items()) {
    if (Within(at, pointer)) evidence[to + at.substr(pointer.size())] = places;
  }
}

/// A model may have put anything there.
std::optional<double> ConfidenceIn(const Finding& finding, const std::string& field) {
  const auto found = finding.confidence.find(field);
  if (found == finding.confidence.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

/// Adds the items of every list under `field` that were not there yet. The whole is as sure as its least sure part;
/// passages without any do not count where others have some.
void UniteLists(const std::vector<Finding>& findings, const std::string& field, Finding& out) {
  const std::string pointer = text::JoinPointer("", field);
  struct Seen {
    size_t place = 0;  ///< in the list
    bool shown = false;
  };
  std::map<std::string, Seen> seen;
  Json list = Json::array();
  std::optional<double> least, least_of_none;
  for (const auto& finding : findings) {
    const auto value = finding.values.find(field);
    if (value == finding.values.end() || value->is_null()) continue;
    const Json items = value->is_array() ? *value : Json::array({*value});
    if (const auto sure = ConfidenceIn(finding, field)) {
      auto& bound = items.empty() ? least_of_none : least;
      bound = std::min(bound.value_or(*sure), *sure);
    }
    for (size_t i = 0; i < items.size(); ++i) {
      const auto [found, is_new] = seen.try_emplace(ValueKey(items[i]), Seen{list.size(), false});
      Seen& known = found->second;
      const std::string from = value->is_array() ? fmt::format("{}/{}", pointer, i) : pointer;
      if (is_new) list.push_back(items[i]);
      if (known.shown || !HasEvidence(finding, from)) continue;
      // As spelt where it can be seen.
      known.shown = true;
      list[known.place] = items[i];
      CopyEvidence(finding, from, fmt::format("{}/{}", pointer, known.place), out.evidence);
    }
  }
  if (list.empty()) least = least_of_none;
  out.values[field] = std::move(list);
  if (least) out.confidence[field] = *least;
}

/// What the findings themselves had found elsewhere.
void AddEarlierConflicts(const std::vector<Finding>& findings, const std::string& field, std::set<std::string>& known,
                         Json& others) {
  for (const auto& finding : findings) {
    const auto earlier = finding.conflicts.find(field);
    if (earlier == finding.conflicts.end() || !earlier->is_array()) continue;
    for (const Json& other : *earlier) {
      if (!other.is_object() || !other.contains("value") || others.size() >= kConflictsMax) continue;
      if (known.insert(ValueKey(other["value"])).second) others.push_back(other);
    }
  }
}

void ChooseScalar(const std::vector<Finding>& findings, const std::string& field, Finding& out) {
  const std::string pointer = text::JoinPointer("", field);
  std::map<std::string, Vote> votes;
  for (size_t i = 0; i < findings.size(); ++i) {
    const auto value = findings[i].values.find(field);
    if (value == findings[i].values.end() || value->is_null()) continue;
    Vote& vote = votes.try_emplace(ValueKey(*value), Vote{0, std::nullopt, i, std::nullopt}).first->second;
    ++vote.count;
    if (!vote.shown && HasEvidence(findings[i], pointer)) vote.shown = i;
    vote.confidence = std::max(vote.confidence, ConfidenceIn(findings[i], field));  // nothing is less than anything
  }
  out.values[field] = nullptr;
  if (votes.empty()) return;
  std::vector<Vote> ranked;
  std::set<std::string> known;
  for (const auto& [key, vote] : votes) {
    ranked.push_back(vote);
    known.insert(key);
  }
  std::sort(ranked.begin(), ranked.end(), [](const Vote& a, const Vote& b) {
    return std::tuple(b.count, b.confidence, a.first) < std::tuple(a.count, a.confidence, b.first);
  });
  const Finding& winner = findings[ranked.front().speaker()];
  out.values[field] = winner.values[field];
  if (ranked.front().confidence) out.confidence[field] = *ranked.front().confidence;
  CopyEvidence(winner, pointer, pointer, out.evidence);
  Json others = Json::array();
  for (size_t i = 1; i < ranked.size() && others.size() < kConflictsMax; ++i) {
    const Finding& other = findings[ranked[i].speaker()];
    const auto places = other.evidence.find(pointer);
    const Json evidence = places == other.evidence.end() ? Json::array() : *places;
    others.push_back({{"value", other.values[field]}, {"evidence", evidence}});
  }
  AddEarlierConflicts(findings, field, known, others);
  if (!others.empty()) out.conflicts[field] = std::move(others);
}

/// 5.0 is 5, also inside lists and objects, where text is folded too.
Json Folded(const Json& value) {
  if (value.is_string()) return text::FoldString(value.get<std::string>(), {.case_fold = true});
  if (value.is_number_float()) {
    const auto number = value.get<double>();
    const bool whole = std::abs(number) < kExactWhole && std::trunc(number) == number;
    return whole ? Json(static_cast<int64_t>(number)) : value;
  }
  if (!value.is_structured()) return value;
  Json out = value;
  for (Json& inner : out) inner = Folded(inner);
  return out;
}

}  // namespace

std::string ValueKey(const Json& value) {
  return value.is_string() ? text::FoldString(value.get<std::string>(), {.case_fold = true})
                           : CanonicalJson(Folded(value));
}

bool SaysNothing(const Json& value) {
  return value.is_null() || (value.is_array() && value.empty()) || (value.is_string() && ValueKey(value).empty());
}

Finding MergeFindings(std::vector<Finding> findings) {
  if (findings.size() == 1) return std::move(findings[0]);
  Finding merged;
  std::vector<std::string> order;
  std::set<std::string> known, lists;
  for (const auto& finding : findings) {
    for (const auto& [field, value] : finding.values.items()) {
      if (known.insert(field).second) order.push_back(field);
      if (value.is_array()) lists.insert(field);
    }
  }
  for (const auto& field : order) {
    if (lists.contains(field))
      UniteLists(findings, field, merged);
    else
      ChooseScalar(findings, field, merged);
  }
  return merged;
}

}  // namespace yk::steps
