// SPDX-License-Identifier: Apache-2.0
#include "steps/merge.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "text/normalize.h"

namespace yk::steps {
namespace {

struct Vote {
  int count = 0;
  std::optional<double> confidence;  ///< known ones go before unknown ones
  size_t first = 0;                  ///< finding that said it first
};

void CopyEvidence(const Finding& from, const std::string& pointer, const std::string& to, Json& evidence) {
  if (const auto found = from.evidence.find(pointer); found != from.evidence.end()) evidence[to] = *found;
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
  std::set<std::string> seen;
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
      if (!seen.insert(ValueKey(items[i])).second) continue;
      const std::string to = fmt::format("/{}/{}", field, list.size());
      CopyEvidence(finding, value->is_array() ? fmt::format("/{}/{}", field, i) : "/" + field, to, out.evidence);
      list.push_back(items[i]);
    }
  }
  if (list.empty()) least = least_of_none;
  out.values[field] = std::move(list);
  if (least) out.confidence[field] = *least;
}

/// True when the findings disagreed.
bool ChooseScalar(const std::vector<Finding>& findings, const std::string& field, Finding& out) {
  std::map<std::string, Vote> votes;
  for (size_t i = 0; i < findings.size(); ++i) {
    const auto value = findings[i].values.find(field);
    if (value == findings[i].values.end() || value->is_null()) continue;
    Vote& vote = votes.try_emplace(ValueKey(*value), Vote{0, std::nullopt, i}).first->second;
    ++vote.count;
    vote.confidence = std::max(vote.confidence, ConfidenceIn(findings[i], field));  // nothing is less than anything
  }
  out.values[field] = nullptr;
  if (votes.empty()) return false;
  const auto best = std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) {
    const Vote& x = a.second;
    const Vote& y = b.second;
    return std::tuple(x.count, x.confidence, -static_cast<int64_t>(x.first)) <
           std::tuple(y.count, y.confidence, -static_cast<int64_t>(y.first));
  });
  const Finding& winner = findings[best->second.first];
  out.values[field] = winner.values[field];
  if (best->second.confidence) out.confidence[field] = *best->second.confidence;
  CopyEvidence(winner, "/" + field, "/" + field, out.evidence);
  return votes.size() > 1;
}

}  // namespace

std::string ValueKey(const Json& value) {
  return value.is_string() ? text::FoldString(value.get<std::string>(), {.case_fold = true}) : CanonicalJson(value);
}

Merged MergeFindings(std::vector<Finding> findings) {
  Merged merged;
  if (findings.size() == 1) {
    merged.finding = std::move(findings[0]);
    return merged;
  }
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
      UniteLists(findings, field, merged.finding);
    else if (ChooseScalar(findings, field, merged.finding))
      merged.conflicts.push_back(field);
  }
  return merged;
}

}  // namespace yk::steps
