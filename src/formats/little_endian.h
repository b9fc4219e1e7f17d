// SPDX-License-Identifier: Apache-2.0
// Numbers as Microsoft's formats write them: lowest byte first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace yk::formats {

/// The number of `width` bytes at `at`; bytes beyond the end count as 0.
inline uint64_t LittleEndianNumber(std::string_view bytes, size_t at, size_t width) {
  uint64_t out = 0;
  for (size_t i = 0; i < width && at + i < bytes.size(); ++i)
    out |= uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  return out;
}

/// The number's lowest `width` bytes.
inline std::string LittleEndian(uint64_t number, size_t width) {
  std::string out;
  for (size_t i = 0; i < width; ++i) out += static_cast<char>(number >> (8 * i) & 0xFF);
  return out;
}

}  // namespace yk::formats
