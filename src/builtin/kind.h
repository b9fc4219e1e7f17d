// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace yk::builtin {

/// What sort of thing a field holds.
enum class Kind {
  kDate,
  kMoney,
  kPercent,
  kNumber,
  kDuration,
  kEmail,
  kPhone,
  kUrl,
  kOrganisation,
  kPerson,
  kParty,      ///< organisations and persons that conclude a contract
  kPartyName,  ///< the same and the short names the contract gives them
  kLaw,        ///< the state or country whose law governs
  kChoice,     ///< one of the values of an enum, or yes/no
  kClause,     ///< a whole sentence
  kPattern,    ///< what the schema's pattern matches near the cues
  kRecords,    ///< a list of objects with patterns, told apart by one of them
  kNone,       ///< cannot be answered: objects, other lists of objects
};

/// The x-kind of a schema: "date", "money", "organisation", …
std::optional<Kind> KindFromName(std::string_view name);

}  // namespace yk::builtin
