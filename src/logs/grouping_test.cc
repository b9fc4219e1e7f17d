// SPDX-License-Identifier: Apache-2.0
#include "logs/grouping.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>

#include "logs/scanner.h"

namespace yk::logs {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Skeletons(const std::vector<std::string>& contents) {
  std::set<std::string> out;
  for (const std::string& content : contents) {
    Scanned scanned;
    ScanAlone(content, {}, &scanned);
    out.insert(SkeletonOf(content, scanned.slots));
  }
  return {out.begin(), out.end()};
}

Grouping GroupOf(const std::vector<std::string>& skeletons) {
  std::vector<SkeletonView> views;
  for (const std::string& s : skeletons) views.push_back({s, 0, false, 1});
  return GroupSkeletons(views);
}

std::vector<std::string> Templates(const std::vector<std::string>& contents) {
  std::vector<std::string> out;
  for (const GroupedTemplate& group : GroupOf(Skeletons(contents)).groups) out.push_back(group.text);
  std::sort(out.begin(), out.end());
  return out;
}

TEST(Grouping, DatesInWordsAreOneSlot) {
  EXPECT_THAT(Templates({"up since Sat Jun 18 02:23:10 PDT 2005 now", "up since Sun Jul 3 12:03:10 2005 now"}),
              ElementsAre("up since <*> now"));
  EXPECT_THAT(Templates({"from 2017-05-16 05:00:00 to 2017-05-16 06:00:00."}), ElementsAre("from <*> to <*>."));
}

TEST(Grouping, ValuesOfKeysAreSlotsWhenTheyDiffer) {
  EXPECT_THAT(Templates({"open proto=TCP mode=fast", "open proto=UDP mode=fast"}),
              ElementsAre("open proto=<*> mode=fast"));
  EXPECT_THAT(Templates({"lock tag=\"View Lock\" ws=null", "lock tag=\"*launch*\" ws=WorkSource{10112}"}),
              ElementsAre("lock tag=\"<*>\" ws=<*>"));
}

TEST(Grouping, WhatPairsSayHappenedIsNoValue) {
  EXPECT_THAT(
      Templates({"level=info caller=a.go:1 msg=\"order 1 placed\"", "level=info caller=b.go:2 msg=\"stock changed\"",
                 "level=error caller=c.go:3 msg=\"gateway did not answer\""}),
      ElementsAre("level=error caller=c.go:<*> msg=\"gateway did not answer\"",
                  "level=info caller=a.go:<*> msg=\"order <*> placed\"",
                  "level=info caller=b.go:<*> msg=\"stock changed\""));
}

TEST(Grouping, JsonSaysTheSameWithAndWithoutSpaces) {
  for (const std::string space : {"", " "}) {
    const auto line = [&](const std::string& level, const std::string& user, const std::string& message) {
      return "{\"level\":" + space + "\"" + level + "\"," + space + "\"user\":" + space + "\"" + user + "\"," + space +
             "\"message\":" + space + "\"" + message + "\"}";
    };
    EXPECT_THAT(Templates({line("INFO", "bob", "order placed"), line("INFO", "eve", "order placed"),
                           line("INFO", "bob", "stock changed"), line("INFO", "eve", "stock changed"),
                           line("ERROR", "bob", "no answer"), line("ERROR", "eve", "no answer")}),
                ElementsAre(line("ERROR", "<*>", "no answer"), line("INFO", "<*>", "order placed"),
                            line("INFO", "<*>", "stock changed")));
  }
}

TEST(Grouping, KeysAreNeverSlots) {
  EXPECT_THAT(Templates({"set a=1", "set b=1", "set c=1", "set d=1", "set e=1", "set f=1", "set g=1"}).size(), 7);
}

TEST(Grouping, NumberedWordsAreSlotsWhenTheyDiffer) {
  EXPECT_THAT(Templates({"device eth0 up", "device eth1 up", "using ssh2"}),
              ElementsAre("device <*> up", "using ssh2"));
}

TEST(Grouping, AccountsAreSlotsEvenWhenSeenOnce) {
  EXPECT_THAT(
      Templates({"session closed for user fztu", "password failed for root from 10.0.0.1", "check pass; user unknown"}),
      ElementsAre("check pass; user unknown", "password failed for <*> from <*>", "session closed for user <*>"));
}

TEST(Grouping, FewPlainWordsStayApartAndManyBecomeASlot) {
  EXPECT_THAT(Templates({"VM Started now", "VM Paused now", "VM Resumed now", "VM Stopped now"}).size(), 4);
  EXPECT_THAT(Templates({"link alpha is down", "link beta is down", "link gamma is down", "link delta is down",
                         "link eta is down", "link zeta is down"}),
              ElementsAre("link <*> is down"));
  EXPECT_THAT(Templates({"session opened for user news", "session opened for user ftp", "session opened for user ann"}),
              ElementsAre("session opened for user <*>"));
}

TEST(Grouping, OneSkeletonAloneBecomesTheGeneralOne) {
  EXPECT_THAT(Templates({"copy 17 of file 9 done", "copy all of file 9 done"}),
              ElementsAre("copy <*> of file <*> done"));
}

TEST(Grouping, ListsAreTheSameWhateverTheirLength) {
  EXPECT_THAT(Templates({"ask 10.0.0.1 to delete blk_1234", "ask 10.0.0.1 to delete blk_1234 blk_12345 blk_9999"}),
              ElementsAre("ask <*> to delete <*>"));
  EXPECT_THAT(Templates({"peers 10.0.0.1,10.0.0.2 up", "peers 10.0.0.1 up"}), ElementsAre("peers <*> up"));
  EXPECT_THAT(Templates({"Rect(0, 0 - 720, 1280)"}), ElementsAre("Rect(<*>, <*> - <*>, <*>)"));
}

TEST(Grouping, UnitsBelongToTheValueWhereTheyDiffer) {
  EXPECT_THAT(Templates({"free 5 KB of 7 GB", "free 3 MB of 7 GB"}), ElementsAre("free <*> of <*> GB"));
  EXPECT_THAT(Templates({"lifetime <1 sec", "lifetime 00:12"}), ElementsAre("lifetime <*>"));
  EXPECT_THAT(Templates({"took 5 ms"}), ElementsAre("took <*> ms"));
}

TEST(Grouping, EmptyBracketsJoinFilledOnes) {
  EXPECT_THAT(Templates({"connection from 10.0.0.1 ()", "connection from 10.0.0.1 (a.example.com)", "init()"}),
              ElementsAre("connection from <*> (<*>)", "init()"));
}

TEST(Grouping, JsonTellsByItsMessageAndKeysWhatHappened) {
  EXPECT_THAT(Templates({R"({"event":"start","shop":"大阪"})", R"({"event":"start","shop":"東京"})",
                         R"({"event":"stop","shop":"東京"})", R"({"event":"stop","shop":"大阪"})"}),
              ElementsAre(R"({"event":"start","shop":"<*>"})", R"({"event":"stop","shop":"<*>"})"));
}

TEST(Grouping, WhiteSpaceDoesNotTellTemplatesApart) {
  EXPECT_THAT(Templates({"a  b 12 ", "a b 12"}), ElementsAre("a b <*>"));
}

TEST(Grouping, TheOrderOfSkeletonsDoesNotMatter) {
  std::vector<std::string> skeletons =
      Skeletons({"user ann in", "user bob in", "user cy in", "user dan in", "x=a p", "x=b p", "go from here to 12",
                 "go from there to 12", "l 1,2", "l 1", "l 1,2,3", "q ()", "q (12)", "Sat Jun 18 02:23:10 2005"});
  const auto texts = [](const std::vector<std::string>& given) {
    const Grouping grouping = GroupOf(given);
    std::vector<std::pair<std::string, std::string>> out;
    for (size_t i = 0; i < given.size(); ++i)
      out.emplace_back(given[i], grouping.groups[grouping.skeletons[i].group].text);
    std::sort(out.begin(), out.end());
    return out;
  };
  const auto expected = texts(skeletons);
  std::mt19937 random(7);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(skeletons.begin(), skeletons.end(), random);
    EXPECT_EQ(texts(skeletons), expected);
  }
}

}  // namespace
}  // namespace yk::logs
