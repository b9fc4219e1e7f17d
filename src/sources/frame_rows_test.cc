// SPDX-License-Identifier: Apache-2.0
// `as: frame`: rows are pictures of videos.
#include <gmock/gmock.h>

#include "base/json.h"
#include "pipeline/spec_reader.h"
#include "reader/reader_pool.h"
#include "sources/source_factory.h"
#include "testing/temp_dir.h"

namespace yk::sources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Number(uint32_t number, size_t width = 4) {
  std::string out;
  for (size_t i = 0; i < width; ++i) out += static_cast<char>(number >> (8 * i) & 0xFF);
  return out;
}

std::string Chunk(const std::string& name, const std::string& content) {
  return name + Number(static_cast<uint32_t>(content.size())) + content + (content.size() % 2 != 0 ? "\0" : "");
}

/// An AVI file of grey pictures that are not compressed, one a second.
std::string Video(uint32_t frames) {
  constexpr uint32_t kWidth = 64, kHeight = 48, kBytes = 3 * kWidth * kHeight;
  const std::string zero = Number(0);
  const std::string header = Number(1'000'000) + Number(kBytes) + zero + zero + Number(frames) + zero + Number(1) +
                             Number(kBytes) + Number(kWidth) + Number(kHeight) + zero + zero + zero + zero;
  const std::string stream = "vidsDIB " + zero + zero + zero + Number(1) + Number(1) + zero + Number(frames) +
                             Number(kBytes) + zero + zero + zero + zero;
  const std::string format = Number(40) + Number(kWidth) + Number(kHeight) + Number(1, 2) + Number(24, 2) + zero +
                             Number(kBytes) + zero + zero + zero + zero;
  std::string pictures = "movi";
  for (uint32_t i = 0; i < frames; ++i) pictures += Chunk("00db", std::string(kBytes, static_cast<char>(60 + i)));
  return Chunk("RIFF", "AVI " +
                           Chunk("LIST", "hdrl" + Chunk("avih", header) +
                                             Chunk("LIST", "strl" + Chunk("strh", stream) + Chunk("strf", format))) +
                           Chunk("LIST", pictures));
}

class FrameRowsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto pool = reader::ReaderPool::Open({.readers = 1, .program = std::string(YAKAN_BIN_DIR) + "/yakan-reader"});
    ASSERT_TRUE(pool) << pool.error().ToString();
    pool_ = std::move(*pool);
    dir_.Write("talk.avi", Video(3));
  }
  Result<std::unique_ptr<pipeline::Source>> Make(const std::string& spec) {
    SourceContext context;
    context.base_dir = dir_.path();
    context.readers = pool_.get();
    return MakeSource(*ParseJson(spec), context);
  }
  /// "seconds time page" of each row, or what is wrong with it.
  std::vector<std::string> Rows(const std::string& spec) {
    auto source = Make(spec);
    EXPECT_TRUE(source) << source.error().ToString();
    EXPECT_TRUE((*source)->Manifest());
    std::vector<std::string> rows;
    const auto payloads = (*source)->Next(100);
    if (!payloads) return {payloads.error().ToString()};
    for (const std::string& payload : *payloads) {
      const auto row = (*source)->Load(static_cast<int64_t>(rows.size()), payload);
      rows.push_back(row ? fmt::format("{} {} {}", DumpJson(row->fields["seconds"]),
                                       row->fields["time"].get<std::string>(), row->page)
                         : row.error().ToString());
    }
    return rows;
  }
  testing::TempDir dir_;
  std::unique_ptr<reader::ReaderPool> pool_;
};

TEST_F(FrameRowsTest, EachPictureIsARowWithItsTime) {
  EXPECT_THAT(Rows(R"({"files":"talk.avi","as":"frame","every":"1s"})"),
              ElementsAre("0 0:00:00 1", "1 0:00:01 2", "2 0:00:02 3"));
  EXPECT_THAT(Rows(R"({"files":"talk.avi","as":"frame","every":1.5})"),
              ElementsAre("0 0:00:00 1", "1.5 0:00:01.500 2"));
  EXPECT_THAT(Rows(R"({"files":"talk.avi","as":"frame"})"), ElementsAre("0 0:00:00 1")) << "every ten seconds";
  auto source = Make(R"({"files":"talk.avi","as":"frame"})");
  ASSERT_TRUE(source);
  EXPECT_THAT((*source)->Columns(), ElementsAre("seconds", "time", "text"));
}

TEST_F(FrameRowsTest, AResumedRunGoesOnInTheMiddleOfAVideo) {
  auto source = Make(R"({"files":"talk.avi","as":"frame","every":1})");
  ASSERT_TRUE(source);
  ASSERT_TRUE((*source)->Manifest());
  ASSERT_TRUE((*source)->Skip(2));
  const auto rest = (*source)->Next(10);
  ASSERT_EQ(rest->size(), 1u);
  EXPECT_EQ((*source)->Load(2, rest->front())->fields["seconds"], 2);
}

TEST_F(FrameRowsTest, AFileThatIsNoVideoIsOneRowThatSaysSo) {
  dir_.Write("notes.txt", "nothing moves here");
  const auto rows = Rows(R"({"files":["notes.txt","talk.avi"],"as":"frame","every":"2s"})");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[0], HasSubstr("notes.txt: unsupported: the file is no video but a text"));
  EXPECT_EQ(rows[2], "2 0:00:02 2");
}

TEST_F(FrameRowsTest, ADistanceIsForFramesAndNotTooSmall) {
  EXPECT_FALSE(Make(R"({"files":"talk.avi","as":"frame","every":"10ms"})"));
  EXPECT_FALSE(Make(R"({"files":"talk.avi","as":"page","every":"10s"})"));
}

}  // namespace
}  // namespace yk::sources
