// SPDX-License-Identifier: Apache-2.0
#include "formats/pdf_marks.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <vector>

#include "formats/pdf.h"
#include "formats/pdf_open.h"

namespace yk::formats {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// A PDF of one page, 400 by 300 points, with this content.
std::string MakePdf(const std::string& content, const std::string& page = "") {
  const std::vector<std::string> objects = {
      "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]" + page + "/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>",
      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
      fmt::format("<</Length {}>>\nstream\n{}\nendstream", content.size(), content)};
  std::string pdf = "%PDF-1.4\n";
  std::string table = fmt::format("xref\n0 {}\n0000000000 65535 f \n", objects.size() + 1);
  for (size_t i = 0; i < objects.size(); ++i) {
    table += fmt::format("{:010} 00000 n \n", pdf.size());
    pdf += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, objects[i]);
  }
  return pdf + table +
         fmt::format("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{}\n%%EOF\n", objects.size() + 1, pdf.size());
}

const std::string kWord = "BT /F1 10 Tf 50 200 Td (Word) Tj ET\n";

/// Three by two cells, drawn as lines, thin bars and a dashed line.
std::string Grid() {
  std::string content = "1 w 40 210 m 240 210 l S 40 180 200 1 re f [3 2] 0 d 40 150 m 240 150 l S [] 0 d\n";
  for (const int x : {40, 140, 240}) content += fmt::format("{0} 150 m {0} 210 l S\n", x);
  for (const int x : {50, 150}) {
    for (const int y : {190, 160}) content += fmt::format("BT /F1 10 Tf {} {} Td (at {} and {}) Tj ET\n", x, y, x, y);
  }
  return content;
}

PageMarks MarksOf(const std::string& pdf, int number) {
  const Complaints complaints;
  auto file = OpenPdf(pdf, {});
  EXPECT_TRUE(file) << file.error().ToString();
  return file ? ReadPageMarks(*file->document, number) : PageMarks{};
}

TEST(PdfMarksTest, LinesStandInTheCoordinatesOfTheWords) {
  const std::string pdf = MakePdf(kWord + "50 198 m 80 198 l S 45 100 m 45 200 l S 60 120 100 1.5 re f");
  const PageMarks page = MarksOf(pdf, 1);
  EXPECT_EQ(page.width, 400);
  ASSERT_THAT(page.words, SizeIs(1));
  EXPECT_NEAR(page.words[0].base, 100, 0.1);
  EXPECT_NEAR(page.words[0].box.left, 50, 0.1);
  ASSERT_THAT(page.across, SizeIs(2));
  EXPECT_NEAR(page.across[0].at, 102, 0.1);
  EXPECT_NEAR(page.across[0].from, 50, 0.1);
  EXPECT_NEAR(page.across[1].at, 179.25, 0.1);
  ASSERT_THAT(page.down, SizeIs(1));
  EXPECT_NEAR(page.down[0].from, 100, 0.1);
}

TEST(PdfMarksTest, WhiteLinesAndWhatIsClippedAwayAreNotSeen) {
  const std::string pdf =
      MakePdf(kWord + "1 G 0 50 m 400 50 l S 0 G 100 0 50 300 re W n 0 60 m 400 60 l S 0 70 m 90 70 l S");
  const PageMarks page = MarksOf(pdf, 1);
  ASSERT_THAT(page.across, SizeIs(1));
  EXPECT_NEAR(page.across[0].from, 100, 1);
  EXPECT_NEAR(page.across[0].to, 150, 1);
}

TEST(PdfMarksTest, CurvesAreDrawingsAndColouredBoxesFills) {
  const std::string pdf = MakePdf(kWord + "1 0 0 rg 50 50 100 40 re f 10 10 m 60 90 90 90 120 10 c S");
  const PageMarks page = MarksOf(pdf, 1);
  ASSERT_THAT(page.fills, SizeIs(1));
  EXPECT_EQ(page.fills[0].colour, 0xFF0000u);
  EXPECT_NEAR(page.fills[0].box.top, 210, 0.1);
  EXPECT_THAT(page.drawings, SizeIs(1));
}

TEST(PdfMarksTest, PagesThatAreNotThereAreEmpty) {
  const std::string pdf = MakePdf(kWord);
  EXPECT_THAT(MarksOf(pdf, 0).words, IsEmpty());
  EXPECT_THAT(MarksOf(pdf, 2).words, IsEmpty());
}

reader::Document ReadTables(const std::string& pdf, bool wanted) {
  reader::ReadRequest request;
  request.options.want.tables = wanted;
  auto answer = ReadPdf(request, pdf);
  EXPECT_TRUE(answer) << answer.error().ToString();
  return answer ? std::move(answer->document) : reader::Document{};
}

TEST(ReadPdfTest, TablesComeWhenAskedForAlsoFromTurnedPages) {
  EXPECT_THAT(ReadTables(MakePdf(Grid()), false).tables, IsEmpty());
  for (const std::string turn : {"", "/Rotate 90", "/Rotate 180", "/Rotate 270"}) {
    const auto tables = ReadTables(MakePdf(Grid(), turn), true).tables;
    ASSERT_THAT(tables, SizeIs(1)) << turn;
    EXPECT_EQ(tables[0].rows, 2) << turn;
    EXPECT_EQ(reader::Grid(tables[0]), (std::vector<std::vector<std::string>>{{"at 50 and 190", "at 150 and 190"},
                                                                              {"at 50 and 160", "at 150 and 160"}}))
        << turn;
  }
}

}  // namespace
}  // namespace yk::formats
