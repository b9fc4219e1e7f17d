// SPDX-License-Identifier: Apache-2.0
#include "formats/xls.h"

#include <freexl.h>

#include <algorithm>

#include "formats/compound_file.h"
#include "formats/memory_file.h"
#include "formats/workbook.h"
#include "formats/xls_outline.h"
#include "formats/xls_values.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Cell;
using reader::CellType;
using reader::Reason;

/// A handle of FreeXL, which wants to be closed even when it could not be opened.
class Handle {
 public:
  ~Handle() {
    if (handle_ != nullptr) ::freexl_close(handle_);
  }
  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  const void** out() { return &handle_; }
  const void* get() const { return handle_; }

 private:
  const void* handle_ = nullptr;
};

unsigned Info(const Handle& handle, unsigned short what) {
  unsigned value = 0;
  return ::freexl_get_info(handle.get(), what, &value) == FREEXL_OK ? value : 0;
}

Failure Damaged(int code) {
  if (code == FREEXL_INSUFFICIENT_MEMORY) {
    return Fail(reader::ReasonError(Reason::kResourceLimit,
                                    "reading the workbook took more memory than one file may have; split it"));
  }
  return Fail(reader::ReasonError(
      Reason::kCorrupt,
      fmt::format("the workbook is damaged and cannot be read (FreeXL error {}); save it again as .xlsx", code)));
}

bool IsText(const FreeXL_CellValue& value) {
  return value.type == FREEXL_CELL_TEXT || value.type == FREEXL_CELL_SST_TEXT;
}

void SetNumber(double number, Cell& cell) {
  cell.type = CellType::kNumber;
  cell.text = cell.value = ShortestDecimal(number);
}

/// False: nothing is there.
bool SetValue(const FreeXL_CellValue& value, Cell& cell) {
  switch (value.type) {
    case FREEXL_CELL_INT: SetNumber(value.value.int_value, cell); return true;
    case FREEXL_CELL_DOUBLE: SetNumber(value.value.double_value, cell); return true;
    case FREEXL_CELL_TEXT:
    case FREEXL_CELL_SST_TEXT:
    case FREEXL_CELL_DATE:
    case FREEXL_CELL_DATETIME:
    case FREEXL_CELL_TIME: break;
    default: return false;
  }
  if (value.value.text_value == nullptr) return false;
  cell.text = CleanCellText(value.value.text_value);
  if (IsText(value)) return !cell.text.empty();
  cell.type = CellType::kDate;
  cell.value = cell.text;
  if (value.type == FREEXL_CELL_DATETIME && cell.value.size() > 10) cell.value[10] = 'T';
  if (cell.value.ends_with("T00:00:00")) {
    cell.value.resize(10);
    cell.text.resize(10);
  }
  return !cell.text.empty();
}

/// FreeXL's cells: only the texts, where all else is known better.
Result<void> AddCells(const Handle& book, unsigned short index, bool texts_only, WorkbookBuilder& builder,
                      Sheet& sheet) {
  unsigned rows = 0;
  unsigned short columns = 0;
  int code = ::freexl_select_active_worksheet(book.get(), index);
  if (code == FREEXL_OK) code = ::freexl_worksheet_dimensions(book.get(), &rows, &columns);
  if (code != FREEXL_OK) return Damaged(code);
  for (unsigned row = 0; row < rows; ++row) {
    for (unsigned short col = 0; col < columns; ++col) {
      FreeXL_CellValue value{};
      Cell cell;
      if (::freexl_get_cell_value(book.get(), row, col, &value) != FREEXL_OK) continue;
      if ((texts_only && !IsText(value)) || !SetValue(value, cell)) continue;
      cell.row = static_cast<int>(row);
      cell.col = col;
      YK_TRY_VOID(builder.CountCells(1));
      sheet.cells.push_back(std::move(cell));
    }
  }
  return {};
}

}  // namespace

bool IsXls(std::string_view bytes) {
  // A document or a message may have a workbook inside.
  if (HasCompoundStream(bytes, "WordDocument") || HasCompoundStream(bytes, "PowerPoint Document") ||
      HasCompoundStream(bytes, "__properties_version1.0")) {
    return false;
  }
  return HasCompoundStream(bytes, "Workbook") || HasCompoundStream(bytes, "Book");
}

Result<reader::ReadAnswer> ReadXls(const reader::ReadRequest& request, std::string_view bytes) {
  auto file = MemoryFile::Hold(bytes);
  if (!file) return Fail(reader::ReasonError(Reason::kResourceLimit, std::move(file).error().message));
  Handle book;
  const int code = ::freexl_open(file->path().c_str(), book.out());
  if (book.get() != nullptr && Info(book, FREEXL_BIFF_PASSWORD) == FREEXL_BIFF_OBFUSCATED) {
    return Fail(reader::ReasonError(Reason::kEncrypted, "the workbook is under a password; save it without one"));
  }
  if (code != FREEXL_OK) return Damaged(code);
  std::vector<SheetName> names;
  std::vector<unsigned short> sheets;  // FreeXL's numbers of those that have cells
  const auto count = static_cast<unsigned short>(std::min(Info(book, FREEXL_BIFF_SHEET_COUNT), 0xFFFFu));
  const std::string stream = ReadXlsStream(bytes);
  const XlsValues values(stream);
  auto outline = ReadXlsOutline(stream, static_cast<size_t>(request.options.limits.cells_max));
  outline.resize(count);
  for (unsigned short i = 0; i < count; ++i) {
    const char* name = nullptr;
    ::freexl_get_worksheet_name(book.get(), i, &name);
    if (!outline[i].cells) continue;
    names.push_back({name != nullptr ? CleanCellText(name) : std::string(), outline[i].hidden});
    sheets.push_back(i);
  }
  WorkbookBuilder builder(request, std::move(names));
  if (stream.empty()) {
    builder.Note(
        "The workbook is older than Excel 5 or damaged: results of formulas are missing, dates may be wrong; save it "
        "as "
        ".xlsx.");
  }
  for (const unsigned short i : sheets) {
    Sheet sheet;
    if (builder.Wanted()) {
      if (outline[i].begin > 0) {
        YK_TRY(sheet.cells, values.Of(outline[i].begin, [&](int64_t more) { return builder.CountCells(more); }));
      }
      YK_TRY_VOID(AddCells(book, i, outline[i].begin > 0, builder, sheet));
      sheet.merged = std::move(outline[i].merged);
      YK_TRY_VOID(builder.CountCells(static_cast<int64_t>(sheet.merged.size())));
    }
    YK_TRY_VOID(builder.Add(std::move(sheet)));
  }
  return builder.Finish("application/vnd.ms-excel");
}

}  // namespace yk::formats
