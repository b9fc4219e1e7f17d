// SPDX-License-Identifier: Apache-2.0
#include "hub/model_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/gguf_fixture.h"
#include "hub/memory_need.h"
#include "testing/temp_dir.h"

namespace yk::hub {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Part(int index, int count) {
  GgufBuilder builder = index == 0 ? GgufBuilder::Model() : GgufBuilder();
  builder.Typed<uint16_t>("split.no", 2, static_cast<uint16_t>(index));
  builder.Typed<uint16_t>("split.count", 2, static_cast<uint16_t>(count));
  return builder.File(2000, static_cast<uint32_t>(index));
}

TEST(InspectModelTest, TakesAllPartsWhicheverIsNamed) {
  const testing::TempDir dir;
  dir.Write("m-00001-of-00002.gguf", Part(0, 2));
  dir.Write("m-00002-of-00002.gguf", Part(1, 2));
  const auto model = InspectModel(dir / "m-00002-of-00002.gguf");
  ASSERT_TRUE(model) << model.error().ToString();
  EXPECT_THAT(model->files, ElementsAre(dir / "m-00001-of-00002.gguf", dir / "m-00002-of-00002.gguf"));
  EXPECT_EQ(model->bytes, Part(0, 2).size() + Part(1, 2).size());
  EXPECT_EQ(model->header.architecture, "llama");
}

TEST(InspectModelTest, SaysWhatIsMissingOrWrong) {
  const testing::TempDir dir;
  const auto refusal = [&](const char* name) {
    const auto model = InspectModel(dir / name);
    EXPECT_FALSE(model) << name;
    return model ? "" : model.error().ToString();
  };
  EXPECT_THAT(refusal("none.gguf"), AllOf(HasSubstr("there is no file"), HasSubstr("none.gguf")));
  dir.Write("m-00001-of-00002.gguf", Part(0, 2));
  EXPECT_THAT(refusal("m-00001-of-00002.gguf"),
              AllOf(HasSubstr("m-00002-of-00002.gguf is missing"), HasSubstr("2 parts")));
  dir.Write("m-00002-of-00002.gguf", Part(1, 2).substr(0, 700));
  EXPECT_THAT(refusal("m-00001-of-00002.gguf"), AllOf(HasSubstr("m-00002-of-00002.gguf is truncated")));
  dir.Write("renamed.gguf", Part(0, 2));
  EXPECT_THAT(refusal("renamed.gguf"), HasSubstr("part 1 of 2 of a split model"));
  dir.Write("page.gguf", "<html>");
  EXPECT_THAT(refusal("page.gguf"), HasSubstr("not a GGUF file"));
}

TEST(MemoryNeedTest, KeysAndValuesGrowWithTheTokens) {
  const testing::TempDir dir;
  const auto model = InspectModel(dir.Write("m.gguf", GgufBuilder::Model().File(2000, 1)));
  // 4 blocks, 2 heads, 32 numbers each for keys and values, 2 bytes each.
  EXPECT_EQ(KvCacheBytes(model->header, 1), 4u * 2 * 64 * 2);
  EXPECT_EQ(KvCacheBytes(model->header, 4096), 4096u * 4 * 2 * 64 * 2);
  GgufHeader absurd;
  absurd.kv_heads = absurd.key_length = absurd.value_length = UINT64_MAX;
  EXPECT_EQ(KvCacheBytes(absurd, 2), UINT64_MAX);
  EXPECT_EQ(KvCacheBytes(GgufHeader(), 4096), 0u);
  EXPECT_GT(AvailableMemory(), 0u);
}

}  // namespace
}  // namespace yk::hub
