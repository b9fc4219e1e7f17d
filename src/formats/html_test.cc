// SPDX-License-Identifier: Apache-2.0
#include "formats/html.h"

#include <gmock/gmock.h>

#include <random>

#include "formats/read_file.h"
#include "reader/reason.h"
#include "text/charset.h"

namespace yk::formats {
namespace {

using reader::BlockKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

reader::Document Read(std::string_view bytes, const std::string& name = "page.html") {
  reader::ReadRequest request;
  request.name = name;
  request.options.want.tables = true;
  auto answer = ReadContent(request, bytes);
  EXPECT_TRUE(answer) << answer.error().ToString();
  return answer ? std::move(answer->document) : reader::Document{};
}

std::string Body(std::string_view body) { return Read("<!DOCTYPE html><body>" + std::string(body)).text; }

TEST(HtmlTest, BlocksFollowEachOtherWithTheirKinds) {
  const auto document = Read(
      "<!DOCTYPE html><html lang=ja><title>The  title</title><h2>Head <i>line</i></h2><p>One\n two.<br>three</p>"
      "<ul><li>a<li>b</ul><ol start=7><li>c</ol><blockquote><p>q</blockquote><pre>x\n  y</pre>");
  EXPECT_EQ(document.text, "Head line\n\nOne two.\nthree\n\n- a\n- b\n7. c\n\nq\n\nx\n  y");
  std::vector<BlockKind> kinds;
  for (const auto& block : document.blocks) kinds.push_back(block.kind);
  EXPECT_THAT(kinds, ElementsAre(BlockKind::kHeading, BlockKind::kParagraph, BlockKind::kListItem, BlockKind::kListItem,
                                 BlockKind::kListItem, BlockKind::kQuote, BlockKind::kParagraph));
  EXPECT_EQ(document.blocks[0].level, 2);
  EXPECT_EQ(document.title, "The title");
  EXPECT_EQ(document.mime, "text/html");
  EXPECT_EQ(document.MetadataValue("language"), "ja");
}

TEST(HtmlTest, MetadataComesFromTheHead) {
  const auto document = Read(
      "<html><head><meta name=author content='A. Writer'><meta name=Description content='About it'>"
      "<meta property='article:published_time' content='2024-05-01'><meta property='og:title' content='Shared'></head>"
      "<body><p>text</p></body></html>");
  EXPECT_EQ(document.MetadataValue("author"), "A. Writer");
  EXPECT_EQ(document.MetadataValue("description"), "About it");
  EXPECT_EQ(document.MetadataValue("created"), "2024-05-01");
  EXPECT_EQ(document.title, "Shared");
}

TEST(HtmlTest, TheCharsetIsThePagesOwn) {
  const std::string page =
      "<html><head><meta http-equiv=Content-Type content='text/html; charset=CHARSET'></head><body>契約書第1条";
  for (const std::string charset : {"Shift_JIS", "EUC-JP", "ISO-2022-JP", "UTF-8"}) {
    std::string bytes = page;
    bytes.replace(bytes.find("CHARSET"), 7, charset);
    EXPECT_EQ(Read(*text::EncodeAs(bytes, charset)).text, "契約書第1条") << charset;
  }
  EXPECT_EQ(Read("\xFF\xFE" + *text::EncodeAs("<html><body>契約書", "UTF-16LE")).text, "契約書");
  EXPECT_EQ(DeclaredHtmlCharset("<?xml version='1.0' encoding='EUC-JP'?><html>"), "euc-jp");
  EXPECT_EQ(DeclaredHtmlCharset("<meta charset=utf-16>"), "utf-8") << "it could not be read otherwise";
  EXPECT_EQ(DeclaredHtmlCharset("<p>charset=big5"), "");
  EXPECT_EQ(Read("<html><head><meta charset=windows-1252></head><body>\xE9t\xE9").text, "été");
}

TEST(HtmlTest, WhatIsNotShownIsNotRead) {
  EXPECT_EQ(Body("<p>a</p><script>var s = '<p>no</p>';</script><style>p{}</style><p hidden>no</p>"
                 "<div style='DISPLAY : none'>no</div><!-- no --><template><p>no</p></template><noscript>no</noscript>"
                 "<select><option>no</select><textarea hidden>no</textarea><span aria-hidden=true>no</span>b"),
            "a\n\nb");
}

TEST(HtmlTest, FieldsOfFormsShowWhatTheyHold) {
  EXPECT_EQ(Body("<form><p>氏名 <input type=text value='山田太郎'></p><p>性別 <select><option>男<option selected> 女 "
                 "</select></p><p><input type=checkbox checked>同意 <input type=radio>A <input TYPE=RADIO checked>B</p>"
                 "<p><textarea>備考\n二行目</textarea></p><input type=hidden value=no><input type=password value=no>"
                 "<input type=submit value=no><input value=no style='display:none'><button>no</button></form>"),
            "氏名 山田太郎\n\n性別 女\n\n☑同意 ☐A ☑B\n\n備考\n二行目");
  EXPECT_EQ(Body("<label>氏名<input value='山田'></label><label>年<select><option selected>３</select></label>歳"),
            "氏名 山田 年 ３ 歳");
  EXPECT_EQ(Body("<table><tr><th>数<td><input value=3><tr><th>色<td><select multiple><option selected>赤<option "
                 "selected>青</select></table>"),
            "数\t3\n色\t赤, 青");
}

TEST(HtmlTest, RubyKeepsItsBase) {
  EXPECT_EQ(Body("<ruby>東京<rp>(</rp><rt>とうきょう</rt><rp>)</rp></ruby>に行く"), "東京に行く");
}

TEST(HtmlTest, LineEndsBetweenJapaneseCharactersAreNoSpaces) {
  EXPECT_EQ(Body("<p>これは長い\n   文です。ABC\nDEF　全角</p>"), "これは長い文です。ABC DEF　全角");
  EXPECT_EQ(Body("a&nbsp;&nbsp;b &lt;c&gt; soft&shy;hyphen &#x65E5;"), "a b <c> softhyphen 日");
}

TEST(HtmlTest, TablesKeepTheirSpans) {
  const auto document = Read(
      "<html><body><table><caption>Sales</caption><thead><tr><th rowspan=2>Town<th "
      "colspan=2>Year</tr><tr><th>2023<th>2024"
      "</thead><tr><td>大阪<td>1<td>2<tr><td>京都<td rowspan=0>3<td>4<tr><td>奈良<td>5</table><p>after");
  ASSERT_EQ(document.tables.size(), 1u);
  const reader::Table& table = document.tables[0];
  EXPECT_EQ(table.name, "Sales");
  EXPECT_EQ(table.rows, 5);
  EXPECT_EQ(table.cols, 3);
  EXPECT_EQ(table.header_rows, 2);
  EXPECT_THAT(reader::Grid(table),
              ElementsAre(ElementsAre("Town", "Year", ""), ElementsAre("", "2023", "2024"),
                          ElementsAre("大阪", "1", "2"), ElementsAre("京都", "3", "4"), ElementsAre("奈良", "", "5")));
  EXPECT_EQ(table.cells[0].row_span, 2);
  EXPECT_EQ(table.cells[1].col_span, 2);
  EXPECT_THAT(document.text, testing::EndsWith("大阪\t1\t2\n京都\t3\t4\n奈良\t\t5\n\nafter"));
  EXPECT_EQ(document.blocks[1].table, 0);
}

TEST(HtmlTest, TablesThatPlaceTextAreReadCellByCell) {
  const auto document = Read(
      "<html><body><table><tr><td><table><tr><td>k1<td>v1<tr><td>k2<td>v2</table><td><p>One</p><p>Two</p></table>");
  EXPECT_EQ(document.text, "k1\tv1\nk2\tv2\n\nOne\n\nTwo");
  EXPECT_EQ(document.tables.size(), 1u);
}

constexpr std::string_view kArticle =
    "<p>The council decided on Tuesday that the bridge will be repaired next year, at a cost of two million.</p>"
    "<p>Work begins in spring and is to last until autumn; buses take another way meanwhile.</p>";

TEST(HtmlTest, TheMainElementIsTheText) {
  const std::string text =
      Body("<header>Site name</header><nav><a href=x>Home</a></nav><main><header><h1>Bridge</h1></header>" +
           std::string(kArticle) + "</main><aside>Ads</aside><footer>Imprint</footer>");
  EXPECT_THAT(text, testing::StartsWith("Bridge\n\nThe council"));
  EXPECT_THAT(text, testing::EndsWith("another way meanwhile."));
}

TEST(HtmlTest, ArticlesAreTheTextWhereThereIsNoMain) {
  const std::string text = Body("<div>Latest</div><article>First. " + std::string(kArticle) +
                                "</article><article>Second." + "</article><div class=x>Imprint</div>");
  EXPECT_THAT(text, HasSubstr("First."));
  EXPECT_THAT(text, HasSubstr("Second."));
  EXPECT_THAT(text, Not(HasSubstr("Imprint")));
}

TEST(HtmlTest, BoxesOfLinksGoWhereNothingIsMarked) {
  std::string links;
  for (int i = 0; i < 12; ++i) links += fmt::format("<li><a href=/{}>Section number {}</a>", i, i);
  const std::string text = Body("<div id=top><ul>" + links + "</ul></div><h1>Bridge</h1><div>" + std::string(kArticle) +
                                "</div><div class='site-footer'><a href=/i>Imprint</a></div>");
  EXPECT_THAT(text, testing::StartsWith("Bridge"));
  EXPECT_THAT(text, Not(HasSubstr("Section number")));
  EXPECT_THAT(text, Not(HasSubstr("Imprint")));
}

TEST(HtmlTest, PagesOfLinksKeepThem) {
  std::string links;
  for (int i = 0; i < 12; ++i) links += fmt::format("<li><a href=/{}>Report number {} of the year</a>", i, i);
  EXPECT_THAT(Body("<h1>Reports</h1><ul>" + links + "</ul>"), HasSubstr("- Report number 11 of the year"));
  EXPECT_EQ(Body("<nav>only this</nav>"), "only this");
  EXPECT_THAT(Body("<main></main><p>outside of an empty main</p>"), HasSubstr("outside"));
}

TEST(HtmlTest, FragmentsOfMailsKeepEverythingVisible) {
  EXPECT_EQ(
      HtmlToText("<div>Hello</div><footer>Regards</footer><nav><a href=x>link</a></nav><p style='display:none'>no"),
      "Hello\n\nRegards\n\nlink");
  EXPECT_EQ(HtmlToText(""), "");
}

TEST(HtmlTest, DeepNestingKeepsTheText) {
  std::string page = "<html><body>";
  for (int i = 0; i < 50'000; ++i) page += "<div><span title='a>b'>";
  page += "deep &amp; more 1 < 2";
  const auto document = Read(page);
  EXPECT_EQ(document.text, "deep & more 1 < 2");
  EXPECT_EQ(document.notes.size(), 1u);
}

TEST(HtmlTest, HugeSpansStayInTheTable) {
  const auto document =
      Read("<html><body><table><tr><th rowspan=99999999999 colspan=1000>a<td>b<tr><td>c<td colspan=-3>d</table>");
  ASSERT_EQ(document.tables.size(), 1u);
  for (const auto& cell : document.tables[0].cells) {
    EXPECT_LE(cell.row + cell.row_span, document.tables[0].rows);
    EXPECT_LE(cell.col + cell.col_span, document.tables[0].cols);
  }
}

TEST(HtmlTest, ContentTellsAPageWhateverItsName) {
  EXPECT_TRUE(IsHtml("\xEF\xBB\xBF <!-- made by x --><!DOCTYPE HTML PUBLIC"));
  EXPECT_TRUE(IsHtml("<?xml version='1.0'?>\n<html xmlns='x'>"));
  EXPECT_FALSE(IsHtml("<htmlx>"));
  EXPECT_FALSE(IsHtml("# About <html>"));
  EXPECT_EQ(Read("<html><body>found", "export.txt").mime, "text/html");
}

TEST(HtmlTest, PagesWithoutTextSaySo) {
  reader::ReadRequest request;
  request.name = "a.html";
  EXPECT_EQ(reader::ReasonOf(ReadContent(request, "<html><body><script>x</script>").error()), reader::Reason::kNoText);
}

TEST(HtmlTest, MutatedPagesEndInTextOrAReason) {
  const std::string good =
      "<!DOCTYPE html><html><head><title>t</title></head><body><table><tr><td rowspan=2>a<td>b<tr><td>c"
      "</table><ul><li>x</ul><ruby>a<rt>b</ruby><svg><p>y</svg>&amp;&#12354;</body></html>";
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    std::string bad = good;
    for (unsigned flips = 1 + random() % 8; flips > 0; --flips)
      bad[random() % bad.size()] = static_cast<char>(random());
    reader::ReadRequest request;
    request.name = "a.html";
    auto answer = ReadContent(request, bad);
    EXPECT_TRUE(answer || reader::ReasonOf(answer.error()).has_value()) << round;
  }
}

}  // namespace
}  // namespace yk::formats
