// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_quotes.h"

#include <gmock/gmock.h>

#include <string>

namespace yk::formats {
namespace {

using testing::ElementsAre;

/// "own:…", "quote1:…", "signature:…", with line ends as "/".
std::vector<std::string> Split(std::string_view body) {
  std::vector<std::string> out;
  size_t at = 0;
  for (const MailRun& run : SplitMailBody(body)) {
    EXPECT_EQ(run.begin, at) << "runs cover the body";
    at = run.end;
    std::string text(body.substr(run.begin, run.end - run.begin));
    for (char& c : text) c = c == '\n' ? '/' : c;
    const char* name = run.kind == MailRun::Kind::kOwn     ? "own"
                       : run.kind == MailRun::Kind::kQuote ? "quote"
                                                           : "signature";
    out.push_back(name + (run.level > 0 ? std::to_string(run.level) : std::string()) + ":" + text);
  }
  EXPECT_EQ(at, body.size());
  return out;
}

TEST(MailQuotesTest, MarkedLinesAreQuotesOfTheirDepth) {
  EXPECT_THAT(Split("Yes.\n> Shall we?\n>> Maybe.\n> > Or not.\nGood.\n"),
              ElementsAre("own:Yes./", "quote1:> Shall we?/", "quote2:>> Maybe./> > Or not./", "own:Good./"));
}

TEST(MailQuotesTest, AnAttributionBelongsToItsQuoteAlsoOverTwoLines) {
  EXPECT_THAT(
      Split("Fine.\n\nOn Mon, 1 Apr 2024 at 09:30, Ann Example\n<ann@example.org> wrote:\n> Lunch?\n"),
      ElementsAre("own:Fine.//", "quote1:On Mon, 1 Apr 2024 at 09:30, Ann Example/<ann@example.org> wrote:/> Lunch?/"));
  EXPECT_THAT(Split("了解です。\n\n田中さんが書きました:\n＞ 明日はどうですか。\n"),
              ElementsAre("own:了解です。//", "quote1:田中さんが書きました:/＞ 明日はどうですか。/"));
}

TEST(MailQuotesTest, UnmarkedTextBehindADatedAttributionIsQuoted) {
  EXPECT_THAT(
      Split("承知しました。\n\n2024年4月1日(月) 9:30 山田太郎 <taro@example.jp>:\nお世話になります。\n\n山田\n"),
      ElementsAre("own:承知しました。//",
                  "quote1:2024年4月1日(月) 9:30 山田太郎 <taro@example.jp>:/お世話になります。//山田/"));
}

TEST(MailQuotesTest, SeparatorsAndHeaderBlocksOpenQuotesInBothLanguages) {
  EXPECT_THAT(Split("See below.\n-----Original Message-----\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: Hi\n\nHello\n"),
              ElementsAre("own:See below./",
                          "quote1:-----Original Message-----/From: Ann/Sent: Monday/To: Bob/Subject: Hi//Hello/"));
  EXPECT_THAT(Split("ご確認ください。\n\n差出人: 山田\n送信日時: 2024年4月1日\n宛先: 田中\n件名: 見積\n\n本文です。\n"),
              ElementsAre("own:ご確認ください。//",
                          "quote1:差出人: 山田/送信日時: 2024年4月1日/宛先: 田中/件名: 見積//本文です。/"));
}

TEST(MailQuotesTest, AMailGivenBackIsQuotedFromItsFirstHeader) {
  EXPECT_THAT(Split("It failed: 550.\n\nReturn-Path: <a@example.org>\nReceived: by mx\nSubject: 5.1.1\n\nHello\n"),
              ElementsAre("own:It failed: 550.//",
                          "quote1:Return-Path: <a@example.org>/Received: by mx/Subject: 5.1.1//Hello/"));
  EXPECT_THAT(Split("Sorry.\n--- Below this line is a copy of the message.\n\nHello\n"),
              ElementsAre("own:Sorry./", "quote1:--- Below this line is a copy of the message.//Hello/"));
}

TEST(MailQuotesTest, SignaturesBeginAtTheirMarkOrAtADrawnLineAboveAnAddress) {
  EXPECT_THAT(Split("Hi\n-- \nAnn\nExample Ltd\n"), ElementsAre("own:Hi/", "signature:-- /Ann/Example Ltd/"));
  EXPECT_THAT(Split("よろしくお願いします。\n\n━━━━━━━━━━\n山田太郎\nTEL 03-0000-0000\n━━━━━━━━━━\n> 前略\n"),
              ElementsAre("own:よろしくお願いします。//", "signature:━━━━━━━━━━/山田太郎/TEL 03-0000-0000/━━━━━━━━━━/",
                          "quote1:> 前略/"));
}

TEST(MailQuotesTest, ALineInTheMiddleIsNoSignatureAndProseNoQuote) {
  EXPECT_THAT(Split("Plan\n==========\nFrom: the office\nto the station\nHe wrote: yes.\n"),
              ElementsAre("own:Plan/==========/From: the office/to the station/He wrote: yes./"));
  EXPECT_THAT(Split(""), ElementsAre());
}

}  // namespace
}  // namespace yk::formats
