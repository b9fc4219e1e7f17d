// SPDX-License-Identifier: Apache-2.0
#include "formats/word.h"

#include <gmock/gmock.h>

#include <random>

#include "formats/pack_fixture.h"
#include "formats/read_file.h"
#include "formats/word_styles.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::BlockKind;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kTypes = "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>";

std::string Rels(const std::vector<std::pair<std::string, std::string>>& kinds) {
  std::string out = "<Relationships>";
  for (const auto& [kind, target] : kinds) {
    out += fmt::format("<Relationship Id='{0}' Type='http://x/{0}' Target='{1}'/>", kind, target);
  }
  return out + "</Relationships>";
}

/// A document with this body; `more` are further parts.
std::string Document(const std::string& body, Files more = {}) {
  Files files = {{"[Content_Types].xml", std::string(kTypes)},
                 {"_rels/.rels", Rels({{"officeDocument", "word/document.xml"}})},
                 {"word/document.xml", "<w:document xmlns:w='w'><w:body>" + body + "</w:body></w:document>"},
                 {"word/_rels/document.xml.rels", Rels({{"styles", "styles.xml"},
                                                        {"numbering", "numbering.xml"},
                                                        {"footnotes", "footnotes.xml"},
                                                        {"endnotes", "/word/endnotes.xml"}})}};
  files.insert(files.end(), more.begin(), more.end());
  return Pack(files);
}

reader::Document Read(std::string_view bytes) {
  reader::ReadRequest request;
  request.name = "a.docx";
  request.options.want.tables = true;
  auto answer = ReadContent(request, bytes);
  EXPECT_TRUE(answer) << answer.error().ToString();
  return answer ? std::move(answer->document) : reader::Document{};
}

std::string P(std::string_view text, std::string_view properties = "") {
  return fmt::format("<w:p><w:pPr>{}</w:pPr><w:r><w:t xml:space='preserve'>{}</w:t></w:r></w:p>", properties, text);
}

TEST(WordTest, ParagraphsAndHeadingsByStyleAndOutline) {
  const std::string styles =
      "<w:styles xmlns:w='w'><w:style w:type='paragraph' w:styleId='1'><w:name w:val='heading 1'/></w:style>"
      "<w:style w:type='paragraph' w:styleId='Own'><w:basedOn w:val='1'/><w:name w:val='Own'/></w:style>"
      "<w:style w:type='paragraph' w:styleId='T'><w:name w:val='Title'/></w:style>"
      "<w:style w:type='paragraph' w:styleId='Loop'><w:basedOn w:val='Loop'/></w:style></w:styles>";
  const auto document = Read(Document(P("題名", "<w:pStyle w:val='T'/>") + P("One", "<w:pStyle w:val='Own'/>") +
                                          P("Two", "<w:outlineLvl w:val='1'/>") + P(" body　全角 ") +
                                          P("x", "<w:pStyle w:val='Loop'/>") + "<w:p/>",
                                      {{"word/styles.xml", styles}}));
  EXPECT_EQ(document.text, "題名\nOne\nTwo\nbody　全角\nx");
  ASSERT_EQ(document.blocks.size(), 5u);
  EXPECT_EQ(document.blocks[1].kind, BlockKind::kHeading);
  EXPECT_EQ(document.blocks[1].level, 1);
  EXPECT_EQ(document.blocks[2].level, 2);
  EXPECT_EQ(document.blocks[3].kind, BlockKind::kParagraph);
  EXPECT_EQ(document.title, "題名");
}

TEST(WordTest, RunsKeepWhatStandsNow) {
  const auto document = Read(Document(
      "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r><w:ins><w:r><w:t> new</w:t></w:r></w:ins>"
      "<w:del><w:r><w:delText> old</w:delText></w:r></w:del><w:hyperlink><w:r><w:t> link</w:t></w:r></w:hyperlink>"
      "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
      "<w:r><w:ruby><w:rt><w:r><w:t>かんじ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢字</w:t></w:r></w:rubyBase></"
      "w:ruby></w:r>"
      "<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>" +
      P("boxed") + "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>" + P("boxed") +
      "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"));
  EXPECT_EQ(document.text, "a\tb\nc new link漢字\nboxed");
}

