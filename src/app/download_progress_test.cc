// SPDX-License-Identifier: Apache-2.0
#include "app/download_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/fake_clock.h"

namespace yk::app {
namespace {

constexpr uint64_t kMegabyte = 1'000'000;

/// What is written when `seconds` pass and 10 MB come in each, looked at four times a second.
std::string Written(ProgressReporter::Style style, int seconds, uint64_t total) {
  testing::FakeClock clock;
  ::testing::internal::CaptureStderr();
  {
    DownloadProgress progress(style, clock);
    progress.Told("first");
    for (int quarter = 1; quarter <= 4 * seconds; ++quarter) {
      clock.Advance(std::chrono::milliseconds(250));
      progress.Progress("m.gguf", static_cast<uint64_t>(quarter) * 10 * kMegabyte / 4, total);
    }
    progress.Told("last");
  }
  return ::testing::internal::GetCapturedStderr();
}

TEST(DownloadProgressTest, ALogGetsALineEveryTenSecondsAndOneAtTheEnd) {
  EXPECT_EQ(Written(ProgressReporter::Style::kLines, 25, 250 * kMegabyte),
            "first\n"
            "m.gguf  102 MB of 250 MB 41% | 10 MB/s | ETA 15 s\n"
            "m.gguf  202 MB of 250 MB 81% | 10 MB/s | ETA 5 s\n"
            "m.gguf  250 MB of 250 MB 100% | 10 MB/s\n"
            "last\n");
}

TEST(DownloadProgressTest, ATerminalGetsOneLineThatIsWipedBeforeOthers) {
  const std::string written = Written(ProgressReporter::Style::kTerminal, 2, 0);
  EXPECT_THAT(written, ::testing::StartsWith("first\n\rm.gguf  2.5 MB\x1b[K\r"));
  EXPECT_THAT(written, ::testing::EndsWith("\rm.gguf  20 MB | 10 MB/s\x1b[K\r\r\x1b[Klast\n"));
}

TEST(DownloadProgressTest, QuietIsQuiet) { EXPECT_EQ(Written(ProgressReporter::Style::kSilent, 30, 0), ""); }

TEST(DownloadProgressTest, ADownloadThatBeginsAnewHasANewRate) {
  testing::FakeClock clock;
  ::testing::internal::CaptureStderr();
  {
    DownloadProgress progress(ProgressReporter::Style::kTerminal, clock);
    progress.Progress("m.gguf", 900 * kMegabyte, 1000 * kMegabyte);
    clock.Advance(std::chrono::seconds(1));
    progress.Progress("m.gguf", 0, 1000 * kMegabyte);
    clock.Advance(std::chrono::seconds(1));
    progress.Progress("m.gguf", 10 * kMegabyte, 1000 * kMegabyte);
  }
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              ::testing::HasSubstr("10 MB of 1.0 GB 1% | 10 MB/s | ETA 1 min 40 s"));
}

}  // namespace
}  // namespace yk::app
