// SPDX-License-Identifier: Apache-2.0
#include "formats/xls_outline.h"

#include <algorithm>

#include "formats/ole_container.h"
#include "formats/xls_records.h"

namespace yk::formats {
namespace {

std::vector<MergedRange> Merged(std::string_view stream, size_t begin, size_t merged_max) {
  std::vector<MergedRange> out;
  const auto number = [](std::string_view body, size_t at) { return static_cast<int>(XlsNumber(body, at, 2)); };
  ForEachXlsRecord(stream, begin, [&](uint32_t type, std::string_view body) {
    if (type != kXlsMergedCells) return true;
    for (size_t at = 2; at + 8 <= body.size() && out.size() < merged_max; at += 8) {
      const MergedRange range{number(body, at), number(body, at + 4), number(body, at + 2), number(body, at + 6)};
      if (range.last_row >= range.row && range.last_col >= range.col) out.push_back(range);
    }
    return true;
  });
  return out;
}

}  // namespace

std::string ReadXlsStream(std::string_view bytes) {
  std::string stream = ReadOleStream(bytes, u"Workbook");
  if (stream.empty()) stream = ReadOleStream(bytes, u"Book");
  const uint32_t version = XlsNumber(stream, 4, 2);
  bool readable = XlsNumber(stream, 0, 2) == kXlsBof && (version == kXlsVersion5 || version == kXlsVersion8);
  ForEachXlsRecord(stream, 0, [&](uint32_t type, std::string_view) {
    readable = readable && type != kXlsFilePass;
    return readable;
  });
  return readable ? stream : std::string();
}

std::vector<XlsSheetOutline> ReadXlsOutline(std::string_view stream, size_t merged_max) {
  std::vector<XlsSheetOutline> out;
  ForEachXlsRecord(stream, 0, [&](uint32_t type, std::string_view body) {
    if (type != kXlsBoundSheet) return true;
    XlsSheetOutline sheet;
    sheet.begin = XlsNumber(body, 0, 4);
    sheet.hidden = (XlsNumber(body, 4, 1) & 3) != 0;
    sheet.cells = XlsNumber(body, 5, 1) == 0;
    out.push_back(std::move(sheet));
    return true;
  });
  for (XlsSheetOutline& sheet : out) {
    if (!sheet.cells) continue;
    sheet.merged = Merged(stream, sheet.begin, merged_max);
    merged_max -= std::min(merged_max, sheet.merged.size());
  }
  return out;
}

}  // namespace yk::formats
