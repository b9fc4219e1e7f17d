// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <cstdlib>

#include "base/file.h"
#include "base/hash.h"
#include "formats/ocr.h"
#include "formats/pdf_fixture.h"
#include "formats/pdf_open.h"
#include "formats/pdf_render.h"
#include "formats/read_file.h"
#include "reader/reason.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::Reason;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

Result<reader::Document> Read(const std::string& bytes, const reader::ReadOptions& options = {}) {
  reader::ReadRequest request;
  request.name = "a.pdf";
  request.options = options;
  YK_TRY(reader::ReadAnswer answer, ReadContent(request, bytes));
  return std::move(answer.document);
}

reader::ReadOptions WithSpans() {
  reader::ReadOptions options;
  options.want.spans = true;
  return options;
}

reader::ReadOptions WithPasswords(std::vector<std::string> passwords) {
  reader::ReadOptions options;
  options.passwords = std::move(passwords);
  return options;
}

reader::ReadOptions WithOcr(bool enabled, const std::string& languages) {
  reader::ReadOptions options;
  options.ocr.enabled = enabled;
  options.ocr.languages = languages;
  return options;
}

std::string Substring(const reader::Document& document, int64_t begin, int64_t end) {
  const text::CodePointIndex index(document.text);
  const text::Range bytes = index.ToBytes({static_cast<size_t>(begin), static_cast<size_t>(end)});
  return document.text.substr(bytes.begin, bytes.end - bytes.begin);
}

TEST(PdfTest, LargeShortLinesAreHeadingsAndTheRestParagraphs) {
  PdfBuilder pdf;
  pdf.AddPage(PdfBuilder::Line("Terms", 72, 700, 24) +
              PdfBuilder::Line("The buyer pays within thirty days of delivery.", 72, 660) +
              PdfBuilder::Line("Scope", 72, 600, 16) +
              PdfBuilder::Line("The seller delivers what the order names.", 72, 560));
  auto document = Read(pdf.Finish());
  ASSERT_TRUE(document) << document.error().ToString();
  std::vector<std::string> seen;
  for (const auto& block : document->blocks) {
    seen.push_back(fmt::format("{} {} {}", reader::BlockKindName(block.kind), block.level,
                               Substring(*document, block.begin, block.end)));
  }
  EXPECT_THAT(seen, ElementsAre("heading 1 Terms", "paragraph 0 The buyer pays within thirty days of delivery.",
                                "heading 2 Scope", "paragraph 0 The seller delivers what the order names."));
}

TEST(PdfTest, EveryWordHasItsPlaceWhenPlacesAreWanted) {
  PdfBuilder pdf;
  pdf.AddPage(PdfBuilder::Line("Hello world", 72, 700));
  EXPECT_THAT(Read(pdf.Finish())->spans, SizeIs(0));
  auto document = Read(pdf.Finish(), WithSpans());
  ASSERT_TRUE(document);
  ASSERT_THAT(document->spans, SizeIs(2));
  EXPECT_EQ(Substring(*document, document->spans[1].begin, document->spans[1].end), "world");
  EXPECT_NEAR(document->spans[0].box.left, 72, 1);
  EXPECT_LT(document->spans[0].box.top, 792 - 700);
  EXPECT_GT(document->spans[0].box.bottom, 792 - 700);
}

TEST(PdfTest, RunningHeadsAndFeetStandOnceInTheTextAndInTheMetadata) {
  PdfBuilder pdf;
  for (int page = 1; page <= 4; ++page) {
    pdf.AddPage(
        PdfBuilder::Line("Annual report of Example Ltd", 72, 760) +
        PdfBuilder::Line(fmt::format("Only page {} says this: {}", page, std::string(static_cast<size_t>(page), 'x')),
                         72, 500) +
        PdfBuilder::Line(fmt::format("{}", page), 300, 30));
  }
  auto document = Read(pdf.Finish());
  ASSERT_TRUE(document);
  EXPECT_EQ(document->text,
            "Annual report of Example Ltd\n\nOnly page 1 says this: x\nOnly page 2 says this: xx\nOnly page 3 says "
            "this: xxx\n"
            "Only page 4 says this: xxxx\n");
  EXPECT_EQ(document->MetadataValue("page_header"), "Annual report of Example Ltd");
  EXPECT_EQ(document->MetadataValue("page_footer"), "1");
  EXPECT_EQ(document->pages[3].end, static_cast<int64_t>(document->text.size()));
}

TEST(PdfTest, PagesThatHoldNothingButTheSameLineKeepIt) {
  PdfBuilder pdf;
  for (int page = 1; page <= 4; ++page) pdf.AddPage(PdfBuilder::Line(fmt::format("Potato {}", page), 72, 760));
  EXPECT_EQ(Read(pdf.Finish())->text, "Potato 1\nPotato 2\nPotato 3\nPotato 4\n");
}

