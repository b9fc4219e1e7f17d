// SPDX-License-Identifier: Apache-2.0
#include "text/contacts.h"

#include <gmock/gmock.h>

namespace yk::text {
namespace {

using testing::ElementsAre;

std::vector<std::string> Show(std::string_view text, const std::vector<Spot<std::string>>& spots) {
  std::vector<std::string> out;
  for (const auto& spot : spots)
    out.push_back(std::string(text.substr(spot.range.begin, spot.range.size())) + "=" + spot.value);
  return out;
}

TEST(FindEmails, FindsAddressesInBothLanguages) {
  const std::string text =
      "Mail: Taro.Yamada+x@Example.CO.JP。宛先はｉｎｆｏ＠ｅｘａｍｐｌｅ．ｊｐまで, <a_b@c-d.org>. not@here, @x.com";
  EXPECT_THAT(Show(text, FindEmails(text)),
              ElementsAre("Taro.Yamada+x@Example.CO.JP=Taro.Yamada+x@example.co.jp",
                          "ｉｎｆｏ＠ｅｘａｍｐｌｅ．ｊｐ=info@example.jp", "a_b@c-d.org=a_b@c-d.org"));
}

TEST(FindPhones, FindsJapaneseNumbers) {
  const std::string text =
      "電話03-1234-5678、(03)1234-5678、０９０－１２３４－５６７８、0120-123-456、TEL 0312345678、+81 3 1234 5678";
  EXPECT_THAT(
      Show(text, FindPhones(text)),
      ElementsAre("03-1234-5678=0312345678", "(03)1234-5678=0312345678", "０９０－１２３４－５６７８=09012345678",
                  "0120-123-456=0120123456", "0312345678=0312345678", "+81 3 1234 5678=+81312345678"));
}

TEST(FindPhones, FindsOtherNumbersAndLeavesDatesAlone) {
  const std::string text =
      "Call (212) 555-0100 or 212-555-0100, +44 (0)20 7946 0000. Dated 2024-04-01, no. 123-456-78901, 4/1/2024.";
  EXPECT_THAT(Show(text, FindPhones(text)),
              ElementsAre("(212) 555-0100=2125550100", "212-555-0100=2125550100", "+44 (0)20 7946 0000=+442079460000"));
}

TEST(FindUrls, EndsBeforePunctuationAndJapanese) {
  const std::string text =
      "See https://example.com/a_(b)?q=1, (http://x.jp/). 詳細はhttps://例.jpやwww.example.co.jp/pathを参照。";
  EXPECT_THAT(Show(text, FindUrls(text)),
              ElementsAre("https://example.com/a_(b)?q=1=https://example.com/a_(b)?q=1", "http://x.jp/=http://x.jp/",
                          "www.example.co.jp/path=www.example.co.jp/path"));
}

TEST(Contacts, SurviveHostileTexts) {
  for (const char* unit : {"a", "a@", "a.", "0", "0-", "(", "+1", "http://", "www.", ")"}) {
    std::string text;
    while (text.size() < 1'000'000) text += unit;
    FindEmails(text);
    FindPhones(text);
    FindUrls("http://x" + text);
  }
}

}  // namespace
}  // namespace yk::text
