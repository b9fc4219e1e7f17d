// SPDX-License-Identifier: Apache-2.0
#include "app/settings.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "testing/temp_dir.h"

namespace yk::app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

class SettingsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ::unsetenv("YAKAN_STORE");
    ::unsetenv("YAKAN_LOG_LEVEL");
    ::setenv("HOME", (dir_ / "home").c_str(), 1);
  }
  std::string Refusal(std::string_view yaml) {
    dir_.Write("yakan.yaml", yaml);
    const auto settings = LoadSettings(dir_.path());
    EXPECT_FALSE(settings);
    return settings ? "" : settings.error().ToString();
  }
  yk::testing::TempDir dir_;
};

TEST_F(SettingsTest, NearestFileWinsAndNoFileIsNoError) {
  dir_.Write("yakan.yaml", "store: sqlite:outer.db\n");
  dir_.Write("a/yakan.yaml", "store: sqlite:inner.db\n");
  dir_.Write("a/b/c/note.txt", "");
  const auto inner = LoadSettings(dir_ / "a/b/c");
  ASSERT_TRUE(inner);
  EXPECT_EQ(inner->store, "sqlite:inner.db");
  EXPECT_EQ(inner->file, dir_ / "a/yakan.yaml");
  fs::remove(dir_ / "a/yakan.yaml");
  EXPECT_EQ(LoadSettings(dir_ / "a/b/c")->store, "sqlite:outer.db");
  fs::remove(dir_ / "yakan.yaml");
  dir_.Write("home/.config/yakan/yakan.yaml", "store: sqlite:own.db\n");
  EXPECT_EQ(LoadSettings(dir_ / "a/b/c")->store, "sqlite:own.db");
}

TEST_F(SettingsTest, BoundsForForeignFilesAreSetAndPasswordsComeFromTheEnvironment) {
  dir_.Write("yakan.yaml",
             "reader: {processes: 3, seconds_per_file: 5, unpacked_mb: 10, office: false, ocr: {dpi: 200}, passwords: "
             "'env:YK_TEST_WORD'}\n");
  ::setenv("YK_TEST_WORD", "sesame", 1);
  const auto settings = LoadSettings(dir_.path());
  ::unsetenv("YK_TEST_WORD");
  ASSERT_TRUE(settings) << settings.error().ToString();
  EXPECT_EQ(settings->readers.readers, 3);
  EXPECT_EQ(settings->readers.defaults.limits.wall, std::chrono::seconds(5));
  EXPECT_EQ(settings->readers.defaults.limits.expanded_bytes_max, 10u << 20);
  EXPECT_EQ(settings->readers.defaults.ocr.dpi, 200);
  EXPECT_THAT(settings->readers.defaults.passwords, ElementsAre("sesame"));
  EXPECT_FALSE(settings->readers.office);
  EXPECT_THAT(Refusal("reader: {passwords: sesame}\n"), AllOf(HasSubstr("env:"), Not(HasSubstr("sesame"))));
  EXPECT_THAT(Refusal("reader: {passwords: 'env:YK_NOT_SET'}\n"), HasSubstr("not set"));
  EXPECT_THAT(Refusal("reader: {unpackd_mb: 1}\n"), HasSubstr("unpacked_mb"));
}

TEST_F(SettingsTest, EnvironmentWinsOverTheFileAndTheFlagOverBoth) {
  dir_.Write("yakan.yaml", "store: sqlite:file.db\nlog_level: info\n");
  ::setenv("YAKAN_STORE", "sqlite:env.db", 1);
  const auto settings = LoadSettings(dir_.path());
  ::unsetenv("YAKAN_STORE");
  ASSERT_TRUE(settings);
  EXPECT_EQ(*StorePath(*settings, "", dir_.path()), dir_ / "env.db");
  EXPECT_EQ(*StorePath(*settings, "sqlite:/flag.db", dir_.path()), "/flag.db");
  EXPECT_EQ(settings->log_level, "info");
}

