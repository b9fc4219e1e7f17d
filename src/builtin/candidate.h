// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "text/range.h"

namespace yk::builtin {

/// Something in the text that may be a field's value.
struct Candidate {
  text::Range range;  ///< bytes of the row text: the quote
  Json value;
  std::string key;  ///< equal keys are the same value, however written
};

/// What was decided for one field. No value: not found, or not sure enough.
struct Finding {
  Json value;                       ///< null, a scalar, or an array
  std::vector<text::Range> quotes;  ///< one for a scalar, one per item for an array
  double confidence = 0;            ///< 0..1
  bool list = false;
};

}  // namespace yk::builtin
