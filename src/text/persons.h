// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/range.h"

namespace yk::text {

struct PersonName {
  std::string name;   ///< white space squeezed, honorific left out
  std::string title;  ///< what gave the name away: "様", "氏", "代表取締役", "Mr.", "Dr."
};

/// Persons known by an honorific or an office before the name, in order, not overlapping; the range is the name
/// alone. 山田太郎様, 鈴木氏, 佐藤さん, 代表取締役 田中一郎, Mr. John Smith, Ms. Doe, Dr. Jane Q. Public.
std::vector<Spot<PersonName>> FindPersons(std::string_view text);

}  // namespace yk::text
