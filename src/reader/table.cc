// SPDX-License-Identifier: Apache-2.0
#include "reader/table.h"

#include <algorithm>
#include <array>
#include <utility>

namespace yk::reader {
namespace {

constexpr std::array<std::pair<CellType, std::string_view>, 5> kTypes = {{
    {CellType::kText, "text"},
    {CellType::kNumber, "number"},
    {CellType::kDate, "date"},
    {CellType::kBool, "bool"},
    {CellType::kError, "error"},
}};

}  // namespace

std::string_view CellTypeName(CellType type) {
  for (const auto& [value, name] : kTypes) {
    if (value == type) return name;
  }
  return "text";
}

std::optional<CellType> ParseCellType(std::string_view name) {
  for (const auto& [value, known] : kTypes) {
    if (known == name) return value;
  }
  return std::nullopt;
}

std::vector<std::vector<std::string>> Grid(const Table& table) {
  std::vector<std::vector<std::string>> grid(static_cast<size_t>(std::max(0, table.rows)),
                                             std::vector<std::string>(static_cast<size_t>(std::max(0, table.cols))));
  for (const Cell& cell : table.cells) {
    if (cell.row < 0 || cell.col < 0 || cell.row >= table.rows || cell.col >= table.cols) continue;
    grid[static_cast<size_t>(cell.row)][static_cast<size_t>(cell.col)] = cell.text;
  }
  return grid;
}

std::string CellName(int row, int col) {
  std::string name = std::to_string(row + 1);
  for (int rest = col + 1; rest > 0; rest = (rest - 1) / 26)
    name.insert(size_t{0}, 1, static_cast<char>('A' + (rest - 1) % 26));
  return name;
}

}  // namespace yk::reader
