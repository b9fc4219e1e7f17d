// SPDX-License-Identifier: Apache-2.0
#include "app/schema_hints.h"

#include <gmock/gmock.h>

namespace yk::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string Said(const char* field) {
  const auto checked = CheckSchemaHints({{"type", "object"}, {"properties", {{"f", *ParseJson(field)}}}});
  return checked ? "" : checked.error().message;
}

TEST(SchemaHints, WhatIsRightIsLeftAlone) {
  for (const char* field :
       {R"({"x-kind":"money","x-cues":["total"]})", R"({"x-kind":"company"})",
        R"({"enum":["yes","no",null],"x-cues":{"yes":["renews"]}})", R"({"x-order":3,"x-ui":{}})",
        R"({"properties":{"x-cue":{"type":"string"}}})", R"({"x-key":"name","items":{}})", "true"}) {
    EXPECT_EQ(Said(field), "") << field;
  }
}

TEST(SchemaHints, ASlipOfThePenIsNamedWithTheNearestWord) {
  EXPECT_THAT(Said(R"({"x-kind":"mony"})"), AllOf(HasSubstr("/properties/f"), HasSubstr("did you mean 'money'?")));
  EXPECT_THAT(Said(R"({"x-kind":"zzzzzzzz"})"), HasSubstr("known are date, money"));
  EXPECT_THAT(Said(R"({"x-kind":["money"]})"), HasSubstr("must be text"));
  EXPECT_THAT(Said(R"({"x-cue":["total"]})"), HasSubstr("did you mean 'x-cues'?"));
  EXPECT_THAT(Said(R"({"enum":["yes","no"],"x-cues":{"yess":["renews"]}})"),
              AllOf(HasSubstr("'yess'"), HasSubstr("did you mean 'yes'?")));
  EXPECT_THAT(Said(R"({"items":{"properties":{"g":{"x-kind":"mony"}}}})"),
              HasSubstr("/properties/f/items/properties/g"));
  EXPECT_THAT(Said(R"({"anyOf":[{"x-kind":"mony"},{"type":"null"}]})"), HasSubstr("/anyOf/0"));
}

}  // namespace
}  // namespace yk::app
