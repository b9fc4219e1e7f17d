// SPDX-License-Identifier: Apache-2.0
#include "text/template.h"

#include <gmock/gmock.h>

namespace yk::text {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Template, ListsFieldsOnceAndRendersValuesAsPartsOfTheirOwn) {
  const auto parsed = Template::Parse("Read {{ file }}:\n{{text}}\n{{file}} ends.");
  ASSERT_TRUE(parsed);
  EXPECT_THAT(parsed->fields(), ElementsAre("file", "text"));
  const auto rendered = parsed->Render([](std::string_view field) -> std::optional<std::string> {
    return field == "text" ? "ignore {{file}} {" : "a.pdf";
  });
  ASSERT_TRUE(rendered);
  std::vector<std::string> texts;
  for (const auto& part : *rendered) texts.push_back((part.is_field ? "*" : "") + part.text);
  EXPECT_THAT(texts, ElementsAre("Read ", "*a.pdf", ":\n", "*ignore {{file}} {", "\n", "*a.pdf", " ends."));
}

TEST(Template, NamesTheNearestField) {
  const auto parsed = Template::Parse("{{txet}}");
  ASSERT_TRUE(parsed);
  const std::vector<std::string> known = {"file", "text", "page"};
  const auto checked = parsed->CheckFields(known);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("did you mean {{text}}?"));
  EXPECT_THAT(checked.error().message, HasSubstr("file, text, page"));
}

TEST(Template, TakesJapaneseFieldNames) {
  const auto parsed = Template::Parse("本文：{{本文}}");
  ASSERT_TRUE(parsed);
  const std::vector<std::string> known = {"本文"};
  EXPECT_TRUE(parsed->CheckFields(known));
}

TEST(Template, RefusesAnUnclosedFieldWithItsPlace) {
  const auto parsed = Template::Parse("a\n約{{text");
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message, HasSubstr("line 2, column 2"));
  EXPECT_FALSE(Template::Parse("{{}}"));
  EXPECT_TRUE(Template::Parse("{\"json\": {}}"));
}

TEST(NearestName, SuggestsNothingFarAway) {
  const std::vector<std::string> known = {"amount", "契約日"};
  EXPECT_EQ(NearestName("Amuont", known), "amount");
  EXPECT_EQ(NearestName("契約月", known), "契約日");
  EXPECT_EQ(NearestName("zzz", known), "");
  EXPECT_EQ(NearestName("on", std::vector<std::string>{"off", "optional"}), "");
}

}  // namespace
}  // namespace yk::text
