// SPDX-License-Identifier: Apache-2.0
#include "formats/read_file.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <random>

#include "base/file.h"
#include "base/json.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Reason;

Result<reader::ReadAnswer> Read(const std::string& name, std::string_view bytes) {
  reader::ReadRequest request;
  request.name = name;
  return ReadContent(request, bytes);
}

/// A PDF of one page per text, with an object table that fits.
std::string MakePdf(const std::vector<std::string>& texts) {
  std::vector<std::string> objects = {"<</Type/Catalog/Pages 2 0 R>>", "",
                                      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"};
  std::string kids;
  for (const std::string& text : texts) {
    const std::string stream = "BT /F1 12 Tf 72 720 Td (" + text + ") Tj ET";
    objects.push_back(
        fmt::format("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {} 0 R/Resources<</Font<</F1 3 0 R>>>>>>",
                    objects.size() + 2));
    kids += fmt::format("{} 0 R ", objects.size());
    objects.push_back(fmt::format("<</Length {}>>\nstream\n{}\nendstream", stream.size(), stream));
  }
  objects[1] = fmt::format("<</Type/Pages/Kids[{}]/Count {}>>", kids, texts.size());
  std::string pdf = "%PDF-1.4\n";
  std::string table = fmt::format("xref\n0 {}\n0000000000 65535 f \n", objects.size() + 1);
  for (size_t i = 0; i < objects.size(); ++i) {
    table += fmt::format("{:010} 00000 n \n", pdf.size());
    pdf += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, objects[i]);
  }
  return pdf + table +
         fmt::format("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{}\n%%EOF\n", objects.size() + 1, pdf.size());
}

TEST(ReadContentTest, PagesOfAPdfCoverItsText) {
  auto answer = Read("a.pdf", MakePdf({"Hello one", "Hello two"}));
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_EQ(answer->document.text, "Hello one\nHello two\n");
  EXPECT_EQ(answer->page_count, 2);
  ASSERT_EQ(answer->document.pages.size(), 2u);
  EXPECT_EQ(answer->document.pages[1].begin, 10);
  EXPECT_EQ(answer->document.pages[1].end, 20);
}

TEST(ReadContentTest, WordsDoNotGrowTogetherWhereAFormFeedStood) {
  auto answer = Read("a.txt", "100\f200\n\f\f300");
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_EQ(answer->document.text, "100\n200\n300");
  ASSERT_EQ(answer->document.pages.size(), 4u);
  EXPECT_EQ(answer->document.pages[0].end, 4);
  EXPECT_EQ(answer->document.pages[1].begin, 4);
  EXPECT_EQ(answer->document.pages[3].begin, 8);
  EXPECT_EQ(answer->document.pages[3].end, 11);
}

TEST(ReadContentTest, PageRangesAndLimitsHold) {
  const std::string pdf = MakePdf({"one", "two", "three"});
  reader::ReadRequest request;
  request.name = "a.pdf";
  request.options.limits.first_page = request.options.limits.last_page = 2;
  auto second = ReadContent(request, pdf);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->document.text, "two\n");
  EXPECT_EQ(second->document.pages.front().number, 2);
  request.options.limits.first_page = request.options.limits.last_page = 9;
  EXPECT_EQ(reader::ReasonOf(ReadContent(request, pdf).error()), Reason::kNoPages);
  request.options.limits = {};
  request.options.limits.pages_max = 2;
  EXPECT_EQ(reader::ReasonOf(ReadContent(request, pdf).error()), Reason::kResourceLimit);
  request.options.limits = {};
  request.options.limits.text_bytes_max = 5;
  EXPECT_EQ(reader::ReasonOf(ReadContent(request, pdf).error()), Reason::kResourceLimit);
}

TEST(ReadContentTest, AWebPageInPlaceOfAPdfIsNotTakenForTheDocument) {
  const std::string page = "<!DOCTYPE html><html><body><p>Please log in to go on.</p></body></html>";
  reader::ReadRequest request;
  request.name = "contract.pdf";
  const auto taken = ReadContent(request, page);
  ASSERT_FALSE(taken);
  EXPECT_EQ(reader::ReasonOf(taken.error()), Reason::kCorrupt);
  EXPECT_THAT(taken.error().message, ::testing::HasSubstr("web page"));
  request.name = "contract.xls";  // programs export tables as web pages under this name
  EXPECT_TRUE(ReadContent(request, page));
}

TEST(ReadContentTest, BlankPagesSayThereIsNothingToRead) {
  EXPECT_EQ(reader::ReasonOf(Read("a.pdf", MakePdf({""})).error()), Reason::kNoText);
  EXPECT_EQ(reader::ReasonOf(Read("a.pdf", MakePdf({})).error()), Reason::kNoPages);
}

TEST(ReadContentTest, TextKeepsItsWordsAndLosesOnlyControlCharacters) {
  auto answer = Read("a.txt",
                     "\xEF\xBB\xBF"
                     "one\r\ntwo\rthree\x01\x02\n");
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_EQ(answer->document.text, "one\ntwo\nthree\n");
  auto sjis = Read("b.txt",
                   "\x8C\x5F\x96\xF1\x8F\x91\x82\xCD\x81\x41\x95\xBD\x90\xAC\x33\x30\x94\x4E\x82\xC9\x92\xF7\x8C\x8B"
                   "\x82\xB5\x82\xBD\x81\x42");
  ASSERT_TRUE(sjis) << sjis.error().ToString();
  EXPECT_EQ(sjis->document.text, "契約書は、平成30年に締結した。");
  auto markdown = Read("c.md", "# Title\n\nBody\n");
  ASSERT_TRUE(markdown);
  EXPECT_EQ(markdown->document.title, "Title");
  EXPECT_EQ(markdown->document.mime, "text/markdown");
}

/// Damaged files end in text or in a reason, whatever is damaged. A crash of this test is the failure.
TEST(ReadContentTest, MutatedPdfsNeverEndWithoutAReason) {
  const std::string good = MakePdf({"Some text on page one", "and on page two"});
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string bad = good;
    for (unsigned flips = 1 + random() % 6; flips > 0; --flips)
      bad[random() % bad.size()] = static_cast<char>(random());
    if (random() % 3 == 0) bad.resize(random() % bad.size() + 1);
    auto answer = Read("a.pdf", bad);
    EXPECT_TRUE(answer || reader::ReasonOf(answer.error()).has_value()) << round;
  }
}

}  // namespace
}  // namespace yk::formats
