// SPDX-License-Identifier: Apache-2.0
#include "builtin/extractor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "text/utf8.h"

namespace yk::builtin {
namespace {

using testing::ElementsAre;

Json Fields(std::initializer_list<std::pair<std::string, Json>> fields) {
  Json schema = {{"type", "object"}, {"properties", Json::object()}};
  for (const auto& [name, field] : fields) schema["properties"][name] = field;
  return schema;
}

Json AnswerTo(const Json& schema, std::string_view text) {
  auto extractor = Extractor::Make(schema);
  EXPECT_TRUE(extractor) << (extractor ? "" : extractor.error().ToString());
  return (*extractor)->Answer(text);
}

Json Date(const std::string& description, const std::vector<std::string>& cues = {}) {
  Json field = {{"type", {"string", "null"}}, {"format", "date"}, {"description", description}};
  if (!cues.empty()) field["x-cues"] = cues;
  return field;
}

constexpr std::string_view kLease =
    "Office Lease\n\n"
    "This Lease is made as of 3 May 2021 by and between Alder Row Estates Limited (\"Landlord\") and Quince & Sons "
    "Bakery LLC (\"Tenant\").\n\n"
    "Background. The parties signed an earlier lease dated 7 June 2015, as amended on 2 July 2018.\n\n"
    "1. Term\n\n"
    "The lease begins on 1 June 2021 and ends on 31 May 2026.\n\n"
    "2. Rent\n\n"
    "Tenant shall pay a monthly rent of EUR 2,450.50 within ten (10) days after the date of each invoice. A deposit of "
    "EUR 9,000 is due at once.\n\n"
    "3. Law\n\n"
    "This Lease is governed by the laws of the Republic of Ireland. Tenant is a company organized under the laws of "
    "Portugal.\n\n"
    "4. Renewal\n\n"
    "The lease does not renew automatically.\n";

TEST(Extractor, TellsTheDatesOfAContractApart) {
  const Json answer = AnswerTo(Fields({{"agreement_date", Date("The date the contract was made.")},
                                       {"effective_date", Date("First day of the term.")},
                                       {"expiration_date", Date("Last day of the term.")}}),
                               kLease);
  EXPECT_EQ(answer["agreement_date"], "2021-05-03");
  EXPECT_EQ(answer["effective_date"], "2021-06-01");
  EXPECT_EQ(answer["expiration_date"], "2026-05-31");
}

TEST(Extractor, AJapaneseDescriptionIsAsGoodAsAnEnglishName) {
  const auto money = [](const char* description) {
    return Json{{"type", {"number", "null"}}, {"x-kind", "money"}, {"description", description}};
  };
  const Json invoice = Fields({{"subtotal", money("小計")},
                               {"tax", money("消費税額")},
                               {"total", money("請求書の合計金額（税込）")},
                               {"issued", Date("請求書の発行日")},
                               {"due", Date("支払期限")}});
  const Json lines = AnswerTo(invoice,
                              "請求書\n株式会社青葉商事 御中\n発行日：令和6年5月10日\n支払期限：2024年6月30日\n\n"
                              "小計 100,000円\n消費税額 10,000円\n合計金額 110,000円\n納品日は2024年5月1日です。\n");
  EXPECT_EQ(lines["subtotal"], 100000);
  EXPECT_EQ(lines["tax"], 10000);
  EXPECT_EQ(lines["total"], 110000);
  EXPECT_EQ(lines["issued"], "2024-05-10");
  EXPECT_EQ(lines["due"], "2024-06-30");
  const Json prose = AnswerTo(
      Fields({{"goods", money("商品代金")}, {"shipping", money("送料")}, {"total", money("送料を含む合計金額")}}),
      "ご注文ありがとうございます。商品代金は 4,800円、送料は 550円、合計金額は 5,350円です。");
  EXPECT_EQ(prose["goods"], 4800);
  EXPECT_EQ(prose["shipping"], 550);
  EXPECT_EQ(prose["total"], 5350);
}

TEST(Extractor, ADescriptionSaysWhatAShortNameDoesNot) {
  const auto money = [](const char* description) {
    return Json{{"type", {"number", "null"}}, {"x-kind", "money"}, {"description", description}};
  };
  const Json answer =
      AnswerTo(Fields({{"amt", money("Total amount due")},
                       {"tx", money("Sales tax")},
                       {"d1", Date("Invoice date")},
                       {"d2", Date("Delivery date")}}),
               "INVOICE\nInvoice date: May 10, 2024\nDelivery date: May 1, 2024\n\nSubtotal USD 100,000.00\n"
               "Sales tax USD 10,000.00\nTotal amount due USD 110,000.00\n");
  EXPECT_EQ(answer["amt"], 110000);
  EXPECT_EQ(answer["tx"], 10000);
  EXPECT_EQ(answer["d1"], "2024-05-10");
  EXPECT_EQ(answer["d2"], "2024-05-01");
}

TEST(Extractor, WhatAMailSaysGoesBeforeWhatItCites) {
  const auto total = [](const char* description, std::string_view text) {
    const Json field = {{"type", {"number", "null"}}, {"x-kind", "money"}, {"description", description}};
    return AnswerTo(Fields({{"total", field}}), text)["total"];
  };
  EXPECT_EQ(total("合計金額", "請求日は2024年6月3日、合計金額は98,000円です。\n> 前のメール: 合計金額は1円です。\n"),
            98000);
  EXPECT_EQ(total("total amount", "The total amount is USD 98,000.\n\n> Earlier: the total amount is USD 1.\n"), 98000);
  EXPECT_EQ(total("total amount", "As you wrote:\n> the total amount is USD 250.\nYes.\n"), 250);
}

TEST(Extractor, ReadsNumbersInTheUnitAndTypeAskedFor) {
  const Json number = {{"type", {"number", "null"}}};
  Json rent = number;
  rent["x-kind"] = "money";
  rent["x-cues"] = {"monthly rent"};
  Json days = {
      {"type", {"integer", "null"}}, {"x-kind", "duration"}, {"description", "Days to pay."}, {"x-cues", {"invoice"}}};
  const Json answer = AnswerTo(Fields({{"rent", rent}, {"payment_days", days}}), kLease);
  EXPECT_EQ(answer["rent"], 2450.5);
  EXPECT_EQ(answer["payment_days"], 10);
}

TEST(Extractor, FindsPartiesAndTheLawThatGovernsNotTheOneOfIncorporation) {
  const Json answer = AnswerTo(Fields({{"parties", {{"type", "array"}, {"items", {{"type", "string"}}}}},
                                       {"governing_law", {{"type", {"string", "null"}}}}}),
                               kLease);
  EXPECT_THAT(answer["parties"], ElementsAre("Alder Row Estates Limited", "Quince & Sons Bakery LLC"));
  EXPECT_EQ(answer["governing_law"], "Republic of Ireland");
}

TEST(Extractor, GivesShortNamesWhenAskedForPartyNames) {
  const Json answer = AnswerTo(
      Fields({{"names", {{"type", "array"}, {"items", {{"type", "string"}}}, {"x-kind", "party_name"}}}}), kLease);
  EXPECT_THAT(answer["names"],
              ElementsAre("Alder Row Estates Limited", "Landlord", "Quince & Sons Bakery LLC", "Tenant"));
}

Json Renewal() {
  return {{"enum", {"yes", "no", nullptr}},
          {"x-cues", {{"yes", {"renews automatically", "自動的に更新"}}, {"no", {"no renewal", "更新しない"}}}}};
}

TEST(Extractor, HearsNegationInAnEnum) {
  EXPECT_EQ(AnswerTo(Fields({{"renewal", Renewal()}}), kLease)["renewal"], "no");
  EXPECT_EQ(AnswerTo(Fields({{"renewal", Renewal()}}), "The term renews automatically for one year.")["renewal"],
            "yes");
  EXPECT_EQ(AnswerTo(Fields({{"renewal", Renewal()}}), "There is no tacit or automatic renewal.")["renewal"], "no");
  EXPECT_EQ(AnswerTo(Fields({{"renewal", Renewal()}}), "The colour of the door is green.")["renewal"], nullptr);
}

Json YesOrNo(const std::vector<std::string>& yes, const std::vector<std::string>& no) {
  return {{"enum", {"yes", "no", nullptr}}, {"x-cues", {{"yes", yes}, {"no", no}}}};
}

TEST(Extractor, TakesNoChoiceForItsOpposite) {
  const Json clean = Fields({{"clean", YesOrNo({"was clean"}, {"was not clean"})}});
  EXPECT_EQ(AnswerTo(clean, "The room was not clean.")["clean"], "no");
  EXPECT_EQ(AnswerTo(clean, "The room was never really clean.")["clean"], "no");
  EXPECT_EQ(AnswerTo(clean, "The room was clean.")["clean"], "yes");
  EXPECT_EQ(AnswerTo(clean, "The room was very clean.")["clean"], "yes");
  const Json helpful = Fields({{"helpful", YesOrNo({"was helpful"}, {"not helpful", "not very helpful"})}});
  EXPECT_EQ(AnswerTo(helpful, "The staff was not very helpful.")["helpful"], "no");
  EXPECT_EQ(AnswerTo(helpful, "The staff was not helpful.")["helpful"], "no");
  EXPECT_EQ(AnswerTo(helpful, "The staff was always helpful.")["helpful"], "yes");
  const Json alone = Fields({{"clean", YesOrNo({"was clean"}, {"was dirty"})}});
  EXPECT_EQ(AnswerTo(alone, "The room was not clean.")["clean"], "no");
  const Json ja = Fields({{"清潔", YesOrNo({"清潔でした"}, {"清潔ではありませんでした"})}});
  EXPECT_EQ(AnswerTo(ja, "部屋は清潔ではありませんでした。")["清潔"], "no");
  EXPECT_EQ(AnswerTo(ja, "部屋は清潔でした。")["清潔"], "yes");
}

TEST(Extractor, TakesAWishForNoStatement) {
  EXPECT_EQ(AnswerTo(Fields({{"renewal", Renewal()}}),
                     "期間満了の一か月前までに更新しない旨の通知がないときは、本契約は自動的に更新される。")["renewal"],
            "yes");
}

constexpr std::string_view kJapanese =
    "業務委託契約書\n\n"
    "株式会社白樺製作所（以下「甲」という。）と合同会社あおぞら企画（以下「乙」という。）は、次のとおり契約を締結する。"
    "\n\n"
    "第１条（期間）\n本契約の有効期間は、令和五年七月一日から令和六年六月三十日までとする。\n\n"
    "第２条（委託料）\n甲は乙に対し、委託料として総額金３，３００，０００円を、請求書を受け取った日から３０日以内に支払"
    "う。\n\n"
    "第３条（準拠法）\n本契約は日本法に準拠する。\n\n"
    "第４条（通知）\n乙への通知は電子メール（keiyaku@aozora.example）による。請求は seikyu@shirakaba.example "
    "に送る。\n\n"
    "本契約締結の証として本書二通を作成し、甲乙記名押印する。\n\n令和五年六月十五日\n\n"
    "甲　株式会社白樺製作所　代表取締役　北　太郎\n乙　合同会社あおぞら企画　代表社員　南　花子\n";

TEST(Extractor, ReadsJapaneseAsWellAsEnglish) {
  Json fee = {{"type", {"number", "null"}}, {"x-kind", "money"}, {"x-cues", {"委託料"}}};
  Json days = {{"type", {"integer", "null"}}, {"x-kind", "duration"}, {"x-cues", {"請求書を受領した日から"}}};
  Json mail = {{"type", {"string", "null"}}, {"format", "email"}, {"x-cues", {"通知"}}};
  const Json answer = AnswerTo(Fields({{"契約締結日", Date("")},
                                       {"開始日", Date("")},
                                       {"終了日", Date("")},
                                       {"当事者", {{"type", "array"}, {"items", {{"type", "string"}}}}},
                                       {"委託料", fee},
                                       {"支払日数", days},
                                       {"準拠法", {{"type", {"string", "null"}}}},
                                       {"通知先", mail}}),
                               kJapanese);
  EXPECT_EQ(answer["契約締結日"], "2023-06-15");
  EXPECT_EQ(answer["開始日"], "2023-07-01");
  EXPECT_EQ(answer["終了日"], "2024-06-30");
  EXPECT_THAT(answer["当事者"], ElementsAre("株式会社白樺製作所", "合同会社あおぞら企画"));
  EXPECT_EQ(answer["委託料"], 3300000);
  EXPECT_EQ(answer["支払日数"], 30);
  EXPECT_EQ(answer["準拠法"], "日本法");
  EXPECT_EQ(answer["通知先"], "keiyaku@aozora.example");
}

TEST(Extractor, AnswersNullWhenNothingSpeaksForAValue) {
  const Json answer =
      AnswerTo(Fields({{"expiration_date", Date("Last day of the term.")},
                       {"cap", {{"type", {"number", "null"}}, {"x-kind", "money"}, {"x-cues", {"liability"}}}},
                       {"governing_law", {{"type", {"string", "null"}}}},
                       {"parties", {{"type", {"array", "null"}}, {"items", {{"type", "string"}}}}}}),
               "Minutes. On 4 March 2020 the board met. Lunch cost $35. The weather was fine.");
  EXPECT_EQ(answer["expiration_date"], nullptr);
  EXPECT_EQ(answer["cap"], nullptr);
  EXPECT_EQ(answer["governing_law"], nullptr);
  EXPECT_EQ(answer["parties"], nullptr);
}

TEST(Extractor, GivesAFieldWithoutAValueNotItsNeighbours) {
  const Json ja = Fields({{"date", Date("", {"請求日"})}, {"due", Date("", {"お支払期限"})}});
  const Json bill = AnswerTo(ja, "請求日：令和6年4月1日\nご請求金額：12,345円\nお支払期限：翌月末\n");
  EXPECT_EQ(bill["date"], "2024-04-01");
  EXPECT_EQ(bill["due"], nullptr);
  const Json turned = AnswerTo(ja, "お支払期限：翌月末\n請求日：令和6年4月1日\n");
  EXPECT_EQ(turned["date"], "2024-04-01");
  EXPECT_EQ(turned["due"], nullptr);
  const Json en = Fields({{"date", Date("", {"Invoice date"})}, {"due", Date("", {"Payment due"})}});
  const Json invoice = AnswerTo(en, "Invoice date: 1 April 2024\nTotal: GBP 99\nPayment due: not yet agreed\n");
  EXPECT_EQ(invoice["date"], "2024-04-01");
  EXPECT_EQ(invoice["due"], nullptr);
  const Json both = AnswerTo(en, "Payment due: 2 May 2024\nInvoice date: 1 April 2024\n");
  EXPECT_EQ(both["date"], "2024-04-01");
  EXPECT_EQ(both["due"], "2024-05-02");
}

TEST(Extractor, StillFindsAValueBeforeItsWords) {
  const Json due = Fields({{"due", Date("", {"payment is due", "支払期限"})}});
  EXPECT_EQ(AnswerTo(due, "On 2 May 2024 the payment is due.")["due"], "2024-05-02");
  EXPECT_EQ(AnswerTo(due, "令和6年4月1日を支払期限とする。")["due"], "2024-04-01");
  EXPECT_EQ(AnswerTo(due, "支払期限：\n令和6年4月1日\n")["due"], "2024-04-01");
}

TEST(Extractor, TakesEveryItemForAListWithoutCues) {
  const Json answer =
      AnswerTo(Fields({{"mails", {{"type", "array"}, {"items", {{"type", "string"}, {"format", "email"}}}}}}),
               "Write to a@one.example or b@two.example; a@one.example answers first.");
  EXPECT_THAT(answer["mails"], ElementsAre("a@one.example", "b@two.example"));
}

TEST(Extractor, NeedsNoCueForTheOnlyOneOfItsKind) {
  EXPECT_EQ(AnswerTo(Fields({{"contact_email", {{"type", {"string", "null"}}}}}),
                     "Kind regards\nMia\nmia@north.example\n")["contact_email"],
            "mia@north.example");
}

TEST(Extractor, LeavesObjectsAndListsOfObjectsEmpty) {
  const Json answer = AnswerTo(
      Fields({{"address", {{"type", {"object", "null"}}, {"properties", {{"city", {{"type", "string"}}}}}}},
              {"items",
               {{"type", "array"}, {"items", {{"type", "object"}, {"properties", {{"a", {{"type", "string"}}}}}}}}}}),
      kLease);
  EXPECT_EQ(answer["address"], nullptr);
  EXPECT_EQ(answer["items"], Json::array());
}

TEST(Extractor, RefusesASchemaWithoutProperties) {
  const auto extractor = Extractor::Make(Json{{"type", "string"}});
  ASSERT_FALSE(extractor);
  EXPECT_EQ(extractor.error().code, Code::kInvalid);
}

TEST(Extractor, AddsEvidenceOnlyWhenTheSchemaAsksForIt) {
  Json schema = Fields({{"agreement_date", Date("The date the contract was made.")}});
  EXPECT_FALSE(AnswerTo(schema, kLease).contains("_evidence"));
  schema["properties"]["_evidence"] = {{"type", "object"}};
  const Json answer = AnswerTo(schema, kLease);
  EXPECT_EQ(answer["_evidence"]["agreement_date"]["quote"], "3 May 2021");
  EXPECT_GT(answer["_confidence"]["agreement_date"], 0.5);
}

/// Every quote stands in the text where the answer says, in code points.
void ExpectQuotesStand(const Json& answer, std::string_view text) {
  const std::u32string points = text::ToUtf32(text);
  for (const auto& [field, claim] : answer["_evidence"].items()) {
    const Json places = claim.is_array() ? claim : Json::array({claim});
    ASSERT_EQ(places.size(), answer[field].is_array() ? answer[field].size() : 1U) << field;
    for (const Json& place : places) {
      const size_t begin = place["start"].get<size_t>();
      const size_t end = place["end"].get<size_t>();
      ASSERT_LE(end, points.size());
      ASSERT_LT(begin, end);
      EXPECT_EQ(text::ToUtf8(std::u32string_view(points).substr(begin, end - begin)),
                place["quote"].get<std::string>());
    }
  }
}

Json Everything() {
  Json schema = Fields(
      {{"agreement_date", Date("Made on.")},
       {"effective_date", Date("Effective.")},
       {"expiration_date", Date("Expires.")},
       {"parties", {{"type", {"array", "null"}}, {"items", {{"type", "string"}}}}},
       {"governing_law", {{"type", {"string", "null"}}}},
       {"law_clause", {{"type", {"string", "null"}}, {"description", "Clause on the law."}, {"x-kind", "clause"}}},
       {"amounts", {{"type", "array"}, {"items", {{"type", "number"}}}, {"x-kind", "money"}}},
       {"mails", {{"type", "array"}, {"items", {{"type", "string"}, {"format", "email"}}}}},
       {"renewal", Renewal()}});
  schema["properties"]["_evidence"] = {{"type", "object"}};
  return schema;
}

TEST(Extractor, QuotesVerbatimAndInCodePoints) {
  for (const std::string_view text : {kLease, kJapanese}) ExpectQuotesStand(AnswerTo(Everything(), text), text);
}

TEST(Extractor, SurvivesAnyCutOfAText) {
  const std::string both = std::string(kLease.substr(0, 400)) + std::string(kJapanese);
  const auto extractor = Extractor::Make(Everything());
  ASSERT_TRUE(extractor);
  for (size_t size = 0; size <= both.size(); size += 37) {
    const std::string text = text::RepairUtf8(std::string_view(both).substr(0, size));
    ExpectQuotesStand((*extractor)->Answer(text), text);
  }
}

TEST(Extractor, SurvivesHostileTexts) {
  const auto extractor = Extractor::Make(Everything());
  ASSERT_TRUE(extractor);
  std::string deep;
  for (int i = 0; i < 3000; ++i) deep += "by and between (\"X\" （以下「甲";
  for (const std::string& text : {std::string(), std::string("\xff\xfe\x80"), std::string(20000, '('),
                                  std::string("\n\n\n"), deep, std::string(5000, '"')}) {
    EXPECT_TRUE((*extractor)->Answer(text).is_object());
  }
}

TEST(Extractor, SqueezesLineBreaksInTheValueButNotInTheQuote) {
  Json schema = Fields({{"parties", {{"type", "array"}, {"items", {{"type", "string"}}}}}});
  schema["properties"]["_evidence"] = {{"type", "object"}};
  const Json answer = AnswerTo(
      schema, "This Agreement is made by and between Grey\nHeron Books Inc. (\"A\") and Teal Press LLC (\"B\").");
  EXPECT_EQ(answer["parties"][0], "Grey Heron Books Inc.");
  EXPECT_EQ(answer["_evidence"]["parties"][0]["quote"], "Grey\nHeron Books Inc.");
}

}  // namespace
}  // namespace yk::builtin
