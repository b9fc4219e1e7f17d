// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <map>
#include <optional>

#include "formats/xlsx_parts.h"
#include "formats/zip_package.h"
#include "text/normalize.h"

namespace yk::formats {
namespace {

using reader::Cell;
using reader::CellType;

constexpr int kRowsMax = 1'048'576;
constexpr int kColsMax = 16'384;

template <typename T>
std::optional<T> Number(std::string_view text) {
  text = text::TrimSpace(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string AllText(const pugi::xml_node& node) {
  std::string out;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) out += child.value();
  }
  return out;
}

/// "2010-09-02T00:00:00.000Z" as other dates are written: no zone, no empty clock, no empty fraction.
std::string PlainIsoDate(std::string text) {
  if (text.ends_with('Z')) text.pop_back();
  if (const size_t dot = text.find('.');
      dot != std::string::npos && text.find_first_not_of('0', dot + 1) == std::string::npos)
    text.resize(dot);
  if (text.ends_with("T00:00:00")) text.resize(text.size() - 9);
  return text;
}

class SheetReader {
 public:
  SheetReader(const XlsxBook& book, const std::function<Result<void>(int64_t)>& count) : book_(book), count_(count) {}

  Result<void> Row(const pugi::xml_node& node) {
    row_ = Number<int>(Attribute(node, "r")).value_or(row_ + 2) - 1;
    col_ = -1;
    for (const pugi::xml_node& child : node.children()) {
      if (LocalName(child) == "c") YK_TRY_VOID(OneCell(child));
    }
    return {};
  }

  Result<void> Rest(const pugi::xml_node& root) {
    for (const pugi::xml_node& node : Child(root, "mergeCells").children()) {
      const std::string_view ref = Attribute(node, "ref");
      const size_t colon = ref.find(':');
      MergedRange range;
      if (colon == std::string_view::npos || !ParseCellName(ref.substr(0, colon), range.row, range.col) ||
          !ParseCellName(ref.substr(colon + 1), range.last_row, range.last_col) || range.last_row < range.row ||
          range.last_col < range.col) {
        continue;
      }
      YK_TRY_VOID(count_(1));
      sheet_.merged.push_back(range);
    }
    return {};
  }

  Sheet Finish() { return std::move(sheet_); }

 private:
  struct Shared {
    std::string formula;
    int row = 0, col = 0;
  };

  Result<void> OneCell(const pugi::xml_node& node) {
    int row = 0;
    int col = 0;
    if (ParseCellName(Attribute(node, "r"), row, col)) {
      row_ = row;
      col_ = col;
    } else {
      ++col_;
    }
    if (row_ < 0 || row_ >= kRowsMax || col_ >= kColsMax) return {};
    Cell cell;
    cell.row = row_;
    cell.col = col_;
    std::string raw;
    for (const pugi::xml_node& child : node.children()) {
      const std::string_view name = LocalName(child);
      if (name == "v") raw = AllText(child);
      if (name == "f") cell.formula = Formula(child);
      if (name == "is") cell.text = StringItem(child);
    }
    SetValue(node, std::move(raw), cell);
    if (cell.text.empty() && cell.formula.empty()) return {};
    YK_TRY_VOID(count_(1));
    sheet_.cells.push_back(std::move(cell));
    return {};
  }

  std::string Formula(const pugi::xml_node& node) {
    std::string formula = AllText(node);
    if (Attribute(node, "t") == "shared") {
      const int group = Number<int>(Attribute(node, "si")).value_or(-1);
      if (!formula.empty()) {
        shared_[group] = {formula, row_, col_};
      } else if (const auto first = shared_.find(group); first != shared_.end()) {
        formula = MoveFormula(first->second.formula, row_ - first->second.row, col_ - first->second.col);
      }
    }
    return CleanCellText(formula);
  }

  void SetValue(const pugi::xml_node& node, std::string raw, Cell& cell) const {
    const std::string_view type = Attribute(node, "t");
    if (type == "inlineStr" || raw.empty()) return;
    if (type == "s") {
      const auto index = Number<size_t>(raw);
      if (index && *index < book_.strings.size()) cell.text = book_.strings[*index];
    } else if (type == "str") {
      cell.text = UnescapedText(std::move(raw));
    } else if (type == "b") {
      cell.type = CellType::kBool;
      cell.value = raw == "1" || raw == "true" ? "true" : "false";
      cell.text = cell.value == "true" ? "TRUE" : "FALSE";
    } else if (type == "e") {
      cell.type = CellType::kError;
      cell.text = cell.value = CleanCellText(raw);
    } else if (type == "d") {
      cell.type = CellType::kDate;
      cell.value = PlainIsoDate(CleanCellText(raw));
      cell.text = cell.value;
    } else if (const auto number = Number<double>(raw)) {
      SetNumber(node, *number, cell);
    } else {
      cell.text = CleanCellText(raw);
    }
  }

  void SetNumber(const pugi::xml_node& node, double number, Cell& cell) const {
    static const NumberFormat kGeneral;
    const auto style = Number<size_t>(Attribute(node, "s")).value_or(0);
    const bool known = style < book_.style_format.size();
    const NumberFormat& format = known ? book_.formats[book_.style_format[style]] : kGeneral;
    NumberFormat::Shown shown = format.Show(number, book_.epoch_1904);
    cell.type = shown.type;
    cell.value = std::move(shown.value);
    cell.text = CleanCellText(shown.text.empty() ? cell.value : shown.text);
  }

  const XlsxBook& book_;
  const std::function<Result<void>(int64_t)>& count_;
  Sheet sheet_;
  int row_ = -1;
  int col_ = -1;
  std::map<int, Shared> shared_;
};

}  // namespace

Result<Sheet> ReadXlsxSheet(std::string_view xml, std::string_view part, const XlsxBook& book,
                            const std::function<Result<void>(int64_t)>& count) {
  SheetReader reader(book, count);
  XmlPieces pieces{.part = part, .parent = "sheetData", .name = "row", .each = {}, .rest = {}};
  pieces.each = [&](const pugi::xml_node& row) { return reader.Row(row); };
  pieces.rest = [&](const pugi::xml_node& root) { return reader.Rest(root); };
  YK_TRY_VOID(ForEachElement(xml, pieces));
  return reader.Finish();
}

}  // namespace yk::formats
