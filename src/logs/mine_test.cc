// SPDX-License-Identifier: Apache-2.0
#include "logs/mine.h"

#include <gmock/gmock.h>

#include "logs/mine_fixture.h"

namespace yk::logs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Mine, FindsTemplatesWithCountsPlacesTimesAndLevels) {
  const std::string log =
      "2026-03-02 10:00:00 INFO shop: order 17 done in 35ms\n"
      "2026-03-02 10:00:09 WARN shop: order 18 late\n"
      "2026-03-02 10:00:05 INFO shop: order 19 done in 45ms\n"
      "\n"
      "2026-03-02 10:00:07 ERROR pay: order 20 done in 99ms\n";
  const auto mined = MineText(log, "<Date> <Time> <Level> <Component>: <Content>");
  const LogSummary& s = mined->summary();
  ASSERT_EQ(s.templates.size(), 2u);
  const Template& t = s.templates[0];
  EXPECT_EQ(t.text, "order <*> done in <*>");
  EXPECT_EQ(t.count, 3u);
  EXPECT_EQ(t.first.line, 1u);
  EXPECT_EQ(t.last.line, 5u);
  EXPECT_EQ(FormatTime(t.first_time), "2026-03-02 10:00:00");
  EXPECT_EQ(FormatTime(t.last_time), "2026-03-02 10:00:07");
  EXPECT_EQ(t.levels[static_cast<size_t>(Level::kInfo)], 2u);
  EXPECT_EQ(t.levels[static_cast<size_t>(Level::kError)], 1u);
  ASSERT_EQ(t.slots.size(), 2u);
  ASSERT_TRUE(t.slots[1].numeric);
  EXPECT_EQ(t.slots[1].numeric->unit, "ms");
  EXPECT_EQ(t.slots[1].numeric->p50, 45);
  EXPECT_EQ(t.slots[1].numeric->max, 99);
  EXPECT_EQ(t.slots[0].key, "order");
  ASSERT_EQ(t.components.size(), 2u);
  EXPECT_EQ(t.components[0].value, "shop");
  EXPECT_EQ(t.examples.size(), 3u);
  EXPECT_EQ(t.examples[0].text, "2026-03-02 10:00:00 INFO shop: order 17 done in 35ms");
  EXPECT_EQ(s.empty, 1u);
  EXPECT_EQ(s.lines, 5u);
  EXPECT_EQ(s.charsets, std::vector<std::string>{"UTF-8"});
}

TEST(Mine, LinesAddUpAndLinesWithoutHeaderAreInTemplatesToo) {
  const std::string log = "10:00:00 INFO a 1\nno header at all\n10:00:01 INFO a 2\n   \n";
  const auto mined = MineText(log, "<Time> <Level> <Content>");
  ExpectLinesAddUp(mined->summary());
  EXPECT_EQ(mined->summary().lines, 4u);
}

TEST(Mine, AVisitShowsEachLineWithTheValuesOfItsSlots) {
  const auto mined = MineText("a x=1 y=zz\na x=22 y=ww\nother\n", "<Content>");
  std::vector<std::string> seen;
  mined->Visit({}, [&](const LineEvent& event) {
    std::string line = std::to_string(event.place.line) + ":" + mined->summary().templates[event.template_id].text;
    for (const std::string_view value : event.slots) line += "|" + std::string(value);
    seen.push_back(line);
    return true;
  });
  EXPECT_THAT(seen, ElementsAre("1:a x=<*> y=<*>|1|zz", "2:a x=<*> y=<*>|22|ww", "3:other"));
}

