// SPDX-License-Identifier: Apache-2.0
#include "text/tolerant_json.h"

#include <gmock/gmock.h>

#include <random>

namespace yk::text {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TolerantJson Read(std::string_view answer) {
  auto result = ParseTolerantJson(answer);
  EXPECT_TRUE(result) << answer << "\n" << result.error().ToString();
  return result ? std::move(*result) : TolerantJson{};
}

std::string Dumped(std::string_view answer) {
  const auto result = ParseTolerantJson(answer);
  return result ? DumpJson(result->value) : "error: " + result.error().message;
}

TEST(TolerantJson, LeavesStrictJsonAlone) {
  const auto result = Read(" {\"a\": [1, \"<think>\", \"```\"]}\n");
  EXPECT_EQ(DumpJson(result.value), R"({"a":[1,"<think>","```"]})");
  EXPECT_THAT(result.repairs, IsEmpty());
  EXPECT_FALSE(result.closed_by_us);
}

TEST(TolerantJson, TakesTheValueOutOfFencesAndProse) {
  EXPECT_EQ(Dumped("Sure! Here it is:\n```json\n{\"a\": 1}\n```\nHope it helps {really}."), R"({"a":1})");
  EXPECT_EQ(Dumped("The result [see note] is {\"a\": [1]} as asked."), R"({"a":[1]})");
  EXPECT_EQ(Dumped("```\n[{\"a\": 1}]\n```"), R"([{"a":1}])");
  EXPECT_THAT(Read("x {\"a\": 1} y").repairs,
              testing::UnorderedElementsAre("removed text before the JSON", "removed text after the JSON"));
}

TEST(TolerantJson, RemovesThinkingAloud) {
  EXPECT_EQ(Dumped("<think>maybe {\"a\": 2}?</think>\n{\"a\": 1}"), R"({"a":1})");
  EXPECT_EQ(Dumped("maybe {\"a\": 2}?\n</think>{\"a\": 1}"), R"({"a":1})");
  EXPECT_THAT(Dumped("<think>I never stop {\"a\": 2}"), HasSubstr("thinking aloud"));
}

TEST(TolerantJson, MendsWhatLeavesNoDoubt) {
  EXPECT_EQ(Dumped("{\"a\": 1, \"b\": [1, 2,],}"), R"({"a":1,"b":[1,2]})");
  EXPECT_EQ(Dumped("{'a': 'it\\'s', 'b': 'it's fine'}"), R"({"a":"it's","b":"it's fine"})");
  EXPECT_EQ(Dumped("{a: True, b_2: None}"), R"({"a":true,"b_2":null})");
  EXPECT_EQ(Dumped("{\"a\": 1 // one\n, /* two */ \"b\": 2}"), R"({"a":1,"b":2})");
  EXPECT_EQ(Dumped("{\"a\": \"x\"\n \"b\": 2}"), R"({"a":"x","b":2})");
  EXPECT_EQ(Dumped("{\"a\": \"two\nlines\"}"), R"({"a":"two\nlines"})");
  EXPECT_EQ(Dumped("｛“氏名”：“山田”，\"年齢\"：３｝"),
            "error: the answer is not JSON: a value is missing; text belongs "
            "in quotes (line 1, column 45)");
  EXPECT_EQ(Dumped("｛“氏名”：“山田”，　\"年齢\"：3｝"), R"({"氏名":"山田","年齢":3})");
  EXPECT_EQ(Dumped("{\"a\": .5, \"b\": +3}"), R"({"a":0.5,"b":3})");
  EXPECT_EQ(Dumped(R"({"a": "x\_y"} .)"), R"({"a":"x_y"})");
  EXPECT_EQ(Dumped(R"("{\"a\": 1}")"), R"({"a":1})");
}

TEST(TolerantJson, KeepsFullWidthPunctuationInsideText) {
  EXPECT_EQ(Dumped("{\"a\": \"東京、大阪：京都\",}"), R"({"a":"東京、大阪：京都"})");
}

TEST(TolerantJson, RefusesWhatCouldMeanSeveralThings) {
  EXPECT_THAT(Dumped(R"({"a": about 5})"), HasSubstr("text belongs in quotes"));
  EXPECT_THAT(Dumped(R"({"a": 1,200})"), HasSubstr("field name"));
  EXPECT_THAT(Dumped(R"({"a": 007})"), HasSubstr("not a number"));
  EXPECT_THAT(Dumped(R"({"a": 2023-04-01})"), HasSubstr("not a number"));
  EXPECT_THAT(Dumped(R"([1,,2])"), HasSubstr("error"));
  EXPECT_THAT(Dumped("I do not know."), HasSubstr("no JSON"));
  EXPECT_THAT(Dumped(""), HasSubstr("empty"));
}

TEST(TolerantJson, NeverTakesAPartOfABrokenAnswerForTheWhole) {
  EXPECT_THAT(Dumped(R"({"total": about 5, "items": [{"name": "a very long name", "price": 3}]})"), HasSubstr("error"));
  EXPECT_THAT(Dumped(R"({"a": {"b": 1}, oops})"), HasSubstr("error"));
}

TEST(TolerantJson, ClosesWhatBrokeOffAndLeavesOutWhatWasCut) {
  const auto cut = Read(R"(```json
{"a": "done", "list": [{"x": 1}, {"x": 2, "y": "unfin)");
  EXPECT_TRUE(cut.closed_by_us);
  EXPECT_EQ(DumpJson(cut.value), R"({"a":"done","list":[{"x":1},{"x":2}]})");
  EXPECT_EQ(DumpJson(Read(R"({"a": 1, "b": 12)").value), R"({"a":1})") << "more digits may have followed";
  EXPECT_EQ(DumpJson(Read(R"({"a": 1, "b": tru)").value), R"({"a":1})");
  EXPECT_TRUE(Read(R"({"a": "only thi)").closed_by_us);
  EXPECT_FALSE(Read(R"({"a": 1})").closed_by_us);
}

TEST(TolerantJson, PrefersTheLastOfSeveralEqualValues) {
  const auto result = Read("First draft: {\"a\": 1}. Better: {\"a\": 2}.");
  EXPECT_EQ(DumpJson(result.value), R"({"a":2})");
  EXPECT_THAT(result.repairs, Contains("took one of 2 JSON values in the answer"));
  EXPECT_EQ(Dumped("{\"name\": \"a full answer\", \"n\": 3} Note: {\"n\": 3} counts."),
            R"({"name":"a full answer","n":3})");
}

TEST(TolerantJson, BoundsDepthAndLength) {
  EXPECT_THAT(Dumped(std::string(100000, '[')), HasSubstr("error"));
  EXPECT_THAT(Dumped(std::string(100000, '{')), HasSubstr("error"));
  EXPECT_THAT(Dumped("{\"a\":" + std::string(200, '[') + std::string(200, ']') + "}"), HasSubstr("error"));
  EXPECT_FALSE(ParseTolerantJson(std::string(100, ' '), {.bytes_max = 10}));
}

TEST(TolerantJson, ReplacesBytesThatAreNotUtf8) {
  const auto result = Read("{\"a\": \"x\xFFy\"}");
  EXPECT_EQ(result.value["a"], "x\xEF\xBF\xBDy");
  EXPECT_THAT(result.repairs, Not(IsEmpty()));
}

TEST(TolerantJson, SurvivesAnyMutilationAndKeepsCompleteAnswers) {
  const std::string sound =
      "Here:\n```json\n{\"name\": \"山田 太郎\", 'n': [1, 2.5e3, {\"x\": null}], \"t\": \"a\\\"b\\u3042\",}\n```\n";
  std::mt19937 random(11);
  std::uniform_int_distribution<size_t> at(0, sound.size() - 1);
  std::uniform_int_distribution<int> byte(0, 255);
  for (int round = 0; round < 5000; ++round) {
    std::string mutant = sound;
    for (int n = round % 6; n > 0; --n) {
      switch (byte(random) % 3) {
        case 0: mutant[at(random) % mutant.size()] = static_cast<char>(byte(random)); break;
        case 1: mutant.erase(at(random) % mutant.size(), 1 + at(random) % 5); break;
        default: mutant.resize(1 + at(random) % mutant.size());
      }
      if (mutant.empty()) mutant = "{";
    }
    const auto result = ParseTolerantJson(mutant);
    if (result) {
      EXPECT_TRUE(ParseJson(DumpJson(result->value))) << mutant;
    } else {
      EXPECT_FALSE(result.error().message.empty());
    }
  }
}

}  // namespace
}  // namespace yk::text
