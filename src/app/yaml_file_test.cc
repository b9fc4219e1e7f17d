// SPDX-License-Identifier: Apache-2.0
#include "app/yaml_file.h"

#include <gmock/gmock.h>

#include <random>

namespace yk::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Json Value(std::string_view text) {
  auto document = ParseYaml(text, "job.yaml");
  EXPECT_TRUE(document) << document.error().ToString();
  return document ? document->value : Json();
}

std::string Refusal(std::string_view text) {
  const auto document = ParseYaml(text, "job.yaml");
  EXPECT_FALSE(document) << DumpJson(document ? document->value : Json());
  return document ? "" : document.error().ToString();
}

TEST(ParseYaml, KnowsWhereEachValueStands) {
  const auto document = ParseYaml("name: a\nsteps:\n  - split: {tokens: 5}\n  - map:\n      prompt: x\n", "job.yaml");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->places.Of("/name"), "job.yaml:1");
  EXPECT_EQ(document->places.Of("/steps/0/split/tokens"), "job.yaml:3");
  EXPECT_EQ(document->places.Of("/steps/1/map/prompt"), "job.yaml:5");
  EXPECT_EQ(document->places.Of("/steps/1/map/prompt/below"), "job.yaml:5");
}

TEST(ParseYaml, ReadsPlainScalarsAsPeopleMeanThem) {
  EXPECT_EQ(Value("a: [1, -2, +3, 1.5, 1e3, true, False, null, ~, text, 007]"),
            Json({{"a", {1, -2, 3, 1.5, 1000.0, true, false, nullptr, nullptr, "text", 7}}}));
  // Only true and false are truth values: `off`, `no` and `y` are words, as in YAML 1.2.
  EXPECT_EQ(Value("a: [off, on, yes, no, y, n]"), Json({{"a", {"off", "on", "yes", "no", "y", "n"}}}));
  EXPECT_EQ(Value("a: [\"1\", 'true', \"\", 'null']"), Json({{"a", {"1", "true", "", "null"}}}));
  EXPECT_EQ(Value("a: 22:00-06:30\nb: 2024-01-05\nc: 1e999"),
            Json({{"a", "22:00-06:30"}, {"b", "2024-01-05"}, {"c", "1e999"}}));
  EXPECT_EQ(Value("契約: 甲"), Json({{"契約", "甲"}}));
}

TEST(ParseYaml, RefusesAKeyThatStandsTwice) {
  EXPECT_THAT(Refusal("run:\n  retries: 1\n  retries: 2\n"),
              AllOf(StartsWith("job.yaml:3:"), HasSubstr("'retries' stands twice")));
}

TEST(ParseYaml, RefusesAliasesThatExplode) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i)
    bomb +=
        fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  EXPECT_THAT(Refusal(bomb), HasSubstr("more than 100000 values"));
}

TEST(ParseYaml, RefusesDeepNesting) {
  EXPECT_THAT(Refusal(std::string(100, '[') + std::string(100, ']')), HasSubstr("nested deeper than 64"));
  EXPECT_THAT(Refusal(std::string(100000, '[')), StartsWith("job.yaml"));
}

TEST(ParseYaml, SaysWhereItIsNotYaml) {
  EXPECT_THAT(Refusal("name: a\ninput:\n\tjsonl: x\n"), AllOf(StartsWith("job.yaml:3:"), HasSubstr("tab")));
  EXPECT_THAT(Refusal("a: {b: 1\nc: 2"), StartsWith("job.yaml:"));
  EXPECT_THAT(Refusal("? [a]\n: b\n"), HasSubstr("a key must be plain text"));
}

TEST(ParseYaml, AFileInAnotherEncodingIsRefusedWithWhatToDo) {
  EXPECT_THAT(Refusal("name: a\n# \x90\xbf\x8b\x81\n"),
              AllOf(StartsWith("job.yaml:2:"), HasSubstr("save it as UTF-8")));
  EXPECT_TRUE(ParseYaml(std::string("\xFF\xFEn\0:\0 \0"
                                    "a\0",
                                    10),
                        "job.yaml"));
}

TEST(ParseYaml, TakesAnyBytesWithoutCrashing) {
  std::mt19937 random(7);
  const std::string alphabet =
      "ab:-{}[],&*!|>'\"#%@`?\n\t \\\0\xff"
      "0~";
  for (int round = 0; round < 3000; ++round) {
    std::string text(random() % 40, ' ');
    for (char& c : text) c = alphabet[random() % alphabet.size()];
    const auto document = ParseYaml(text, "job.yaml");
    if (!document) {
      EXPECT_THAT(document.error().ToString(), StartsWith("job.yaml"));
    }
  }
}

}  // namespace
}  // namespace yk::app
