// SPDX-License-Identifier: Apache-2.0
#include "hub/model_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/file.h"
#include "testing/temp_dir.h"

namespace yk::hub {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

RegisteredModel Model(const std::string& path) { return {path, "", {{path, 7, "ab"}}}; }

TEST(ModelRegistryTest, KeepsWhatWasAdded) {
  const testing::TempDir dir;
  ASSERT_TRUE(ReadModelRegistry(dir / "none")->empty());
  ASSERT_TRUE(RegisterModel(dir / "made/here", "one", Model("/a.gguf"), false));
  const RegisteredModel split{
      "hf:o/r/m-00001-of-00002.gguf@main", "c0ffee", {{"/1", 1, "x"}, {"/2", uint64_t{1} << 40, ""}}};
  ASSERT_TRUE(RegisterModel(dir / "made/here", "two", split, false));
  const auto registry = ReadModelRegistry(dir / "made/here");
  ASSERT_TRUE(registry) << registry.error().ToString();
  ASSERT_EQ(registry->size(), 2u);
  EXPECT_EQ(registry->at("one").files.at(0).sha256, "ab");
  EXPECT_EQ(registry->at("two").source, split.source);
  EXPECT_EQ(registry->at("two").revision, "c0ffee");
  EXPECT_EQ(registry->at("two").files.at(1).path, "/2");
  EXPECT_EQ(registry->at("two").files.at(1).bytes, uint64_t{1} << 40);
}

TEST(ModelRegistryTest, ANameBelongsToOneModelUnlessReplaced) {
  const testing::TempDir dir;
  ASSERT_TRUE(RegisterModel(dir.path(), "main", Model("/a.gguf"), false));
  EXPECT_TRUE(RegisterModel(dir.path(), "main", Model("/a.gguf"), false)) << "the same again is fine";
  const auto taken = RegisterModel(dir.path(), "main", Model("/b.gguf"), false);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Code::kConflict);
  EXPECT_THAT(taken.error().ToString(),
              AllOf(HasSubstr("'main' is taken"), HasSubstr("/a.gguf"), HasSubstr("--replace")));
  EXPECT_EQ(ReadModelRegistry(dir.path())->at("main").source, "/a.gguf");
  ASSERT_TRUE(RegisterModel(dir.path(), "main", Model("/b.gguf"), true));
  EXPECT_EQ(ReadModelRegistry(dir.path())->at("main").source, "/b.gguf");
}

TEST(ModelRegistryTest, LosesNothingWhenManyAddAtOnce) {
  const testing::TempDir dir;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        const std::string name = fmt::format("m{}-{}", t, i);
        EXPECT_TRUE(RegisterModel(dir.path(), name, Model("/" + name), false));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(ReadModelRegistry(dir.path())->size(), 40u);
}

TEST(ModelRegistryTest, NamesADamagedOrNewerFile) {
  const testing::TempDir dir;
  const auto refusal = [&](const char* text) {
    dir.Write("models.json", text);
    const auto registry = ReadModelRegistry(dir.path());
    EXPECT_FALSE(registry) << text;
    return registry ? "" : registry.error().ToString();
  };
  for (const char* text : {"{\"version\": 1, \"mod", "[]", "{\"models\": []}", "{\"models\": {\"a\": {}}}",
                           "{\"models\": {\"a\": {\"files\": [{}]}}}", "{\"models\": {\"a\": {\"files\": []}}}"}) {
    EXPECT_THAT(refusal(text), AllOf(HasSubstr("models.json is damaged"), HasSubstr("add the models again")));
  }
  EXPECT_THAT(refusal("{\"version\": 2, \"models\": {}}"), HasSubstr("newer yakan"));
  EXPECT_FALSE(RegisterModel(dir.path(), "a", Model("/a"), true)) << "what is not understood is not overwritten";
  EXPECT_THAT(*ReadFile(dir / "models.json"), HasSubstr("\"version\": 2"));
}

}  // namespace
}  // namespace yk::hub
