// SPDX-License-Identifier: Apache-2.0
// Number formats of spreadsheets (ECMA-376 part 1, 18.8.30 and .31): which numbers are dates, and how a person sees
// them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reader/table.h"

namespace yk::formats {

/// One format code, read once and used for many cells.
class NumberFormat {
 public:
  /// "General" for an empty code.
  explicit NumberFormat(std::string_view code = {});

  /// The code of a built-in format; empty for General and unknown numbers.
  static std::string_view Builtin(int id);

  struct Shown {
    std::string text;   ///< as a person sees it; dates in ISO 8601, cut to what the format shows; empty: it is hidden
    std::string value;  ///< as in reader::Cell
    reader::CellType type = reader::CellType::kNumber;
  };
  /// `epoch_1904`: the workbook counts days from 1904. A number that is no day of the calendar stays a number.
  Shown Show(double number, bool epoch_1904) const;

 private:
  enum class Kind { kGeneral, kNumber, kDate, kElapsed };
  enum class TokenKind { kDigit, kPoint, kLiteral, kPercent, kExponent, kGeneral };
  struct Token {
    TokenKind kind;
    char digit = 0;    ///< '0', '#', '?'
    std::string text;  ///< of a literal
  };
  struct Section {
    Kind kind = Kind::kNumber;
    bool year = false, month = false, day = false, hour = false, minute = false, second = false, fraction = false;
    bool thousands = false, odd = false;  ///< odd: fractions and the like, shown as plain decimals
    int scale = 0;                        ///< commas at the end: each divides by a thousand
    int percents = 0;
    char compare = 0;  ///< condition: '<', '>', '=', 'l' (<=), 'g' (>=), 'n' (<>); 0: none
    double limit = 0;
    std::vector<Token> tokens;
    bool Accepts(double number) const;
  };
  class SectionReader;

  const Section& SectionFor(double number, bool& magnitude) const;
  struct Digits {
    std::string whole, fraction;
    std::ptrdiff_t places = 0;  ///< of the whole part in the format
  };
  static std::string Number(const Section& section, double number);
  static std::string Lay(const Section& section, const Digits& digits, double magnitude);
  static std::string Scientific(const Section& section, double number);
  static void CutZeros(const Section& section, std::string& fraction);
  static bool Date(const Section& section, double serial, bool epoch_1904, Shown& out);
  static Shown Elapsed(const Section& section, double days);

  std::vector<Section> sections_;
};

}  // namespace yk::formats
