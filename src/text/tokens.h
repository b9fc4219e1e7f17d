// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "text/range.h"

namespace yk::text {

struct Term {
  std::string text;
  Range range;  ///< bytes of the text given
};

/// Terms for retrieval, no dictionary needed: Latin words NFKC-folded, lower-cased and lightly stemmed; numbers
/// whole; for CJK runs every bigram, and each Han character alone; a single kana run of one character as it is.
std::vector<Term> Tokenize(std::string_view text);

/// The same, without storing them; the view dies with the call.
void ForEachTerm(std::string_view text, const std::function<void(std::string_view term)>& visit);

/// Plural and inflection endings off: "agreements" -> "agreement", "parties" -> "party", "terminated" -> "terminat".
std::string StemEnglish(std::string_view lower_case_word);

}  // namespace yk::text
