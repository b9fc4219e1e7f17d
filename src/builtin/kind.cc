// SPDX-License-Identifier: Apache-2.0
#include "builtin/kind.h"

#include <array>
#include <utility>

namespace yk::builtin {

std::optional<Kind> KindFromName(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, Kind>, 24> kNames = {{
      {"date", Kind::kDate},
      {"money", Kind::kMoney},
      {"amount", Kind::kMoney},
      {"percent", Kind::kPercent},
      {"percentage", Kind::kPercent},
      {"number", Kind::kNumber},
      {"duration", Kind::kDuration},
      {"period", Kind::kDuration},
      {"email", Kind::kEmail},
      {"phone", Kind::kPhone},
      {"url", Kind::kUrl},
      {"uri", Kind::kUrl},
      {"organisation", Kind::kOrganisation},
      {"organization", Kind::kOrganisation},
      {"company", Kind::kOrganisation},
      {"person", Kind::kPerson},
      {"party", Kind::kParty},
      {"party_name", Kind::kPartyName},
      {"law", Kind::kLaw},
      {"jurisdiction", Kind::kLaw},
      {"choice", Kind::kChoice},
      {"clause", Kind::kClause},
      {"sentence", Kind::kClause},
      {"text", Kind::kClause},
  }};
  for (const auto& [known, kind] : kNames) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

}  // namespace yk::builtin
