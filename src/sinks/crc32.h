// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace yk::sinks {

/// CRC-32 (IEEE 802.3, as in zip and gzip) of `bytes` appended to what `crc` covers; 0 to begin with.
uint32_t Crc32(std::string_view bytes, uint32_t crc = 0);

}  // namespace yk::sinks
