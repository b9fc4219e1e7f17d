// SPDX-License-Identifier: Apache-2.0
#include "builtin/denial.h"

#include <gtest/gtest.h>

#include <string>

#include "builtin/extractor.h"

namespace yk::builtin {
namespace {

Json Booleans(std::initializer_list<std::string> names) {
  Json schema = {{"type", "object"}, {"properties", Json::object()}};
  for (const auto& name : names) schema["properties"][name] = {{"type", {"boolean", "null"}}};
  return schema;
}

Json YesOrNo(const std::vector<std::string>& yes, const std::vector<std::string>& no) {
  return {{"type", "object"},
          {"properties", {{"answer", {{"enum", {"yes", "no", nullptr}}, {"x-cues", {{"yes", yes}, {"no", no}}}}}}}};
}

Json AnswerTo(const Json& schema, std::string_view text) {
  auto extractor = Extractor::Make(schema);
  EXPECT_TRUE(extractor) << (extractor ? "" : extractor.error().ToString());
  return (*extractor)->Answer(text);
}

TEST(Denial, ALabelIsAnsweredInItsOwnLine) {
  const Json answer = AnswerTo(Booleans({"refundable", "urgent"}), "Refundable: No\nUrgent: Yes\n");
  EXPECT_EQ(answer["refundable"], false);
  EXPECT_EQ(answer["urgent"], true);
  const Json ja = AnswerTo(Booleans({"更新", "自動延長"}), "更新：あり\n保証：なし\n自動延長：無\n");
  EXPECT_EQ(ja["更新"], true);
  EXPECT_EQ(ja["自動延長"], false);
  for (const char* line : {"| Refundable | No |", "| Refundable | No | 30 days |", "Refundable: No (see section 5)",
                           "Refundable: No. A fee of 20 USD applies."})
    EXPECT_EQ(AnswerTo(Booleans({"refundable"}), line)["refundable"], false) << line;
}

TEST(Denial, ANumberBehindALabelIsNoAnswer) {
  EXPECT_EQ(AnswerTo(Booleans({"contract"}), "Contract: No. 12\n")["contract"], true);
}

TEST(Denial, IsHeardInPrefixes) {
  EXPECT_EQ(AnswerTo(Booleans({"refundable"}), "This ticket is non-refundable.")["refundable"], false);
  EXPECT_EQ(AnswerTo(Booleans({"refundable"}), "This ticket is refundable.")["refundable"], true);
  EXPECT_EQ(AnswerTo(Booleans({"承認"}), "本件は未承認です。")["承認"], false);
  EXPECT_EQ(AnswerTo(Booleans({"承認"}), "本件は承認済みです。")["承認"], true);
  EXPECT_EQ(AnswerTo(Booleans({"推奨"}), "是非推奨します。")["推奨"], true);
  EXPECT_EQ(AnswerTo(YesOrNo({"be assigned"}, {}), "This Agreement cannot be assigned.")["answer"], "no");
}

TEST(Denial, IsNotOverheardFromAnotherClause) {
  EXPECT_EQ(AnswerTo(YesOrNo({"was clean"}, {"was not clean"}), "No complaints, the room was clean.")["answer"], "yes");
  EXPECT_EQ(AnswerTo(YesOrNo({"清潔"}, {"不潔"}), "部屋は清潔で文句なしです。")["answer"], "yes");
  EXPECT_EQ(AnswerTo(YesOrNo({"tidy throughout"}, {"messy"}), "The room was not clean and tidy throughout.")["answer"],
            "no");
}

}  // namespace
}  // namespace yk::builtin
