// SPDX-License-Identifier: Apache-2.0
#include "hub/gguf_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "hub/gguf_fixture.h"
#include "testing/temp_dir.h"

namespace yk::hub {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

GgufBytes BytesOf(const std::string& file) {
  return {file.size(), [&file](uint64_t offset, char* to, size_t size) {
            const size_t got = std::min<size_t>(size, file.size() - offset);
            std::memcpy(to, file.data() + offset, got);
            return got;
          }};
}

Result<GgufHeader> Parse(const std::string& file) { return ParseGgufHeader(BytesOf(file), "m.gguf"); }

std::string Refusal(const std::string& file) {
  const auto header = Parse(file);
  EXPECT_FALSE(header);
  return header ? "" : header.error().ToString();
}

TEST(GgufHeaderTest, TellsWhatAModelIs) {
  const std::string file = GgufBuilder::Model().File(100'000, 1);
  const auto header = Parse(file);
  ASSERT_TRUE(header) << header.error().ToString();
  EXPECT_EQ(header->architecture, "llama");
  EXPECT_EQ(header->name, "A small one");
  EXPECT_EQ(header->quantization, "Q4_K_M");
  EXPECT_EQ(header->context_length, 4096u);
  EXPECT_EQ(header->block_count, 4u);
  EXPECT_EQ(header->kv_heads, 8u) << "two heads in each of four blocks";
  EXPECT_EQ(header->key_length, 32u);
  EXPECT_EQ(header->value_length, 32u);
  EXPECT_TRUE(header->tokenizer);
  EXPECT_TRUE(header->chat_template);
  EXPECT_EQ(header->split_count, 1u);
  EXPECT_EQ(header->parameters, 24'992u);
  EXPECT_EQ(header->bytes_min, file.size());
}

TEST(GgufHeaderTest, ReadsHeadsPerBlockOtherIntegersAndBothVersions) {
  GgufBuilder builder(2);
  // The architecture may come last, and integers of any width.
  builder.Numbers("granite.attention.head_count_kv", {0, 0, 4, 0, 4});
  builder.Typed<uint64_t>("granite.context_length", 10, 131072);
  builder.Typed<int32_t>("granite.block_count", 5, 5);
  builder.Typed<uint16_t>("granite.attention.key_length", 2, 64);
  builder.Typed<int32_t>("granite.embedding_length", 5, -3);
  builder.Typed<float>("granite.attention.head_count", 6, 7.5F);
  builder.Text("general.architecture", "granite");
  builder.Tensor("a", {32}, 8, 0);
  const auto header = Parse(builder.Header() + std::string(34, 'x'));
  ASSERT_TRUE(header) << header.error().ToString();
  EXPECT_EQ(header->version, 2u);
  EXPECT_EQ(header->kv_heads, 8u);
  EXPECT_EQ(header->context_length, 131072u);
  EXPECT_EQ(header->block_count, 5u);
  EXPECT_EQ(header->key_length, 64u);
  EXPECT_EQ(header->embedding_length, 0u);
  EXPECT_EQ(header->quantization, "Q8_0") << "of the tensor, since the file does not say";
  EXPECT_FALSE(header->tokenizer);
  EXPECT_FALSE(header->chat_template);
}

TEST(GgufHeaderTest, KnowsOnePartOfASplitModel) {
  GgufBuilder builder = GgufBuilder::Model();
  builder.Typed<uint16_t>("split.no", 2, 2).Typed<uint16_t>("split.count", 2, 3);
  const auto header = Parse(builder.File(1000, 1));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->split_index, 2u);
  EXPECT_EQ(header->split_count, 3u);
}

TEST(GgufHeaderTest, NamesWhatIsNoModelFile) {
  EXPECT_EQ(Refusal("<!DOCTYPE html>"),
            "m.gguf is not a GGUF file; model files end in .gguf and begin with these letters");
  EXPECT_THAT(Refusal(""), HasSubstr("not a GGUF file"));
  EXPECT_THAT(Refusal(GgufBuilder(1).Header()), HasSubstr("version 1"));
  EXPECT_THAT(Refusal(GgufBuilder(4).Header()), AllOf(HasSubstr("version 4"), HasSubstr("newer yakan")));
  EXPECT_THAT(Refusal(GgufBuilder(3u << 24).Header()), HasSubstr("big-endian"));
}

TEST(GgufHeaderTest, FindsACutAnywhere) {
  const std::string file = GgufBuilder::Model().File(4096, 1);
  for (size_t size = 4; size < file.size(); size += size < 900 ? 1 : 97) {
    EXPECT_THAT(Refusal(file.substr(0, size)), HasSubstr("truncated")) << size;
  }
  EXPECT_EQ(Refusal(file.substr(0, file.size() - 1)),
            fmt::format("m.gguf is truncated: it has {} bytes, and its tensors need {}; copy or download it again",
                        file.size() - 1, file.size()));
  EXPECT_TRUE(Parse(file + "more"));
}

TEST(GgufHeaderTest, DoesNotBelieveNumbersThatCannotBe) {
  const auto tail = [](const GgufBuilder& builder) { return builder.Header() + std::string(64, '\0'); };
  std::string many = GgufBuilder::Model().File(1000, 1);
  many[8] = many[9] = many[14] = '\x7f';
  EXPECT_THAT(Refusal(many), HasSubstr("truncated"));
  std::string long_key = GgufBuilder::Model().File(1000, 1);
  long_key[24 + 7] = '\x7f';
  EXPECT_THAT(Refusal(long_key), HasSubstr("truncated"));
  EXPECT_THAT(Refusal(tail(GgufBuilder().Typed<uint64_t>("a.b", 77, 1))), HasSubstr("unknown type 77"));
  EXPECT_THAT(Refusal(tail(GgufBuilder().Typed<uint64_t>("a.b", 9, uint64_t{9} | uint64_t{9} << 32))),
              HasSubstr("unknown type 9"));
  EXPECT_THAT(Refusal(tail(GgufBuilder().Text("general.architecture", std::string(5000, 'a')))),
              HasSubstr("5000 bytes"));
  const uint64_t huge = uint64_t{1} << 63;
  EXPECT_THAT(Refusal(tail(GgufBuilder().Tensor("t", {huge, 4}, 0, 0))), HasSubstr("larger than any file"));
  EXPECT_THAT(Refusal(tail(GgufBuilder().Tensor("t", {huge}, 0, 0))), HasSubstr("larger than any file"));
  EXPECT_THAT(Refusal(tail(GgufBuilder().Tensor("t", {32}, 0, UINT64_MAX))), HasSubstr("larger than any file"));
  EXPECT_THAT(Refusal(tail(GgufBuilder().Tensor("t", std::vector<uint64_t>(9, 1), 0, 0))), HasSubstr("9 dimensions"));
  EXPECT_THAT(Refusal(tail(GgufBuilder().Number("general.alignment", 1u << 30))), HasSubstr("alignment"));
}

TEST(GgufHeaderTest, ReadsFilesAndSaysWhatElseThereIs) {
  const testing::TempDir dir;
  const auto path = dir.Write("m.gguf", GgufBuilder::Model().File(300'000, 3));
  EXPECT_TRUE(ReadGgufHeader(path));
  EXPECT_THAT(ReadGgufHeader(dir / "none.gguf").error().ToString(), HasSubstr("No such file"));
  EXPECT_THAT(ReadGgufHeader(dir.path()).error().ToString(), HasSubstr("is a folder"));
  EXPECT_THAT(ReadGgufHeader("/dev/null").error().ToString(), HasSubstr("a device or a pipe"));
}

TEST(GgufHeaderTest, ReadsATrainedModel) {
  const char* shared = std::getenv("YAKAN_SHARED");
  const std::filesystem::path folder = shared != nullptr ? shared : YAKAN_SOURCE_DIR "/../shared";
  const auto path = folder / "data/models/stories260K-q8_0.gguf";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path << "; see CONTRIBUTING.md on YAKAN_SHARED";
  const auto header = ReadGgufHeader(path);
  ASSERT_TRUE(header) << header.error().ToString();
  EXPECT_EQ(header->architecture, "llama");
  EXPECT_EQ(header->quantization, "Q8_0");
  EXPECT_LE(header->bytes_min, std::filesystem::file_size(path));
  EXPECT_GE(header->bytes_min + 32, std::filesystem::file_size(path));
}

}  // namespace
}  // namespace yk::hub
