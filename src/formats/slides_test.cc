// SPDX-License-Identifier: Apache-2.0
#include "formats/slides.h"

#include <gmock/gmock.h>

#include "formats/compound_file.h"
#include "formats/open_document.h"
#include "formats/pack_fixture.h"
#include "formats/read_file.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::BlockKind;
using testing::ElementsAre;

Result<reader::ReadAnswer> TryRead(const std::string& name, std::string_view bytes) {
  reader::ReadRequest request;
  request.name = name;
  request.options.want.tables = true;
  return ReadContent(request, bytes);
}

reader::Document Read(const std::string& name, std::string_view bytes) {
  auto answer = TryRead(name, bytes);
  EXPECT_TRUE(answer) << answer.error().ToString();
  return answer ? std::move(answer->document) : reader::Document{};
}

std::string Shape(std::string_view placeholder, std::string_view paragraphs) {
  return fmt::format("<p:sp><p:nvSpPr><p:nvPr>{}</p:nvPr></p:nvSpPr><p:txBody>{}</p:txBody></p:sp>",
                     placeholder.empty() ? "" : fmt::format("<p:ph type='{}'/>", placeholder), paragraphs);
}

std::string Line(std::string_view text, std::string_view properties = "") {
  return fmt::format("<a:p><a:pPr>{}</a:pPr><a:r><a:t>{}</a:t></a:r></a:p>", properties, text);
}

std::string Slide(const std::string& shapes, std::string_view attributes = "") {
  return fmt::format("<p:sld {}><p:cSld><p:spTree>{}</p:spTree></p:cSld></p:sld>", attributes, shapes);
}

std::string Show() {
  return Pack(
      {{"[Content_Types].xml", "<Types/>"},
       {"ppt/presentation.xml",
        "<p:presentation><p:sldIdLst><p:sldId r:id='r9'/><p:sldId r:id='r1'/></p:sldIdLst></p:presentation>"},
       {"ppt/_rels/presentation.xml.rels",
        "<R><Relationship Id='r1' Type='http://x/slide' Target='slides/slide1.xml'/><Relationship Id='r9' "
        "Type='http://x/slide' "
        "Target='slides/slide2.xml'/></R>"},
       {"ppt/slides/slide1.xml",
        Slide(Shape("", Line("free text")) +
                  "<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow='1'/><a:tr><a:tc "
                  "gridSpan='2'><a:txBody>" +
                  Line("wide") + "</a:txBody></a:tc><a:tc hMerge='1'><a:txBody/></a:tc></a:tr><a:tr><a:tc><a:txBody>" +
                  Line("a") + "</a:txBody></a:tc><a:tc><a:txBody>" + Line("b") +
                  "</a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>",
              "show='0'")},
       {"ppt/slides/slide2.xml",
        Slide(Shape("body", Line("point", "<a:buChar char='x'/>") + Line("plain")) + Shape("ctrTitle", Line("見出し")) +
              Shape("sldNum", Line("7")) + "<p:grpSp>" + Shape("", Line("grouped")) + "</p:grpSp>")},
       {"ppt/slides/_rels/slide2.xml.rels",
        "<R><Relationship Id='n' Type='http://x/notesSlide' Target='../notesSlides/n1.xml'/></R>"},
       {"ppt/notesSlides/n1.xml", Slide(Shape("sldImg", "") + Shape("body", Line("say this")))}});
}

TEST(SlidesTest, SlidesArePagesInTheOrderOfTheShow) {
  const auto document = Read("a.pptx", Show());
  EXPECT_EQ(document.text, "見出し\n- point\nplain\ngrouped\nsay this\nfree text\nwide\na\tb");
  ASSERT_EQ(document.pages.size(), 2u);
  EXPECT_EQ(document.blocks[0].kind, BlockKind::kHeading);
  EXPECT_EQ(document.title, "見出し");
  EXPECT_THAT(document.notes, ElementsAre("Slide 2 is hidden in the show."));
  ASSERT_EQ(document.tables.size(), 1u);
  EXPECT_EQ(document.tables[0].page, 2);
  EXPECT_EQ(document.tables[0].header_rows, 1);
  EXPECT_EQ(document.tables[0].cells[0].col_span, 2);
}

TEST(SlidesTest, PageRangesAreSlides) {
  reader::ReadRequest request;
  request.name = "a.pptx";
  request.options.limits.first_page = request.options.limits.last_page = 2;
  auto answer = ReadContent(request, Show());
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_EQ(answer->document.text, "free text\nwide\na\tb");
  EXPECT_EQ(answer->page_count, 2);
  EXPECT_EQ(answer->document.pages.front().number, 2);
}

