// SPDX-License-Identifier: Apache-2.0
// Japanese set from top to bottom, read from a picture. Its letters come from whatever font of the system has them, and
// Tesseract needs its model for such lines: where one of the two is missing the test is skipped.
#include <gtest/gtest.h>
#include <leptonica/allheaders.h>

#include <algorithm>

#include "formats/ocr.h"
#include "formats/pdf_fixture.h"
#include "formats/pdf_open.h"
#include "formats/pdf_render.h"
#include "formats/read_file.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

const std::vector<std::string> kColumns = {"業務委託契約書", "受託者は本業務の成果物を", "期日までに納入するものとし",
                                           "委託者は検査の後に代金を", "支払うものとする"};

/// A page with these columns from the right to the left, letter below letter. The font is not in the file.
std::string VerticalPdf(const std::vector<std::string>& columns) {
  constexpr double kSize = 26;
  PdfBuilder pdf;
  const int descriptor = pdf.Add(
      "<</Type/FontDescriptor/FontName/Ryumin-Light/Flags 6/FontBBox[-100 -200 1000 900]/ItalicAngle 0/Ascent 880"
      "/Descent -120/CapHeight 700/StemV 80>>");
  const int letters = pdf.Add(fmt::format(
      "<</Type/Font/Subtype/CIDFontType0/BaseFont/Ryumin-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)"
      "/Supplement 2>>/FontDescriptor {} 0 R/DW 1000>>",
      descriptor));
  const int font = pdf.Add(fmt::format(
      "<</Type/Font/Subtype/Type0/BaseFont/Ryumin-Light/Encoding/UniJIS-UCS2-H/DescendantFonts[{} 0 R]>>", letters));
  std::string content;
  double x = 500;
  for (const std::string& column : columns) {
    double y = 700;
    for (const char32_t letter : text::ToUtf32(column)) {
      content += fmt::format("BT /F2 {} Tf {} {} Td <{:04X}> Tj ET\n", kSize, x, y, static_cast<unsigned>(letter));
      y -= kSize * 1.05;
    }
    x -= kSize * 1.9;
  }
  // Pages of the builder know its own font only.
  const int drawing = pdf.AddStream(
      fmt::format("/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</Font<</F2 {} 0 R>>>>", font), content);
  pdf.AddPage("/X1 Do", "", fmt::format("/XObject<</X1 {} 0 R>>", drawing));
  return pdf.Finish();
}

std::string ToPng(const GreyPicture& picture) {
  Pix* pix = pixCreate(picture.width, picture.height, 8);
  pixSetResolution(pix, static_cast<int>(picture.dpi), static_cast<int>(picture.dpi));
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x)
      pixSetPixel(pix, x, y, picture.pixels[static_cast<size_t>(y * picture.width + x)]);
  }
  l_uint8* data = nullptr;
  size_t size = 0;
  pixWriteMem(&data, &size, pix, IFF_PNG);
  pixDestroy(&pix);
  std::string out(reinterpret_cast<const char*>(data), size);
  lept_free(data);
  return out;
}

/// How many letters of one text stand in the other in the same order: the longest common subsequence.
size_t InOrder(const std::u32string& expected, const std::u32string& text) {
  std::vector<size_t> row(text.size() + 1, 0);
  for (const char32_t letter : expected) {
    size_t diagonal = 0;
    for (size_t i = 1; i <= text.size(); ++i) {
      const size_t above = row[i];
      row[i] = letter == text[i - 1] ? diagonal + 1 : std::max(above, row[i - 1]);
      diagonal = above;
    }
  }
  return row.back();
}

TEST(VerticalOcrTest, ColumnsAreReadFromTheRightLetterByLetter) {
  Ocr& ocr = Ocr::OfThisProcess();
  if (!ocr.CanRead("jpn_vert") || !ocr.CanRead("jpn")) GTEST_SKIP() << ocr.problem();
  const std::string pdf = VerticalPdf(kColumns);
  const Complaints complaints;
  auto file = OpenPdf(pdf, {});
  ASSERT_TRUE(file) << file.error().ToString();
  const auto picture = RenderPdfPage(*file->document, 1, 150, kOcrPixelsMax);
  ASSERT_TRUE(picture);
  const auto dark = std::count_if(picture->pixels.begin(), picture->pixels.end(), [](uint8_t c) { return c < 96; });
  if (dark < 5000) GTEST_SKIP() << "no font of this system has Japanese letters";

  reader::ReadRequest request;
  request.name = "page.png";
  request.options.want.spans = true;
  request.options.ocr.dpi = 150;  // its letters are large
  const auto answer = ReadContent(request, ToPng(*picture));
  ASSERT_TRUE(answer) << answer.error().ToString();
  std::u32string expected;
  for (const std::string& column : kColumns) expected += text::ToUtf32(column);
  const size_t found = InOrder(expected, text::ToUtf32(answer->document.text));
  EXPECT_GE(10 * found, 9 * expected.size()) << answer->document.text;
  // Boxes run down the page, and the first column stands right of the last.
  const std::vector<reader::Span>& spans = answer->document.spans;
  ASSERT_GE(spans.size(), kColumns.size());
  EXPECT_GT(spans.front().box.bottom - spans.front().box.top, spans.front().box.right - spans.front().box.left);
  EXPECT_GT(spans.front().box.left, spans.back().box.right);
}

}  // namespace
}  // namespace yk::formats
