// SPDX-License-Identifier: Apache-2.0
#include "logs/continuation.h"

namespace yk::logs {

bool GoesOn(std::string_view line) {
  if (line.empty()) return false;
  if (line[0] == ' ' || line[0] == '\t') return true;
  for (const std::string_view head :
       {"at ", "Caused by", "Suppressed:", "... ", "Traceback (most recent call last)", "File \"", "--- End of"}) {
    if (line.starts_with(head)) return true;
  }
  return false;
}

}  // namespace yk::logs
