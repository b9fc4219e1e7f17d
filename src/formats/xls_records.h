// SPDX-License-Identifier: Apache-2.0
// The stream of records that an .xls file is ([MS-XLS] 2.3).
#pragma once

#include <cstdint>
#include <string_view>

#include "formats/little_endian.h"

namespace yk::formats {

enum XlsRecord : uint32_t {
  kXlsFormula = 0x0006,
  kXlsEof = 0x000A,
  kXlsDateMode = 0x0022,
  kXlsFilePass = 0x002F,
  kXlsContinue = 0x003C,
  kXlsCodePage = 0x0042,
  kXlsBoundSheet = 0x0085,
  kXlsMulRk = 0x00BD,
  kXlsXf = 0x00E0,
  kXlsMergedCells = 0x00E5,
  kXlsNumber = 0x0203,
  kXlsBoolErr = 0x0205,
  kXlsString = 0x0207,
  kXlsRk = 0x027E,
  kXlsFormat = 0x041E,
  kXlsBof = 0x0809,
};

/// The version in a stream's first record: Excel 5 and 95, Excel 97 and later.
constexpr uint32_t kXlsVersion5 = 0x0500, kXlsVersion8 = 0x0600;

inline uint32_t XlsNumber(std::string_view bytes, size_t at, size_t width) {
  return static_cast<uint32_t>(LittleEndianNumber(bytes, at, width));
}

/// Calls `each(type, body)` for the records of the substream that begins at `at`, until it ends or `each` says false.
template <typename Each>
void ForEachXlsRecord(std::string_view stream, size_t at, Each each) {
  int depth = 0;  // charts on a sheet are substreams inside it
  while (at + 4 <= stream.size()) {
    const uint32_t type = XlsNumber(stream, at, 2);
    const std::string_view body = stream.substr(at + 4, XlsNumber(stream, at + 2, 2));
    if (type == kXlsBof) ++depth;
    if (type == kXlsEof && --depth <= 0) return;
    if (depth == 1 && !each(type, body)) return;
    at += 4 + body.size();
  }
}

}  // namespace yk::formats
