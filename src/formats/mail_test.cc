// SPDX-License-Identifier: Apache-2.0
#include "formats/mail.h"

#include <gmock/gmock.h>

#include <random>
#include <string>

#include "base/hash.h"
#include "formats/read_file.h"
#include "reader/reason.h"
#include "text/charset.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kHead =
    "From: Ann Example <Ann@Example.org>\nTo: bob@example.org, carol@example.org\n"
    "Date: Mon, 1 Apr 2024 09:30:00 +0900\nMessage-ID: <1@example.org>\n";

std::string Mail(std::string_view headers, std::string_view body) {
  return std::string(kHead) + std::string(headers) + "\n" + std::string(body);
}

/// The answer as the other side of the socket accepts it: offsets, pages and cells are checked there.
Result<reader::ReadAnswer> Read(const std::string& bytes, reader::ReadOptions options = {},
                                const std::string& name = "a.eml") {
  reader::ReadRequest request;
  request.name = name;
  request.options = std::move(options);
  request.options.want.tables = true;
  return reader::DecodeAnswer(reader::EncodeAnswer(ReadContent(request, bytes)));
}

reader::Document Document(const std::string& bytes) {
  auto answer = Read(bytes);
  EXPECT_TRUE(answer) << answer.error().ToString();
  return answer ? std::move(answer->document) : reader::Document{};
}

std::vector<std::string> Values(const reader::Document& document, std::string_view name) {
  for (const auto& field : document.metadata) {
    if (field.name == name) return field.values;
  }
  return {};
}

std::string In(std::string_view text, const char* charset) {
  auto bytes = text::EncodeAs(text, charset);
  EXPECT_TRUE(bytes) << charset;
  return bytes ? *bytes : std::string();
}

std::vector<std::string> Quotes(const reader::Document& document) {
  const text::CodePointIndex index(document.text);
  std::vector<std::string> out;
  for (const auto& block : document.blocks) {
    if (block.kind != reader::BlockKind::kQuote) continue;
    const size_t begin = index.ToByte(static_cast<size_t>(block.begin));
    out.push_back(document.text.substr(begin, index.ToByte(static_cast<size_t>(block.end)) - begin));
  }
  return out;
}

TEST(MailTest, HeadersBecomeMetadataAndTheFirstLines) {
  const auto document = Document(Mail("Subject: Hello\nReferences: <a@x> <b@x>\nIn-Reply-To: <b@x>\n", "Hi Bob\n"));
  EXPECT_EQ(document.text,
            "Subject: Hello\nFrom: Ann Example <Ann@Example.org>\nTo: bob@example.org, carol@example.org\n"
            "Date: 2024-04-01T09:30:00+09:00\n\nHi Bob\n");
  EXPECT_THAT(Values(document, "from"), ElementsAre("ann@example.org"));
  EXPECT_THAT(Values(document, "from_names"), ElementsAre("Ann Example"));
  EXPECT_THAT(Values(document, "to"), ElementsAre("bob@example.org", "carol@example.org"));
  EXPECT_THAT(Values(document, "references"), ElementsAre("<a@x>", "<b@x>"));
  EXPECT_EQ(document.MetadataValue("date_utc"), "2024-04-01T00:30:00Z");
  EXPECT_EQ(document.MetadataValue("in_reply_to"), "<b@x>");
  EXPECT_EQ(document.MetadataValue("parts"), "1");
  EXPECT_EQ(document.MetadataValue("body_text"), "Hi Bob");
  EXPECT_EQ(document.title, "Hello");
  EXPECT_TRUE(document.notes.empty());
}

TEST(MailTest, ADateThatIsNoneStandsAsWritten) {
  const auto document = Document("From: a@example.org\nTo: b@example.org\nDate: next Monday\n\nHi\n");
  EXPECT_THAT(document.text, HasSubstr("\nDate: next Monday\n"));
  EXPECT_EQ(document.MetadataValue("date"), "");
  EXPECT_THAT(document.notes, ElementsAre(HasSubstr("date cannot be read")));
}