std::string Numbered(std::string_view text, std::string_view type, std::string_view more = "", int level = 0) {
  return fmt::format("<a:p><a:pPr lvl='{}'><a:buAutoNum type='{}' {}/></a:pPr><a:r><a:t>{}</a:t></a:r></a:p>", level,
                     type, more, text);
}

TEST(SlidesTest, ListsShowTheirNumbers) {
  const std::string styles = "<a:lstStyle><a:lvl1pPr><a:buAutoNum type='alphaUcParenR'/></a:lvl1pPr></a:lstStyle>";
  const std::string cell = "<a:tc><a:txBody>" + Numbered("x", "arabicPlain") + "</a:txBody></a:tc>";
  const std::string show = Pack(
      {{"[Content_Types].xml", "<Types/>"},
       {"ppt/presentation.xml", "<p:presentation><p:sldIdLst><p:sldId r:id='r1'/></p:sldIdLst></p:presentation>"},
       {"ppt/_rels/presentation.xml.rels",
        "<R><Relationship Id='r1' Type='http://x/slide' Target='slides/slide1.xml'/></R>"},
       {"ppt/slides/slide1.xml",
        Slide(Shape("body", Numbered("a", "arabicPeriod") + Numbered("sub", "romanLcParenBoth", "", 1) +
                                Numbered("sub", "romanLcParenBoth", "", 1) + Line("") + Numbered("b", "arabicPeriod") +
                                Numbered("sub", "romanLcParenBoth", "", 1) + Line("break") +
                                Numbered("c", "arabicPeriod") + Numbered("d", "circleNumDbPlain", "startAt='3'") +
                                Numbered("e", "circleNumDbPlain", "startAt='3'")) +
              Shape("", styles + Line("f") + Line("none", "<a:buNone/>") + Line("g") + Line("dot", "<a:buChar/>")) +
              "<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr>" + cell + cell +
              "</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>")}});
  EXPECT_EQ(Read("a.pptx", show).text,
            "1. a\n(i) sub\n(ii) sub\n2. b\n(i) sub\nbreak\n1. c\n③ d\n④ e\nA) f\nnone\nA) g\n- dot\n1 x\t1 x");
}

std::string OpenFile(std::string_view kind, const std::string& content, const Files& more = {}) {
  Files files = {{"mimetype", fmt::format("application/vnd.oasis.opendocument.{}", kind)},
                 {"content.xml", "<office:document-content>" + content + "</office:document-content>"}};
  files.insert(files.end(), more.begin(), more.end());
  return Pack(files, "zip", nullptr, "zip:compression=store");
}

TEST(OpenDocumentTest, TextsKeepTheirStructure) {
  const auto document = Read(
      "a.odt",
      OpenFile(
          "text",
          "<office:body><office:text><text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
          "<text:h text:outline-level='2'>Head</text:h><text:p>One<text:s text:c='2'/><text:span>two</text:span> "
          "<text:span>three</text:span><text:line-break/>four<text:note><text:note-body><text:p>noted</text:p></"
          "text:note-body>"
          "</text:note><office:annotation><text:p>comment</text:p></office:annotation></text:p>"
          "<text:p><text:ruby><text:ruby-base>漢字</text:ruby-base><text:ruby-text>かんじ</text:ruby-text></"
          "text:ruby></text:p>"
          "<text:list><text:list-item><text:p>item</text:p><text:list><text:list-item><text:p>inner</text:p></"
          "text:list-item>"
          "</text:list></text:list-item></text:list><text:p><text:soft-page-break/>next page<draw:frame><draw:text-box>"
          "<text:p>boxed</text:p></draw:text-box></draw:frame></text:p></office:text></office:body>",
          {{"meta.xml",
            "<m><office:meta><dc:title>題</dc:title><meta:initial-creator>A</meta:initial-creator>"
            "<dc:date>2024-02-03</dc:date></office:meta></m>"}}));
  EXPECT_EQ(document.text, "Head\nOne  two three\nfour\n漢字\n- item\n- inner\nnext page\nboxed\nnoted");
  EXPECT_EQ(document.blocks[0].kind, BlockKind::kHeading);
  EXPECT_EQ(document.blocks[0].level, 2);
  EXPECT_EQ(document.pages.size(), 2u);
  EXPECT_EQ(document.title, "題");
  EXPECT_EQ(document.MetadataValue("author"), "A");
  EXPECT_EQ(document.MetadataValue("modified"), "2024-02-03");
}

std::string OpenTextFile(std::string_view styles, std::string_view body, const Files& more = {}) {
  return OpenFile("text",
                  fmt::format("<office:automatic-styles>{}</office:automatic-styles><office:body><office:text>{}"
                              "</office:text></office:body>",
                              styles, body),
                  more);
}

