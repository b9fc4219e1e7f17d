// SPDX-License-Identifier: Apache-2.0
#include "formats/ods.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "formats/workbook.h"
#include "formats/xlsx_parts.h"
#include "formats/zip_package.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Cell;
using reader::CellType;
using reader::Reason;

constexpr int kRowsMax = 1 << 22;
constexpr int kColsMax = 1 << 16;
constexpr int kDepthMax = 64;  ///< of groups in groups, spans in spans

/// A count of repetitions or of spanned rows: at least 1.
int Count(const pugi::xml_node& node, std::string_view name, int max) {
  const std::string_view text = Attribute(node, name);
  int value = 1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return std::clamp(value, 1, max);
}

void AppendText(const pugi::xml_node& node, int depth, std::string& out) {
  if (depth > kDepthMax) return;
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view name = LocalName(child);
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
      out += child.value();
    } else if (name == "s") {
      out.append(static_cast<size_t>(Count(child, "c", 1000)), ' ');
    } else if (name == "tab") {
      out += '\t';
    } else if (name == "line-break") {
      out += '\n';
    } else if (name != "annotation" && name != "ruby-text") {
      AppendText(child, depth + 1, out);
    }
  }
}

std::string CellText(const pugi::xml_node& cell) {
  std::string out;
  bool first = true;
  for (const pugi::xml_node& child : cell.children()) {
    if (LocalName(child) != "p") continue;
    if (!first) out += '\n';
    first = false;
    AppendText(child, 0, out);
  }
  return CleanCellText(out);
}

/// "of:=SUM([.A1:.B2])" -> "SUM(A1:B2)"
std::string Formula(std::string_view stored) {
  const size_t equals = stored.find('=');
  if (equals == std::string_view::npos) return {};
  std::string out;
  bool inside = false;
  for (const char c : stored.substr(equals + 1)) {
    if (c == '[' || c == ']') {
      inside = c == '[';
    } else if (c != '.' || !inside ||
               !(out.empty() || out.back() == ':' ||
                 std::string_view("(;,+-*/ =<>&^").find(out.back()) != std::string_view::npos)) {
      out += c;
    }
  }
  return CleanCellText(out);
}

/// "PT08H30M00S" -> "08:30:00"; a day and more stay as durations.
std::string TimeValue(std::string_view text) {
  std::array<int, 3> parts{};
  std::string_view left = text;
  if (!left.starts_with("PT")) return std::string(text);
  left.remove_prefix(2);
  constexpr std::string_view kUnits = "HMS";
  for (size_t i = 0; i < 3; ++i) {
    const auto [end, error] = std::from_chars(left.data(), left.data() + left.size(), parts[i]);
    const char* unit = std::find(end, left.data() + left.size(), kUnits[i]);
    if (error != std::errc() || unit == left.data() + left.size()) return std::string(text);
    left.remove_prefix(static_cast<size_t>(unit - left.data()) + 1);
  }
  if (parts[0] > 23 || !left.empty()) return std::string(text);
  return fmt::format("{:02}:{:02}:{:02}", parts[0], parts[1], parts[2]);
}

std::string DateValue(std::string_view text) {
  std::string out = CleanCellText(text);
  if (out.ends_with("T00:00:00")) out.resize(out.size() - 9);
  return out;
}

/// False: the cell is empty.
bool SetValue(const pugi::xml_node& node, Cell& cell) {
  std::string_view type;
  bool error = false;
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    const std::string_view name = attribute.name();
    if (name == "calcext:value-type" && std::string_view(attribute.value()) == "error") error = true;
    if (name.ends_with(":value-type") && name != "calcext:value-type") type = attribute.value();
  }
  cell.text = CellText(node);
  cell.formula = Formula(Attribute(node, "formula"));
  if (error) {
    cell.type = CellType::kError;
    cell.value = cell.text;
  } else if (type == "float" || type == "percentage" || type == "currency") {
    const std::string_view stored = Attribute(node, "value");
    double number = 0;
    if (std::from_chars(stored.data(), stored.data() + stored.size(), number).ec == std::errc()) {
      cell.type = CellType::kNumber;
      cell.value = ShortestDecimal(number);
    }
  } else if (type == "date") {
    cell.type = CellType::kDate;
    cell.value = DateValue(Attribute(node, "date-value"));
    cell.text = cell.value;
    if (cell.text.size() > 10 && cell.text[10] == 'T') cell.text[10] = ' ';
  } else if (type == "time") {
    cell.type = CellType::kDate;
    cell.value = TimeValue(CleanCellText(Attribute(node, "time-value")));
  } else if (type == "boolean") {
    cell.type = CellType::kBool;
    cell.value = Attribute(node, "boolean-value") == "true" ? "true" : "false";
  } else if (type == "string" && cell.text.empty()) {
    cell.text = CleanCellText(Attribute(node, "string-value"));
  }
  if (cell.text.empty()) cell.text = cell.value;
  return !cell.text.empty() || !cell.formula.empty();
}

