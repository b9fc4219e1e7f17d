// SPDX-License-Identifier: Apache-2.0
#include "formats/ods.h"

#include <gmock/gmock.h>

#include "formats/read_file.h"
#include "formats/zip_fixture.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::CellType;
using reader::Reason;

std::string MakeOds(const std::string& tables, const std::string& styles = "", const std::string& manifest = "<m/>") {
  return MakeZip({{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
                  {"META-INF/manifest.xml", manifest},
                  {"content.xml",
                   "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\" xmlns:style=\"s\" "
                   "xmlns:calcext=\"c\"><office:automatic-styles>" +
                       styles + "</office:automatic-styles><office:body><office:spreadsheet>" + tables +
                       "</office:spreadsheet></office:body></office:document-content>"}},
                 "mimetype");
}

Result<reader::ReadAnswer> Read(const std::string& bytes, reader::ReadOptions options = {}) {
  reader::ReadRequest request;
  request.name = "a.ods";
  request.options = std::move(options);
  request.options.want.tables = true;
  return ReadContent(request, bytes);
}

TEST(OdsTest, CellsKeepTheirTypesAndTexts) {
  const auto answer =
      Read(MakeOds("<table:table table:name=\"S\"><table:table-row>"
                   "<table:table-cell office:value-type=\"string\"><text:p>a<text:s "
                   "text:c=\"2\"/>b</text:p><text:p>c</text:p></table:table-cell>"
                   "<table:table-cell office:value-type=\"float\" office:value=\"1234.5\" "
                   "table:formula=\"of:=SUM([.A1:.B2])*2.5\"><text:p>1,234.50</text:p></table:table-cell>"
                   "<table:table-cell office:value-type=\"date\" "
                   "office:date-value=\"2021-01-02\"><text:p>01/02/21</text:p></table:table-cell>"
                   "<table:table-cell office:value-type=\"time\" "
                   "office:time-value=\"PT08H30M00S\"><text:p>08:30</text:p></table:table-cell>"
                   "<table:table-cell office:value-type=\"time\" "
                   "office:time-value=\"PT255H10M10S\"><text:p>255:10:10</text:p></table:table-cell>"
                   "<table:table-cell office:value-type=\"boolean\" "
                   "office:boolean-value=\"true\"><text:p>TRUE</text:p></table:table-cell>"
                   "<table:table-cell office:value-type=\"string\" "
                   "calcext:value-type=\"error\"><text:p>#DIV/0!</text:p></table:table-cell>"
                   "</table:table-row></table:table>"));
  ASSERT_TRUE(answer) << answer.error().ToString();
  const auto& cells = answer->document.tables.at(0).cells;
  ASSERT_EQ(cells.size(), 7u);
  EXPECT_EQ(cells[0].text, "a  b\nc");
  EXPECT_EQ(cells[1].text, "1,234.50");
  EXPECT_EQ(cells[1].value, "1234.5");
  EXPECT_EQ(cells[1].formula, "SUM(A1:B2)*2.5");
  EXPECT_EQ(cells[2].text, "2021-01-02");
  EXPECT_EQ(cells[3].value, "08:30:00");
  EXPECT_EQ(cells[4].value, "PT255H10M10S");
  EXPECT_EQ(cells[5].type, CellType::kBool);
  EXPECT_EQ(cells[6].type, CellType::kError);
}

TEST(OdsTest, RepeatedCellsSpansAndHiddenSheetsAreFollowed) {
  const auto answer = Read(MakeOds(
      "<table:table table:name=\"S\"><table:table-header-rows><table:table-row table:number-rows-repeated=\"2\">"
      "<table:table-cell table:number-columns-repeated=\"3\" office:value-type=\"float\" office:value=\"7\"/>"
      "<table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row></table:table-header-rows>"
      "<table:table-row><table:table-cell table:number-columns-spanned=\"2\" "
      "table:number-rows-spanned=\"2\"><text:p>m</text:p></table:table-cell>"
      "<table:covered-table-cell/><table:table-cell><text:p>n</text:p></table:table-cell></table:table-row>"
      "<table:table-row table:number-rows-repeated=\"1048573\"><table:table-cell/></table:table-row></table:table>"
      "<table:table table:name=\"H\" "
      "table:style-name=\"ta2\"><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></"
      "table:table-row></table:table>",
      "<style:style style:name=\"ta2\"><style:table-properties table:display=\"false\"/></style:style>"));
  ASSERT_TRUE(answer) << answer.error().ToString();
  ASSERT_EQ(answer->document.tables.size(), 2u);
  const auto& table = answer->document.tables[0];
  EXPECT_EQ(table.cells.size(), 8u);
  EXPECT_EQ(table.cells[6].row_span, 2);
  EXPECT_EQ(table.cells[7].col, 2);
  EXPECT_EQ(table.rows, 4);
  EXPECT_TRUE(answer->document.tables[1].hidden);
  EXPECT_EQ(answer->document.text, "S\n7\t7\t7\n7\t7\t7\nm\t\tn\n");
}

TEST(OdsTest, RepetitionsWithoutEndAndSecretsAreRefused) {
  const std::string row =
      "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell "
      "table:number-columns-repeated=\"1000\" "
      "office:value-type=\"float\" office:value=\"7\"/></table:table-row>";
  reader::ReadOptions options;
  options.limits.cells_max = 10'000;
  const auto bomb = Read(MakeOds("<table:table table:name=\"S\">" + row + "</table:table>"), options);
  ASSERT_FALSE(bomb);
  EXPECT_EQ(reader::ReasonOf(bomb.error()), Reason::kResourceLimit);
  const auto secret = Read(MakeOds("", "", "<manifest:encryption-data/>"));
  ASSERT_FALSE(secret);
  EXPECT_EQ(reader::ReasonOf(secret.error()), Reason::kEncrypted);
}

}  // namespace
}  // namespace yk::formats
