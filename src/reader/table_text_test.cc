// SPDX-License-Identifier: Apache-2.0
#include "reader/table_text.h"

#include <gmock/gmock.h>

#include "text/utf8.h"

namespace yk::reader {
namespace {

Cell At(int row, int col, std::string text) {
  Cell cell;
  cell.row = row;
  cell.col = col;
  cell.text = std::move(text);
  return cell;
}

TEST(TableTextTest, AFilledGridKeepsItsEmptyPlaces) {
  Table table;
  table.cells = {At(0, 0, "a"), At(0, 2, "b"), At(0, 5, "c"), At(1, 2, "2"),
                 At(1, 5, "3"), At(4, 0, "4"), At(4, 2, "5")};
  EXPECT_EQ(TextOf(table).text, "a\tb\tc\n\t2\t3\n\n4\t5\n");
}

TEST(TableTextTest, AFormHasItsCellsSideBySide) {
  Table table;
  table.cells = {At(0, 1, "name"), At(0, 9, "x"), At(3, 30, "age"), At(3, 40, "7"), At(5, 70, "end")};
  EXPECT_EQ(TextOf(table).text, "name\tx\n\nage\t7\n\nend\n");
}

TEST(TableTextTest, PlacesCountCodePointsAndLineBreaksInCellsBecomeSpaces) {
  Table table;
  table.cells = {At(0, 0, "甲\n乙"), At(0, 1, ""), At(0, 2, "🍣")};
  const TableText text = TextOf(table);
  EXPECT_EQ(text.text, "甲 乙\t🍣\n");
  EXPECT_EQ(text.code_points, static_cast<int64_t>(text::CountCodePoints(text.text)));
  EXPECT_THAT(text.places, ::testing::ElementsAre(std::pair<int64_t, int64_t>(0, 3), std::pair<int64_t, int64_t>(3, 3),
                                                  std::pair<int64_t, int64_t>(4, 5)));
}

TEST(TableTextTest, AnEmptyTableHasNoText) { EXPECT_EQ(TextOf({}).text, ""); }

}  // namespace
}  // namespace yk::reader