TEST(OpenDocumentTest, ListsShowTheirNumbers) {
  const std::string styles =
      "<text:list-style style:name='L1'><text:list-level-style-number text:level='1' style:num-prefix='第' "
      "style:num-suffix='条' style:num-format='1'/><text:list-level-style-number text:level='2' style:num-suffix='.' "
      "style:num-format='a' text:display-levels='2'/></text:list-style>"
      "<text:list-style style:name='L2'><text:list-level-style-bullet text:level='1' text:bullet-char='x'/>"
      "</text:list-style><text:list-style style:name='L3'><text:list-level-style-number text:level='1' "
      "style:num-format='一, 二, 三, ...' loext:num-list-format='(%1%)' text:start-value='3'/></text:list-style>";
  const auto item = [](std::string_view text, std::string_view more = "") {
    return fmt::format("<text:list-item><text:p>{}</text:p>{}</text:list-item>", text, more);
  };
  const std::string body =
      "<text:list text:style-name='L1' xml:id='one'>" +
      item("目的", "<text:list>" + item("x") + item("y") + "</text:list>") + item("") +
      item("定義", "<text:p>more</text:p>") + "</text:list><text:p>between</text:p>" +
      "<text:list text:style-name='L1' text:continue-numbering='true'>" + item("on") +
      "</text:list><text:list text:style-name='L1'>" + item("anew") +
      "<text:list-item text:start-value='7'><text:p>seven" +
      "</text:p></text:list-item></text:list><text:list text:style-name='L1' text:continue-list='one'>" + item("back") +
      "</text:list><text:list text:style-name='L2'>" + item("dot") + "</text:list><text:list text:style-name='L3'>" +
      item("three") + "</text:list><table:table><table:table-row><table:table-cell><text:list text:style-name='L3'>" +
      item("in a cell") + "</text:list></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell>" +
      "</table:table-row></table:table>";
  EXPECT_EQ(Read("a.odt", OpenTextFile(styles, body)).text,
            "第1条 目的\n1.a. x\n1.b. y\n第3条 定義\nmore\nbetween\n第4条 on\n第1条 anew\n第7条 seven\n第4条 back\n"
            "- dot\n(三) three\n(三) in a cell\tb");
}

TEST(OpenDocumentTest, ChaptersShowTheirNumbers) {
  const std::string styles =
      "<office:document-styles><office:styles><text:outline-style><text:outline-level-style text:level='1' "
      "style:num-format='1' style:num-suffix='.'/><text:outline-level-style text:level='2' style:num-format='1' "
      "text:display-levels='2'/><text:outline-level-style text:level='3' style:num-format=''/></text:outline-style>"
      "</office:styles></office:document-styles>";
  const auto heading = [](int level, std::string_view text) {
    return fmt::format("<text:h text:outline-level='{}'>{}</text:h>", level, text);
  };
  EXPECT_EQ(
      Read("a.odt",
           OpenTextFile("", heading(1, "a") + heading(2, "b") + heading(2, "c") + heading(3, "d") + heading(1, "e"),
                        {{"styles.xml", styles}}))
          .text,
      "1. a\n1.1 b\n1.2 c\nd\n2. e");
}

TEST(OpenDocumentTest, HeadersAndFootersAreMetadata) {
  const std::string styles =
      "<office:document-styles><office:master-styles><style:master-page><style:header><text:p>契約番号 <text:span>A-123"
      "</text:span></text:p></style:header><style:footer><text:p>- <text:page-number>1</text:page-number> -</text:p>"
      "</style:footer></style:master-page><style:master-page><style:footer><text:p>other</text:p></style:footer>"
      "</style:master-page></office:master-styles></office:document-styles>";
  const auto document = Read("a.odt", OpenTextFile("", "<text:p>text</text:p>", {{"styles.xml", styles}}));
  EXPECT_EQ(document.text, "text");
  EXPECT_EQ(document.MetadataValue("header"), "契約番号 A-123");
  EXPECT_EQ(document.MetadataValue("footer"), "");
  const auto damaged = Read("a.odt", OpenTextFile("", "<text:p>text</text:p>", {{"styles.xml", "<a><b></a>"}}));
  EXPECT_EQ(damaged.text, "text");
  EXPECT_THAT(damaged.notes, ElementsAre(testing::HasSubstr("styles are damaged")));
}

