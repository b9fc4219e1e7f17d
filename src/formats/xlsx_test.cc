// SPDX-License-Identifier: Apache-2.0
#include "formats/xlsx.h"

#include <gmock/gmock.h>

#include <random>

#include "formats/read_file.h"
#include "formats/workbook_fixture.h"
#include "formats/xlsx_parts.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Cell;
using reader::CellType;
using reader::Reason;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<reader::ReadAnswer> Read(std::string_view bytes, reader::ReadOptions options = {},
                                const std::string& name = "a.xlsx") {
  reader::ReadRequest request;
  request.name = name;
  request.options = std::move(options);
  request.options.want.tables = true;
  return ReadContent(request, bytes);
}

reader::Document MustRead(const XlsxParts& book) {
  auto answer = Read(MakeXlsx(book));
  EXPECT_TRUE(answer) << answer.error().ToString();
  return answer ? std::move(answer->document) : reader::Document();
}

std::optional<Reason> ReasonFor(std::string_view bytes, reader::ReadOptions options = {}) {
  const auto answer = Read(bytes, std::move(options));
  return answer ? std::nullopt : reader::ReasonOf(answer.error());
}

const Cell& At(const reader::Table& table, std::string_view name) {
  static const Cell kNone;
  for (const Cell& cell : table.cells) {
    if (reader::CellName(cell.row, cell.col) == name) return cell;
  }
  ADD_FAILURE() << "no cell " << name;
  return kNone;
}

constexpr const char* kStyles =
    "<numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/></numFmts>"
    "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"3\"/><xf numFmtId=\"164\"/><xf "
    "numFmtId=\"46\"/></cellXfs>";

