// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <string>

#include "base/json.h"
#include "builtin/extractor.h"

namespace yk::builtin {
namespace {

using testing::HasSubstr;

constexpr const char* kRow = R"({
  "type": "object",
  "properties": {
    "code": {"type": ["string", "null"], "pattern": "^E\\d{3}$", "x-cues": ["final code", "code"]},
    "count": {"type": ["integer", "null"], "pattern": "^\\d+$", "x-cues": ["retries"]},
    "codes": {"type": ["array", "null"], "items": {"type": "string", "pattern": "^E\\d{3}$"}, "x-cues": ["code"]},
    "devices": {"type": ["array", "null"], "x-key": "serial", "items": {"type": "object", "properties": {
      "serial": {"type": ["string", "null"], "pattern": "^SN\\d{4}$", "x-cues": ["device", "/\\bSN/"]},
      "code": {"type": ["string", "null"], "pattern": "^E\\d{3}$", "x-cues": ["final code", "code"]}}}},
    "_evidence": {"type": ["object", "null"]}
  }
})";

Json Answer(std::string_view text) {
  auto schema = ParseJson(kRow);
  EXPECT_TRUE(schema);
  auto extractor = Extractor::Make(*schema);
  EXPECT_TRUE(extractor) << extractor.error().ToString();
  return (*extractor)->Answer(text);
}

TEST(PatternTest, AValueIsWhatThePatternMatchesNearItsSurestCue) {
  const Json row = Answer("First code E100.\nAfter 3 retries the final code was E205, see page 12.\n");
  EXPECT_EQ(row["code"], "E205");
  EXPECT_EQ(row["count"], 3);
  EXPECT_EQ(row["codes"], Json::array({"E100", "E205"}));
  EXPECT_EQ(row["_evidence"]["code"]["quote"], "E205");
}

TEST(PatternTest, NothingNearACueIsNull) {
  const Json row = Answer("E100 and SN were mentioned, no more.\n");
  EXPECT_TRUE(row["code"].is_null());
  EXPECT_TRUE(row["count"].is_null());
  EXPECT_TRUE(row["devices"].is_null());
}

TEST(PatternTest, RecordsAreToldApartByTheirKeyAndFilledBehindIt) {
  const Json row = Answer(
      "Device SN0001: code E100\nDevice SN0002: no answer\nDevice SN0003: code E300\nAgain SN0002, final code E202\n");
  EXPECT_EQ(row["devices"], Json::parse(R"([{"serial": "SN0001", "code": "E100"}, {"serial": "SN0002", "code": "E202"},
                                            {"serial": "SN0003", "code": "E300"}])"));
  EXPECT_EQ(row["_evidence"]["devices"][1]["quote"], "Again SN0002, final code E202");
}

TEST(PatternTest, OneRecordHasTheWholeTextAndNeedsNoKeyToBeFound) {
  EXPECT_EQ(Answer("The code is E100.\nIt came from device SN0001.\n")["devices"],
            Json::parse(R"([{"serial": "SN0001", "code": "E100"}])"));
  EXPECT_EQ(Answer("The code is E100.\n")["devices"], Json::parse(R"([{"serial": null, "code": "E100"}])"));
}

TEST(PatternTest, ASchemaWhoseKeyOrPatternCannotBeUsedIsRefused) {
  const auto refuse = [](const char* schema) {
    const auto made = Extractor::Make(*ParseJson(schema));
    return made ? std::string("accepted") : made.error().ToString();
  };
  EXPECT_THAT(refuse(R"({"properties": {"a": {"type": "string", "pattern": "(", "x-cues": ["x"]}}})"), HasSubstr("a"));
  EXPECT_THAT(refuse(R"({"properties": {"l": {"type": "array", "x-key": "id", "items": {"type": "object",
                        "properties": {"id": {"type": "string"}}}}}})"),
              HasSubstr("must be a property of its items"));
}

}  // namespace
}  // namespace yk::builtin