TEST(WordTest, ListsShowTheirNumbers) {
  const std::string numbering =
      "<w:numbering xmlns:w='w'><w:abstractNum w:abstractNumId='5'><w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt "
      "w:val='decimalFullWidth'/><w:lvlText w:val='第%1条'/></w:lvl><w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt "
      "w:val='lowerLetter'/><w:lvlText w:val='(%2)'/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId='6'><w:lvl "
      "w:ilvl='0'><w:numFmt w:val='bullet'/><w:lvlText w:val='x'/></w:lvl></w:abstractNum><w:num w:numId='1'>"
      "<w:abstractNumId w:val='5'/></w:num><w:num w:numId='2'><w:abstractNumId w:val='6'/></w:num></w:numbering>";
  const auto item = [](int level, int list) {
    return fmt::format("<w:numPr><w:ilvl w:val='{}'/><w:numId w:val='{}'/></w:numPr>", level, list);
  };
  const auto document =
      Read(Document(P("目的", item(0, 1)) + P("sub", item(1, 1)) + P("sub", item(1, 1)) + P("定義", item(0, 1)) +
                        P("sub", item(1, 1)) + P("dot", item(0, 2)) + P("none", item(0, 9)),
                    {{"word/numbering.xml", numbering}}));
  EXPECT_EQ(document.text, "第１条 目的\n(a) sub\n(b) sub\n第２条 定義\n(a) sub\n- dot\nnone");
  EXPECT_EQ(document.blocks[0].kind, BlockKind::kListItem);
  EXPECT_EQ(FormatNumber(4, "upperRoman"), "IV");
  EXPECT_EQ(FormatNumber(28, "lowerLetter"), "bb");
  EXPECT_EQ(FormatNumber(112, "japaneseCounting"), "百十二");
  EXPECT_EQ(FormatNumber(3, "aiueoFullWidth"), "ウ");
  EXPECT_EQ(FormatNumber(2, "decimalEnclosedCircle"), "②");
}

std::string Field(std::string_view instruction, std::string_view result = "") {
  const auto mark = [](std::string_view type) {
    return fmt::format("<w:r><w:fldChar w:fldCharType='{}'/></w:r>", type);
  };
  return mark("begin") + fmt::format("<w:r><w:instrText>{}</w:instrText></w:r>", instruction) +
         (result.empty() ? "" : mark("separate") + fmt::format("<w:r><w:t>{}</w:t></w:r>", result)) + mark("end");
}

TEST(WordTest, FieldsWithoutResultsShowWhatTheySay) {
  EXPECT_EQ(Read(Document("<w:p><w:r><w:t>代表者 山田太郎 </w:t></w:r>" + Field(" eq \\o\\ac(○,印)") +
                          Field("EQ \\* jc2 \\o\\ad(\\s\\up 9(とうきょう),東京)") +
                          "<w:fldSimple w:instr='EQ \\f(1,2)'/></w:p>"))
                .text,
            "代表者 山田太郎 ○印東京1/2");
  EXPECT_EQ(Read(Document("<w:p>" + Field("PAGE", "3") + Field("EQ \\f(1,2)", "half") + Field("PAGE") + "</w:p>")).text,
            "3half");
}

TEST(WordTest, BoxesOfFormsShowTheirState) {
  const auto form = [](std::string_view data) {
    return fmt::format(
        "<w:r><w:fldChar w:fldCharType='begin'><w:ffData>{}</w:ffData></w:fldChar></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r>",
        data);
  };
  EXPECT_EQ(
      Read(Document("<w:p>" + form("<w:checkBox><w:default w:val='0'/><w:checked/></w:checkBox>") +
                    form("<w:checkBox><w:default w:val='1'/></w:checkBox>") +
                    form("<w:checkBox><w:default w:val='1'/><w:checked w:val='0'/></w:checkBox>") +
                    form("<w:ddList><w:result w:val='1'/><w:listEntry w:val='a'/><w:listEntry w:val='b'/></w:ddList>") +
                    "</w:p>"))
          .text,
      "☑☑☐b");
  const auto control = [](int checked, std::string_view content) {
    return fmt::format(
        "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val='{}'/></w14:checkbox></w:sdtPr><w:sdtContent>"
        "<w:r>{}</w:r></w:sdtContent></w:sdt>",
        checked, content);
  };
  EXPECT_EQ(Read(Document("<w:p>" + control(1, "<w:t>☒</w:t>") + control(1, "") + control(0, "") +
                          control(1, "<w:sym w:font='Wingdings' w:char='F0FE'/>") + "</w:p>"))
                .text,
            "☒☑☐☑");
}

TEST(WordTest, SymbolsShowWhatTheirFontDraws) {
  const auto symbol = [](std::string_view font, std::string_view code) {
    return fmt::format("<w:sym w:font='{}' w:char='{}'/>", font, code);
  };
  EXPECT_EQ(Read(Document("<w:p><w:r>" + symbol("Wingdings", "F0FE") + symbol("Wingdings", "F0A8") +
                          symbol("Wingdings", "F0FD") + symbol("Wingdings", "00FC") + symbol("Wingdings 2", "F052") +
                          symbol("Symbol", "F061") + symbol("Times", "2460") + symbol("Times", "F0FE") + "</w:r>" +
                          "<w:r><w:rPr><w:rFonts w:ascii='Wingdings'/></w:rPr><w:t>&#xF0FE; o</w:t></w:r></w:p>"))
                .text,
            "☑☐☒✓☑α①☑ o");
}

