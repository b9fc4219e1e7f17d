// SPDX-License-Identifier: Apache-2.0
#include "constrain/state.h"

#include <algorithm>

namespace yk::constrain {

void FrameList::Grow(size_t wanted) {
  const auto capacity = static_cast<uint32_t>(std::max<size_t>(wanted, capacity_ * size_t{2}));
  auto grown = std::make_unique<Frame[]>(capacity);
  std::memcpy(static_cast<void*>(grown.get()), data(), size_ * sizeof(Frame));
  more_ = std::move(grown);
  capacity_ = capacity;
}

}  // namespace yk::constrain
