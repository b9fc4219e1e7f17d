// SPDX-License-Identifier: Apache-2.0
#include "app/hub_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "app/settings.h"
#include "testing/temp_dir.h"

namespace yk::app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

constexpr const char* kVariables[] = {"YAKAN_STORE",       "YAKAN_LOG_LEVEL", "XDG_DATA_HOME", "YAKAN_HF_BASE",
                                      "YAKAN_OLLAMA_BASE", "HF_ENDPOINT",     "HF_TOKEN",      "OLLAMA_MODELS"};

class HubSettingsTest : public ::testing::Test {
 protected:
  HubSettingsTest() {
    for (const char* name : kVariables) ::unsetenv(name);
    ::setenv("HOME", (dir_ / "home").c_str(), 1);
  }
  ~HubSettingsTest() override {
    for (const char* name : kVariables) ::unsetenv(name);
  }
  Settings Load(std::string_view yaml) {
    dir_.Write("yakan.yaml", yaml);
    auto settings = LoadSettings(dir_.path());
    EXPECT_TRUE(settings) << settings.error().ToString();
    return settings ? std::move(*settings) : Settings();
  }
  const testing::TempDir dir_;
};

TEST_F(HubSettingsTest, ModelsAreKeptBelowTheDataFolderUnlessTheFileSaysWhere) {
  EXPECT_EQ(Load("").hub.models_dir, dir_ / "home/.local/share/yakan/models");
  ::setenv("XDG_DATA_HOME", "/data", 1);
  EXPECT_EQ(Load("log_level: info").hub.models_dir, "/data/yakan/models");
  ::setenv("XDG_DATA_HOME", "data", 1);
  EXPECT_EQ(Load("").hub.models_dir, dir_ / "home/.local/share/yakan/models") << "a relative one does not count";
  EXPECT_EQ(Load("models_dir: weights").hub.models_dir, dir_ / "weights");
  EXPECT_EQ(Load("models_dir: ~/weights").hub.models_dir, dir_ / "home/weights");
  EXPECT_EQ(Load("models_dir: /weights").hub.models_dir, "/weights");
}

TEST_F(HubSettingsTest, OurOwnVariableWinsOverTheFileAndTheCommonOneDoesNot) {
  EXPECT_EQ(Load("").hub.huggingface.base, "https://huggingface.co");
  EXPECT_EQ(Load("").hub.ollama.base, "https://registry.ollama.ai");
  ::setenv("HF_ENDPOINT", "https://mirror.example/", 1);
  EXPECT_EQ(Load("").hub.huggingface.base, "https://mirror.example");
  EXPECT_EQ(Load("hub: {huggingface: 'http://near:80/hf//'}").hub.huggingface.base, "http://near:80/hf");
  ::setenv("YAKAN_HF_BASE", "http://nearest", 1);
  ::setenv("YAKAN_OLLAMA_BASE", "http://llamas", 1);
  const Settings settings = Load("hub: {huggingface: 'http://near', ollama: 'http://other'}");
  EXPECT_EQ(settings.hub.huggingface.base, "http://nearest");
  EXPECT_EQ(settings.hub.ollama.base, "http://llamas");
  EXPECT_EQ(settings.hub.huggingface.token, "");
  ::setenv("HF_TOKEN", "hf_x", 1);
  EXPECT_EQ(Load("").hub.huggingface.token, "hf_x");
  EXPECT_EQ(Load("").hub.ollama.token, "");
}

TEST_F(HubSettingsTest, StoresOfOllamaAreLookedForWhereItKeepsThem) {
  ::setenv("OLLAMA_MODELS", "/big/ollama", 1);
  EXPECT_THAT(Load("").hub.ollama_stores,
              ElementsAre("/big/ollama", dir_ / "home/.ollama/models", "/usr/share/ollama/.ollama/models"));
}

TEST_F(HubSettingsTest, WhatIsNoAddressIsNamedWithItsPlace) {
  const auto refusal = [&](std::string_view yaml) {
    dir_.Write("yakan.yaml", yaml);
    const auto settings = LoadSettings(dir_.path());
    EXPECT_FALSE(settings);
    return settings ? "" : settings.error().ToString();
  };
  EXPECT_THAT(refusal("hub:\n  huggingface: somewhere\n"), AllOf(HasSubstr("yakan.yaml:2"), HasSubstr("'somewhere'")));
  EXPECT_THAT(refusal("hub: {hugingface: 'http://x'}"), HasSubstr("'huggingface'"));
  ::setenv("YAKAN_HF_BASE", "nowhere", 1);
  EXPECT_THAT(refusal(""), HasSubstr("the environment variable YAKAN_HF_BASE: 'nowhere'"));
}

TEST_F(HubSettingsTest, AddedModelsAreNamesLikeThoseOfTheFileAndGiveWayToThem) {
  const fs::path models = dir_ / "home/.local/share/yakan/models";
  ASSERT_TRUE(hub::RegisterModel(models, "mine", {"hf:o/r/a.gguf@main", "", {{"/a.gguf", 1, ""}}}, false));
  ASSERT_TRUE(hub::RegisterModel(models, "both", {"/b.gguf", "", {{"/b.gguf", 1, ""}}}, false));
  const Settings settings = Load("models: {both: {openai: 'http://h/v1'}, far: {llama: ~/c.gguf}}");
  EXPECT_EQ(FindModel(settings, "mine")->kind, "llama");
  EXPECT_EQ(FindModel(settings, "mine")->path, "/a.gguf");
  EXPECT_EQ(FindModel(settings, "both")->kind, "openai");
  EXPECT_EQ(FindModel(settings, "far")->path, dir_ / "home/c.gguf");
  EXPECT_TRUE(IsAddedModel(settings, "mine"));
  EXPECT_FALSE(IsAddedModel(settings, "both"));
  EXPECT_FALSE(IsAddedModel(settings, "far"));
  EXPECT_THAT(settings.notes, ElementsAre(AllOf(HasSubstr("'both'"), HasSubstr("yakan.yaml"), HasSubstr("/b.gguf"))));
  EXPECT_THAT(Load("").notes, IsEmpty());
  EXPECT_THAT(FindModel(settings, "mien").error().ToString(), HasSubstr("did you mean 'mine'?"));
}

}  // namespace
}  // namespace yk::app
