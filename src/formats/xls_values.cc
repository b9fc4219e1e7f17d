// SPDX-License-Identifier: Apache-2.0
#include "formats/xls_values.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include "formats/unicode.h"
#include "formats/workbook.h"
#include "formats/xls_records.h"
#include "text/charset.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::Cell;
using reader::CellType;

double Double(std::string_view bytes, size_t at) {
  const uint64_t bits = LittleEndianNumber(bytes, at, 8);
  double number = 0;
  std::memcpy(&number, &bits, sizeof number);
  return number;
}

/// A number in 30 bits: whole, or the upper half of a double; perhaps a hundredth of it.
double Packed(uint32_t bits) {
  double number = 0;
  if ((bits & 2) != 0) {
    number = static_cast<double>(static_cast<int32_t>(bits) >> 2);
  } else {
    const uint64_t whole = uint64_t{bits & 0xFFFFFFFC} << 32;
    std::memcpy(&number, &whole, sizeof number);
  }
  return (bits & 1) != 0 ? number / 100 : number;
}

std::string_view ErrorName(uint32_t code) {
  switch (code) {
    case 0x00: return "#NULL!";
    case 0x07: return "#DIV/0!";
    case 0x0F: return "#VALUE!";
    case 0x17: return "#REF!";
    case 0x1D: return "#NAME?";
    case 0x24: return "#NUM!";
    case 0x2A: return "#N/A";
    default: return "#ERROR!";
  }
}

void SetBool(uint32_t value, Cell& cell) {
  cell.type = CellType::kBool;
  cell.value = value != 0 ? "true" : "false";
  cell.text = value != 0 ? "TRUE" : "FALSE";
}

void SetError(uint32_t code, Cell& cell) {
  cell.type = CellType::kError;
  cell.text = cell.value = ErrorName(code);
}

}  // namespace

class XlsValues::SheetReader {
 public:
  SheetReader(const XlsValues& book, const std::function<Result<void>(int64_t)>& count) : book_(book), count_(count) {}

  Result<void> Add(uint32_t type, std::string_view body) {
    switch (type) {
      case kXlsNumber:
        if (body.size() >= 14) return AddNumber(body, XlsNumber(body, 2, 2), XlsNumber(body, 4, 2), Double(body, 6));
        return {};
      case kXlsRk:
        if (body.size() < 10) return {};
        return AddNumber(body, XlsNumber(body, 2, 2), XlsNumber(body, 4, 2), Packed(XlsNumber(body, 6, 4)));
      case kXlsMulRk:
        for (size_t i = 0; 4 + 6 * (i + 1) + 2 <= body.size(); ++i) {
          YK_TRY_VOID(AddNumber(body, XlsNumber(body, 2, 2) + static_cast<uint32_t>(i), XlsNumber(body, 4 + 6 * i, 2),
                                Packed(XlsNumber(body, 6 + 6 * i, 4))));
        }
        return {};
      case kXlsBoolErr: return body.size() >= 8 ? AddBoolOrError(body, body.substr(6)) : Result<void>();
      case kXlsFormula: return body.size() >= 14 ? AddResult(body) : Result<void>();
      case kXlsString: return BeginText(body);
      case kXlsContinue:
        if (left_ > 0 && !body.empty()) return GoOnWithText(body.substr(1), (body.front() & 1) != 0);
        return {};
      default: return {};
    }
  }

  std::vector<Cell> Finish() { return std::move(cells_); }

 private:
  static Cell CellAt(std::string_view body, uint32_t col) {
    Cell cell;
    cell.row = static_cast<int>(XlsNumber(body, 0, 2));
    cell.col = static_cast<int>(col);
    return cell;
  }

  Result<void> Keep(Cell cell) {
    YK_TRY_VOID(count_(1));
    cells_.push_back(std::move(cell));
    return {};
  }

  Result<void> AddNumber(std::string_view body, uint32_t col, uint32_t style, double number) {
    if (!std::isfinite(number)) return {};
    NumberFormat::Shown shown = book_.FormatOf(style).Show(number, book_.epoch_1904_);
    Cell cell = CellAt(body, col);
    cell.type = shown.type;
    cell.value = std::move(shown.value);
    cell.text = CleanCellText(shown.text.empty() ? cell.value : shown.text);
    return Keep(std::move(cell));
  }

  Result<void> AddBoolOrError(std::string_view body, std::string_view value) {
    Cell cell = CellAt(body, XlsNumber(body, 2, 2));
    if (XlsNumber(value, 1, 1) == 0) {
      SetBool(XlsNumber(value, 0, 1), cell);
    } else {
      SetError(XlsNumber(value, 0, 1), cell);
    }
    return Keep(std::move(cell));
  }

