// SPDX-License-Identifier: Apache-2.0
#include "hub/model_ref.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yk::hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <typename Ref>
Ref Parsed(const std::string& text) {
  const auto ref = ParseModelRef(text);
  EXPECT_TRUE(ref) << text;
  if (!ref || !std::holds_alternative<Ref>(*ref)) return Ref{};
  return std::get<Ref>(*ref);
}

std::string Refusal(const std::string& text) {
  const auto ref = ParseModelRef(text);
  EXPECT_FALSE(ref) << text;
  return ref ? "" : ref.error().ToString();
}

TEST(ModelRefTest, ReadsTheThreeWaysToNameAModel) {
  const auto hub = Parsed<HuggingFaceRef>("hf:Qwen/Qwen3-8B-GGUF/q4/qwen3 8b.gguf");
  EXPECT_EQ(hub.owner, "Qwen");
  EXPECT_EQ(hub.repo, "Qwen3-8B-GGUF");
  EXPECT_EQ(hub.file, "q4/qwen3 8b.gguf");
  EXPECT_EQ(hub.revision, "main");
  EXPECT_EQ(Parsed<HuggingFaceRef>("hf:a/b/c.gguf@refs/pr/1").revision, "refs/pr/1");
  EXPECT_EQ(Parsed<HuggingFaceRef>("hf:a/b/c@d.gguf@v1").file, "c@d.gguf");
  const auto small = Parsed<OllamaRef>("ollama:qwen3");
  EXPECT_EQ(small.owner + "/" + small.name + ":" + small.tag, "library/qwen3:latest");
  const auto own = Parsed<OllamaRef>("ollama:someone/tuned:8b-q4_K_M");
  EXPECT_EQ(own.owner + "/" + own.name + ":" + own.tag, "someone/tuned:8b-q4_K_M");
  EXPECT_EQ(Parsed<FileRef>("models/a.gguf").path, "models/a.gguf");
  EXPECT_EQ(Parsed<FileRef>("blob").path, "blob");
}

TEST(ModelRefTest, SaysWhatTheTextShouldLookLike) {
  for (const char* text : {"hf:", "hf:Qwen", "hf:Qwen/Qwen3", "hf:Qwen/Qwen3/", "hf:Qwen/Qwen3/readme.md",
                           "hf:a b/c/d.gguf", "hf:a/b/c.gguf@", "hf:a/../c.gguf", "hf:a/b/../c.gguf", "hf:a/b//c.gguf",
                           "hf:a/b/c.gguf@../x", "hf:a/b/\x1b[2Jc.gguf"}) {
    EXPECT_THAT(Refusal(text), HasSubstr("write hf:OWNER/REPO/FILE.gguf"));
  }
  for (const char* text : {"ollama:", "ollama:a:", "ollama::b", "ollama:a/b/c", "ollama:../x", "ollama:a b"}) {
    EXPECT_THAT(Refusal(text), HasSubstr("write ollama:NAME or ollama:NAME:TAG"));
  }
  EXPECT_THAT(Refusal("https://huggingface.co/a/b/resolve/main/c.gguf"), HasSubstr("hf:OWNER/REPO/FILE.gguf"));
  EXPECT_THAT(Refusal(""), HasSubstr("needs a file"));
}

TEST(ModelRefTest, NamesAreWordsThatMeanNothingElse) {
  for (const char* name : {"main", "qwen3-8b", "Q4_K.M", "7"}) EXPECT_TRUE(CheckModelName(name)) << name;
  for (const char* name : {"", "builtin", "a b", "a/b", "http://x", "m.gguf", "..", "-x", "ümlaut"}) {
    EXPECT_FALSE(CheckModelName(name)) << name;
  }
  EXPECT_FALSE(CheckModelName(std::string(65, 'a')));
}

TEST(ModelRefTest, FindsThePartsOfASplitModel) {
  EXPECT_THAT(AllParts("d/m-00002-of-00003.gguf"),
              ElementsAre("d/m-00001-of-00003.gguf", "d/m-00002-of-00003.gguf", "d/m-00003-of-00003.gguf"));
  for (const char* whole : {"m.gguf", "m-00000-of-00003.gguf", "m-00004-of-00003.gguf", "m-0001-of-0003.gguf",
                            "m-0000a-of-00003.gguf", "-00001-of-00003.gguf", "m-00001-of-00003.txt"}) {
    EXPECT_THAT(AllParts(whole), ElementsAre(whole));
  }
}

}  // namespace
}  // namespace yk::hub
