// SPDX-License-Identifier: Apache-2.0
#include "formats/media.h"

#include <gmock/gmock.h>

#include "formats/pdf_fixture.h"
#include "formats/pdf_open.h"
#include "formats/pdf_render.h"
#include "formats/read_file.h"
#include "formats/video_fixture.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using ::testing::HasSubstr;

constexpr int kWidth = 64;
constexpr int kHeight = 48;

/// Frame n is evenly grey, lighter with each.
uint8_t GreyOf(int n) { return static_cast<uint8_t>(30 + 20 * n); }

std::string MakeGreyVideo(const char* name, int frames) {
  std::vector<GreyPicture> pictures;
  for (int n = 0; n < frames; ++n)
    pictures.push_back({kWidth, kHeight, std::vector<uint8_t>(size_t{kWidth} * kHeight, GreyOf(n)), 0});
  return MakeVideo(name, pictures);
}

/// Limited-range luma as full-range grey.
double ShownGrey(int n) { return (GreyOf(n) - 16) * 255.0 / 219; }

TEST(MediaTest, AFrameIsTheOneThatIsShownAtItsTime) {
  const std::string video = MakeGreyVideo("a.mp4", 10);
  for (const int n : {0, 3, 9}) {
    auto frame = DecodeFrame(video, (n + 0.5) / kFramesPerSecond);
    ASSERT_TRUE(frame) << frame.error().ToString();
    EXPECT_EQ(frame->width, kWidth);
    EXPECT_EQ(frame->height, kHeight);
    ASSERT_EQ(frame->rgb.size(), size_t{3} * kWidth * kHeight);
    EXPECT_NEAR(frame->rgb[3 * (kWidth * 20 + 30)], ShownGrey(n), 6) << n;
    EXPECT_NEAR(frame->seconds, static_cast<double>(n) / kFramesPerSecond, 0.01);
  }
  EXPECT_NEAR(DecodeFrame(video, 1000)->rgb[0], ShownGrey(9), 6);
}

TEST(MediaTest, AVideoSaysWhatItIsInMetadataAndText) {
  for (const char* name : {"a.mp4", "a.mkv", "a.mov"}) {
    reader::ReadRequest request;
    request.name = name;
    auto answer = ReadContent(request, MakeGreyVideo(name, 10));
    ASSERT_TRUE(answer) << name << ": " << answer.error().ToString();
    const reader::Document& document = answer->document;
    EXPECT_EQ(document.title, "Board meeting");
    EXPECT_THAT(document.text, HasSubstr("title: Board meeting"));
    EXPECT_THAT(document.MetadataValue("duration"), ::testing::StartsWith("2.0"));
    EXPECT_EQ(document.MetadataValue("width"), "64");
    EXPECT_THAT(document.MetadataValue("streams"), HasSubstr("mpeg4"));
    EXPECT_THAT(document.mime, ::testing::StartsWith("video/"));
  }
}

TEST(MediaTest, DamagedFilesEndInAReason) {
  const std::string good = MakeGreyVideo("a.mp4", 4);
  for (size_t size = 16; size < good.size(); size += 97) {
    auto frame = DecodeFrame(std::string_view(good).substr(0, size), 0.3);
    EXPECT_TRUE(frame || reader::ReasonOf(frame.error()).has_value()) << size;
  }
}

/// A screen of 612 x 396 with a line of text.
GreyPicture Screen(const std::string& line) {
  PdfBuilder pdf;
  pdf.AddPage(PdfBuilder::Line(line, 60, 640, 24));
  const std::string bytes = pdf.Finish();
  const Complaints complaints;
  const auto file = OpenPdf(bytes, {});
  GreyPicture picture = *RenderPdfPage(*file->document, 1, 72, kOcrPixelsMax);
  picture.height = 396;
  picture.pixels.resize(static_cast<size_t>(picture.width) * 396);
  return picture;
}

reader::ReadRequest FrameRequest(std::chrono::milliseconds every, reader::Task task = reader::Task::kRead) {
  reader::ReadRequest request;
  request.name = "a.mp4";
  request.task = task;
  request.options.frames_every = every;
  request.options.ocr.languages = "eng";
  return request;
}

TEST(MediaFramesTest, EachIsAPageWithTheTextItShows) {
  std::vector<GreyPicture> shown;
  for (const char* line : {"Quarterly results", "", "Revenue grew by 12 percent"})
    shown.insert(shown.end(), kFramesPerSecond, Screen(line));
  const std::string video = MakeVideo("a.mp4", shown);
  const auto count = ReadContent(FrameRequest(std::chrono::seconds(1), reader::Task::kCount), video);
  ASSERT_TRUE(count) << count.error().ToString();
  EXPECT_EQ(count->page_count, 3);
  const auto answer = ReadContent(FrameRequest(std::chrono::seconds(1)), video);
  ASSERT_TRUE(answer) << answer.error().ToString();
  const reader::Document& document = answer->document;
  ASSERT_EQ(document.pages.size(), 3u);
  EXPECT_EQ(document.pages[1].begin, document.pages[1].end) << "a frame without text";
  EXPECT_EQ(document.PageOf(0), 1);
  EXPECT_THAT(document.text, ::testing::StartsWith("Quarterly results"));
  EXPECT_THAT(document.text, HasSubstr("Revenue grew by 12 percent"));
  EXPECT_EQ(document.mime, "video/mp4");
  auto one = FrameRequest(std::chrono::milliseconds(2500));
  one.options.limits.first_page = one.options.limits.last_page = 2;
  const auto second = ReadContent(one, video);
  ASSERT_TRUE(second) << second.error().ToString();
  ASSERT_EQ(second->document.pages.size(), 1u);
  EXPECT_EQ(second->document.pages[0].number, 2);
  EXPECT_THAT(second->document.text, HasSubstr("Revenue"));
}

TEST(MediaFramesTest, WhatHasNoFramesOrTooManySaysSo) {
  const std::string video = MakeGreyVideo("a.mp4", 10);
  const auto reason = [](const reader::ReadRequest& request, std::string_view bytes) {
    const auto answer = ReadContent(request, bytes);
    return answer ? std::nullopt : reader::ReasonOf(answer.error());
  };
  auto text = FrameRequest(std::chrono::seconds(1));
  text.name = "a.txt";
  EXPECT_EQ(reason(text, "no video at all"), reader::Reason::kUnsupported);
  auto few = FrameRequest(std::chrono::milliseconds(100), reader::Task::kCount);
  few.options.limits.pages_max = 5;
  EXPECT_EQ(reason(few, video), reader::Reason::kResourceLimit);
  auto beyond = FrameRequest(std::chrono::seconds(1));
  beyond.options.limits.first_page = beyond.options.limits.last_page = 9;
  EXPECT_EQ(reason(beyond, video), reader::Reason::kNoPages);
  auto blind = FrameRequest(std::chrono::seconds(1));
  blind.options.ocr.enabled = false;
  const auto answer = ReadContent(blind, video);
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_EQ(answer->document.text, "");
  EXPECT_THAT(answer->document.notes, ::testing::ElementsAre(HasSubstr("OCR is off")));
}

}  // namespace
}  // namespace yk::formats
