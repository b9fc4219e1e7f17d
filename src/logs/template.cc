// SPDX-License-Identifier: Apache-2.0
#include "logs/template.h"

namespace yk::logs {

Level Template::main_level() const {
  size_t best = 0;
  for (size_t i = 1; i < kLevels; ++i) {
    if (levels[i] > 0 && levels[i] >= levels[best]) best = i;
  }
  return static_cast<Level>(best);
}

}  // namespace yk::logs