  /// What a formula gave when the workbook was saved. A text follows in a record of its own.
  Result<void> AddResult(std::string_view body) {
    waiting_.reset();
    left_ = 0;
    if (XlsNumber(body, 12, 2) != 0xFFFF)
      return AddNumber(body, XlsNumber(body, 2, 2), XlsNumber(body, 4, 2), Double(body, 6));
    Cell cell = CellAt(body, XlsNumber(body, 2, 2));
    switch (XlsNumber(body, 6, 1)) {
      case 0: waiting_ = std::move(cell); return {};
      case 1: SetBool(XlsNumber(body, 8, 1), cell); return Keep(std::move(cell));
      case 2: SetError(XlsNumber(body, 8, 1), cell); return Keep(std::move(cell));
      default: return {};
    }
  }

  Result<void> BeginText(std::string_view body) {
    if (!waiting_ || body.size() < 3) return {};
    left_ = XlsNumber(body, 0, 2);
    text_.clear();
    if (!book_.version_8_) return GoOnWithText(body.substr(2), false);
    return GoOnWithText(body.substr(3), (body[2] & 1) != 0);
  }

  /// Long texts go on in further records, each of which says anew how wide its characters are.
  Result<void> GoOnWithText(std::string_view bytes, bool wide) {
    const size_t take = std::min(left_, bytes.size() / (wide ? 2 : 1));
    text_ += book_.Text(bytes.substr(0, take * (wide ? 2 : 1)), wide);
    left_ -= take;
    if (left_ > 0) return {};
    Cell cell = *std::exchange(waiting_, std::nullopt);
    cell.text = CleanCellText(text_);
    return cell.text.empty() ? Result<void>() : Keep(std::move(cell));
  }

  const XlsValues& book_;
  const std::function<Result<void>(int64_t)>& count_;
  std::vector<Cell> cells_;
  std::optional<Cell> waiting_;  ///< a formula whose result is a text that has not come yet
  std::string text_;
  size_t left_ = 0;  ///< of its characters
};

XlsValues::XlsValues(std::string_view stream) : stream_(stream), version_8_(XlsNumber(stream, 4, 2) == kXlsVersion8) {
  std::map<uint32_t, std::string> codes;
  ForEachXlsRecord(stream, 0, [&](uint32_t type, std::string_view body) {
    if (type == kXlsDateMode) epoch_1904_ = XlsNumber(body, 0, 2) == 1;
    if (type == kXlsCodePage) code_page_ = XlsNumber(body, 0, 2);
    if (type == kXlsXf) style_format_.push_back(XlsNumber(body, 2, 2));
    if (type != kXlsFormat || body.size() < 5) return true;
    const bool wide = version_8_ && (body[4] & 1) != 0;
    const size_t length = XlsNumber(body, 2, version_8_ ? 2 : 1) * (wide ? 2 : 1);
    codes[XlsNumber(body, 0, 2)] = Text(body.substr(version_8_ ? 5 : 3, length), wide);
    return true;
  });
  for (const uint32_t id : style_format_) {
    const auto code = codes.find(id);
    formats_.try_emplace(
        id, code != codes.end() ? std::string_view(code->second) : NumberFormat::Builtin(static_cast<int>(id)));
  }
}

/// Two bytes a character; one, which are the lower ones; or, before Excel 97, the code page's.
std::string XlsValues::Text(std::string_view bytes, bool wide) const {
  if (!version_8_) {
    const auto text = text::DecodeAs(bytes, code_page_ == 932 ? "CP932" : fmt::format("windows-{}", code_page_));
    return text ? *text : text::RepairUtf8(bytes);
  }
  std::string out;
  std::u16string units;
  const size_t width = wide ? 2 : 1;
  const auto convert = [&] { out += text::ToUtf8(FromUtf16(std::exchange(units, {}))); };
  for (size_t at = 0; at + width <= bytes.size(); at += width) {
    const auto unit = static_cast<char16_t>(XlsNumber(bytes, at, width));
    if (unit != u'\r' && unit != u'\n') {
      units += unit;
      continue;
    }
    convert();  // which drops control characters
    out += static_cast<char>(unit);
  }
  convert();
  return out;
}

const NumberFormat& XlsValues::FormatOf(size_t style) const {
  static const NumberFormat kGeneral;
  const auto format = style < style_format_.size() ? formats_.find(style_format_[style]) : formats_.end();
  return format == formats_.end() ? kGeneral : format->second;
}

Result<std::vector<Cell>> XlsValues::Of(size_t begin, const std::function<Result<void>(int64_t)>& count) const {
  SheetReader reader(*this, count);
  Result<void> added;
  ForEachXlsRecord(stream_, begin, [&](uint32_t type, std::string_view body) {
    added = reader.Add(type, body);
    return static_cast<bool>(added);
  });
  YK_TRY_VOID(std::move(added));
  return reader.Finish();
}

}  // namespace yk::formats