TEST(MailTest, FlowedTextIsUnfolded) {
  const auto document = Document(Mail("Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n",
                                      "これは長い行 \nです。\n\n From here\n> old \n> words\n"));
  EXPECT_THAT(document.text, HasSubstr("これは長い行です。\n\nFrom here\n> oldwords\n"));
  EXPECT_THAT(Document(Mail("", "left as \nit is\n")).text, HasSubstr("left as \nit is"));
}

TEST(MailTest, JapaneseHeadersAreReadEncodedOrRawInAnyCharset) {
  EXPECT_EQ(Document(Mail("Subject: =?ISO-2022-JP?B?GyRCJCpDTiRpJDsbKEI=?=\n", "x\n")).title, "お知らせ");
  EXPECT_EQ(Document(Mail("Subject: =?UTF-8?B?44GK55+l?=\n =?UTF-8?B?44KJ44Gb?= 2\n", "x\n")).title, "お知らせ 2");
  for (const char* charset : {"UTF-8", "Shift_JIS", "EUC-JP", "ISO-2022-JP"}) {
    EXPECT_EQ(Document(Mail("Subject: " + In("会議のお知らせと資料の件", charset) + "\n", "x\n")).title,
              "会議のお知らせと資料の件")
        << charset;
  }
}

TEST(MailTest, BodiesAreDecodedByTheDeclaredCharsetOrByTheirLooks) {
  const auto body = [](std::string_view text, const char* actual, const std::string& declared) {
    return Document(Mail("Content-Type: text/plain" + declared + "\n", In(text, actual) + "\n")).text;
  };
  EXPECT_THAT(body("半角ｶﾅと①です。", "CP932", "; charset=Shift_JIS"), HasSubstr("半角ｶﾅと①です。"));
  EXPECT_THAT(body("明日の会議は中止です。", "ISO-2022-JP", ""), HasSubstr("明日の会議は中止です。"));
  EXPECT_THAT(body("明日の会議は中止になりました。", "EUC-JP", "; charset=us-ascii"),
              HasSubstr("明日の会議は中止になりました。"));
  EXPECT_THAT(body("简体中文测试", "GB18030", "; charset=gb2312"), HasSubstr("简体中文测试"));
  EXPECT_THAT(body("繁體中文測試", "Big5", "; charset=big5"), HasSubstr("繁體中文測試"));
  EXPECT_THAT(body("한국어 시험", "EUC-KR", "; charset=euc-kr"), HasSubstr("한국어 시험"));
  EXPECT_THAT(body("Grüße", "UTF-8", "; charset=iso-8859-1"), HasSubstr("Grüße"));
  EXPECT_THAT(Document(Mail("Content-Type: text/plain; charset=utf-7\n", "Hi +ZeVnLIqe-\n")).text,
              HasSubstr("Hi 日本語"));
  const auto damaged =
      Document(Mail("Content-Type: text/plain; charset=EUC-JP\n", In("会議の資料", "EUC-JP") + "\xFF\xFE.\n"));
  EXPECT_THAT(damaged.text, HasSubstr("会議の資料"));
  EXPECT_FALSE(damaged.notes.empty());
}

std::string Multipart(std::string_view type, const std::vector<std::string>& parts) {
  std::string body;
  for (const auto& part : parts) body += "--b\n" + part + "\n";
  return Mail("Subject: s\nMIME-Version: 1.0\nContent-Type: multipart/" + std::string(type) + "; boundary=\"b\"\n",
              body + "--b--\n");
}

reader::Document HtmlMail(std::string_view html) {
  return Document(Mail("Content-Type: text/html; charset=utf-8\n", html));
}

