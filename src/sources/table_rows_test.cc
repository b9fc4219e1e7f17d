// SPDX-License-Identifier: Apache-2.0
#include "sources/table_rows.h"

#include <gmock/gmock.h>

namespace yk::sources {
namespace {

using reader::Cell;
using reader::CellType;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Cell Text(int row, int col, std::string text, int row_span = 1, int col_span = 1) {
  Cell cell;
  cell.row = row;
  cell.col = col;
  cell.row_span = row_span;
  cell.col_span = col_span;
  cell.text = std::move(text);
  return cell;
}

Cell Typed(int row, int col, CellType type, std::string value) {
  Cell cell = Text(row, col, value);
  cell.type = type;
  cell.value = std::move(value);
  return cell;
}

Cell Number(int row, int col, std::string value) { return Typed(row, col, CellType::kNumber, std::move(value)); }

reader::Table Make(std::vector<Cell> cells) {
  reader::Table table;
  for (const Cell& cell : cells) {
    table.rows = std::max(table.rows, cell.row + cell.row_span);
    table.cols = std::max(table.cols, cell.col + cell.col_span);
  }
  table.cells = std::move(cells);
  return table;
}

std::vector<std::string> Values(const TableRows& rows) {
  std::vector<std::string> out;
  for (const TableRow& row : rows.rows) out.push_back(fmt::format("{} {}", row.row, DumpJson(row.values)));
  return out;
}

TEST(TableRowsTest, ValuesKeepTheirTypes) {
  const auto rows =
      RowsOf(Make({Text(0, 0, "a"), Text(0, 1, "b"), Text(0, 2, "c"), Text(0, 3, "d"), Number(1, 0, "12"),
                   Number(1, 1, "0.5"), Typed(1, 2, CellType::kDate, "2020-01-02"),
                   Typed(1, 3, CellType::kBool, "true"), Text(2, 0, "x"), Typed(2, 1, CellType::kError, "#N/A")}),
             {});
  ASSERT_TRUE(rows);
  EXPECT_THAT(rows->columns, ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(Values(*rows), ElementsAre(R"(1 {"a":12,"b":0.5,"c":"2020-01-02","d":true})",
                                         R"(2 {"a":"x","b":"#N/A","c":null,"d":null})"));
}

TEST(TableRowsTest, WholeNumbersOfSixtyFourBitsKeepTheirDigits) {
  EXPECT_EQ(DumpJson(CellValue(Number(0, 0, "12345678901234567890"))), "12345678901234567890");
  EXPECT_EQ(DumpJson(CellValue(Number(0, 0, "-9223372036854775808"))), "-9223372036854775808");
}

TEST(TableRowsTest, ATitleAboveTheHeaderIsNoHeader) {
  const auto rows = RowsOf(Make({Text(0, 0, "All sales of the year", 1, 3), Text(2, 0, "name"), Text(2, 1, "price"),
                                 Text(2, 2, "count"), Text(3, 0, "x"), Number(3, 1, "1"), Number(3, 2, "2")}),
                           {});
  ASSERT_TRUE(rows);
  EXPECT_THAT(rows->columns, ElementsAre("name", "price", "count"));
  EXPECT_THAT(Values(*rows), ElementsAre(R"(3 {"name":"x","price":1,"count":2})"));
}

TEST(TableRowsTest, HeadersOfSeveralRowsAreJoinedAndMergedCellsStandAboveAllTheirColumns) {
  const auto rows = RowsOf(
      Make({Text(0, 0, "都道府県", 2, 1), Text(0, 1, "移動\n者数", 1, 2), Text(0, 3, "計", 2, 1), Text(1, 1, "男"),
            Text(1, 2, "女"), Text(2, 0, "北海道"), Number(2, 1, "1"), Number(2, 2, "2"), Number(2, 3, "3")}),
      {});
  ASSERT_TRUE(rows);
  EXPECT_THAT(rows->columns, ElementsAre("都道府県", "移動 者数 / 男", "移動 者数 / 女", "計"));
  EXPECT_EQ(rows->rows.size(), 1u);
}

TEST(TableRowsTest, AHeaderGrowsWhileItsNamesAreNotDistinct) {
  const auto rows = RowsOf(Make({Text(0, 0, "k"), Text(0, 1, "2023"), Text(0, 2, "2023"), Text(1, 1, "men"),
                                 Text(1, 2, "women"), Text(2, 0, "x"), Number(2, 1, "1"), Number(2, 2, "2")}),
                           {});
  ASSERT_TRUE(rows);
  EXPECT_THAT(rows->columns, ElementsAre("k", "2023 / men", "2023 / women"));
}

TEST(TableRowsTest, RepeatedNamesTakeNoRowOfDataIntoTheHeader) {
  const auto rows =
      RowsOf(Make({Text(0, 0, "氏名"), Text(0, 1, "備考"), Text(0, 2, "備考"), Text(1, 0, "山田"), Text(1, 1, "a"),
                   Text(1, 2, "b"), Text(2, 0, "鈴木"), Text(2, 1, "c"), Text(2, 2, "d")}),
             {});
  ASSERT_TRUE(rows);
  EXPECT_THAT(rows->columns, ElementsAre("氏名", "備考", "備考 (2)"));
  EXPECT_EQ(rows->rows.size(), 2u);
}

TEST(TableRowsTest, ARowOfDataUnderAMergedHeadIsNotPartOfIt) {
  const auto of = [](const std::string& one, const std::string& two) {
    return RowsOf(Make({Text(0, 0, "番号"), Text(0, 1, "金額", 1, 2), Text(1, 0, one), Text(1, 1, two), Text(1, 2, two),
                        Text(2, 0, "2"), Text(2, 1, "300"), Text(2, 2, "330")}),
                  {});
  };
  for (const auto& rows : {of("1", "100"), of("x", "未定"), of("x", "1月")}) {
    ASSERT_TRUE(rows);
    EXPECT_THAT(rows->columns, ElementsAre("番号", "金額", "金額 (2)"));
    EXPECT_EQ(rows->rows.size(), 2u);
  }
}

TEST(TableRowsTest, ARowThatDividesMergedHeadsIsPartOfTheHeader) {
  for (const char* corner : {"", "Town"}) {
    const auto rows = RowsOf(Make({Text(0, 0, "町"), Text(0, 1, "人口", 1, 2), Text(1, 0, corner), Text(1, 1, "男"),
                                   Text(1, 2, "女"), Text(2, 0, "甲"), Text(2, 1, "300"), Text(2, 2, "３３０")}),
                             {});
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->columns[2], "人口 / 女");
    EXPECT_EQ(rows->rows.size(), 1u);
  }
  const auto years = RowsOf(Make({Text(0, 0, "町"), Text(0, 1, "人口", 1, 2), Text(1, 1, "2023"), Text(1, 2, "2024"),
                                  Text(2, 0, "甲"), Text(2, 1, "300"), Text(2, 2, "330")}),
                            {});
  ASSERT_TRUE(years);
  EXPECT_THAT(years->columns, ElementsAre("町", "人口 / 2023", "人口 / 2024"));
}

TEST(TableRowsTest, ACellMergedBesideTheWholeTableMakesNoLongHeader) {
  const auto rows = RowsOf(Make({Text(0, 0, "a"), Text(0, 1, "b"), Text(0, 2, "photo", 3, 1), Text(1, 0, "x"),
                                 Text(1, 1, "y"), Text(2, 0, "z"), Text(2, 1, "w")}),
                           {});
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->rows.size(), 2u);
}

TEST(TableRowsTest, OptionsSayWhereTheHeaderStands) {
  const auto table =
      Make({Text(0, 0, "note"), Text(1, 0, "a"), Text(1, 1, "a"), Text(2, 0, "x"), Text(2, 1, "y"), Text(2, 2, "z")});
  auto rows = RowsOf(table, {.skip_rows = 1, .header_rows = 1});
  ASSERT_TRUE(rows);
  EXPECT_THAT(rows->columns, ElementsAre("a", "a (2)", "C"));
  rows = RowsOf(table, {.skip_rows = 2, .header_rows = 0});
  ASSERT_TRUE(rows);
  EXPECT_THAT(Values(*rows), ElementsAre(R"(2 {"A":"x","B":"y","C":"z"})"));
  const auto beyond = RowsOf(table, {.skip_rows = 3});
  ASSERT_FALSE(beyond);
  EXPECT_THAT(beyond.error().ToString(), HasSubstr("skip_rows is 3, but there are only 3 rows"));
}

TEST(TableRowsTest, ACellMergedOverRowsIsTheValueOfEachOfThem) {
  const auto rows = RowsOf(
      Make({Text(0, 0, "region"), Text(0, 1, "city"), Text(0, 2, "n"), Text(1, 0, "North", 2, 1), Text(1, 1, "A"),
            Number(1, 2, "1"), Text(2, 1, "B"), Number(2, 2, "2"), Text(3, 1, "C"), Number(3, 2, "3")}),
      {});
  ASSERT_TRUE(rows);
  EXPECT_THAT(Values(*rows),
              ElementsAre(R"(1 {"region":"North","city":"A","n":1})", R"(2 {"region":"North","city":"B","n":2})",
                          R"(3 {"region":null,"city":"C","n":3})"));
}

TEST(TableRowsTest, ATableOfTextsHasOneHeaderRow) {
  const auto rows = RowsOf(
      Make({Text(0, 0, "k"), Text(0, 1, "v"), Text(1, 0, "a"), Text(1, 1, "b"), Text(2, 0, "c"), Text(2, 1, "d")}), {});
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->rows.size(), 2u);
  EXPECT_TRUE(RowsOf(Make({}), {.skip_rows = 5})->rows.empty());
}

}  // namespace
}  // namespace yk::sources