TEST(PdfTest, FieldsThatAreNotDrawnAreInTheTextAndAllAreInTheMetadata) {
  PdfBuilder pdf;
  const int name = pdf.Add(
      "<</Type/Annot/Subtype/Widget/FT/Tx/T(buyer)/TU(Name of the buyer)/V(Example Trading)/F 2/Rect[0 0 0 0]>>");
  const int tick = pdf.Add(
      "<</Type/Annot/Subtype/Widget/FT/Btn/T(agreed)/V/Yes/AS/Yes/Rect[9 9 9 9]/AP<</N<</Yes 3 0 R/Off 3 0 R>>>>>>");
  const int note = pdf.Add("<</Type/Annot/Subtype/Text/Contents(Ask legal about this)/Rect[10 10 20 20]>>");
  pdf.AddPage(PdfBuilder::Line("Order form", 72, 700), fmt::format("/Annots[{} 0 R {} 0 R {} 0 R]", name, tick, note));
  auto document = Read(pdf.Finish(fmt::format("/AcroForm<</Fields[{} 0 R {} 0 R]>>", name, tick)));
  ASSERT_TRUE(document) << document.error().ToString();
  EXPECT_THAT(document->text, HasSubstr("Example Trading"));
  EXPECT_THAT(document->text, HasSubstr("Ask legal about this"));
  ASSERT_THAT(document->metadata, SizeIs(1));
  EXPECT_EQ(document->metadata[0].name, "form");
  EXPECT_THAT(document->metadata[0].values, ElementsAre("buyer (Name of the buyer): Example Trading", "agreed: Yes"));
}

TEST(PdfTest, FilesInsideAreListedAndReadAsFurtherParts) {
  PdfBuilder pdf;
  const int data = pdf.AddStream("/Type/EmbeddedFile", "price,12\n");
  const int spec = pdf.Add(fmt::format("<</Type/Filespec/F(prices.txt)/UF(prices.txt)/EF<</F {} 0 R>>>>", data));
  const int odd = pdf.AddStream("/Type/EmbeddedFile", std::string("\x01\0\0\x02", 4));
  const int odd_spec = pdf.Add(fmt::format("<</Type/Filespec/F(engine.bin)/EF<</F {} 0 R>>>>", odd));
  pdf.AddPage(PdfBuilder::Line("See the list", 72, 700));
  auto document = Read(pdf.Finish(
      fmt::format("/Names<</EmbeddedFiles<</Names[(engine.bin) {} 0 R (prices.txt) {} 0 R]>>>>", odd_spec, spec)));
  ASSERT_TRUE(document) << document.error().ToString();
  ASSERT_THAT(document->attachments, SizeIs(2));
  EXPECT_THAT(document->attachments[0].problem, Not(testing::IsEmpty()));
  EXPECT_EQ(document->attachments[0].part, -1);
  EXPECT_EQ(document->attachments[1].name, "prices.txt");
  EXPECT_EQ(document->attachments[1].sha256, ToHex(Sha256("price,12\n")));
  EXPECT_EQ(document->attachments[1].part, 1);
  EXPECT_EQ(document->text, "See the list\nprice,12\n");
  EXPECT_EQ(document->pages[1].part, 1);
}

TEST(PdfTest, InformationAboutTheFileIsMetadata) {
  PdfBuilder pdf;
  pdf.AddPage(PdfBuilder::Line("Text", 72, 700));
  const int info = pdf.Add("<</Title(The title)/Author(\xFE\xFF\x67\x3E)/CreationDate(D:20240229083000+09'00')>>");
  auto document = Read(pdf.Finish("", fmt::format("/Info {} 0 R", info)));
  ASSERT_TRUE(document);
  EXPECT_EQ(document->title, "The title");
  EXPECT_EQ(document->MetadataValue("author"), "朾");
  EXPECT_EQ(document->MetadataValue("created"), "2024-02-29T08:30:00+09:00");
}

TEST(PdfTest, AFileWithoutItsTableOfContentsIsReadWithANote) {
  PdfBuilder pdf;
  pdf.AddPage(PdfBuilder::Line("Still there", 72, 700));
  std::string bytes = pdf.Finish();
  bytes.resize(bytes.find("xref\n0"));
  bytes += "trailer\n<</Root 1 0 R>>\n";
  auto document = Read(bytes);
  ASSERT_TRUE(document) << document.error().ToString();
  EXPECT_EQ(document->text, "Still there\n");
  EXPECT_THAT(document->notes, Contains(HasSubstr("damaged")));
}

/// A page as a scanner makes it: the picture of a page with these lines, turned by quarters, in a page of its own.
std::string Scan(const std::vector<std::string>& lines, int quarters = 0, const std::string& stamp = "") {
  PdfBuilder source;
  std::string content;
  for (size_t i = 0; i < lines.size(); ++i)
    content += PdfBuilder::Line(lines[i], 72, 700 - 40 * static_cast<double>(i), 18);
  source.AddPage(content);
  const std::string bytes = source.Finish();
  const Complaints complaints;
  auto file = OpenPdf(bytes, {});
  const GreyPicture picture = Turned(*RenderPdfPage(*file->document, 1, 150, kOcrPixelsMax), quarters);
  PdfBuilder pdf;
  const int image = pdf.AddStream(
      fmt::format("/Type/XObject/Subtype/Image/Width {}/Height {}/ColorSpace/DeviceGray/BitsPerComponent 8",
                  picture.width, picture.height),
      std::string(picture.pixels.begin(), picture.pixels.end()));
  const std::string place = quarters % 2 == 0 ? "612 0 0 792" : "612 0 0 473";
  pdf.AddPage("q " + place + " 0 0 cm /I Do Q\n" + stamp, "", fmt::format("/XObject<</I {} 0 R>>", image));
  return pdf.Finish();
}

