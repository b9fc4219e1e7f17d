// SPDX-License-Identifier: Apache-2.0
#include "text/organisations.h"

#include <gmock/gmock.h>

namespace yk::text {
namespace {

using testing::ElementsAre;

std::vector<std::string> Found(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& spot : FindOrganisations(text)) {
    EXPECT_LE(spot.range.end, text.size());
    out.push_back(spot.value.name);
  }
  return out;
}

TEST(FindOrganisations, FindsJapaneseFormsOnEitherSide) {
  EXPECT_THAT(Found("委託者　株式会社山田商事（以下「甲」という。）と受託者トヨタ販売株式会社は、"),
              ElementsAre("株式会社山田商事", "トヨタ販売株式会社"));
  EXPECT_THAT(Found("株式会社みずほ銀行、㈱日立、ABCシステムズ合同会社、一般社団法人日本協会 御中"),
              ElementsAre("株式会社みずほ銀行", "㈱日立", "ABCシステムズ合同会社", "一般社団法人日本協会"));
  EXPECT_THAT(Found("東京都港区1-2-3 株式会社　サンプル 代表取締役 山田太郎"), ElementsAre("株式会社 サンプル"));
  EXPECT_THAT(Found("サンプル株式会社代表取締役山田太郎"), ElementsAre("サンプル株式会社"));
  EXPECT_THAT(Found("有限会社つばめ印刷の者です。株式会社つばめ印"),
              ElementsAre("有限会社つばめ印刷", "株式会社つばめ"));
}

TEST(FindOrganisations, TellsANameFromTwoThatAreJoined) {
  EXPECT_THAT(Found("請求元：合同会社みなと印刷\n担当：佐藤"), ElementsAre("合同会社みなと印刷"));
  EXPECT_THAT(Found("株式会社みなと工業 御中"), ElementsAre("株式会社みなと工業"));
  EXPECT_THAT(Found("株式会社みずほと山田商事株式会社"), ElementsAre("株式会社みずほ", "山田商事株式会社"));
  EXPECT_THAT(Found("株式会社みずほと山田は、契約する。"), ElementsAre("株式会社みずほ"));
}

TEST(FindOrganisations, LeavesJapaneseGrammarAlone) {
  EXPECT_THAT(Found("株式会社は、会社法に基づく。当該株式会社の定款。株式会社法。"), ElementsAre());
  EXPECT_THAT(Found("甲株式会社"), ElementsAre());
}

TEST(FindOrganisations, FindsEnglishNamesWithTheirBoundaries) {
  EXPECT_THAT(
      Found("between ABC Holdings, Inc., a Delaware corporation (\"Seller\"), and XYZ Widgets LLC (the \"Buyer\")."),
      ElementsAre("ABC Holdings, Inc.", "XYZ Widgets LLC"));
  EXPECT_THAT(Found("by and between Johnson & Sons Company, Ltd. and Bank of America, N.A., as agent"),
              ElementsAre("Johnson & Sons Company, Ltd.", "Bank of America, N.A."));
  EXPECT_THAT(Found("Siemens GmbH; Shell plc; Unilever N.V.; Tokyo Trading Co., Ltd. The term"),
              ElementsAre("Siemens GmbH", "Shell plc", "Unilever N.V.", "Tokyo Trading Co., Ltd."));
  EXPECT_THAT(Found("THIS AGREEMENT is made BETWEEN ACME CORP. AND BETA LIMITED"),
              ElementsAre("ACME CORP.", "BETA LIMITED"));
  EXPECT_THAT(Found("with Adaptimmune Limited and Adaptimmune LLC. Pfizer Inc. The"),
              ElementsAre("Adaptimmune Limited", "Adaptimmune LLC", "Pfizer Inc."));
}

TEST(FindOrganisations, KnowsBracketsAndPartnersInNames) {
  EXPECT_THAT(Found("with Keefe, Bruyette & Woods, Inc. and PPG Paints (Shanghai) Co., Ltd. or i3 Creative Solutions, "
                    "LLC; Columbia Laboratories, (Bermuda) Ltd."),
              ElementsAre("Keefe, Bruyette & Woods, Inc.", "PPG Paints (Shanghai) Co., Ltd.",
                          "i3 Creative Solutions, LLC", "Columbia Laboratories, (Bermuda) Ltd."));
  EXPECT_THAT(
      Found(
          "(the \"Seller\") Ltd. and INCLUDING BUT NOT LIMITED to; And FLEX ISRAEL LTD. with Leheyuan Trading CO, LTD"),
      ElementsAre("FLEX ISRAEL LTD.", "Leheyuan Trading CO, LTD"));
}

TEST(FindOrganisations, LeavesOrdinaryWordsAlone) {
  EXPECT_THAT(Found("The Company shall. A Limited Liability Company. the Delaware General Corporation Law. a Nevada "
                    "Corporation. Limited Warranty. Co-owner."),
              ElementsAre());
}

TEST(FindOrganisations, LeavesThePartyBeforeAndOut) {
  EXPECT_THAT(Found("the Company and Computershare Trust Company, N.A. agree"),
              ElementsAre("Computershare Trust Company, N.A."));
}

TEST(FindOrganisations, KeepsTheHiraganaThatANameBeginsWith) {
  EXPECT_THAT(Found("会社名：みずほ証券株式会社\n委託先 さくらインターネット株式会社"),
              ElementsAre("みずほ証券株式会社", "さくらインターネット株式会社"));
  EXPECT_THAT(Found("（および山田商事株式会社）\nしたがって川上工業株式会社は"),
              ElementsAre("山田商事株式会社", "川上工業株式会社"));
  EXPECT_THAT(Found("（連結子会社）である山田商事株式会社\n「ヤカン」をつくる山田商事株式会社\n、ほか山田商事株式会社"),
              ElementsAre("山田商事株式会社", "山田商事株式会社", "山田商事株式会社"));
}

TEST(FindOrganisations, TellsTheForm) {
  const auto spots = FindOrganisations("Tokyo Trading Co., Ltd. / 株式会社山田");
  ASSERT_EQ(spots.size(), 2u);
  EXPECT_EQ(spots[0].value.form, "Co., Ltd.");
  EXPECT_EQ(spots[1].value.form, "株式会社");
}

TEST(FindOrganisations, SurvivesHostileTexts) {
  for (const char* unit : {"株式会社", "A", "A ", "Inc. ", "山", "Co., ", "and ", "(株)", "."}) {
    std::string text;
    while (text.size() < 1'000'000) text += unit;
    Found(text + " Inc.");
  }
}

}  // namespace
}  // namespace yk::text
