// SPDX-License-Identifier: Apache-2.0
#include "packed/unpack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#if YAKAN_ZSTD
#include <zstd.h>
#endif

#include <string>

namespace yk::packed {
namespace {

using testing::HasSubstr;

std::string Gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 32, 0);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// More than one piece.
std::string Long() {
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

std::string All(std::string_view packed, Result<void>* end = nullptr) {
  std::string out;
  Result<void> result = Unpack(packed, [&](std::string_view piece) -> Result<void> {
    out += piece;
    return {};
  });
  if (end != nullptr) {
    *end = std::move(result);
  } else {
    EXPECT_TRUE(result) << result.error().ToString();
  }
  return out;
}

TEST(Unpack, WhatIsNotPackedStaysAsItIs) {
  EXPECT_EQ(PackingOf("2026-03-02 INFO"), Packing::kNone);
  EXPECT_EQ(All("2026-03-02 INFO"), "2026-03-02 INFO");
  EXPECT_EQ(All(""), "");
}

TEST(Unpack, GzipGivesItsContentPieceByPiece) {
  EXPECT_EQ(PackingOf(Gzip("x")), Packing::kGzip);
  EXPECT_EQ(All(Gzip("")), "");
  EXPECT_TRUE(All(Gzip(Long())) == Long());
}

TEST(Unpack, MembersOneAfterTheOtherAreOneText) {
  EXPECT_EQ(All(Gzip("one\n") + Gzip("two\n") + std::string(512, '\0')), "one\ntwo\n");
}

TEST(Unpack, ACutGzipGivesWhatItHasAndSaysSo) {
  const std::string whole = Gzip(Long());
  Result<void> end;
  const std::string text = All(std::string_view(whole).substr(0, whole.size() / 2), &end);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, Code::kCorrupt);
  EXPECT_THAT(end.error().ToString(), HasSubstr("cut off"));
  EXPECT_GT(text.size(), 1000u);
  EXPECT_TRUE(Long().starts_with(text));
}

TEST(Unpack, RubbishAfterTheMagicNumberIsRefused) {
  Result<void> end;
  All(std::string("\x1f\x8b") + std::string(100, 'x'), &end);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, Code::kCorrupt);
}

TEST(Unpack, AnErrorOfTheReceiverEndsIt) {
  const Result<void> end =
      Unpack(Gzip(Long()), [](std::string_view) -> Result<void> { return Fail(Code::kExhausted, "the disk is full"); });
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, Code::kExhausted);
}

#if YAKAN_ZSTD
std::string Zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), 0);
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

TEST(Unpack, ZstdGivesItsContentAndAllItsFrames) {
  EXPECT_EQ(PackingOf(Zstd("x")), Packing::kZstd);
  EXPECT_TRUE(All(Zstd(Long())) == Long());
  EXPECT_EQ(All(Zstd("one\n") + Zstd("two\n")), "one\ntwo\n");
}

TEST(Unpack, ACutZstdSaysSo) {
  const std::string whole = Zstd(Long());
  Result<void> end;
  All(std::string_view(whole).substr(0, whole.size() - 5), &end);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, Code::kCorrupt);
}
#endif

}  // namespace
}  // namespace yk::packed
