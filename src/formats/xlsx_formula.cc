// SPDX-License-Identifier: Apache-2.0
// Formulas that many cells share are written once, for the first of them.
#include <algorithm>
#include <charconv>

#include "formats/xlsx_parts.h"
#include "reader/table.h"

namespace yk::formats {
namespace {

constexpr int kRowsMax = 1'048'576;
constexpr int kColsMax = 16'384;

bool IsLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNamePart(char c) {
  return IsLetter(c) || IsDigit(c) || c == '_' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

/// "$AB$12", "$AB", "$12" at the start of a text.
struct Reference {
  size_t length = 0;
  bool fixed_col = false, fixed_row = false;
  int col = -1, row = -1;  ///< -1: a whole row or column
};

Reference ReadReference(std::string_view text) {
  Reference out;
  size_t at = 0;
  const auto dollar = [&] { return at < text.size() && text[at] == '$' ? (++at, true) : false; };
  bool fixed = dollar();
  int col = 0;
  size_t letters = 0;
  for (; at < text.size() && IsLetter(text[at]) && letters < 4; ++at, ++letters) col = col * 26 + (text[at] & 0x1F);
  if (letters > 0) {
    if (letters > 3 || col > kColsMax) return {};
    out.fixed_col = fixed;
    out.col = col - 1;
    fixed = dollar();
  }
  int row = 0;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), row);
  if (error == std::errc() && IsDigit(text[at])) {
    if (row < 1 || row > kRowsMax) return {};
    out.fixed_row = fixed;
    out.row = row - 1;
    at = static_cast<size_t>(end - text.data());
  } else if (fixed && letters > 0) {
    return {};
  }
  if (out.col < 0 && out.row < 0) return {};
  out.length = at;
  return out;
}

std::string Moved(const Reference& reference, int rows, int cols) {
  std::string out;
  if (reference.col >= 0) {
    const int col = reference.fixed_col ? reference.col : ((reference.col + cols) % kColsMax + kColsMax) % kColsMax;
    std::string name = reader::CellName(0, col);
    name.pop_back();  // the row
    out += (reference.fixed_col ? "$" : "") + name;
  }
  if (reference.row >= 0) {
    const int row = reference.fixed_row ? reference.row : ((reference.row + rows) % kRowsMax + kRowsMax) % kRowsMax;
    out += (reference.fixed_row ? "$" : "") + std::to_string(row + 1);
  }
  return out;
}

}  // namespace

std::string MoveFormula(std::string_view formula, int rows, int cols) {
  std::string out;
  size_t at = 0;
  bool range = false;  // the last reference was a whole row or column and a colon follows
  while (at < formula.size()) {
    const char c = formula[at];
    if (c == '"' || c == '\'') {  // a text, or a sheet's name
      const size_t end = std::min(formula.find(c, at + 1), formula.size() - 1);
      out += formula.substr(at, end - at + 1);
      at = end + 1;
      continue;
    }
    if (c == '[') {  // a column of a table, or another workbook
      const size_t end = std::min(formula.find(']', at), formula.size() - 1);
      out += formula.substr(at, end - at + 1);
      at = end + 1;
      continue;
    }
    const bool starts = IsNamePart(c) || c == '$';
    if (!starts) {
      range = range && c == ':';
      out += c;
      ++at;
      continue;
    }
    const Reference reference = ReadReference(formula.substr(at));
    const size_t behind = at + reference.length;
    const char next = behind < formula.size() ? formula[behind] : '\0';
    const bool cell = reference.col >= 0 && reference.row >= 0;
    const bool whole = reference.length > 0 && !cell && (range || (next == ':' && behind + 1 < formula.size()));
    if (reference.length > 0 && (cell || whole) && !IsNamePart(next) && next != '(' && next != '!' && next != '[' &&
        next != '$') {
      out += Moved(reference, rows, cols);
      range = whole && next == ':';
      at = behind;
      continue;
    }
    range = false;
    while (at < formula.size() && (IsNamePart(formula[at]) || formula[at] == '$')) out += formula[at++];
  }
  return out;
}

bool ParseCellName(std::string_view name, int& row, int& col) {
  const Reference reference = ReadReference(name);
  if (reference.length != name.size() || reference.row < 0 || reference.col < 0) return false;
  row = reference.row;
  col = reference.col;
  return true;
}

}  // namespace yk::formats
