// SPDX-License-Identifier: Apache-2.0
#include "reader/document.h"

#include <algorithm>

namespace yk::reader {

int Document::PageOf(int64_t at) const {
  const auto after =
      std::upper_bound(pages.begin(), pages.end(), at, [](int64_t offset, const Page& page) { return offset < page.begin; });
  return after == pages.begin() ? 1 : std::prev(after)->number;
}

}  // namespace yk::reader
