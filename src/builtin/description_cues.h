// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace yk::builtin {

struct DescriptionCue {
  std::string phrase;
  double weight = 0;     ///< 1 for what the description is about, less for what that belongs to
  bool against = false;  ///< named as what is not meant
};

/// The words of a description that a document would use too: of 「請求書の合計金額（税込）」 the total first, the
/// invoice less; of 「送料を除く」 the shipping as what is not meant; of "Total amount due, without shipping" the same.
/// Words that any field may have (日付, 番号, date, number) are left out where they stand alone.
std::vector<DescriptionCue> CuesOfDescription(std::string_view description);

}  // namespace yk::builtin
