// SPDX-License-Identifier: Apache-2.0
#include "formats/json_text.h"

#include <gmock/gmock.h>

#include "formats/read_file.h"

namespace yk::formats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

reader::Document Read(std::string_view bytes, const std::string& name) {
  reader::ReadRequest request;
  request.name = name;
  request.options.want.tables = true;
  auto answer = ReadContent(request, bytes);
  EXPECT_TRUE(answer) << answer.error().ToString();
  return answer ? std::move(answer->document) : reader::Document{};
}

TEST(JsonTextTest, IndentingKeepsOrderAndNumbers) {
  EXPECT_EQ(IndentJson(R"({"b":1.50,"a":[1,{}, []],"c":"x\"\u65e5\ud842\udfb7\n\u0001"})"),
            "{\n  \"b\": 1.50,\n  \"a\": [\n    1,\n    {},\n    []\n  ],\n  \"c\": \"x\\\"日𠮷\\n\\u0001\"\n}");
  EXPECT_EQ(IndentJson("\"lone \\ud842\""), "\"lone \xEF\xBF\xBD\"");
  EXPECT_EQ(IndentJson("12"), "12");
}

TEST(JsonTextTest, RecordsAreATable) {
  const auto document = Read(R"([{"id":1,"name":"山田"},{"name":"佐藤","id":2.50,"ok":true},{"id":null}])", "a.json");
  ASSERT_EQ(document.tables.size(), 1u);
  EXPECT_THAT(reader::Grid(document.tables[0]),
              ElementsAre(ElementsAre("id", "name", "ok"), ElementsAre("1", "山田", ""),
                          ElementsAre("2.5", "佐藤", "true"), ElementsAre("", "", "")));
  EXPECT_EQ(document.tables[0].header_rows, 1);
  EXPECT_EQ(document.mime, "application/json");
  EXPECT_THAT(document.text, HasSubstr("\"id\": 2.50"));
  EXPECT_TRUE(Read(R"([{"id":1},{"id":[2]}])", "a.json").tables.empty());
  const auto digits = Read(R"([{"id":123456789012345678901234567890}])", "a.json");
  EXPECT_EQ(reader::Grid(digits.tables.at(0)).at(1).at(0), "123456789012345678901234567890");
}

TEST(JsonTextTest, LinesAreRecords) {
  const auto document = Read("{\"a\":1}\n\n{\"b\":\"x\"}\n", "a.jsonl");
  EXPECT_EQ(document.text, "{\n  \"a\": 1\n}\n{\n  \"b\": \"x\"\n}");
  ASSERT_EQ(document.tables.size(), 1u);
  EXPECT_EQ(document.tables[0].rows, 3);
  EXPECT_EQ(document.mime, "application/jsonl");
  EXPECT_EQ(Read("{\"a\":1}\n{\"a\":2}", "lines.json").mime, "application/jsonl");
}

TEST(JsonTextTest, WhatIsNoJsonIsStillRead) {
  const auto document = Read("{\"a\": oops}", "a.json");
  EXPECT_EQ(document.text, "{\"a\": oops}");
  ASSERT_FALSE(document.notes.empty());
  EXPECT_THAT(document.notes.back(), HasSubstr("not valid JSON"));
}

TEST(JsonTextTest, DepthDoesNoHarm) {
  const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
  EXPECT_FALSE(Read(deep, "a.json").text.empty());
}

}  // namespace
}  // namespace yk::formats
