// SPDX-License-Identifier: Apache-2.0
#include <unordered_set>

#include "builtin/choose.h"
#include "builtin/preamble.h"
#include "builtin/values.h"
#include "text/normalize.h"

namespace yk::builtin {

Finding ChooseParties(Reading& reading, const FieldPlan& plan) {
  Finding finding;
  finding.list = plan.list;
  const Parties found = FindParties(reading);
  if (found.parties.empty()) return finding;
  finding.confidence = found.confidence;
  if (!plan.list) {
    finding.value = QuoteValue(reading.Slice(found.parties.front().name));
    finding.quotes = {found.parties.front().name};
    return finding;
  }
  Json items = Json::array();
  std::unordered_set<std::string> seen;
  const auto add = [&](text::Range range) {
    std::string value = QuoteValue(reading.Slice(range));
    if (!seen.insert(text::FoldString(value, PhraseFolding())).second) return;
    items.push_back(std::move(value));
    finding.quotes.push_back(range);
  };
  for (const Party& party : found.parties) {
    add(party.name);
    if (plan.kind != Kind::kPartyName) continue;
    for (const text::Range& term : party.terms) add(term);
  }
  finding.value = std::move(items);
  return finding;
}

}  // namespace yk::builtin
