// SPDX-License-Identifier: Apache-2.0
#include "sinks/crc32.h"

#include <array>
#include <cstddef>

namespace yk::sinks {
namespace {

using Tables = std::array<std::array<uint32_t, 256>, 4>;

/// Four tables take four bytes a step: resuming a file of gigabytes reads it all.
constexpr Tables MakeTables() {
  Tables tables{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320u : 0u);
    tables[0][i] = value;
  }
  for (uint32_t i = 0; i < 256; ++i) {
    for (size_t t = 1; t < tables.size(); ++t) {
      tables[t][i] = (tables[t - 1][i] >> 8) ^ tables[0][tables[t - 1][i] & 0xFF];
    }
  }
  return tables;
}

constexpr Tables kTables = MakeTables();

}  // namespace

uint32_t Crc32(std::string_view bytes, uint32_t crc) {
  crc = ~crc;
  const auto at = [&bytes](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])); };
  while (bytes.size() >= 4) {
    crc ^= at(0) | at(1) << 8 | at(2) << 16 | at(3) << 24;
    crc = kTables[3][crc & 0xFF] ^ kTables[2][(crc >> 8) & 0xFF] ^ kTables[1][(crc >> 16) & 0xFF] ^ kTables[0][crc >> 24];
    bytes.remove_prefix(4);
  }
  for (; !bytes.empty(); bytes.remove_prefix(1)) crc = kTables[0][(crc ^ at(0)) & 0xFF] ^ (crc >> 8);
  return ~crc;
}

}  // namespace yk::sinks
