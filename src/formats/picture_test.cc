// SPDX-License-Identifier: Apache-2.0
#include "formats/picture.h"

#include <gmock/gmock.h>
#include <leptonica/allheaders.h>

#include "formats/pdf_fixture.h"
#include "formats/pdf_open.h"
#include "formats/pdf_render.h"
#include "formats/read_file.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Reason;
using ::testing::HasSubstr;

const std::string kLine = "The buyer accepts the offer of the seller";

/// A picture of a line of text in a format of Leptonica's.
std::string Draw(const std::string& line, int format) {
  PdfBuilder pdf;
  pdf.AddPage(PdfBuilder::Line(line, 72, 700, 18));
  const std::string bytes = pdf.Finish();
  const Complaints complaints;
  auto file = OpenPdf(bytes, {});
  const auto picture = RenderPdfPage(*file->document, 1, 150, kOcrPixelsMax);
  Pix* pix = pixCreate(picture->width, 300, 8);
  pixSetResolution(pix, 150, 150);
  for (int y = 0; y < 300; ++y) {
    for (int x = 0; x < picture->width; ++x)
      pixSetPixel(pix, x, y, picture->pixels[static_cast<size_t>(y * picture->width + x)]);
  }
  l_uint8* data = nullptr;
  size_t size = 0;
  pixWriteMem(&data, &size, pix, format);
  pixDestroy(&pix);
  std::string out(reinterpret_cast<const char*>(data), size);
  lept_free(data);
  return out;
}

Result<reader::ReadAnswer> Read(const std::string& name, const std::string& bytes) {
  reader::ReadRequest request;
  request.name = name;
  request.options.ocr.languages = "eng";
  return ReadContent(request, bytes);
}

TEST(PictureTest, PicturesAreReadWhateverTheirFormatAndName) {
  for (const auto& [format, mime] :
       {std::pair(IFF_PNG, "image/png"), std::pair(IFF_JFIF_JPEG, "image/jpeg"), std::pair(IFF_TIFF_ZIP, "image/tiff"),
        std::pair(IFF_BMP, "image/bmp"), std::pair(IFF_WEBP, "image/webp"),
        std::pair(IFF_PNM, "image/x-portable-anymap")}) {
    auto answer = Read("scan.dat", Draw(kLine, format));
    ASSERT_TRUE(answer) << mime << answer.error().ToString();
    EXPECT_EQ(answer->document.mime, mime);
    EXPECT_THAT(answer->document.text, HasSubstr(kLine)) << mime;
    EXPECT_FALSE(answer->document.MetadataValue("ocr_confidence").empty());
  }
}

TEST(PictureTest, APictureWithoutTextSaysSo) {
  auto answer = Read("a.png", Draw("", IFF_PNG));
  ASSERT_FALSE(answer);
  EXPECT_EQ(reader::ReasonOf(answer.error()), Reason::kNoText);
}

TEST(PictureTest, ACutPictureIsDamagedAndAHugeOneRefusedBeforeItIsDecoded) {
  const std::string good = Draw(kLine, IFF_PNG);
  auto cut = Read("a.png", good.substr(0, 40));
  ASSERT_FALSE(cut);
  EXPECT_EQ(reader::ReasonOf(cut.error()), Reason::kCorrupt);
  std::string bmp = Draw(kLine, IFF_BMP);
  bmp.replace(18, 8, std::string("\xFF\xFF\x0F\0\xFF\xFF\x0F\0", 8));
  auto huge = Read("a.bmp", bmp);
  ASSERT_FALSE(huge);
  EXPECT_EQ(reader::ReasonOf(huge.error()), Reason::kResourceLimit);
}

}  // namespace
}  // namespace yk::formats
