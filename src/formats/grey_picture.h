// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace yk::formats {

/// A grey picture: 0 is black; rows one after the other without gaps.
struct GreyPicture {
  int width = 0, height = 0;
  std::vector<uint8_t> pixels;
  double dpi = 0;  ///< 0: unknown
};

/// More than any picture needs to be read; larger ones are made smaller before they take memory.
inline constexpr int64_t kOcrPixelsMax = 24'000'000;

}  // namespace yk::formats