TEST(Mine, AVisitCanBeNarrowedAndStopped) {
  const auto mined = MineText("t 1\nu\nt 2\n\nt 3\n", "<Content>");
  std::vector<uint64_t> lines;
  const auto visit = [&](const VisitOptions& options, size_t max) {
    lines.clear();
    mined->Visit(options, [&](const LineEvent& event) {
      lines.push_back(event.place.line);
      return lines.size() < max;
    });
    return lines;
  };
  EXPECT_THAT(visit({}, 99), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(visit({}, 2), ElementsAre(1, 2));
  VisitOptions only;
  only.templates = {0};
  EXPECT_THAT(visit(only, 99), ElementsAre(1, 3, 5));
  only.first_line = 2;
  only.last_line = 4;
  EXPECT_THAT(visit(only, 99), ElementsAre(3));
}

TEST(Mine, ALineThatCameLaterMatchesAKnownTemplate) {
  const auto mined = MineText("order 1 done\norder 2 done\n", "<Content>");
  LineEvent event;
  std::vector<std::string_view> slots;
  mined->Match("order 777 done", &event, &slots);
  EXPECT_EQ(event.template_id, 0u);
  EXPECT_THAT(slots, ElementsAre("777"));
  mined->Match("something else", &event, &slots);
  EXPECT_EQ(event.template_id, kNoTemplate);
}

TEST(Mine, SeveralInputsAreOneSequenceOfLines) {
  const std::vector<LogInput> inputs = {{"a", "x 1\nx 2\n"}, {"b", ""}, {"c", "x 3"}};
  const auto mined = MineInputs(inputs, {});
  const LogSummary& s = mined->summary();
  EXPECT_EQ(s.lines, 3u);
  EXPECT_THAT(s.input_lines, ElementsAre(2, 0, 1));
  ASSERT_EQ(s.templates.size(), 1u);
  EXPECT_EQ(s.templates[0].last.input, 2u);
  EXPECT_EQ(s.templates[0].last.line, 3u);
  EXPECT_EQ(mined->Line(2, 0), "x 3");
  EXPECT_EQ(mined->Line(9, 0), "");
}

TEST(Mine, IdsThatMeetAgainAreEventsOfOneThing) {
  const auto mined =
      MineText("order ORD-00012345 created\norder ORD-00012345 committed\norder ORD-00099999 created\n", "<Content>");
  const LogSummary& s = mined->summary();
  ASSERT_EQ(s.ids.size(), 3u);
  EXPECT_EQ(s.id_share, 1.0);
  size_t pairs = 0;
  for (size_t i = 1; i < s.ids.size(); ++i)
    pairs += s.ids[i].id == s.ids[i - 1].id && s.ids[i].template_id != s.ids[i - 1].template_id;
  EXPECT_EQ(pairs, 1u);
  const IdEvent& e = s.ids[0];
  EXPECT_THAT(mined->Line(e.input, e.offset).substr(e.at, e.bytes), HasSubstr("ORD-000"));
  EXPECT_TRUE(s.templates[0].slots[0].id_like);
}

TEST(Mine, AnIdKnowsTheSlotThatItStandsIn) {
  const std::string log =
      "on 7 order ORD-00012345 replaces ORD-00099999\non 8 order ORD-00012346 replaces ORD-00099998\n";
  const auto mined = MineText(log, "<Content>");
  const LogSummary& s = mined->summary();
  ASSERT_EQ(s.ids.size(), 4u);
  EXPECT_EQ(s.templates[0].text, "on <*> order <*> replaces <*>");
  for (const IdEvent& id : s.ids) {
    const std::string text = mined->Line(id.input, id.offset).substr(id.at, id.bytes);
    EXPECT_EQ(id.slot, text.starts_with("ORD-0009") ? 2 : 1) << text;
  }
}

TEST(Mine, UsersRulesMaskWhatTheyMatch) {
  MineOptions options;
  options.header = "<Content>";
  options.masks = {{"mood", "happy|sad", ""}};
  const std::string log = "bob is happy\nbob is sad\n";
  const auto mined = MineInputs({{"log", log}}, options);
  ASSERT_EQ(mined->summary().templates.size(), 1u);
  EXPECT_EQ(mined->summary().templates[0].text, "bob is <*>");
}

TEST(Mine, WrongHeadersAndRulesAreRefusedWithASentence) {
  MineOptions options;
  options.header = "<A> <B>: ";
  EXPECT_FALSE(Mine({}, options));
  options.header = "";
  options.masks = {{"bad", "a(", ""}};
  const auto bad = Mine({}, options);
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().ToString(), HasSubstr("mask rule 'bad'"));
  options.masks = {{"empty", "x*", ""}};
  EXPECT_FALSE(Mine({}, options));
}

TEST(Mine, NothingGivesNothing) {
  const auto mined = MineInputs({}, {});
  EXPECT_EQ(mined->summary().lines, 0u);
  EXPECT_TRUE(mined->summary().templates.empty());
  const auto empty = MineText("", "");
  EXPECT_EQ(empty->summary().lines, 0u);
}

}  // namespace
}  // namespace yk::logs
