// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace yk {

void CheckFailed(std::string_view condition, std::string_view file, int line, std::string_view detail) {
  std::fprintf(stderr, "yakan: internal error: %.*s does not hold (%.*s:%d): %.*s\n", static_cast<int>(condition.size()),
               condition.data(), static_cast<int>(file.size()), file.data(), line, static_cast<int>(detail.size()),
               detail.data());
  std::abort();
}

}  // namespace yk