TEST(MailTest, OfHtmlOnlyWhatIsShownIsRead) {
  const auto document = HtmlMail(
      "<div style='display:none;max-height:0'>preview</div>"
      "<p>請求書 No.<span style=\"display:none\">999</span>12</p><p hidden>no</p><script>no</script>");
  EXPECT_EQ(document.MetadataValue("body_text"), "請求書 No.12");
}

TEST(MailTest, RepliesInHtmlAreReadHoweverDeepTheyLie) {
  std::string html;
  for (int i = 0; i < 60; ++i) html += fmt::format("<blockquote><div><div><div>reply {}.</div>", i);
  const auto document = HtmlMail(html);
  for (const int i : {0, 33, 59}) EXPECT_THAT(document.text, HasSubstr(fmt::format("> reply {}.", i)));
  std::string deepest;
  for (int i = 0; i < 2000; ++i) deepest += "<div>";
  const auto flattened = HtmlMail(deepest + "last");
  EXPECT_THAT(flattened.text, HasSubstr("last"));
  EXPECT_THAT(flattened.notes, ElementsAre(HasSubstr("nested too deeply")));
}

TEST(MailTest, ListsInHtmlKeepTheirNumbers) {
  EXPECT_EQ(HtmlMail("<ol start=3><li>a<ul><li>x</ul><li>b<li value=9>c</ol>").MetadataValue("body_text"),
            "3. a\n- x\n4. b\n9. c");
}

TEST(MailTest, TablesInHtmlAreTables) {
  const auto document = HtmlMail(
      "<p>Prices</p><table><tr><th rowspan=2>A<th>1<tr><td>2</table>"
      "<blockquote><table><tr><td>品名<td>数<tr><td>りんご<td>3</table></blockquote>"
      "<table><tr><td>one<td><p>two</table>");
  EXPECT_THAT(document.text, HasSubstr("Prices\n\nA\t1\n\t2\n\n> 品名\t数\n> りんご\t3\n\none\n\ntwo"));
  ASSERT_EQ(document.tables.size(), 2u);
  EXPECT_EQ(document.tables[0].cells[0].row_span, 2);
  EXPECT_EQ(document.tables[0].page, 1);
}

TEST(MailTest, OfAlternativesThePlainOneIsReadAndHtmlAlonePerBlock) {
  const auto both = Document(
      Multipart("alternative", {"Content-Type: text/html\n\n<p>rich</p>", "Content-Type: text/plain\n\nplain"}));
  EXPECT_EQ(both.MetadataValue("body_text"), "plain");
  EXPECT_EQ(both.MetadataValue("has_html"), "true");
  EXPECT_EQ(both.MetadataValue("parts"), "2");
  const auto html =
      Document(Mail("Content-Type: text/html; charset=utf-8\n",
                    "<style>p{}</style><p>One &amp; two</p><blockquote>Old</blockquote><div>Three<br>four</div>\n"));
  EXPECT_EQ(html.MetadataValue("body_text"), "One & two\n\nThree\nfour");
  EXPECT_THAT(Quotes(html), ElementsAre("> Old"));
}

TEST(MailTest, AttachmentsAreListedWithTheirBytesAndReadAsParts) {
  const std::string text = "Total 12\n";
  const auto document = Document(Multipart(
      "mixed", {"Content-Type: text/plain\n\nSee the file.",
                "Content-Type: text/plain\nContent-Disposition: attachment;\n filename*=UTF-8''%E8%A1%A8.txt\n"
                "Content-Transfer-Encoding: base64\n\nVG90YWwgMTIK",
                "Content-Type: application/x-thing; name=\"x.bin\"\nContent-Transfer-Encoding: "
                "base64\n\nAP/YAQIDBAUGBwgODxARkg"}));
  ASSERT_EQ(document.attachments.size(), 2u);
  EXPECT_EQ(document.attachments[0].name, "表.txt");
  EXPECT_EQ(document.attachments[0].size, text.size());
  EXPECT_EQ(document.attachments[0].sha256, ToHex(Sha256(text)));
  EXPECT_TRUE(document.attachments[0].problem.empty());
  EXPECT_EQ(document.attachments[1].size, 16u) << "a base64 group that lacks its padding counts";
  EXPECT_THAT(document.attachments[1].problem, HasSubstr("cannot be read"));
  ASSERT_EQ(document.pages.size(), 2u);
  EXPECT_EQ(document.parts[1].name, "表.txt");
  const auto at = static_cast<int64_t>(text::CountCodePoints(document.text.substr(0, document.text.find("Total"))));
  EXPECT_EQ(document.FileOf(at), document.file + "/表.txt");
  EXPECT_EQ(document.MetadataValue("body_text"), "See the file.");
}

