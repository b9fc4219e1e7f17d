// SPDX-License-Identifier: Apache-2.0
// What is read by our own code in workbooks: number formats, formulas, OLE containers, records, sheets. Nothing may
// crash, and what comes out must hold what reader::Cell promises.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "formats/number_format.h"
#include "formats/ole_container.h"
#include "formats/xls_outline.h"
#include "formats/xls_values.h"
#include "formats/xlsx_parts.h"
#include "text/utf8.h"

namespace {

void Promise(bool held, const char* what) {
  if (held) return;
  std::cerr << "broken promise: " << what << "\n";
  std::abort();
}

void Formats(std::string_view code) {
  const yk::formats::NumberFormat format(code);
  for (const double number : {0.0, 1.0, -1.5, 0.5, 60.0, 40423.354166, 1234567.891, -1e22, 1e300, 2958465.99999}) {
    for (const bool epoch_1904 : {false, true}) {
      const auto shown = format.Show(number, epoch_1904);
      Promise(!shown.value.empty(), "a number has a value");
      Promise(shown.type == yk::reader::CellType::kNumber || shown.type == yk::reader::CellType::kDate,
              "a number or a date");
    }
  }
}

void SheetXml(std::string_view xml) {
  yk::formats::XlsxBook book;
  book.strings = {"a", "b"};
  book.formats.emplace_back("yyyy-mm-dd");
  book.style_format = {0};
  int64_t cells = 0;
  const auto sheet = yk::formats::ReadXlsxSheet(xml, "sheet.xml", book, [&](int64_t more) -> yk::Result<void> {
    cells += more;
    return {};
  });
  if (!sheet) return;
  Promise(static_cast<int64_t>(sheet->cells.size() + sheet->merged.size()) == cells, "every cell is counted");
  for (const auto& cell : sheet->cells) {
    Promise(cell.row >= 0 && cell.col >= 0, "cells stand in the grid");
    Promise(
        yk::text::IsValidUtf8(cell.text) && yk::text::IsValidUtf8(cell.value) && yk::text::IsValidUtf8(cell.formula),
        "UTF-8");
  }
}

void Records(std::string_view stream) {
  const yk::formats::XlsValues values(stream);
  (void)yk::formats::ReadXlsOutline(stream, 1000);
  const auto cells = values.Of(0, [](int64_t) { return yk::Result<void>(); });
  Promise(static_cast<bool>(cells), "all are counted");
  for (const auto& cell : *cells) {
    Promise(yk::text::IsValidUtf8(cell.text) && yk::text::IsValidUtf8(cell.value), "UTF-8");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0: Formats(bytes); break;
    case 1: (void)yk::formats::MoveFormula(bytes, 3, -2); break;
    case 2:
      (void)yk::formats::ReadOleStream(bytes, u"Workbook");
      Records(yk::formats::ReadXlsStream(bytes));
      Records(bytes);
      break;
    default: SheetXml(bytes); break;
  }
  return 0;
}
