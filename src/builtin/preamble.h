// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "builtin/reading.h"

namespace yk::builtin {

/// Somebody who concludes the contract, and the short names it gives them.
struct Party {
  text::Range name;
  std::vector<text::Range> terms;
  size_t bracket = 0;  ///< where the bracket with the short names begins
};

struct Parties {
  std::vector<Party> parties;
  double confidence = 0;
};

/// The parties of a contract, best source first: the opening ("by and between A ("x") and B ("y")",
/// A（以下「甲」という。）と B …), brackets with short names near the head, signature blocks. Empty when none speaks
/// clearly.
Parties FindParties(Reading& reading);

}  // namespace yk::builtin