TEST(MailTest, AnAttachedMailIsReadWithWhatItBrings) {
  const std::string inner =
      "Content-Type: message/rfc822; name=\"old.eml\"\n\nFrom: z@example.org\nSubject: old\nMIME-Version: 1.0\n"
      "Content-Type: multipart/mixed; boundary=c\n\n--c\n\nInner words\n--c\nContent-Type: text/plain; name=n.txt\n\n"
      "Note\n--c--\n";
  const auto document = Document(Multipart("mixed", {"\nOuter", inner}));
  ASSERT_EQ(document.attachments.size(), 2u);
  EXPECT_EQ(document.attachments[1].name, "n.txt");
  ASSERT_EQ(document.parts.size(), 3u);
  EXPECT_EQ(document.parts[2].name, "old.eml/n.txt");
  EXPECT_EQ(document.attachments[1].part, 2);
  EXPECT_THAT(document.text, HasSubstr("Inner words"));
  reader::ReadOptions options;
  options.member = {"old.eml", "n.txt"};
  const auto member = Read(Multipart("mixed", {"\nOuter", inner}), options);
  ASSERT_TRUE(member) << member.error().ToString();
  EXPECT_EQ(member->document.text, "Note");
  options.member = {"none.txt"};
  const auto missing = Read(Multipart("mixed", {"\nOuter", inner}), options);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().ToString(), HasSubstr("it has old.eml"));
}

TEST(MailTest, MailsInMailsEndAtTheDepthLimitWithoutFailingTheOuterOne) {
  std::string mail = Mail("Subject: core\n", "core\n");
  for (int i = 0; i < 12; ++i) {
    const std::string name = "b" + std::to_string(i);
    mail =
        Mail("Content-Type: multipart/mixed; boundary=" + name + "\n",
             "--" + name + "\nContent-Type: message/rfc822; name=" + name + ".eml\n\n" + mail + "\n--" + name + "--\n");
  }
  const auto document = Document(mail);
  EXPECT_EQ(document.attachments.size(), 12u);
  EXPECT_EQ(document.parts.size(), 6u);
  EXPECT_THAT(document.attachments[5].problem, HasSubstr("containers deep"));
}

TEST(MailTest, DeliveryReportsBecomeTextAndATableOfRecipients) {
  const auto document = Document(Multipart(
      "report", {"\nIt failed.",
                 "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; "
                 "a@x\nStatus: 5.1.1\n"
                 "Diagnostic-Code: smtp; 550\n  no such user\n\nFinal-Recipient: rfc822; b@x\nStatus: 4.2.2\n",
                 "Content-Type: message/rfc822\n\nSubject: mine\nFrom: ann@example.org\n\n550 flowers\n"}));
  EXPECT_EQ(document.MetadataValue("parts"), "5") << "groups of fields are entities";
  ASSERT_EQ(document.tables.size(), 1u);
  const auto grid = reader::Grid(document.tables[0]);
  ASSERT_EQ(grid.size(), 3u);
  EXPECT_THAT(grid[0], ElementsAre("Final-Recipient", "Status", "Diagnostic-Code"));
  EXPECT_THAT(grid[1], ElementsAre("rfc822; a@x", "5.1.1", "smtp; 550 no such user"));
  EXPECT_THAT(grid[2], ElementsAre("rfc822; b@x", "4.2.2", ""));
  EXPECT_THAT(document.text, HasSubstr("Diagnostic-Code: smtp; 550 no such user\n"));
  EXPECT_THAT(document.MetadataValue("body_text"), HasSubstr("Status: 4.2.2"));
  EXPECT_THAT(document.MetadataValue("body_text"), Not(HasSubstr("flowers")));
  EXPECT_THAT(Quotes(document), ElementsAre(HasSubstr("550 flowers")));
}