TEST(WordTest, ListsCountEmptyItemsAndBeginWhereTheySay) {
  const std::string numbering =
      "<w:numbering xmlns:w='w'><w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt "
      "w:val='decimal'/><w:lvlText w:val='%1.'/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId='2'><w:lvl "
      "w:ilvl='0'><w:start w:val='0'/><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.'/></w:lvl><w:lvl w:ilvl='1'>"
      "<w:start w:val='1'/><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.%2'/></w:lvl></w:abstractNum>"
      "<w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num><w:num w:numId='2'><w:abstractNumId w:val='2'/></w:num>"
      "<w:num w:numId='3'><w:abstractNumId w:val='1'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='3'/><w:lvl "
      "w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='upperLetter'/><w:lvlText w:val='%1)'/></w:lvl></w:lvlOverride>"
      "</w:num></w:numbering>";
  const auto item = [](int list, int level = 0) {
    return fmt::format("<w:numPr><w:ilvl w:val='{}'/><w:numId w:val='{}'/></w:numPr>", level, list);
  };
  const std::string deleted = "<w:p><w:pPr>" + item(1) + "<w:rPr><w:del/></w:rPr></w:pPr></w:p>";
  const auto text = [&](const std::string& body) {
    return Read(Document(body, {{"word/numbering.xml", numbering}})).text;
  };
  EXPECT_EQ(text(P("a", item(1)) + P("", item(1)) + deleted + P("b", item(1))), "1. a\n3. b");
  EXPECT_EQ(text(P("a", item(2)) + P("x", item(2, 1)) + P("b", item(2))), "0. a\n0.1 x\n1. b");
  EXPECT_EQ(text(P("a", item(3)) + P("b", item(3))), "C) a\nD) b");
}

TEST(WordTest, TablesKeepMergedCells) {
  const auto cell = [](std::string_view text, std::string_view look = "") {
    return fmt::format("<w:tc><w:tcPr>{}</w:tcPr>{}</w:tc>", look, P(text));
  };
  const std::string inner = "<w:tbl><w:tr>" + cell("i1") + cell("i2") + "</w:tr></w:tbl>";
  const auto document = Read(
      Document(P("before") + "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>" + cell("wide", "<w:gridSpan w:val='2'/>") +
               cell("tall", "<w:vMerge w:val='restart'/>") + "</w:tr><w:tr>" + cell("a") + "<w:tc>" + inner +
               "</w:tc>" + cell("", "<w:vMerge/>") + "</w:tr><w:tr><w:trPr><w:del/></w:trPr>" + cell("gone") +
               "</w:tr></w:tbl>" + "<w:tbl><w:tr><w:tc>" + P("framed") + "</w:tc></w:tr></w:tbl>"));
  ASSERT_EQ(document.tables.size(), 1u);
  const reader::Table& table = document.tables[0];
  EXPECT_EQ(table.rows, 2);
  EXPECT_EQ(table.cols, 3);
  EXPECT_EQ(table.header_rows, 1);
  EXPECT_THAT(reader::Grid(table), ElementsAre(ElementsAre("wide", "", "tall"), ElementsAre("a", "i1\ni2", "")));
  EXPECT_EQ(table.cells[0].col_span, 2);
  EXPECT_EQ(table.cells[1].row_span, 2);
  EXPECT_EQ(document.text, "before\nwide\t\ttall\na\ti1 i2\nframed");
}

TEST(WordTest, HeadersAndFootersAreMetadata) {
  const auto part = [](const std::string& paragraphs) { return "<w:x xmlns:w='w'>" + paragraphs + "</w:x>"; };
  const auto with = [&](std::string_view section) {
    return Read(
        Document(fmt::format("<w:p><w:r><w:t>text</w:t></w:r></w:p><w:sectPr>"
                             "<w:headerReference w:type='default' r:id='h1'/>"
                             "<w:headerReference w:type='first' r:id='h2'/>"
                             "<w:footerReference w:type='default' r:id='f1'/>{}</w:sectPr>",
                             section),
                 {{"word/_rels/document.xml.rels",
                   "<R><Relationship Id='h1' Type='http://x/header' Target='header1.xml'/><Relationship Id='h2' "
                   "Type='http://x/header' Target='header2.xml'/><Relationship Id='f1' Type='http://x/footer' "
                   "Target='footer1.xml'/></R>"},
                  {"word/header1.xml", part(P("契約番号 A-123") + P("秘"))},
                  {"word/header2.xml", part(P("first"))},
                  {"word/footer1.xml", part("<w:p>" + Field("PAGE", "1") + "</w:p>")}}));
  };
  EXPECT_EQ(with("").text, "text");
  EXPECT_EQ(with("").MetadataValue("header"), "契約番号 A-123\n秘");
  EXPECT_EQ(with("").MetadataValue("footer"), "");
  EXPECT_EQ(with("<w:titlePg/>").MetadataValue("header"), "first");
}