const std::vector<std::string> kLetter = {"The buyer accepts the offer of the seller",
                                          "and pays the price within thirty days",
                                          "after delivery of the goods to the port"};

TEST(PdfOcrTest, AScanIsReadAndSaysSo) {
  auto document = Read(Scan(kLetter), WithSpans());
  ASSERT_TRUE(document) << document.error().ToString();
  for (const std::string& line : kLetter) EXPECT_THAT(document->text, HasSubstr(line));
  EXPECT_THAT(document->notes, Contains(StartsWith("no_text_layer:")));
  EXPECT_GT(std::stoi(document->MetadataValue("ocr_confidence")), 80);
  ASSERT_FALSE(document->spans.empty());
  EXPECT_NEAR(document->spans[0].box.left, 72, 4);
  EXPECT_NEAR(document->spans[0].box.bottom, 792 - 700, 8);
}

TEST(PdfOcrTest, AScanThatLiesOnItsSideIsTurned) {
  auto document = Read(Scan(kLetter, 1));
  ASSERT_TRUE(document) << document.error().ToString();
  EXPECT_THAT(document->text, HasSubstr(kLetter[0]));
}

TEST(PdfOcrTest, AStampOnAScanDoesNotHideItsText) {
  auto document = Read(Scan(kLetter, 0, PdfBuilder::Line("EX-000123", 500, 30, 9)));
  ASSERT_TRUE(document) << document.error().ToString();
  EXPECT_THAT(document->text, HasSubstr("EX-000123"));
  EXPECT_THAT(document->text, HasSubstr(kLetter[1]));
  EXPECT_THAT(document->notes, Contains(HasSubstr("text in pictures on page 1")));
}

TEST(PdfOcrTest, WithoutOcrAScanHasNoTextLayer) {
  auto document = Read(Scan(kLetter), WithOcr(false, "eng"));
  ASSERT_FALSE(document);
  EXPECT_EQ(reader::ReasonOf(document.error()), Reason::kNoTextLayer);
  EXPECT_THAT(document.error().message, HasSubstr("OCR is off"));
  auto missing = Read(Scan(kLetter), WithOcr(true, "xyz"));
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("tesseract-ocr-xyz"));
}

TEST(PdfOcrTest, EveryPageReadByOcrReportsProgress) {
  reader::ReadRequest request;
  request.name = "a.pdf";
  int reports = 0;
  request.progress = [&] { ++reports; };
  ASSERT_TRUE(ReadContent(request, Scan({"One line of text"})));
  EXPECT_GE(reports, 1);
}

TEST(PdfOcrTest, NoiseIsNotTakenForText) {
  PdfBuilder pdf;
  std::string noise(200 * 200, '\0');
  uint32_t state = 12345;
  for (char& c : noise) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  const int image =
      pdf.AddStream("/Type/XObject/Subtype/Image/Width 200/Height 200/ColorSpace/DeviceGray/BitsPerComponent 8", noise);
  pdf.AddPage("q 612 0 0 792 0 0 cm /I Do Q", "", fmt::format("/XObject<</I {} 0 R>>", image));
  auto document = Read(pdf.Finish());
  ASSERT_FALSE(document);
  EXPECT_EQ(reader::ReasonOf(document.error()), Reason::kNoTextLayer);
}

/// Files with passwords come from outside; where they are absent the test is skipped.
TEST(PdfTest, PasswordsOpenEncryptedFilesInWhicheverFormTheyWereMade) {
  const char* shared = std::getenv("YAKAN_SHARED");
  const std::string folder = std::string(shared != nullptr ? shared : "../shared") + "/data/pdfs/files/";
  auto bytes = ReadFile(folder + "pdfminer__aes-256.pdf");
  if (!bytes) GTEST_SKIP() << "no " << folder;
  auto locked = Read(*bytes);
  ASSERT_FALSE(locked);
  EXPECT_EQ(reader::ReasonOf(locked.error()), Reason::kEncrypted);
  auto wrong = Read(*bytes, WithPasswords({"no", "neither"}));
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, Not(HasSubstr("neither")));
  for (const char* password : {"baz", "foo", "ｂａｚ"}) {
    auto document = Read(*bytes, WithPasswords({"no", password}));
    ASSERT_TRUE(document) << password;
    EXPECT_THAT(document->text, HasSubstr("Secret!"));
  }
}

}  // namespace
}  // namespace yk::formats