TEST(MailTest, BrokenMailsKeepWhatCanBeReadAndSayWhatIsWrong) {
  const auto cut = Document(
      "From: a@x.org\nSubject: cut\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHalf "
      "a sen");
  EXPECT_THAT(cut.text, HasSubstr("Half a sen"));
  EXPECT_FALSE(cut.notes.empty());
  const auto other =
      Document("From: a@x.org\nSubject: s\nContent-Type: multipart/mixed; boundary=b\n\n--c\n\nWords\n--c--\n");
  EXPECT_THAT(other.text, HasSubstr("Words"));
  EXPECT_FALSE(other.notes.empty());
  const auto unseparated = Document("From: a@x.org\nSubject: s\nContent-Type: text/plain\nThis is no header\nBody\n");
  EXPECT_EQ(unseparated.title, "s");
  EXPECT_THAT(unseparated.text, HasSubstr("This is no header\nBody"));
  EXPECT_THAT(unseparated.notes, testing::Contains(HasSubstr("No blank line")));
}

TEST(MailTest, MailsAreRecognisedByTheirFirstLinesWhateverTheirName) {
  EXPECT_TRUE(IsMail(Mail("Subject: s\n", "x")));
  EXPECT_TRUE(IsMail("Return-Path: <>\r\nReceived: from a\r\n\tby b\r\nSubject: s\r\n\r\nx"));
  EXPECT_FALSE(IsMail("Subject: minutes\nPresent: all\n\nWe met."));
  EXPECT_FALSE(IsMail("# Title\n\nFrom: here\nTo: there\nDate: today\n"));
  EXPECT_FALSE(IsMail("Dear all,\nFrom: a\nTo: b\nDate: c\n"));
  EXPECT_EQ(Read(Mail("Subject: s\n", "x"), {}, "1712000000.V1I2.host:2,S")->document.mime, "message/rfc822");
}

TEST(MailTest, OnePageOfAMailCanBeRead) {
  reader::ReadOptions options;
  options.limits.first_page = options.limits.last_page = 2;
  const auto answer = Read(Multipart("mixed", {"\nFirst", "Content-Type: text/plain; name=a.txt\n\nSecond"}), options);
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_EQ(answer->document.text, "Second");
  EXPECT_EQ(answer->page_count, 2);
}

TEST(MailTest, DamagedBytesNeverBreakThePromisesOfADocument) {
  const std::string good = Multipart(
      "mixed",
      {"Content-Type: text/plain; charset=iso-2022-jp\n\n" + In("会議のお知らせ", "ISO-2022-JP"),
       "Content-Type: message/rfc822; name=a.eml\n\nFrom: a@x.org\nTo: b@x.org\nSubject: =?utf-8?q?=C3=A4?=\n\nx",
       "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@x\nStatus: 5.1.1\n"});
  std::mt19937 random(7);
  for (int i = 0; i < 400; ++i) {
    std::string bytes = good;
    for (int flips = 0; flips < 1 + i % 8; ++flips) bytes[random() % bytes.size()] = static_cast<char>(random());
    if (i % 3 == 0) bytes.resize(random() % bytes.size());
    if (bytes.empty()) continue;
    const auto answer = Read(bytes);
    EXPECT_TRUE(answer || reader::ReasonOf(answer.error())) << answer.error().ToString();
  }
}

}  // namespace
}  // namespace yk::formats
