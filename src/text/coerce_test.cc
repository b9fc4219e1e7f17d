// SPDX-License-Identifier: Apache-2.0
#include "text/coerce.h"

#include <gmock/gmock.h>

#include "text/schema.h"

namespace yk::text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kSchema = R"({
  "type": "object", "required": ["amount", "note", "law"],
  "properties": {
    "amount": {"type": ["number", "null"]},
    "count": {"type": "integer"},
    "signed": {"type": ["string", "null"], "format": "date"},
    "law": {"enum": ["Delaware", "New York", "東京", null]},
    "auto": {"type": "boolean"},
    "parties": {"type": "array", "items": {"type": "string"}},
    "people": {"type": "array", "items": {"type": "object", "properties": {"age": {"type": "integer"}}}},
    "note": {"type": ["string", "null"]},
    "code": {"type": "string"}
  }})";

CoercionResult Coerce(std::string_view row) {
  const auto schema = ParseJson(kSchema);
  const auto fields = SchemaFields(*schema);
  EXPECT_TRUE(fields);
  return CoerceToFields(*ParseJson(row), *fields);
}

Json One(std::string_view name, std::string_view value) {
  return Coerce(fmt::format("{{\"{}\": {}}}", name, value)).value[std::string(name)];
}

TEST(Coerce, ReadsNumbersWrittenAsText) {
  EXPECT_EQ(One("amount", R"("1,200")"), 1200);
  EXPECT_EQ(One("amount", R"("１，２００．５")"), 1200.5);
  EXPECT_EQ(One("count", R"(" 42 ")"), 42);
  EXPECT_EQ(One("count", R"("-7")"), -7);
}

TEST(Coerce, NeverGuesses) {
  EXPECT_EQ(One("amount", R"("about 5")"), "about 5");
  EXPECT_EQ(One("count", R"("5.5")"), "5.5");
  EXPECT_EQ(One("count", R"("5 or 6")"), "5 or 6");
  EXPECT_EQ(One("signed", R"("03/04/2023")"), "03/04/2023") << "March or April";
  EXPECT_EQ(One("signed", R"("next spring")"), "next spring");
  EXPECT_EQ(One("amount", R"("0.12345678901234567890")"), "0.12345678901234567890")
      << "more digits than a number keeps";
  EXPECT_EQ(One("law", R"("York")"), "York");
  EXPECT_EQ(One("auto", R"("maybe")"), "maybe");
}

TEST(Coerce, BringsDatesToIso) {
  EXPECT_EQ(One("signed", R"("令和5年4月1日")"), "2023-04-01");
  EXPECT_EQ(One("signed", R"("April 1, 2023")"), "2023-04-01");
  EXPECT_EQ(One("signed", R"("2023-04-01")"), "2023-04-01");
}

TEST(Coerce, FindsTheOneAllowedValueThatReadsTheSame) {
  EXPECT_EQ(One("law", R"(" new  york ")"), "New York");
  EXPECT_EQ(One("law", R"("ＤＥＬＡＷＡＲＥ")"), "Delaware");
}

TEST(Coerce, ReadsWordsAsBooleansAndNull) {
  EXPECT_EQ(One("auto", R"("Yes")"), true);
  EXPECT_EQ(One("auto", R"("FALSE")"), false);
  EXPECT_EQ(One("amount", R"("N/A")"), nullptr);
  EXPECT_EQ(One("note", R"("なし")"), nullptr);
  EXPECT_EQ(One("note", R"("")"), nullptr);
  EXPECT_EQ(One("code", R"("N/A")"), "N/A") << "the field may not be null";
}

TEST(Coerce, WrapsOneValueAndReachesInsideLists) {
  EXPECT_EQ(DumpJson(One("parties", R"("Acme")")), R"(["Acme"])");
  EXPECT_EQ(DumpJson(One("people", R"([{"age": "41"}])")), R"([{"age":41}])");
}

TEST(Coerce, AddsAbsentNullableFieldsThatAreRequired) {
  const auto result = Coerce("{}");
  EXPECT_EQ(DumpJson(result.value), R"({"amount":null,"law":null,"note":null})");
  EXPECT_THAT(result.coerced, SizeIs(3));
}

TEST(Coerce, LogsWhatItChangedAndNothingElse) {
  const auto result = Coerce(R"({"amount": "3", "note": "x", "law": "Delaware", "count": 2})");
  ASSERT_THAT(result.coerced, SizeIs(1));
  EXPECT_EQ(result.coerced[0].pointer, "/amount");
  EXPECT_EQ(result.coerced[0].from, "3");
  EXPECT_EQ(result.coerced[0].to, 3);
  EXPECT_EQ(result.coerced[0].what, "text to number");
}

TEST(Coerce, LeavesWhatIsNotARowAlone) {
  EXPECT_EQ(DumpJson(Coerce("[1]").value), "[1]");
  EXPECT_THAT(Coerce("3").coerced, IsEmpty());
}

TEST(Coerce, IsIdempotentAndMakesNoValidRowInvalid) {
  const auto schema = JsonSchema::Compile(*ParseJson(kSchema));
  ASSERT_TRUE(schema);
  for (const char* text : {R"({"amount": 1, "note": "n", "law": null})",
                           R"({"amount": null, "note": "", "law": "東京", "parties": [], "signed": "2020-01-01"})",
                           R"({"amount": "1,5", "note": "none", "law": "DELAWARE", "people": {"age": "3"}})"}) {
    const Json row = *ParseJson(text);
    const bool was_valid = (*schema)->IsValid(row);
    const auto once = CoerceToFields(row, *SchemaFields(*ParseJson(kSchema)));
    const auto twice = CoerceToFields(once.value, *SchemaFields(*ParseJson(kSchema)));
    EXPECT_THAT(twice.coerced, IsEmpty()) << text;
    if (was_valid) {
      EXPECT_TRUE((*schema)->IsValid(once.value)) << text;
    }
  }
}

}  // namespace
}  // namespace yk::text
