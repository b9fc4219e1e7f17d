// SPDX-License-Identifier: Apache-2.0
#include "text/organisations.h"

#include "text/number_scan.h"
#include "text/organisation_names.h"

namespace yk::text {

std::vector<Spot<Organisation>> FindOrganisations(std::string_view text) {
  const FoldedText folded = Fold(text, kScanFold);
  const std::string_view s = folded.text();
  std::vector<Spot<Organisation>> out = JapaneseOrganisations(s);
  for (Spot<Organisation>& spot : EnglishOrganisations(s)) out.push_back(std::move(spot));
  DropOverlaps(&out);
  for (Spot<Organisation>& spot : out) {
    spot.range = folded.Source(spot.range);
    spot.value.name = SqueezeSpace(text.substr(spot.range.begin, spot.range.size()));
  }
  return out;
}

}  // namespace yk::text