class OdsSheet {
 public:
  explicit OdsSheet(WorkbookBuilder& builder) : builder_(builder) {}

  /// Rows stand in the table or in groups of it.
  Result<void> Rows(const pugi::xml_node& node, int depth) {
    if (depth > kDepthMax) return {};
    for (const pugi::xml_node& child : node.children()) {
      const std::string_view name = LocalName(child);
      if (name == "table-row") {
        YK_TRY_VOID(Row(child));
      } else if (name == "table-row-group" || name == "table-header-rows" || name == "table-rows") {
        YK_TRY_VOID(Rows(child, depth + 1));
      }
    }
    return {};
  }

  Sheet Finish() { return std::move(sheet_); }

 private:
  Result<void> Row(const pugi::xml_node& node) {
    const int repeated = Count(node, "number-rows-repeated", kRowsMax);
    const size_t first = sheet_.cells.size();
    if (row_ >= kRowsMax) return {};
    int col = 0;
    for (const pugi::xml_node& child : node.children()) {
      const std::string_view name = LocalName(child);
      if (name != "table-cell" && name != "covered-table-cell") continue;
      const int times = Count(child, "number-columns-repeated", kColsMax);
      if (name == "table-cell") YK_TRY_VOID(Cells(child, col, times));
      col = std::min(col + times, kColsMax);
    }
    const size_t last = sheet_.cells.size();
    for (int i = 1; i < repeated && last > first && row_ + i < kRowsMax; ++i) {
      YK_TRY_VOID(builder_.CountCells(static_cast<int64_t>(last - first)));
      for (size_t at = first; at < last; ++at) {
        Cell copy = sheet_.cells[at];
        copy.row += i;
        sheet_.cells.push_back(std::move(copy));
      }
    }
    row_ = std::min(row_ + repeated, kRowsMax);
    return {};
  }

  Result<void> Cells(const pugi::xml_node& node, int col, int times) {
    const int row_span = Count(node, "number-rows-spanned", kRowsMax);
    const int col_span = Count(node, "number-columns-spanned", kColsMax);
    if (row_span > 1 || col_span > 1) {
      YK_TRY_VOID(builder_.CountCells(1));
      sheet_.merged.push_back({row_, col, row_ + row_span - 1, col + col_span - 1});
    }
    Cell cell;
    if (!SetValue(node, cell)) return {};
    for (int i = 0; i < times && col + i < kColsMax; ++i) {
      YK_TRY_VOID(builder_.CountCells(1));
      cell.row = row_;
      cell.col = col + i;
      sheet_.cells.push_back(cell);
    }
    return {};
  }

  WorkbookBuilder& builder_;
  Sheet sheet_;
  int row_ = 0;
};

/// Styles of tables that are not displayed.
std::set<std::string, std::less<>> HiddenStyles(const pugi::xml_node& root) {
  std::set<std::string, std::less<>> out;
  for (const pugi::xml_node& style : Child(root, "automatic-styles").children()) {
    if (Attribute(Child(style, "table-properties"), "display") == "false") out.emplace(Attribute(style, "name"));
  }
  return out;
}

}  // namespace

Result<reader::ReadAnswer> ReadOds(const reader::ReadRequest& request, std::string_view bytes) {
  YK_TRY(const ZipPackage package, ZipPackage::Open(bytes, request.options.limits, [](std::string_view name) {
           return name == "content.xml" || name == "META-INF/manifest.xml";
         }));
  if (const std::string* manifest = package.Find("META-INF/manifest.xml");
      manifest != nullptr && manifest->find("encryption-data") != std::string::npos) {
    return Fail(reader::ReasonError(Reason::kEncrypted, "the workbook is under a password; save it without one"));
  }
  const std::string* xml = package.Find("content.xml");
  if (xml == nullptr) {
    return Fail(reader::ReasonError(Reason::kCorrupt,
                                    "the file has no part 'content.xml', which holds the sheets; get it again"));
  }
  pugi::xml_document document;
  YK_TRY_VOID(ParseXml(*xml, "content.xml", document));
  const pugi::xml_node root = document.document_element();
  const auto hidden = HiddenStyles(root);
  std::vector<pugi::xml_node> tables;
  std::vector<SheetName> names;
  for (const pugi::xml_node& node : Child(Child(root, "body"), "spreadsheet").children()) {
    if (LocalName(node) != "table") continue;
    tables.push_back(node);
    names.push_back({CleanCellText(Attribute(node, "name")), hidden.contains(Attribute(node, "style-name"))});
  }
  WorkbookBuilder builder(request, std::move(names));
  for (const pugi::xml_node& table : tables) {
    OdsSheet sheet(builder);
    if (builder.Wanted()) YK_TRY_VOID(sheet.Rows(table, 0));
    YK_TRY_VOID(builder.Add(sheet.Finish()));
  }
  return builder.Finish("application/vnd.oasis.opendocument.spreadsheet");
}

}  // namespace yk::formats