TEST_F(SettingsTest, StoreStandsBesideTheSettingsElseBesideTheJob) {
  EXPECT_EQ(*StorePath(Settings(), "", "/jobs"), "/jobs/yakan.db");
  Settings settings;
  settings.file = "/house/yakan.yaml";
  EXPECT_EQ(*StorePath(settings, "", "/house/jobs"), "/house/yakan.db");
  EXPECT_THAT(StorePath(settings, "postgresql://h/db", "/").error().ToString(), HasSubstr("sqlite:PATH"));
  EXPECT_THAT(StorePath(settings, "mysql://h/db", "/").error().ToString(), HasSubstr("'mysql://h/db' is of a kind"));
  EXPECT_TRUE(StorePath(settings, "sqlite:odd:name.db", "/"));
  EXPECT_THAT(StorePath(settings, "sqlite:", "/").error().ToString(), HasSubstr("needs a path"));
}

TEST_F(SettingsTest, KeysComeFromTheEnvironmentOnly) {
  EXPECT_THAT(Refusal("models: {far: {openai: http://h/v1, key: sk-secret}}"),
              AllOf(HasSubstr("env:OPENAI_API_KEY"), HasSubstr("yakan.yaml:1"), Not(HasSubstr("sk-secret"))));
  dir_.Write("yakan.yaml", "models: {far: {openai: http://h/v1, key: \"env:YAKAN_TEST_KEY\"}}");
  ::setenv("YAKAN_TEST_KEY", "k1", 1);
  EXPECT_EQ(LoadSettings(dir_.path())->models.at("far").key, "k1");
  ::unsetenv("YAKAN_TEST_KEY");
}

TEST_F(SettingsTest, MistakesNameLineAndNearestKey) {
  EXPECT_THAT(Refusal("store: a.db\nmodles: {}\n"), AllOf(HasSubstr("yakan.yaml:2"), HasSubstr("'models'")));
  EXPECT_THAT(Refusal("models:\n  far: {openai: http://h/v1, rmp: 5}\n"),
              AllOf(HasSubstr("yakan.yaml:2"), HasSubstr("'rpm'")));
  EXPECT_THAT(Refusal("models: {far: {model: x}}"), HasSubstr("needs one of builtin, openai or llama"));
  EXPECT_THAT(Refusal("models: {far: {openai: http://h/v1, llama: a.gguf}}"), HasSubstr("one or the other"));
  EXPECT_THAT(Refusal("models: [far]"), HasSubstr("group of names"));
  EXPECT_THAT(Refusal("log_level: loud"), HasSubstr("debug, info, warn, error"));
  EXPECT_THAT(Refusal("models: {far: {openai: http://h/v1, rpm: -1}}"), HasSubstr("between 0"));
}

TEST_F(SettingsTest, AnIdentityTellsServersApartAndBelongsToThem) {
  dir_.Write("yakan.yaml", "models: {far: {openai: http://h/v1, model: x, identity: Q4}, near: {openai: http://i/v1}}");
  const auto settings = LoadSettings(dir_.path());
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->models.at("far").identity, "Q4");
  EXPECT_EQ(settings->models.at("near").identity, "");
  EXPECT_THAT(Refusal("models:\n  own: {builtin: true, identity: Q4}\n"),
              AllOf(HasSubstr("yakan.yaml:2"), HasSubstr("openai")));
}

TEST_F(SettingsTest, ModelsAreAliasesPathsOrAddresses) {
  Settings settings;
  settings.models["light"].kind = "openai";
  EXPECT_EQ(FindModel(settings, "light")->kind, "openai");
  EXPECT_EQ(FindModel(settings, "builtin")->kind, "builtin");
  const auto url = FindModel(settings, "http://h:1/v1#small");
  ASSERT_TRUE(url);
  EXPECT_THAT(url->urls, ElementsAre("http://h:1/v1"));
  EXPECT_EQ(url->model, "small");
  EXPECT_EQ(FindModel(settings, "a/b.gguf")->kind, "llama");
  EXPECT_THAT(FindModel(settings, "ligth").error().ToString(), HasSubstr("did you mean 'light'?"));
}

}  // namespace
}  // namespace yk::app