TEST(WordTest, NotesStandAtTheEndAndMetadataIsRead) {
  const auto document = Read(Document(
      P("body"), {{"word/footnotes.xml", "<w:footnotes xmlns:w='w'><w:footnote w:type='separator'>" + P("no") +
                                             "</w:footnote><w:footnote>" + P("foot") + "</w:footnote></w:footnotes>"},
                  {"word/endnotes.xml", "<w:endnotes xmlns:w='w'><w:endnote>" + P("end") + "</w:endnote></w:endnotes>"},
                  {"word/header1.xml", "<w:hdr xmlns:w='w'>" + P("header") + "</w:hdr>"},
                  {"docProps/core.xml",
                   "<c><dc:title>Core title</dc:title><dc:creator>山田</dc:creator>"
                   "<dcterms:created>2024-01-02T03:04:05Z</dcterms:created></c>"}}));
  EXPECT_EQ(document.text, "body\nfoot\nend");
  EXPECT_EQ(document.title, "Core title");
  EXPECT_EQ(document.MetadataValue("author"), "山田");
  EXPECT_EQ(document.MetadataValue("created"), "2024-01-02T03:04:05Z");
}

TEST(WordTest, PagesAreThoseThatWordShowed) {
  const std::string rendered = "<w:p><w:r><w:lastRenderedPageBreak/><w:t>second</w:t></w:r></w:p>";
  const auto shown =
      Read(Document(P("first") + "<w:p><w:r><w:br w:type='page'/></w:r></w:p>" + rendered +
                    "<w:p><w:r><w:t>across</w:t><w:lastRenderedPageBreak/><w:t> pages</w:t></w:r></w:p>" + P("third")));
  ASSERT_EQ(shown.pages.size(), 3u);
  EXPECT_EQ(shown.text, "first\nsecond\nacross pages\nthird");
  EXPECT_EQ(shown.PageOf(6), 2);
  EXPECT_EQ(shown.PageOf(shown.pages[2].begin), 3);
  const auto authored = Read(Document(P("first") + "<w:p><w:r><w:br w:type='page'/></w:r></w:p>" + P("second") +
                                      P("third", "<w:pageBreakBefore/>")));
  EXPECT_EQ(authored.pages.size(), 3u);
  EXPECT_EQ(Read(Document(P("only"))).pages.size(), 1u);
}

TEST(WordTest, BrokenAndHostileFilesSaySo) {
  reader::ReadRequest request;
  request.name = "a.docx";
  const auto reason = [&](std::string_view bytes) { return reader::ReasonOf(ReadContent(request, bytes).error()); };
  EXPECT_EQ(reason("not a zip"), reader::Reason::kCorrupt);
  EXPECT_EQ(reason(Document("<w:p>")), reader::Reason::kCorrupt);
  EXPECT_EQ(reason(Document("")), reader::Reason::kNoText);
  EXPECT_EQ(reason(Document("").substr(0, 300)), reader::Reason::kCorrupt) << "not an archive of XML files";
  const std::string bomb =
      Pack({{"[Content_Types].xml", std::string(kTypes)},
            {"word/document.xml", "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><w:document><w:body>&a;</w:body></w:document>"}});
  EXPECT_EQ(reason(bomb), reader::Reason::kXmlEntitiesRefused);
  std::string deep;
  for (int i = 0; i < 20'000; ++i) deep += "<w:sdt>";
  for (int i = 0; i < 20'000; ++i) deep += "</w:sdt>";
  EXPECT_EQ(Read(Document(P("kept") + deep)).text, "kept");
  request.options.limits.expanded_bytes_max = 10;
  EXPECT_EQ(reason(Document(P("a"))), reader::Reason::kResourceLimit);
}

TEST(WordTest, MutatedFilesEndInTextOrAReason) {
  const std::string good =
      Document(P("some text") + "<w:tbl><w:tr><w:tc>" + P("x") + "</w:tc><w:tc>" + P("y") + "</w:tc></w:tr></w:tbl>");
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    std::string bad = good;
    for (unsigned flips = 1 + random() % 6; flips > 0; --flips)
      bad[random() % bad.size()] = static_cast<char>(random());
    reader::ReadRequest request;
    request.name = "a.docx";
    auto answer = ReadContent(request, bad);
    EXPECT_TRUE(answer || reader::ReasonOf(answer.error()).has_value()) << round;
  }
}

}  // namespace
}  // namespace yk::formats