TEST(OpenDocumentTest, HiddenTextIsNotRead) {
  const std::string styles =
      "<style:style style:name='T1' style:family='text'><style:text-properties text:display='none'/></style:style>"
      "<style:style style:name='T2' style:family='text' style:parent-style-name='T1'/>"
      "<style:style style:name='T3' style:family='text' style:parent-style-name='T1'><style:text-properties "
      "text:display='true'/></style:style>"
      "<style:style style:name='P1' style:family='paragraph'><style:text-properties text:display='none'/></style:style>"
      "<style:style style:name='P1' style:family='text'/>";
  EXPECT_EQ(
      Read("a.odt", OpenTextFile(styles,
                                 "<text:p>a<text:span text:style-name='T1'>no</text:span><text:span "
                                 "text:style-name='T2'>no</text:span><text:span text:style-name='T3'>b</text:span>"
                                 "<text:span text:style-name='P1'>c</text:span></text:p><text:p "
                                 "text:style-name='P1'>no</text:p><text:section text:display='none'><text:p>no"
                                 "</text:p></text:section><text:section><text:p>d</text:p></text:section>"))
          .text,
      "abc\nd");
}

TEST(OpenDocumentTest, TablesKeepSpansAndRepeats) {
  const auto document = Read(
      "a.odt",
      OpenFile("text",
               "<office:body><office:text><table:table "
               "table:name='T'><table:table-column/><table:table-header-rows><table:table-row>"
               "<table:table-cell "
               "table:number-columns-spanned='2'><text:p>wide</text:p></table:table-cell><table:covered-table-cell/>"
               "</table:table-row></table:table-header-rows><table:table-row><table:table-cell "
               "table:number-columns-repeated='2'>"
               "<text:p>x</text:p><text:p>y</text:p></table:table-cell></table:table-row></table:table></office:text></"
               "office:body>"));
  ASSERT_EQ(document.tables.size(), 1u);
  EXPECT_EQ(document.tables[0].name, "T");
  EXPECT_EQ(document.tables[0].header_rows, 1);
  EXPECT_THAT(reader::Grid(document.tables[0]), ElementsAre(ElementsAre("wide", ""), ElementsAre("x\ny", "x\ny")));
}

TEST(OpenDocumentTest, SlidesArePages) {
  const auto document = Read(
      "a.odp",
      OpenFile(
          "presentation",
          "<office:automatic-styles><style:style style:name='dp1'><style:drawing-page-properties "
          "presentation:visibility='hidden'/></style:style></office:automatic-styles><office:body><office:presentation>"
          "<draw:page "
          "draw:style-name='dp0'><draw:frame><draw:text-box><text:p>body</text:p></draw:text-box></draw:frame>"
          "<draw:frame presentation:class='title'><draw:text-box><text:p>Head</text:p></draw:text-box></draw:frame>"
          "<presentation:notes><draw:frame "
          "presentation:class='notes'><draw:text-box><text:p>speak</text:p></draw:text-box>"
          "</draw:frame></presentation:notes></draw:page><draw:page "
          "draw:style-name='dp1'><draw:custom-shape><text:p>two</text:p>"
          "</draw:custom-shape></draw:page></office:presentation></office:body>"));
  EXPECT_EQ(document.text, "Head\nbody\nspeak\ntwo");
  EXPECT_EQ(document.pages.size(), 2u);
  EXPECT_EQ(document.blocks[0].kind, BlockKind::kHeading);
  EXPECT_THAT(document.notes, ElementsAre("Slide 2 is hidden in the show."));
}

TEST(OpenDocumentTest, EncryptedFilesSaySo) {
  const auto answer =
      TryRead("a.odt", OpenFile("text", "", {{"META-INF/manifest.xml", "<m><manifest:encryption-data/></m>"}}));
  ASSERT_FALSE(answer);
  EXPECT_EQ(reader::ReasonOf(answer.error()), reader::Reason::kEncrypted);
}

/// A compound file's header and one sector with a directory entry of this name.
std::string CompoundFile(std::string_view name) {
  std::string bytes = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
  bytes.resize(512, '\0');
  for (const char c : name) bytes += std::string(1, c) + std::string(1, '\0');
  bytes.resize(512 + 64, '\0');
  bytes += static_cast<char>(2 * name.size() + 2);
  bytes.resize(1024, '\0');
  return bytes;
}

TEST(CompoundFileTest, OldOfficeFilesSayWhatToDo) {
  const auto legacy = TryRead("a.bin", CompoundFile("WordDocument"));
  ASSERT_FALSE(legacy);
  EXPECT_EQ(reader::ReasonOf(legacy.error()), reader::Reason::kUnsupported);
  EXPECT_THAT(legacy.error().message, testing::HasSubstr("LibreOffice"));
  EXPECT_THAT(TryRead("a", CompoundFile("PowerPoint Document")).error().message, testing::HasSubstr(".pptx"));
  EXPECT_FALSE(HasCompoundStream(CompoundFile("WordDocument2"), "WordDocument"));
}

}  // namespace
}  // namespace yk::formats