TEST(XlsxTest, CellsKeepTheirTypesTextsAndFormulas) {
  XlsxParts book;
  book.strings =
      "<si><t>plain</t></si><si><r><t>ri</t></r><r><rPr/><t xml:space=\"preserve\">ch </t></r></si>"
      "<si><t>漢字</t><rPh sb=\"0\" eb=\"2\"><t>カンジ</t></rPh><phoneticPr/></si>";
  book.styles = kStyles;
  book.sheets = {
      {"S",
       OneRow("<c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c>"
              "<c r=\"D1\" t=\"inlineStr\"><is><t>in &amp; line</t></is></c><c r=\"E1\" t=\"b\"><v>1</v></c>"
              "<c r=\"F1\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c><c r=\"G1\" s=\"1\"><v>40423</v></c>"
              "<c r=\"H1\" s=\"2\"><v>1234567</v></c><c r=\"I1\"><f>A1*2</f><v>19.600000000000001</v></c>"
              "<c r=\"J1\" t=\"str\"><f>B1</f><v>a_x000D_\nb_x0041_</v></c><c r=\"K1\" s=\"3\"><v>40423</v></c>"
              "<c r=\"L1\" s=\"4\"><v>1.5</v></c><c r=\"M1\" t=\"d\"><v>2020-07-23T09:00:00.000</v></c>"),
       ""}};
  const auto document = MustRead(book);
  ASSERT_EQ(document.tables.size(), 1u);
  const auto& table = document.tables[0];
  EXPECT_EQ(At(table, "A1").text, "plain");
  EXPECT_EQ(At(table, "B1").text, "rich ");
  EXPECT_EQ(At(table, "C1").text, "漢字");
  EXPECT_EQ(At(table, "D1").text, "in & line");
  EXPECT_EQ(At(table, "E1").type, CellType::kBool);
  EXPECT_EQ(At(table, "E1").value, "true");
  EXPECT_EQ(At(table, "F1").type, CellType::kError);
  EXPECT_EQ(At(table, "F1").formula, "1/0");
  EXPECT_EQ(At(table, "G1").value, "2010-09-02");
  EXPECT_EQ(At(table, "H1").text, "1,234,567");
  EXPECT_EQ(At(table, "H1").value, "1234567");
  EXPECT_EQ(At(table, "I1").value, "19.6");
  EXPECT_EQ(At(table, "I1").formula, "A1*2");
  EXPECT_EQ(At(table, "J1").text, "a\nbA");
  EXPECT_EQ(At(table, "K1").text, "2010-09");
  EXPECT_EQ(At(table, "L1").value, "PT36H0M0S");
  EXPECT_EQ(At(table, "M1").value, "2020-07-23T09:00:00");
  EXPECT_EQ(document.mime, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
}

TEST(XlsxTest, ANumberThatItsFormatHidesIsShownPlainly) {
  XlsxParts book;
  book.styles =
      "<numFmts><numFmt numFmtId=\"164\" formatCode=\"#,##0;;\"/></numFmts>"
      "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs>";
  book.sheets = {{"S", OneRow("<c r=\"A1\" s=\"1\"><v>-5</v></c><c r=\"B1\" s=\"1\"><v>0</v></c>"), ""}};
  const auto document = MustRead(book);
  EXPECT_EQ(At(document.tables.at(0), "A1").text, "-5");
  EXPECT_EQ(At(document.tables.at(0), "B1").text, "0");
}

TEST(XlsxTest, SheetsArePagesInTheirOrderAndHiddenOnesStayOutOfTheText) {
  XlsxParts book;
  book.sheets = {{"One", OneRow("<c><v>1</v></c>"), ""},
                 {"Two", OneRow("<c><v>2</v></c>"), "veryHidden"},
                 {"三", OneRow("<c><v>3</v></c>"), ""}};
  const auto document = MustRead(book);
  EXPECT_EQ(document.text, "One\n1\n\n三\n3\n");
  ASSERT_EQ(document.tables.size(), 3u);
  EXPECT_EQ(document.tables[1].name, "Two");
  EXPECT_TRUE(document.tables[1].hidden);
  EXPECT_EQ(document.tables[2].page, 3);
  ASSERT_EQ(document.pages.size(), 3u);
  EXPECT_EQ(document.pages[1].begin, document.pages[1].end);
  EXPECT_EQ(document.pages[2].begin, 6);
  EXPECT_EQ(document.pages[2].end, 11);
  EXPECT_THAT(document.notes, ElementsAre(HasSubstr("'Two' is hidden")));
  ASSERT_EQ(document.blocks.size(), 4u);
  EXPECT_EQ(document.blocks[3].table, 2);
  for (SheetPart& sheet : book.sheets) sheet.state = "hidden";
  EXPECT_EQ(MustRead(book).text, "One\n1\n\nTwo\n2\n\n三\n3\n");
}

TEST(XlsxTest, PagesCanBeAskedForOneByOne) {
  XlsxParts book;
  book.sheets = {
      {"One", OneRow("<c><v>1</v></c>"), ""}, {"Two", "<broken", ""}, {"Three", OneRow("<c><v>3</v></c>"), ""}};
  reader::ReadOptions options;
  options.limits.first_page = options.limits.last_page = 3;
  const auto answer = Read(MakeXlsx(book), options);
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_EQ(answer->page_count, 3);
  ASSERT_EQ(answer->document.tables.size(), 1u);
  EXPECT_EQ(answer->document.pages[0].number, 3);
  EXPECT_EQ(answer->document.text, "Three\n3\n");
  EXPECT_THAT(answer->document.notes, ElementsAre());
  options.limits.first_page = options.limits.last_page = 4;
  EXPECT_EQ(ReasonFor(MakeXlsx(book), options), Reason::kNoPages);
}

TEST(XlsxTest, MergedRangesAreSpansAlsoWhereTheyAreEmpty) {
  XlsxParts book;
  book.sheets = {
      {"S",
       "<sheetData><row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"C2\"><v>9</v></c><c r=\"E2\"><v>2</v></c></row>"
       "<row r=\"3\"><c r=\"C3\"><v>9</v></c><c r=\"D3\"><v>3</v></c></row></sheetData>"
       "<mergeCells><mergeCell ref=\"B2:C3\"/><mergeCell ref=\"G1:G2\"/><mergeCell ref=\"C3:D9\"/><mergeCell "
       "ref=\"A1\"/>"
       "</mergeCells>",
       ""}};
  const auto document = MustRead(book);
  const auto& table = document.tables[0];
  EXPECT_EQ(At(table, "B2").row_span, 2);
  EXPECT_EQ(At(table, "B2").col_span, 2);
  EXPECT_EQ(At(table, "G1").row_span, 2);
  EXPECT_EQ(At(table, "G1").text, "");
  EXPECT_EQ(At(table, "D3").text, "3");
  EXPECT_EQ(table.cells.size(), 4u);
  EXPECT_EQ(table.rows, 3);
  EXPECT_EQ(table.cols, 7);
  EXPECT_THAT(document.notes, ElementsAre(HasSubstr("1 merged ranges that overlap")));
}

TEST(XlsxTest, StrictWorkbooksAndPrefixesAreReadAlike) {
  XlsxParts book;
  book.ns = "http://purl.oclc.org/ooxml/spreadsheetml/main";
  book.types = "http://purl.oclc.org/ooxml/officeDocument/relationships/";
  book.properties = "<workbookPr date1904=\"1\"/>";
  book.styles = kStyles;
  book.sheets = {{"S", OneRow("<c s=\"1\"><v>38961</v></c>"), ""}};
  EXPECT_EQ(MustRead(book).tables[0].cells[0].value, "2010-09-02");
  ZipParts parts = PartsOf(book);
  for (auto& [name, xml] : parts) {
    if (name.starts_with("xl/sheets"))
      xml =
          "<x:worksheet xmlns:x=\"m\"><x:sheetData><x:row><x:c><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>";
  }
  EXPECT_EQ(Read(MakeZip(parts))->document.text, "5\n");
}

TEST(XlsxTest, CellsFarAwayTakeNoRoom) {
  XlsxParts book;
  book.sheets = {
      {"S", OneRow("<c r=\"A1\"><v>1</v></c><c r=\"XFD1048576\"><v>2</v></c><c r=\"XFE1\"><v>3</v></c>"), ""}};
  const auto document = MustRead(book);
  EXPECT_EQ(document.tables[0].rows, 1'048'576);
  EXPECT_EQ(document.tables[0].cols, 16'384);
  EXPECT_EQ(document.text, "1\n\n\t2\n");
}

TEST(XlsxTest, MissingAndBrokenPartsCostWhatTheyHeld) {
  XlsxParts book;
  book.strings = "<si><t>a</t></si>";
  book.styles = kStyles;
  book.sheets = {{"Good", OneRow("<c t=\"s\"><v>0</v></c><c t=\"s\"><v>7</v></c><c s=\"1\"><v>40423</v></c>"), ""},
                 {"Bad", "<sheetData><row>", ""}};
  auto document = MustRead(book);
  EXPECT_EQ(document.text, "Good\na\t2010-09-02\n");
  EXPECT_THAT(document.notes, ElementsAre(HasSubstr("'Bad' is left out")));
  ZipParts parts = PartsOf(book);
  std::erase_if(parts,
                [](const auto& part) { return part.first == "xl/styles.xml" || part.first == "xl/strings.xml"; });
  const auto bare = Read(MakeZip(parts));
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->document.text, "Good\n40423\n");
  book.sheets.erase(book.sheets.begin());
  EXPECT_EQ(ReasonFor(MakeXlsx(book)), Reason::kCorrupt);
  book.sheets[0].xml = "<sheetData/></worksheet>stray<worksheet>";
  EXPECT_EQ(ReasonFor(MakeXlsx(book)), Reason::kCorrupt);
}

TEST(XlsxTest, BombsAreRefusedByName) {
  XlsxParts book;
  book.sheets = {{"S", OneRow("<c><v>1</v></c>"), ""}};
  ZipParts parts = PartsOf(book);
  parts.back().second = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><worksheet><sheetData/></worksheet>";
  EXPECT_EQ(ReasonFor(MakeZip(parts)), Reason::kXmlEntitiesRefused);
  reader::ReadOptions options;
  options.limits.expanded_bytes_max = 400;
  EXPECT_EQ(ReasonFor(MakeXlsx(book), options), Reason::kResourceLimit);
  options.limits = {};
  options.limits.cells_max = 0;
  EXPECT_EQ(ReasonFor(MakeXlsx(book), options), Reason::kResourceLimit);
  options.limits = {};
  options.limits.text_bytes_max = 1;
  EXPECT_EQ(ReasonFor(MakeXlsx(book), options), Reason::kResourceLimit);
}

TEST(XlsxTest, LargePartsAreParsedInPieces) {
  std::string xml = "<w:worksheet xmlns:w=\"m\"><w:dimension ref=\"A1\"/><w:sheetData><w:row r=\"1\"/>";
  for (int i = 2; i <= 2000; ++i)
    xml += fmt::format("<w:row r=\"{0}\"><w:c r=\"A{0}\"><w:v>{0}</w:v></w:c></w:row>", i);
  xml += "<w:row r=\"9999\"/></w:sheetData><w:mergeCells/></w:worksheet>";
  XmlPieces pieces{.part = "p", .parent = "sheetData", .name = "row", .piece_bytes = 1000, .each = {}, .rest = {}};
  int rows = 0;
  bool rest = false;
  pieces.each = [&](const pugi::xml_node& row) -> Result<void> {
    rows += Child(row, "c") ? 1 : 0;
    return {};
  };
  pieces.rest = [&](const pugi::xml_node& root) -> Result<void> {
    rest = !Child(root, "mergeCells").empty() && !Child(root, "dimension").empty();
    return {};
  };
  ASSERT_TRUE(ForEachElement(xml, pieces));
  EXPECT_EQ(rows, 1999);
  EXPECT_TRUE(rest);
  const std::string broken = xml.substr(0, 30000) + "<" + xml.substr(30000);
  const auto problem = ForEachElement(broken, pieces);
  ASSERT_FALSE(problem);
  EXPECT_EQ(reader::ReasonOf(problem.error()), Reason::kCorrupt);
  // What looks like the end of a row is text here.
  const std::string odd =
      "<worksheet><!-- </row> --><sheetData><row><c><v><![CDATA[</row>]]></v></c></row></sheetData></worksheet>";
  pieces.piece_bytes = 10;
  rows = 0;
  ASSERT_TRUE(ForEachElement(odd, pieces));
  EXPECT_EQ(rows, 1);
}

TEST(XlsxTest, SharedFormulasAreWrittenForEachCell) {
  XlsxParts book;
  book.sheets = {{"S",
                  "<sheetData><row r=\"1\"><c r=\"B1\"><f t=\"shared\" si=\"0\" "
                  "ref=\"B1:B2\">A1*$C$1+SUM(D:D,Sheet1!A1)</f><v>1</v></c></row>"
                  "<row r=\"2\"><c r=\"B2\"><f t=\"shared\" si=\"0\"/><v>2</v></c></row></sheetData>",
                  ""}};
  EXPECT_EQ(At(MustRead(book).tables[0], "B2").formula, "A2*$C$1+SUM(D:D,Sheet1!A2)");
  EXPECT_EQ(MoveFormula("A1&\"A1\"&'A1'!B$2&LOG10(A1)&T1[A1]&A1:A9&1:1&TRUE&1E5", 1, 1),
            "B2&\"A1\"&'A1'!C$2&LOG10(B2)&T1[A1]&B2:B10&2:2&TRUE&1E5");
  EXPECT_EQ(MoveFormula("XFD1048576", 1, 1), "A1");
}

TEST(XlsxTest, MutatedWorkbooksNeverEndWithoutAReason) {
  XlsxParts book;
  book.strings = "<si><t>text</t></si>";
  book.styles = kStyles;
  book.sheets = {{"S",
                  OneRow("<c t=\"s\"><v>0</v></c><c s=\"1\"><v>40423</v></c>") +
                      "<mergeCells><mergeCell ref=\"A1:B2\"/></mergeCells>",
                  ""}};
  const ZipParts good = PartsOf(book);
  std::mt19937 random(11);
  for (int round = 0; round < 400; ++round) {
    ZipParts parts = good;
    std::string& xml = parts[random() % parts.size()].second;
    for (unsigned flips = 1 + random() % 4; flips > 0; --flips)
      xml[random() % xml.size()] = static_cast<char>(random());
    std::string bytes = MakeZip(parts);
    if (round % 4 == 0) bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto answer = Read(bytes);
    EXPECT_TRUE(answer || reader::ReasonOf(answer.error()).has_value()) << round;
  }
}

}  // namespace
}  // namespace yk::formats
