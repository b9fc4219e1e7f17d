// SPDX-License-Identifier: Apache-2.0
#include "formats/table_finder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <utility>

#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::Table;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr double kSize = 10;    ///< of the font
constexpr double kLetter = 5;   ///< width of a letter
constexpr double kSpace = 2.5;  ///< between words

/// A page as poppler would show it: text by its left end and base line, rules by their ends.
class PageBuilder {
 public:
  PageBuilder() { marks_.width = 600, marks_.height = 800; }

  PageBuilder& Text(double left, double base, const std::string& text) {
    for (size_t from = 0; from < text.size();) {
      const size_t end = std::min(text.find(' ', from), text.size());
      MarkedWord word;
      word.text = text::ToUtf32(text.substr(from, end - from));
      const double width = kLetter * static_cast<double>(word.text.size());
      word.box = {left, base - 7.5, left + width, base + 2.5};
      word.base = base;
      word.size = kSize;
      left += width + kSpace;
      marks_.words.push_back(std::move(word));
      from = end + 1;
    }
    return *this;
  }
  /// Texts of one line that begin at these places; empty ones are left out.
  PageBuilder& Row(double base, const std::vector<double>& places, const std::vector<std::string>& texts) {
    for (size_t i = 0; i < texts.size(); ++i) {
      if (!texts[i].empty()) Text(places[i], base, texts[i]);
    }
    return *this;
  }
  PageBuilder& Across(double y, double from, double to) { return marks_.across.push_back({y, from, to}), *this; }
  PageBuilder& Down(double x, double from, double to) { return marks_.down.push_back({x, from, to}), *this; }
  PageBuilder& Fill(reader::Box box, uint32_t colour) { return marks_.fills.push_back({box, colour}), *this; }
  PageBuilder& Drawing(reader::Box box) { return marks_.drawings.push_back(box), *this; }

  std::vector<Table> Find() const { return FindTables(marks_, 1); }
  const PageMarks& marks() const { return marks_; }

 private:
  PageMarks marks_;
};

/// Rows as texts, cells parted by "|", spans as "<rows x cols>".
std::vector<std::string> Show(const Table& table) {
  std::vector<std::string> rows(static_cast<size_t>(table.rows));
  int row = -1;
  int col = 0;
  for (const reader::Cell& cell : table.cells) {
    std::string& out = rows[static_cast<size_t>(cell.row)];
    if (cell.row != row) col = 0;
    row = cell.row;
    for (; col < cell.col; ++col) out += "|";
    out += cell.text;
    if (cell.row_span > 1 || cell.col_span > 1) out += fmt::format("<{}x{}>", cell.row_span, cell.col_span);
  }
  return rows;
}

const std::vector<double> kPlaces = {60, 200, 300, 400};

PageBuilder Numbers() {
  PageBuilder page;
  page.Row(100, kPlaces, {"Country", "Exports", "Imports", "Balance"});
  page.Row(114, kPlaces, {"Austria", "109", "93", "16"});
  page.Row(128, kPlaces, {"Denmark", "78", "84", "-6"});
  page.Row(142, kPlaces, {"Finland", "96", "41", "55"});
  return page;
}

TEST(FindTablesTest, AlignedNumbersAreATableWithoutAnyLine) {
  const auto tables = Numbers().Find();
  ASSERT_THAT(tables, SizeIs(1));
  EXPECT_THAT(Show(tables[0]), ElementsAre("Country|Exports|Imports|Balance", "Austria|109|93|16", "Denmark|78|84|-6",
                                           "Finland|96|41|55"));
  EXPECT_EQ(tables[0].header_rows, 1);
  EXPECT_EQ(tables[0].page, 1);
  ASSERT_TRUE(tables[0].box);
  EXPECT_NEAR(tables[0].box->left, 60, 1);
  EXPECT_NEAR(tables[0].box->bottom, 144.5, 1);
}

TEST(FindTablesTest, AGridWithMissingSidesHasMergedCells) {
  PageBuilder page;
  for (const double y : {90.0, 110.0, 130.0, 150.0}) page.Across(y, y == 110.0 ? 150 : 50, 350);
  page.Down(50, 90, 150).Down(150, 90, 150).Down(250, 110, 150).Down(350, 90, 150);
  page.Text(60, 115, "Sample").Text(200, 104, "Both years").Text(170, 124, "2006").Text(270, 124, "2007");
  page.Row(144, {60, 170, 270}, {"Fresh meat", "yes", "no"});
  const auto tables = page.Find();
  ASSERT_THAT(tables, SizeIs(1));
  EXPECT_THAT(Show(tables[0]), ElementsAre("Sample<2x1>|Both years<1x2>", "|2006|2007", "Fresh meat|yes|no"));
}

