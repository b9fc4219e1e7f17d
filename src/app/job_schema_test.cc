// SPDX-License-Identifier: Apache-2.0
// docs/job.schema.json says what a job file may hold: held against the examples and the transcripts.
#include <gmock/gmock.h>

#include <set>
#include <sstream>

#include "app/yaml_file.h"
#include "base/file.h"
#include "text/schema.h"

namespace yk::app {
namespace {
namespace fs = std::filesystem;

struct Job {
  std::string where;
  Json spec;
};

bool IsJob(const Json& value) { return value.is_object() && value.contains("input") && value.contains("name"); }

std::vector<Job> ExampleJobs() {
  std::vector<Job> jobs;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(YAKAN_SOURCE_DIR) / "examples")) {
    if (entry.path().extension() != ".yaml") continue;
    auto document = ReadYamlFile(entry.path());
    EXPECT_TRUE(document) << document.error().ToString();
    if (document && IsJob(document->value)) jobs.push_back({entry.path().string(), document->value});
  }
  return jobs;
}

/// The `file NAME.yaml … end` blocks of one transcript that are YAML and look like a job.
std::vector<Job> TranscriptJobs(const fs::path& path) {
  std::istringstream lines(ReadFile(path).value_or(""));
  std::vector<Job> jobs;
  std::string line, name, body;
  while (std::getline(lines, line)) {
    if (line.starts_with("file ") && line.ends_with(".yaml")) {
      name = line.substr(5);
      body.clear();
    } else if (line == "end" && !name.empty()) {
      auto document = ParseYaml(body, name);
      if (document && IsJob(document->value)) jobs.push_back({path.filename().string() + ": " + name, document->value});
      name.clear();
    } else if (!name.empty()) {
      body += line + "\n";
    }
  }
  return jobs;
}

class JobSchemaTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto text = ReadFile(fs::path(YAKAN_SOURCE_DIR) / "docs" / "job.schema.json");
    ASSERT_TRUE(text) << text.error().ToString();
    const auto json = ParseJson(*text);
    ASSERT_TRUE(json) << json.error().ToString();
    auto schema = text::JsonSchema::Compile(*json);
    ASSERT_TRUE(schema) << schema.error().ToString();
    schema_ = std::move(schema).value();
  }
  std::string Wrong(const Json& spec) const {
    const auto violations = schema_->Validate(spec);
    return violations.empty() ? "" : violations[0].pointer + ": " + violations[0].message;
  }
  std::shared_ptr<const text::JsonSchema> schema_;
};

TEST_F(JobSchemaTest, TakesEveryExample) {
  const auto jobs = ExampleJobs();
  ASSERT_FALSE(jobs.empty());
  for (const auto& job : jobs) EXPECT_EQ(Wrong(job.spec), "") << job.where;
}

TEST_F(JobSchemaTest, AgreesWithTheTranscripts) {
  // In these the job file itself is what is wrong.
  const std::set<std::string> refused{"unknown_key", "wrong_type"};
  int taken = 0, not_taken = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(YAKAN_SOURCE_DIR) / "tests" / "cli")) {
    if (entry.path().extension() != ".test") continue;
    for (const auto& job : TranscriptJobs(entry.path())) {
      if (refused.contains(entry.path().stem().string())) {
        EXPECT_NE(Wrong(job.spec), "") << job.where;
        ++not_taken;
      } else {
        EXPECT_EQ(Wrong(job.spec), "") << job.where;
        ++taken;
      }
    }
  }
  EXPECT_GT(taken, 10);
  EXPECT_GT(not_taken, 10);
}

TEST_F(JobSchemaTest, RefusesAKeyNobodyReadsWhereverItStands) {
  const Json job = *ParseJson(R"({"name": "n", "input": {"csv": "a.csv"},
      "steps": [{"map": {"schema": "s.json"}}, {"filter": {"field": "a", "min": 1}}],
      "output": [{"csv": "o.csv"}], "run": {"retries": 1}})");
  ASSERT_EQ(Wrong(job), "");
  for (const char* pointer : {"", "/input", "/steps/0", "/steps/0/map", "/steps/1/filter", "/output/0", "/run"}) {
    Json spoiled = job;
    spoiled[Json::json_pointer(pointer)]["nonsense"] = 1;
    EXPECT_NE(Wrong(spoiled), "") << pointer;
  }
}

}  // namespace
}  // namespace yk::app
