// SPDX-License-Identifier: Apache-2.0
#include "pipeline/row_output.h"

#include <gmock/gmock.h>

#include "base/json.h"

namespace yk::pipeline {
namespace {

RowTask Task(const std::string& values) {
  RowTask task;
  task.row.row_id = 5;
  task.row.file = "in.jsonl";
  task.values = Json::parse(values);
  return task;
}

constexpr const char* kHostile = R"({"_id":"mine","_source":"crm","_status":1,"_evidence":"e","_error":"x","_reason":[],
                                     "_derived_from":7,"_own":1,"name":"n"})";

TEST(MakeResult, ColumnsNamedLikeOurKeysDoNotReplaceThem) {
  const auto result = MakeResult(Task(kHostile), StepOutcome::Next());
  EXPECT_EQ(result.output,
            R"({"_id":5,"_source":{"file":"in.jsonl","page":null},"_status":"ok","_own":1,"name":"n"})");
}

TEST(MakeResult, OurOwnReasonAndOriginStillComeOut) {
  RowTask task = Task(kHostile);
  task.derived_from = 2;
  task.evidence = {{"/name", Json::array()}};
  const auto result = MakeResult(
      task, StepOutcome::End(store::RowStatus::kNullByPolicy, {Code::kInvalid, "the answer stayed invalid", {}}));
  const Json output = Json::parse(result.output);
  EXPECT_EQ(output["_derived_from"], 2);
  EXPECT_EQ(output["_reason"], "the answer stayed invalid");
  EXPECT_EQ(output["_evidence"], Json::parse(R"({"/name":[]})"));
  EXPECT_EQ(output["_status"], "null_by_policy");
}

}  // namespace
}  // namespace yk::pipeline
