// SPDX-License-Identifier: Apache-2.0
#include "logs/assemble.h"

namespace yk::logs {

void SlotValues(std::string_view content, const Scanned& scanned, const SkeletonPlan& plan,
                std::vector<std::string_view>* out) {
  out->clear();
  // Where the skeleton's byte `at` stands in the content: each mark before it stands for a whole slot.
  size_t next = 0;
  size_t shift = 0;
  const auto place = [&](size_t at) {
    while (next < scanned.slots.size() && scanned.slots[next].begin - shift < at) {
      shift += scanned.slots[next].end - scanned.slots[next].begin - 1;
      ++next;
    }
    return at + shift;
  };
  for (const text::Range& slot : plan.slots) {
    const size_t begin = place(slot.begin);
    const size_t end = place(slot.end);
    out->push_back(content.substr(begin, end - begin));
  }
}

}  // namespace yk::logs
