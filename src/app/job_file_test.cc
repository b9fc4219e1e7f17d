// SPDX-License-Identifier: Apache-2.0
#include "app/job_file.h"

#include <gmock/gmock.h>

#include "testing/temp_dir.h"

namespace yk::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class JobFileTest : public ::testing::Test {
 protected:
  JobFileTest() {
    dir_.Write("job.yaml",
               "name: bills\ninput: {csv: a.csv}\nsteps:\n  - map:\n      prompt: ask.md\n      schema: s.json\n");
    dir_.Write("ask.md", "Read {{text}}");
    dir_.Write("s.json", R"({"type":"object"})");
  }
  Result<pipeline::JobSpec> Read(const std::vector<std::string>& sets = {}) {
    return ReadJobFile(dir_ / "job.yaml", sets);
  }
  yk::testing::TempDir dir_;
};

TEST_F(JobFileTest, TakesInTheFilesItNames) {
  const auto spec = Read();
  ASSERT_TRUE(spec) << spec.error().ToString();
  EXPECT_EQ(spec->steps[0].config["prompt"], "Read {{text}}");
  EXPECT_EQ(spec->steps[0].config["schema"], Json({{"type", "object"}}));
  EXPECT_EQ(spec->document["steps"][0]["map"]["prompt"], "Read {{text}}");
  EXPECT_EQ(spec->base_dir, dir_.path());
}

TEST_F(JobFileTest, TextThatOnlyEndsLikeAFileNameIsAPrompt) {
  const auto spec = Read({"steps.map.prompt=Summarise {{text}} like\nnotes.md"});
  ASSERT_TRUE(spec) << spec.error().ToString();
  EXPECT_EQ(spec->steps[0].config["prompt"], "Summarise {{text}} like\nnotes.md");
}

TEST_F(JobFileTest, ASchemaMayBeYamlOrStandInTheJob) {
  dir_.Write("s.yaml", "type: object\n");
  EXPECT_EQ(Read({"steps.map.schema=s.yaml"})->steps[0].config["schema"], Json({{"type", "object"}}));
  EXPECT_EQ(Read({R"(steps.map.schema={"type": "array"})"})->steps[0].config["schema"], Json({{"type", "array"}}));
}

TEST_F(JobFileTest, MissingPartsAreNamedWithTheirLine) {
  EXPECT_THAT(ReadJobFile(dir_ / "none.yaml", {}).error().ToString(), HasSubstr("none.yaml does not exist"));
  std::filesystem::remove(dir_ / "ask.md");
  EXPECT_THAT(Read().error().ToString(), AllOf(StartsWith("job.yaml:5:"), HasSubstr("ask.md does not exist")));
  EXPECT_THAT(Read({"steps.map.prompt=x", "steps.map.schema=none.json"}).error().ToString(),
              AllOf(StartsWith("--set steps.map.schema=none.json"), HasSubstr("none.json does not exist")));
  dir_.Write("s.json", "{");
  EXPECT_THAT(Read({"steps.map.prompt=x"}).error().ToString(),
              AllOf(StartsWith("job.yaml:6:"), HasSubstr("not valid JSON")));
}

TEST_F(JobFileTest, AModelFileIsRelativeToWhatNamesIt) {
  dir_.Write("job.yaml",
             "name: bills\nmodel: models/small.gguf\ninput: {csv: a.csv}\nsteps:\n  - map: {prompt: x, schema: s.json, "
             "model: other.gguf}\n");
  const auto spec = Read();
  ASSERT_TRUE(spec) << spec.error().ToString();
  EXPECT_EQ(spec->model, (dir_ / "models/small.gguf").string());
  EXPECT_EQ(spec->steps[0].config["model"], (dir_ / "other.gguf").string());
  EXPECT_EQ(Read({"model=here.gguf"})->model, (std::filesystem::current_path() / "here.gguf").string());
  EXPECT_EQ(Read({"model=light"})->model, "light");
}

TEST_F(JobFileTest, MistakesInSetNameTheFlag) {
  EXPECT_THAT(Read({"run.retrys=1"}).error().ToString(),
              AllOf(StartsWith("--set run.retrys=1"), HasSubstr("'retries'")));
  EXPECT_THAT(Read({"run.retries=many"}).error().ToString(), StartsWith("--set run.retries=many"));
}

}  // namespace
}  // namespace yk::app
