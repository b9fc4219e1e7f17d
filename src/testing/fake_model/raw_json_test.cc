// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_model/raw_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/json.h"

namespace yk::testing {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Members(std::string_view text) {
  std::vector<std::string> out;
  const bool whole = ForEachMember(text, [&](std::string_view key, std::string_view value) {
    out.push_back(std::string(key) + "=" + std::string(value));
  });
  if (!whole) out.push_back("broken");
  return out;
}

TEST(ForEachMember, GivesRawValues) {
  EXPECT_THAT(Members(R"( {"a" : 1, "b":{"c":[1,{"d":"}"}]} ,"e":"x\"y"} )"),
              ElementsAre("a=1", R"(b={"c":[1,{"d":"}"}]})", R"(e="x\"y")"));
  EXPECT_THAT(Members("{}"), ElementsAre());
}

TEST(ForEachMember, RefusesWhateverAStrictParserRefuses) {
  const std::string good = R"({"model":"m","messages":[{"role":"user","content":"a\"b"},{}],"n":-1.5e3,"s":true})";
  for (size_t cut = 0; cut < good.size(); ++cut) {
    const std::string text = good.substr(0, cut);
    ASSERT_FALSE(ParseJson(text));
    ASSERT_FALSE(ForEachMember(text, [](std::string_view, std::string_view) {})) << text;
  }
  for (const char* text : {"[]", "{\"a\"}", "{\"a\":1,}", "{,}", "{\"a\":1}}", "{a:1}", "{\"a\":\"\n\"}"}) {
    EXPECT_FALSE(ForEachMember(text, [](std::string_view, std::string_view) {})) << text;
  }
  EXPECT_FALSE(ForEachMember(std::string(100'000, '['), [](std::string_view, std::string_view) {}));
}

TEST(Unescape, UndoesWhatJsonWritersWrite) {
  for (const std::string text : {"", "plain", "日本\n\t\"quoted\" \\ / \b\f\r", "\x01\x1f", "𠮷野家"}) {
    EXPECT_EQ(Unescape(DumpJson(Json(text))), text);
    std::string escaped;
    AppendEscaped(escaped, text);
    EXPECT_EQ(Unescape(escaped), text);
    EXPECT_EQ(ParseJson(escaped)->get<std::string>(), text);
  }
  EXPECT_EQ(Unescape(R"("\u65e5\ud842\udfb7")"), "日𠮷");
  EXPECT_EQ(Unescape("12"), std::nullopt);
}

}  // namespace
}  // namespace yk::testing
