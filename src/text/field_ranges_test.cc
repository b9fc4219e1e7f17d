// SPDX-License-Identifier: Apache-2.0
#include "text/field_ranges.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "base/json.h"

namespace yk::text {
namespace {

/// "name=value" for each field.
std::vector<std::string> Found(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& field : FieldRanges(text))
    out.push_back(field.name + "=" + std::string(text.substr(field.value.begin, field.value.size())));
  return out;
}

using Fields = std::vector<std::string>;

TEST(FieldRanges, AreThoseOfTheOuterObjectWithoutTheSpaceAround) {
  EXPECT_EQ(Found(R"({"a": 1, "b":"x, \"y\" }" ,"c" : [1, {"d": "]"}], "e":{} })"),
            (Fields{"a=1", R"(b="x, \"y\" }")", R"(c=[1, {"d": "]"}])", "e={}"}));
  EXPECT_EQ(Found(R"({"\u84cb": null})"), Fields{"蓋=null"});
  EXPECT_EQ(Found("{}"), Fields{});
}

TEST(FieldRanges, PassOverWhatStandsAroundTheObject) {
  EXPECT_EQ(Found("Here it is:\n```json\n{\"a\": 1}\n```"), Fields{"a=1"});
}

TEST(FieldRanges, AreNoneWhenTheObjectIsDoubtful) {
  for (const char* text :
       {"", "none", R"({"a": 1)", R"({"a": "x)", R"({"a" 1})", R"({"a": ]})", "{'a': 1}", R"({"a": 1,})",
        R"({"a": 1} or {"a": 2})", R"(<think>{"a": 1}</think>{"a": 2})", R"({"a": "\)"}) {
    EXPECT_EQ(Found(text), Fields{}) << text;
  }
}

TEST(FieldRanges, AgreeWithAParserOnAnyObject) {
  std::mt19937_64 random(7);
  const std::string marks = "{}[]\",:\\ ax\n";
  const std::function<Json(int)> value = [&](int depth) -> Json {
    switch (random() % (depth > 0 ? 5 : 3)) {
      case 0: return static_cast<int64_t>(random() % 1000);
      case 1: return nullptr;
      case 2: {
        std::string text;
        for (size_t n = random() % 6; n > 0; --n) {
          const size_t at = random() % (marks.size() + 1);
          text += at == marks.size() ? std::string("蓋") : std::string(1, marks[at]);
        }
        return text;
      }
      case 3: {
        Json list = Json::array();
        for (size_t n = random() % 4; n > 0; --n) list.push_back(value(depth - 1));
        return list;
      }
      default: {
        Json object = Json::object();
        for (size_t n = random() % 4; n > 0; --n) object["k" + std::to_string(random() % 9) + "\""] = value(depth - 1);
        return object;
      }
    }
  };
  for (int i = 0; i < 2000; ++i) {
    Json object = Json::object();
    for (size_t n = random() % 5; n > 0; --n) object["f{" + std::to_string(n)] = value(3);
    const std::string text = random() % 2 == 0 ? DumpJson(object) : DumpJsonPretty(object);
    Json again = Json::object();
    for (const auto& field : FieldRanges(text)) {
      const auto read = ParseJson(std::string_view(text).substr(field.value.begin, field.value.size()));
      ASSERT_TRUE(read) << text;
      again[field.name] = *read;
    }
    ASSERT_EQ(again, object) << text;
  }
}

TEST(FieldRanges, TakeAnyBytes) {
  std::mt19937_64 random(8);
  const std::string marks = "{}[]\",:\\ a";
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (size_t n = random() % 24; n > 0; --n) text += marks[random() % marks.size()];
    for (const auto& field : FieldRanges(text)) ASSERT_LE(field.value.end, text.size()) << text;
  }
}

}  // namespace
}  // namespace yk::text
