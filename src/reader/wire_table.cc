// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "reader/wire_fields.h"

namespace yk::reader {
namespace {

constexpr int kGridMax = 1 << 24;  ///< rows or columns of a table; more is a lie

/// [row, col, text] and, only where there is more to say, an object.
Json EncodeCell(const Cell& cell) {
  Json out = Json::array({cell.row, cell.col, cell.text});
  Json more = Json::object();
  if (cell.row_span != 1) more["rs"] = cell.row_span;
  if (cell.col_span != 1) more["cs"] = cell.col_span;
  if (cell.type != CellType::kText) more["t"] = CellTypeName(cell.type);
  if (!cell.value.empty()) more["v"] = cell.value;
  if (!cell.formula.empty()) more["f"] = cell.formula;
  if (cell.box) more["b"] = EncodeBox(*cell.box);
  if (!more.empty()) out.push_back(std::move(more));
  return out;
}

Result<Cell> DecodeCell(const Json& json, const Table& table) {
  if (!json.is_array() || json.size() < 3 || !json[0].is_number_integer() || !json[1].is_number_integer() ||
      !json[2].is_string()) {
    return BrokenProtocol("a cell is not [row, col, text]");
  }
  Cell cell;
  cell.row = json[0].get<int>();
  cell.col = json[1].get<int>();
  cell.text = json[2].get<std::string>();
  if (json.size() > 3 && json[3].is_object()) {
    const Json& more = json[3];
    cell.row_span = Field(more, "rs", 1);
    cell.col_span = Field(more, "cs", 1);
    cell.type = ParseCellType(Field<std::string>(more, "t", "text")).value_or(CellType::kText);
    cell.value = Field<std::string>(more, "v", "");
    cell.formula = Field<std::string>(more, "f", "");
    if (more.contains("b")) cell.box = DecodeBox(more["b"]);
  }
  const bool inside = cell.row >= 0 && cell.col >= 0 && cell.row_span >= 1 && cell.col_span >= 1 &&
                      cell.row_span <= table.rows - cell.row && cell.col_span <= table.cols - cell.col;
  if (!inside) return BrokenProtocol("a cell stands outside its table");
  return cell;
}

}  // namespace

Json EncodeBox(const Box& box) {
  // A hundredth of a point is finer than any printer.
  const auto short_form = [](double value) { return std::round(value * 100) / 100; };
  return Json::array({short_form(box.left), short_form(box.top), short_form(box.right), short_form(box.bottom)});
}

std::optional<Box> DecodeBox(const Json& json) {
  if (!json.is_array() || json.size() != 4) return std::nullopt;
  for (const Json& number : json) {
    if (!number.is_number()) return std::nullopt;
  }
  return Box{json[0].get<double>(), json[1].get<double>(), json[2].get<double>(), json[3].get<double>()};
}

Json EncodeTables(const std::vector<Table>& tables) {
  Json out = Json::array();
  for (const Table& table : tables) {
    Json cells = Json::array();
    for (const Cell& cell : table.cells) cells.push_back(EncodeCell(cell));
    Json json = {{"name", table.name}, {"page", table.page},        {"rows", table.rows},
                 {"cols", table.cols}, {"head", table.header_rows}, {"hidden", table.hidden}};
    if (table.box) json["box"] = EncodeBox(*table.box);
    json["cells"] = std::move(cells);
    out.push_back(std::move(json));
  }
  return out;
}

Result<std::vector<Table>> DecodeTables(const Json& json) {
  std::vector<Table> tables;
  if (!json.is_array()) return BrokenProtocol("the tables are not a list");
  for (const Json& item : json) {
    if (!item.is_object()) return BrokenProtocol("a table is not an object");
    Table table;
    table.name = Field<std::string>(item, "name", "");
    table.page = Field(item, "page", 0);
    table.rows = Field(item, "rows", 0);
    table.cols = Field(item, "cols", 0);
    table.header_rows = Field(item, "head", 0);
    table.hidden = Field(item, "hidden", false);
    if (item.contains("box")) table.box = DecodeBox(item["box"]);
    if (table.rows < 0 || table.cols < 0 || table.rows > kGridMax || table.cols > kGridMax || table.header_rows < 0 ||
        table.header_rows > table.rows) {
      return BrokenProtocol("a table has an impossible size");
    }
    if (item.contains("cells") && item["cells"].is_array()) {
      table.cells.reserve(item["cells"].size());
      for (const Json& cell : item["cells"]) {
        YK_TRY(Cell decoded, DecodeCell(cell, table));
        table.cells.push_back(std::move(decoded));
      }
    }
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace yk::reader
