// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/range.h"

namespace yk::builtin {

/// A bracket that gives somebody or something a short name: (the "Seller"), (“we”, “us”), (hereinafter “the
/// Distributor”), (the Licensor), （以下「甲」という。）; or, without brackets, hereinafter referred to as "Customer".
struct DefinedTerm {
  text::Range bracket;             ///< with its brackets
  std::vector<text::Range> names;  ///< the short names, without quotation marks
  bool collective = false;         ///< (each a "Party" and together the "Parties")
  bool thing = false;              ///< names the agreement, a date, goods: not somebody
};

/// All of them inside [begin, end), in order.
std::vector<DefinedTerm> FindDefinedTerms(std::string_view text, text::Range where);

}  // namespace yk::builtin
