// SPDX-License-Identifier: Apache-2.0
// Compound files ([MS-CFB]) for tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "formats/little_endian.h"
#include "text/charset.h"

namespace yk::formats {

/// A compound file with these streams; those under 4096 bytes share the one of short streams.
inline std::string MakeCompound(const std::vector<std::pair<std::string, std::string>>& streams) {
  constexpr uint32_t kEnd = 0xFFFFFFFE;
  constexpr uint32_t kTable = 0xFFFFFFFD;
  std::string small, small_table, large;
  std::vector<uint32_t> large_chain;  ///< per sector of `large`: the next, counted from 0
  std::vector<uint32_t> first;
  const auto sectors = [](size_t bytes) { return static_cast<uint32_t>((bytes + 511) / 512); };
  for (const auto& [name, content] : streams) {
    const bool is_small = content.size() < 4096;
    const size_t unit = is_small ? 64 : 512;
    std::string& shared = is_small ? small : large;
    first.push_back(static_cast<uint32_t>(shared.size() / unit));
    shared += content;
    shared.resize((shared.size() + unit - 1) / unit * unit, '\0');
    for (uint32_t at = first.back() + 1; at <= shared.size() / unit; ++at) {
      const uint32_t next = at == shared.size() / unit ? kEnd : at;
      is_small ? void(small_table += LittleEndian(next, 4)) : large_chain.push_back(next);
    }
  }
  const uint32_t directory_sectors = sectors(128 * (streams.size() + 1));
  const uint32_t fixed = directory_sectors + sectors(small_table.size()) + sectors(small.size());
  uint32_t tables = 1;
  while (tables * 128 < tables + fixed + large_chain.size()) ++tables;
  const uint32_t small_table_at = tables + directory_sectors;
  const uint32_t small_at = small_table_at + sectors(small_table.size());
  const uint32_t large_at = tables + fixed;
  std::string table;
  for (uint32_t i = 0; i < tables; ++i) table += LittleEndian(kTable, 4);
  for (const uint32_t length : {directory_sectors, sectors(small_table.size()), sectors(small.size())}) {
    for (uint32_t i = 1; i <= length; ++i)
      table += LittleEndian(i == length ? kEnd : static_cast<uint32_t>(table.size() / 4) + 1, 4);
  }
  for (const uint32_t next : large_chain) table += LittleEndian(next == kEnd ? kEnd : large_at + next, 4);
  table.resize(size_t{512} * tables, '\xFF');
  const auto entry = [](const std::string& name, int type, uint32_t start, size_t size) {
    std::string out = text::EncodeAs(name, "UTF-16LE").value();
    out.resize(64, '\0');
    out += LittleEndian((name.size() + 1) * 2, 2) + static_cast<char>(type) + '\x01' + std::string(4, '\xFF');
    // The tree of names leans to one side.
    out += LittleEndian(0xFFFFFFFF, 4) + LittleEndian(type == 5 ? 1 : 0xFFFFFFFF, 4);
    return out + std::string(36, '\0') + LittleEndian(start, 4) + LittleEndian(size, 8);
  };
  std::string directory = entry("Root Entry", 5, small.empty() ? kEnd : small_at, small.size());
  for (size_t i = 0; i < streams.size(); ++i) {
    const auto& [name, content] = streams[i];
    std::string one = entry(name, 2, (content.size() < 4096 ? 0 : large_at) + first[i], content.size());
    if (i + 1 < streams.size()) one.replace(72, 4, LittleEndian(i + 2, 4));
    directory += one;
  }
  directory.resize(size_t{512} * directory_sectors, '\0');
  std::string header = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(16, '\0') + LittleEndian(0x3E, 2) +
                       LittleEndian(3, 2) + LittleEndian(0xFFFE, 2) + LittleEndian(9, 2) + LittleEndian(6, 2) +
                       std::string(10, '\0') + LittleEndian(tables, 4) + LittleEndian(tables, 4) + LittleEndian(0, 4) +
                       LittleEndian(4096, 4) + LittleEndian(small.empty() ? kEnd : small_table_at, 4) +
                       LittleEndian(sectors(small_table.size()), 4) + LittleEndian(kEnd, 4) + LittleEndian(0, 4);
  for (uint32_t i = 0; i < tables; ++i) header += LittleEndian(i, 4);
  header.resize(512, '\xFF');
  small_table.resize(size_t{512} * sectors(small_table.size()), '\xFF');
  small.resize(size_t{512} * sectors(small.size()), '\0');
  return header + table + directory + small_table + small + large;
}

}  // namespace yk::formats
