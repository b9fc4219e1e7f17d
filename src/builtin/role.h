// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace yk::builtin {

/// Fields that are asked for so often that we know how documents write them.
enum class Role { kNone, kAgreementDate, kEffectiveDate, kExpirationDate, kParties, kGoverningLaw };

/// What a field's name and description say about its role; `name` decides over `description`.
Role RoleFromWords(std::string_view name, std::string_view description);

/// How documents announce a role, English and Japanese, and what is mistaken for it.
struct RoleWords {
  struct Phrase {
    std::string_view text;
    double weight;
  };
  std::vector<Phrase> cues;
  std::vector<Phrase> against;
};
const RoleWords& WordsOf(Role role);

}  // namespace yk::builtin
