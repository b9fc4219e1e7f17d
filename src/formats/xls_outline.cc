// SPDX-License-Identifier: Apache-2.0
#include "formats/xls_outline.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "formats/ole_container.h"

namespace yk::formats {
namespace {

// Records of MS-XLS, 2.3.
constexpr uint32_t kBof = 0x0809, kEof = 0x000A, kBoundSheet = 0x0085, kMergedCells = 0x00E5, kFilePass = 0x002F;
constexpr uint32_t kVersion8 = 0x0600;

uint32_t Number(std::string_view bytes, size_t at, size_t width) {
  uint32_t out = 0;
  for (size_t i = 0; i < width && at + i < bytes.size(); ++i) {
    out |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return out;
}

/// Calls `each(type, body)` for the records of the substream that begins at `at`, until it ends or `each` says false.
template <typename Each>
void ForEachRecord(std::string_view stream, size_t at, Each each) {
  int depth = 0;  // charts on a sheet are substreams inside it
  while (at + 4 <= stream.size()) {
    const uint32_t type = Number(stream, at, 2);
    const std::string_view body = stream.substr(at + 4, Number(stream, at + 2, 2));
    if (type == kBof) ++depth;
    if (type == kEof && --depth <= 0) return;
    if (depth == 1 && !each(type, body)) return;
    at += 4 + body.size();
  }
}

std::vector<MergedRange> Merged(std::string_view stream, size_t begin, size_t merged_max) {
  std::vector<MergedRange> out;
  ForEachRecord(stream, begin, [&](uint32_t type, std::string_view body) {
    if (type != kMergedCells) return true;
    for (size_t at = 2; at + 8 <= body.size() && out.size() < merged_max; at += 8) {
      const MergedRange range{static_cast<int>(Number(body, at, 2)), static_cast<int>(Number(body, at + 4, 2)),
                              static_cast<int>(Number(body, at + 2, 2)), static_cast<int>(Number(body, at + 6, 2))};
      if (range.last_row >= range.row && range.last_col >= range.col) out.push_back(range);
    }
    return true;
  });
  return out;
}

}  // namespace

std::vector<XlsSheetOutline> ReadXlsOutline(std::string_view bytes, size_t merged_max) {
  const std::string stream = ReadOleStream(bytes, u"Workbook");
  if (Number(stream, 0, 2) != kBof || Number(stream, 4, 2) != kVersion8) return {};
  std::vector<XlsSheetOutline> out;
  std::vector<size_t> begins;
  bool secret = false;
  ForEachRecord(stream, 0, [&](uint32_t type, std::string_view body) {
    secret = secret || type == kFilePass;
    if (type != kBoundSheet) return !secret;
    begins.push_back(Number(body, 0, 4));
    XlsSheetOutline sheet;
    sheet.hidden = (Number(body, 4, 1) & 3) != 0;
    sheet.cells = Number(body, 5, 1) == 0;
    out.push_back(std::move(sheet));
    return true;
  });
  if (secret) return {};
  for (size_t i = 0; i < out.size(); ++i) {
    if (!out[i].cells) continue;
    out[i].merged = Merged(stream, begins[i], merged_max);
    merged_max -= std::min(merged_max, out[i].merged.size());
  }
  return out;
}

}  // namespace yk::formats