TEST(FindTablesTest, EdgesOfColouredCellsAreLinesButNotWhereTheColourGoesOn) {
  PageBuilder page;
  const std::vector<double> tops = {90, 110, 130};
  for (size_t r = 0; r < tops.size(); ++r) {
    for (const double left : {50.0, 150.0}) {
      // Each cell's fill is drawn in two halves, as word processors do line by line.
      const uint32_t colour = 0x202020 * static_cast<uint32_t>(r + (left > 100 ? 4 : 1));
      page.Fill({left, tops[r], left + 100, tops[r] + 10}, colour);
      page.Fill({left, tops[r] + 10, left + 100, tops[r] + 20}, colour);
    }
    page.Text(60, tops[r] + 8, "upper").Text(60, tops[r] + 18, "lower").Text(160, tops[r] + 14, "other text");
  }
  const auto tables = page.Find();
  ASSERT_THAT(tables, SizeIs(1));
  EXPECT_THAT(Show(tables[0]),
              ElementsAre("upper lower|other text", "upper lower|other text", "upper lower|other text"));
}

TEST(FindTablesTest, AHeadSpansTheColumnsOverTheRuleUnderIt) {
  PageBuilder page;
  page.Across(88, 50, 450).Across(103, 195, 345).Across(118, 50, 450).Across(160, 50, 450);
  page.Text(250, 100, "Trade").Row(114, kPlaces, {"Country", "Exports", "Imports", "Balance"});
  page.Row(130, kPlaces, {"Austria", "109", "93", "16"}).Row(142, kPlaces, {"Denmark", "78", "84", "-6"});
  page.Row(154, kPlaces, {"Finland", "96", "41", "55"});
  const auto tables = page.Find();
  ASSERT_THAT(tables, SizeIs(1));
  EXPECT_THAT(Show(tables[0]), ElementsAre("Country<2x1>|Trade<1x2>||Balance<2x1>", "|Exports|Imports",
                                           "Austria|109|93|16", "Denmark|78|84|-6", "Finland|96|41|55"));
  EXPECT_EQ(tables[0].header_rows, 2);
}

TEST(FindTablesTest, WrappedTextOfOneCellIsOneCell) {
  PageBuilder page;
  page.Across(88, 50, 450).Across(104, 50, 450).Across(182, 50, 450);
  page.Row(100, {60, 220}, {"Scale", "Description"});
  page.Row(118, {60, 220}, {"Likert scale", "An ordered set of answers that"}).Text(220, 130, "people choose from");
  page.Row(148, {60, 220}, {"Rating scale", "Numbers in place of"}).Text(220, 160, "words");
  page.Row(178, {60, 220}, {"Checklist", "Signs to be ticked"});
  const auto tables = page.Find();
  ASSERT_THAT(tables, SizeIs(1));
  EXPECT_THAT(Show(tables[0]),
              ElementsAre("Scale|Description", "Likert scale|An ordered set of answers that people choose from",
                          "Rating scale|Numbers in place of words", "Checklist|Signs to be ticked"));
}

TEST(FindTablesTest, RowsThatShareOneRuledCellArePartedByTheirText) {
  PageBuilder page;
  for (const double y : {88.0, 106.0, 150.0}) page.Across(y, 50, 450);
  for (const double x : {50.0, 180.0, 280.0, 380.0, 450.0}) page.Down(x, 88, 150);
  page.Row(100, kPlaces, {"Country", "Exports", "Imports", "Balance"});
  page.Row(118, kPlaces, {"Austria", "109", "93", "16"}).Row(131, kPlaces, {"Denmark", "78", "84", "-6"});
  page.Row(144, kPlaces, {"Finland", "96", "41", "55"});
  const auto tables = page.Find();
  ASSERT_THAT(tables, SizeIs(1));
  EXPECT_THAT(Show(tables[0]), ElementsAre("Country|Exports|Imports|Balance", "Austria|109|93|16", "Denmark|78|84|-6",
                                           "Finland|96|41|55"));
}

TEST(FindTablesTest, TheCaptionIsTheNameAndNotesStayOutside) {
  PageBuilder page = Numbers();
  page.Text(60, 82, "Table 3. Trade by country").Text(60, 156, "Source: customs offices of the countries");
  const auto tables = page.Find();
  ASSERT_THAT(tables, SizeIs(1));
  EXPECT_EQ(tables[0].name, "Table 3. Trade by country");
  EXPECT_EQ(tables[0].rows, 4);
}

TEST(FindTablesTest, LinesAndLeadersDrawnWithCharactersAreNotText) {
  PageBuilder page;
  page.Row(100, kPlaces, {"Proportion", "1.0", "1.1", "1.2"});
  page.Text(60, 110, "--------------------------------------------------------------------------------");
  page.Row(122, kPlaces, {"Above 0.99 ................", "800", "880", "960"});
  page.Row(134, kPlaces, {"Above 0.95 ................", "160", "176", "192"});
  page.Row(146, kPlaces, {"Above 0.90 ................", "80", "88", "96"});
  const auto tables = page.Find();
  ASSERT_THAT(tables, SizeIs(1));
  EXPECT_THAT(Show(tables[0]), ElementsAre("Proportion|1.0|1.1|1.2", "Above 0.99|800|880|960", "Above 0.95|160|176|192",
                                           "Above 0.90|80|88|96"));
}

