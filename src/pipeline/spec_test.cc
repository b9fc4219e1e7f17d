// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/job_spec.h"

namespace yk::pipeline {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Json Spec() {
  return Json::parse(R"({"name":"n","input":{"csv":"a.csv"},"steps":[{"split":{"tokens":100}},{"map":{"schema":{}}}],
                         "output":[{"jsonl":"o.jsonl"}],"run":{"retries":1,"give_up":"90s"}})");
}

TEST(JobSpec, ReadsEveryPart) {
  const auto spec = ParseJobSpec(Spec(), Places("job.yaml"), "/dir");
  ASSERT_TRUE(spec) << spec.error().ToString();
  EXPECT_EQ(spec->name, "n");
  EXPECT_EQ(spec->model, "builtin");
  ASSERT_EQ(spec->steps.size(), 2u);
  EXPECT_EQ(spec->steps[1].kind, "map");
  EXPECT_EQ(spec->steps[1].pointer, "/steps/1/map");
  EXPECT_EQ(spec->run.retries, 1);
  EXPECT_TRUE(spec->run.retries_said);
  EXPECT_EQ(spec->run.give_up, std::chrono::seconds(90));
  EXPECT_EQ(spec->run.chunk_rows, 64);
}

TEST(JobSpec, AnUnknownKeyIsNamedWithItsLineAndTheNearestOne) {
  Json document = Spec();
  document["outputs"] = 1;
  Places places("job.yaml");
  places.Add("/outputs", 7);
  const auto spec = ParseJobSpec(document, places, "/dir");
  ASSERT_FALSE(spec);
  EXPECT_THAT(spec.error().ToString(),
              AllOf(HasSubstr("job.yaml:7"), HasSubstr("'outputs'"), HasSubstr("did you mean 'output'?")));
}

TEST(ObjectReader, AKeyThatIsLookedAtTwiceIsListedOnce) {
  const Json value = Json::parse(R"({"qqqqqqqq":1})");
  const Places places("job.yaml");
  auto reader = ObjectReader::Open(value, "", places, "step map");
  ASSERT_TRUE(reader);
  (void)reader->Any("evidence");
  (void)reader->Any("evidence");
  EXPECT_THAT(reader->Finish().error().ToString(), ::testing::EndsWith("it knows evidence"));
}

TEST(JobSpec, AWrongTypeSaysWhatStandsThere) {
  Json document = Spec();
  document["run"]["chunk_rows"] = "many";
  const auto spec = ParseJobSpec(document, Places("job.yaml"), "/dir");
  ASSERT_FALSE(spec);
  EXPECT_THAT(spec.error().ToString(),
              AllOf(HasSubstr("'chunk_rows'"), HasSubstr("whole number"), HasSubstr("'many'")));
}

TEST(JobSpec, NumbersOutsideTheirBoundsAreRefused) {
  Json document = Spec();
  document["run"]["chunk_rows"] = 0;
  EXPECT_THAT(ParseJobSpec(document, Places("j"), "").error().ToString(), HasSubstr("between 1 and"));
}

TEST(JobSpec, AStepWithTwoKindsIsRefused) {
  Json document = Spec();
  document["steps"][0] = {{"split", {{"tokens", 1}}}, {"map", nullptr}};
  EXPECT_THAT(ParseJobSpec(document, Places("j"), "").error().ToString(), HasSubstr("a step is written"));
}

TEST(SetSpecValue, ReachesStepsByKindAndByNumber) {
  Json document = Spec();
  ASSERT_TRUE(SetSpecValue(document, "steps.map.evidence=off"));
  ASSERT_TRUE(SetSpecValue(document, "steps.0.split.tokens=7"));
  ASSERT_TRUE(SetSpecValue(document, "model=light"));
  ASSERT_TRUE(SetSpecValue(document, "run.in_flight=12"));
  EXPECT_EQ(document["steps"][1]["map"]["evidence"], "off");
  EXPECT_EQ(document["steps"][0]["split"]["tokens"], 7);
  EXPECT_EQ(document["model"], "light");
  EXPECT_EQ(document["run"]["in_flight"], 12);
}

TEST(SetSpecValue, SaysWhatItCannotReach) {
  Json document = Spec();
  EXPECT_THAT(SetSpecValue(document, "steps.filter.min=1").error().ToString(), HasSubstr("no 'filter'"));
  EXPECT_THAT(SetSpecValue(document, "name.x=1").error().ToString(), HasSubstr("below a plain value"));
  EXPECT_EQ(*SetSpecValue(document, "steps.split.more=1"), "/steps/0/split/more");
  EXPECT_EQ(*SetSpecValue(document, "new.deep.er=1"), "/new");
  EXPECT_THAT(SetSpecValue(document, "name").error().ToString(), HasSubstr("path=value"));
}

}  // namespace
}  // namespace yk::pipeline
