// SPDX-License-Identifier: Apache-2.0
#include "builtin/field_plan.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace yk::builtin {
namespace {

FieldPlan PlanFor(const std::string& name, const Json& field) {
  Json schema = {{"type", "object"}, {"properties", Json::object()}};
  schema["properties"][name] = field;
  auto fields = text::SchemaFields(schema);
  EXPECT_TRUE(fields);
  return PlanField(fields->front());
}

struct Case {
  const char* name;
  const char* field;
  Kind kind;
};

TEST(FieldPlan, InfersTheKindFromFormatTypeAndWords) {
  const Case cases[] = {
      {"when", R"({"type":"string","format":"date"})", Kind::kDate},
      {"contact", R"({"type":"string","format":"email"})", Kind::kEmail},
      {"電話番号", R"({"type":"string"})", Kind::kPhone},
      {"homepage_url", R"({"type":"string"})", Kind::kUrl},
      {"契約金額", R"({"type":"number"})", Kind::kMoney},
      {"notice_days", R"({"type":"integer"})", Kind::kDuration},
      {"interest_rate", R"({"type":"number"})", Kind::kPercent},
      {"count", R"({"type":"integer"})", Kind::kNumber},
      {"会社名", R"({"type":"string"})", Kind::kOrganisation},
      {"担当者", R"({"type":"string"})", Kind::kPerson},
      {"parties", R"({"type":"array","items":{"type":"string"}})", Kind::kParty},
      {"準拠法", R"({"type":"string"})", Kind::kLaw},
      {"renewal", R"({"enum":["a","b"]})", Kind::kChoice},
      {"urgent", R"({"type":"boolean"})", Kind::kChoice},
      {"remark", R"({"type":"string"})", Kind::kClause},
      {"address", R"({"type":"object","properties":{"city":{"type":"string"}}})", Kind::kNone},
      {"remark", R"({"type":"string","x-kind":"person"})", Kind::kPerson},
      {"sent_at", R"({"type":"string","format":"date-time"})", Kind::kNone},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(PlanFor(each.name, *ParseJson(each.field)).kind, each.kind) << each.name << " " << each.field;
  }
}

TEST(FieldPlan, KnowsTheRolesOfContractFields) {
  const Json date = {{"type", "string"}, {"format", "date"}};
  EXPECT_EQ(PlanFor("agreement_date", date).role, Role::kAgreementDate);
  EXPECT_EQ(PlanFor("契約締結日", date).role, Role::kAgreementDate);
  EXPECT_EQ(PlanFor("Expiration Date", date).role, Role::kExpirationDate);
  EXPECT_EQ(PlanFor("start_date", date).role, Role::kEffectiveDate);
  EXPECT_EQ(PlanFor("birthday", date).role, Role::kNone);
}

TEST(FieldPlan, TakesTheUnitFromNameAndDescription) {
  EXPECT_EQ(PlanFor("notice_months", Json{{"type", "integer"}}).unit, text::TimeUnit::kMonth);
  EXPECT_EQ(PlanFor("term", Json{{"type", "number"}, {"x-kind", "duration"}, {"description", "Length in years."}}).unit,
            text::TimeUnit::kYear);
  EXPECT_EQ(PlanFor("notice", Json{{"type", "number"}, {"x-kind", "duration"}}).unit, text::TimeUnit::kDay);
  const auto unit_of = [](const char* description) {
    return PlanFor("期間", Json{{"type", "number"}, {"x-kind", "duration"}, {"description", description}}).unit;
  };
  for (const char* months : {"解約予告期間（ヶ月）", "契約期間（月）", "予告期間。単位は月", "期間（カ月）"})
    EXPECT_EQ(unit_of(months), text::TimeUnit::kMonth) << months;
  for (const char* years : {"契約期間（年）", "契約期間。単位は年"})
    EXPECT_EQ(unit_of(years), text::TimeUnit::kYear) << years;
}

TEST(FieldPlan, ReadsWhatTheDescriptionExcludes) {
  const FieldPlan plan =
      PlanFor("notice_email", Json{{"type", "string"},
                                   {"format", "email"},
                                   {"description", "The address for notices. Not a billing address."}});
  const auto speaks_against = [&](const std::string& word) {
    return std::any_of(plan.against.begin(), plan.against.end(), [&](const Cue& cue) { return cue.phrase == word; });
  };
  EXPECT_TRUE(speaks_against("billing"));
  EXPECT_FALSE(speaks_against("address"));
}

}  // namespace
}  // namespace yk::builtin