TEST(FindTablesTest, TextInTwoColumnsIsNoTable) {
  PageBuilder page;
  for (int line = 0; line < 30; ++line) {
    page.Text(50, 80 + 12 * line, "one line of prose goes from here to there so");
    page.Text(310, 80 + 12 * line, "and the second column says other things to us");
  }
  EXPECT_THAT(page.Find(), IsEmpty());
}

TEST(FindTablesTest, AListOfContentsIsNoTable) {
  PageBuilder page;
  for (int line = 0; line < 12; ++line) {
    page.Text(50, 80 + 14 * line, "Chapter about things . . . . . . . . . . . . . .");
    page.Text(500, 80 + 14 * line, std::to_string(3 + 7 * line));
  }
  EXPECT_THAT(page.Find(), IsEmpty());
}

TEST(FindTablesTest, LabelsOfAChartAreNoTable) {
  PageBuilder page;
  for (int tick = 0; tick < 8; ++tick) {
    page.Row(100.0 + 20 * tick, {60, 400}, {std::to_string(54'000 - 1'000 * tick), std::to_string(50 - 2 * tick)});
  }
  page.Text(100, 262, "Income").Text(200, 262, "Index");
  page.Drawing({90, 120, 380, 220});
  EXPECT_THAT(page.Find(), IsEmpty());
}

TEST(FindTablesTest, ATableOnItsSideIsReadAsIfItStoodUpright) {
  PageBuilder upright = Numbers();
  upright.Across(90, 50, 450).Across(104, 50, 450).Across(150, 50, 450);
  PageMarks turned = upright.marks();
  // Written from bottom to top: x = y, y = height - x, the page being 800 wide and 600 high.
  std::swap(turned.width, turned.height);
  const auto turn = [](const reader::Box& box) {
    return reader::Box{box.top, 600 - box.right, box.bottom, 600 - box.left};
  };
  for (MarkedWord& word : turned.words) {
    word.box = turn(word.box);
    word.rotation = 3;
  }
  for (const Rule& rule : turned.across) turned.down.push_back({rule.at, 600 - rule.to, 600 - rule.from});
  turned.across.clear();
  const auto expected = upright.Find();
  const auto tables = FindTables(turned, 1);
  ASSERT_THAT(tables, SizeIs(1));
  ASSERT_THAT(expected, SizeIs(1));
  EXPECT_EQ(Show(tables[0]), Show(expected[0]));
  EXPECT_NEAR(tables[0].box->top, 600 - expected[0].box->right, 0.01);
  EXPECT_NEAR(tables[0].box->right, expected[0].box->bottom, 0.01);
}

TEST(FindTablesTest, JapaneseLinesOfACellJoinWithoutASpace) {
  PageBuilder page;
  for (const double y : {90.0, 120.0, 150.0}) page.Across(y, 50, 250);
  for (const double x : {50.0, 150.0, 250.0}) page.Down(x, 90, 150);
  page.Text(60, 103, "有価証券").Text(60, 115, "評価差額金").Text(160, 108, "百万円");
  page.Text(60, 138, "資本金").Text(160, 138, "1,200");
  const auto tables = page.Find();
  ASSERT_THAT(tables, SizeIs(1));
  EXPECT_THAT(Show(tables[0]), ElementsAre("有価証券評価差額金|百万円", "資本金|1,200"));
}

TEST(FindTablesTest, APageOfManyThousandWordsIsOneTable) {
  PageBuilder page;
  std::vector<double> places;
  for (int col = 0; col < 12; ++col) places.push_back(20 + 48.0 * col);
  std::vector<std::string> heads(places.size(), "Head");
  page.Row(0, places, heads);
  for (int row = 1; row <= 1000; ++row) page.Row(12.0 * row, places, std::vector<std::string>(places.size(), "1,234"));
  const auto tables = page.Find();
  ASSERT_THAT(tables, SizeIs(1));
  EXPECT_EQ(tables[0].rows, 1001);
  EXPECT_THAT(tables[0].cells, SizeIs(12'012));
}

TEST(FindTablesTest, OddPagesGiveNothing) {
  EXPECT_THAT(FindTables(PageMarks{}, 1), IsEmpty());
  PageBuilder lines;
  lines.Across(10, 0, 500).Across(20, 0, 500).Down(5, 0, 100).Down(50, 0, 100);
  EXPECT_THAT(lines.Find(), IsEmpty());
  PageBuilder word;
  EXPECT_THAT(word.Text(1, 1, "alone").Find(), IsEmpty());
}

}  // namespace
}  // namespace yk::formats
