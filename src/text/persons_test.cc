// SPDX-License-Identifier: Apache-2.0
#include "text/persons.h"

#include <gmock/gmock.h>

namespace yk::text {
namespace {

using testing::ElementsAre;

std::vector<std::string> Found(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& spot : FindPersons(text)) {
    EXPECT_LE(spot.range.end, text.size());
    out.push_back(spot.value.name + "/" + spot.value.title);
  }
  return out;
}

TEST(FindPersons, FindsJapaneseHonorifics) {
  EXPECT_THAT(Found("山田太郎様、鈴木氏は佐藤さんと会い、スミスさんに森 一郎氏を紹介した。"),
              ElementsAre("山田太郎/様", "鈴木/氏", "佐藤/さん", "スミス/さん", "森 一郎/氏"));
}

TEST(FindPersons, LeavesWordsThatNameNobodyAlone) {
  EXPECT_THAT(Found("皆様、お客様、ご担当者様、仕様、同様に、様々な、氏名、両氏、皆さん、たくさん、お医者さん、株式会社"
                    "御中様、模様"),
              ElementsAre());
}

TEST(FindPersons, FindsNamesBehindOffices) {
  EXPECT_THAT(Found("株式会社山田 代表取締役　田中　一郎　㊞"), ElementsAre("田中 一郎/代表取締役"));
  EXPECT_THAT(Found("代表取締役社長 佐藤花子は、取締役会を招集し、代表取締役及び監査役が"),
              ElementsAre("佐藤花子/代表取締役社長"));
}

TEST(FindPersons, FindsEnglishTitles) {
  EXPECT_THAT(Found("Mr. John Smith met Ms. Doe and Dr. Jane Q. Public at noon. Mrs. de la Cruz left."),
              ElementsAre("John Smith/Mr.", "Doe/Ms.", "Jane Q. Public/Dr.", "de la Cruz/Mrs."));
  EXPECT_THAT(Found("Dr. Lutz Weber President"), ElementsAre("Lutz Weber/Dr."));
  EXPECT_THAT(Found("The HMS. Mr. x"), ElementsAre());
}

TEST(FindPersons, FindsWhomALabelNames) {
  EXPECT_THAT(Found("担当者名：佐藤一郎\n担当：佐藤\nお名前：山田太郎\n担当：営業部 鈴木花子\n担当：阿部 花子"),
              ElementsAre("佐藤一郎/担当者名", "佐藤/担当", "山田太郎/お名前", "鈴木花子/担当", "阿部 花子/担当"));
  EXPECT_THAT(Found("担当：営業部\n担当：経理\n担当部署：法務"), ElementsAre());
  EXPECT_THAT(Found("Contact: Jane Doe\nName: Mary K. Poe\nTitle: CEO"),
              ElementsAre("Jane Doe/Contact", "Mary K. Poe/Name"));
  EXPECT_THAT(Found("Name: Acme Ltd.\nCompany Name: Jane Doe\nContact: Customer Service\nName: Alder Bank"),
              ElementsAre());
}

TEST(FindPersons, RangeIsTheNameAlone) {
  const std::string text = "乙の代表者　髙橋　健様";
  const auto spots = FindPersons(text);
  ASSERT_EQ(spots.size(), 1u);
  EXPECT_EQ(text.substr(spots[0].range.begin, spots[0].range.size()), "髙橋　健");
}

TEST(FindPersons, SurvivesHostileTexts) {
  for (const char* unit : {"様", "山", "さん", "Mr. ", "A. ", "ア", "代表取締役", "Mr. A", " "}) {
    std::string text;
    while (text.size() < 1'000'000) text += unit;
    Found(text + "様");
  }
}

}  // namespace
}  // namespace yk::text
