// SPDX-License-Identifier: Apache-2.0
// What a page shows, for finding tables: words and ruling lines in one set of coordinates (points, origin top left).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reader/table.h"

namespace yk::formats {

struct MarkedWord {
  std::u32string text;
  reader::Box box;
  double base = 0;   ///< y of the baseline (x for words turned by 90 or 270 degrees)
  double size = 0;   ///< of the font
  int rotation = 0;  ///< quarter turns clockwise
  bool space_after = false;
  bool vertical = false;  ///< in a font for writing from top to bottom
};

/// A line drawn along an axis: y = `at` from x `from` to `to`, or the same with x and y exchanged.
struct Rule {
  double at = 0;
  double from = 0, to = 0;
  double Length() const { return to - from; }
};

struct ColourFill {
  reader::Box box;
  uint32_t colour = 0;
};

struct PageMarks {
  double width = 0, height = 0;
  std::vector<MarkedWord> words;
  std::vector<Rule> across;           ///< horizontal
  std::vector<Rule> down;             ///< vertical
  std::vector<ColourFill> fills;      ///< coloured rectangles that are no lines
  std::vector<reader::Box> drawings;  ///< curves and slanted lines: charts, logos
};

inline double CentreX(const reader::Box& box) { return (box.left + box.right) / 2; }
inline double CentreY(const reader::Box& box) { return (box.top + box.bottom) / 2; }
inline bool Holds(const reader::Box& box, double x, double y) {
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
}
/// Makes `box` hold `other` too.
void Extend(reader::Box& box, const reader::Box& other);
double Overlap(double a_from, double a_to, double b_from, double b_to);  ///< length in common, 0 when none

/// The page turned so that most of its words stand upright. Returns the quarter turns that were undone.
int TurnUpright(PageMarks& marks);
/// A box of the page as turned by TurnUpright, in coordinates of the page as it is.
reader::Box TurnBack(const reader::Box& box, int turns, const PageMarks& upright);

/// Joins pieces of one line, drops specks; words made of dashes become rules; edges of fills that hold words too.
void CleanMarks(PageMarks& marks);

}  // namespace yk::formats
