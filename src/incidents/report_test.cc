// SPDX-License-Identifier: Apache-2.0
#include "incidents/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "incidents/prompt.h"
#include "incidents/summary_fixture.h"

namespace yk::incidents {
namespace {

using logs::Level;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// A day with one incident whose line has a secret and markup in it.
class Reports : public testing::Test {
 protected:
  Reports() {
    day_.AddTraffic();
    const uint32_t id = day_.Add("login of <*> failed: token=<*> <b>&", Level::kError, "auth", Rate(0, 20, 600, 620));
    logs::Template& tmpl = day_.log().templates[id];
    tmpl.examples[0].text = "ERROR login of ito@example.com failed: token=s3cr3t <script>alert(1)</script>&";
    findings_ = FindIncidents(day_.log());
  }
  Subject Of() { return {day_.log(), findings_, {"app.log"}, {}, {}}; }
  uint64_t line() { return findings_.incidents.at(0).evidence.at(0).line; }

  Json Answer(uint64_t line, uint32_t tmpl, int incident = 1) {
    return {{"incidents",
             {{{"incident", incident},
               {"pattern", "logins fail"},
               {"lines", {line}},
               {"templates", {tmpl}},
               {"cause", "token expired"},
               {"confidence", "high"},
               {"action", "renew it"},
               {"priority", 1}}}}};
  }

  Day day_;
  Findings findings_;
};

TEST_F(Reports, TheTextSaysWhenWhereAndWhatNext) {
  const std::string text = ReportText(Of());
  EXPECT_THAT(text, HasSubstr("app.log: 173,200 lines"));
  EXPECT_THAT(text, HasSubstr(" 1. 1970-01-01 10:00 - 10:20  [auth]"));
  EXPECT_THAT(text, HasSubstr("400 lines of a kind that was not there before"));
  EXPECT_THAT(text, HasSubstr("next: "));
}

TEST_F(Reports, TheTextKeepsToItsSizeWithoutLosingACard) {
  for (int i = 0; i < 12; ++i) {
    const uint32_t id = day_.Add(std::string(300, static_cast<char>('a' + i)) + " failed: <*>", Level::kError,
                                 "s" + std::to_string(i), Rate(0, 20, 100 * i, 100 * i + 20));
    day_.log().templates[id].examples[0].text = std::string(2000, 'x');
  }
  FindOptions options;
  options.top = 12;
  findings_ = FindIncidents(day_.log(), options);
  const std::string text = ReportText(Of());
  EXPECT_LE(text.size(), 10'000u);
  EXPECT_THAT(text, HasSubstr("\n12. "));
}

TEST_F(Reports, LinesOfSeveralFilesAreGivenByFile) {
  const uint64_t at = line();
  Subject subject{day_.log(), findings_, {"a.log", "b&.log"}, {}, {0, at - 3}};
  EXPECT_THAT(ReportText(subject), HasSubstr("\n    b&.log:3: ERROR login"));
  EXPECT_THAT(ReportHtml(subject), HasSubstr("b&amp;.log:3"));
  const Json card = ReportJson(subject)["incidents"][0];
  EXPECT_EQ(card["first_file"], "b&.log");
  EXPECT_EQ(card["first_line"], 3);
  EXPECT_EQ(card["evidence"][0]["file"], "b&.log");
  EXPECT_EQ(card["evidence"][0]["line"], 3);
  EXPECT_FALSE(ReportJson(Of())["incidents"][0]["evidence"][0].contains("file"));
}

TEST_F(Reports, TheFirstLineIsToldWhereItIsNotShown) {
  findings_.incidents[0].first_line = 4711;
  EXPECT_THAT(ReportText(Of()), HasSubstr("\n    first at line 4711\n"));
}

TEST_F(Reports, JsonHasTheSameCardsAndCounts) {
  const Json json = ReportJson(Of());
  ASSERT_EQ(json["incidents"].size(), 1u);
  EXPECT_EQ(json["incidents"][0]["lines"], 400);
  EXPECT_EQ(json["incidents"][0]["from"], "1970-01-01 10:00:00");
  EXPECT_EQ(json["incidents"][0]["templates"][0]["template"], "login of <*> failed: token=<*> <b>&");
  EXPECT_EQ(json["log"]["lines"], day_.log().lines);
}

TEST_F(Reports, HtmlEscapesWhatLogsSayAndLoadsNothing) {
  const std::string html = ReportHtml(Of());
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;&amp;"));
  EXPECT_THAT(html, Not(HasSubstr("http://")));
  EXPECT_THAT(html, Not(HasSubstr("https://")));
  EXPECT_THAT(html, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(html, HasSubstr("<svg"));
}

TEST_F(Reports, ThePromptHasNoSecretsAndKeepsToItsSize) {
  const std::string data = PromptData(Of());
  EXPECT_THAT(data, Not(HasSubstr("s3cr3t")));
  EXPECT_THAT(data, Not(HasSubstr("ito@example.com")));
  EXPECT_THAT(data, HasSubstr("## Incident 1: new, service auth"));
  for (int i = 0; i < 300; ++i) {
    day_.Add(std::string(300, 'a') + std::to_string(i) + " failed: <*>", Level::kError, "s" + std::to_string(i),
             Rate(0, 20, 4 * i, 4 * i + 4));
  }
  FindOptions options;
  options.top = 12;
  findings_ = FindIncidents(day_.log(), options);
  EXPECT_LE(PromptInstruction().size() + PromptData(Of()).size(), kPromptBytesMax);
}

TEST_F(Reports, AnAnswerThatCitesWhatWasShownHolds) {
  const Json answer = Answer(line(), 6);
  EXPECT_THAT(CheckAnswer(answer, Of()), IsEmpty());
  std::vector<std::string> dropped;
  const auto said = ReadAnswer(answer, Of(), &dropped);
  ASSERT_THAT(said, SizeIs(1));
  EXPECT_THAT(said[0].lines, ElementsAre(line()));
  EXPECT_THAT(dropped, IsEmpty());
  EXPECT_THAT(ReportText(Of(), said), HasSubstr("cause (high): token expired"));
  EXPECT_EQ(ReportJson(Of(), said)["incidents"][0]["lines"], 400) << "counts are ours";
}

TEST_F(Reports, ALineOrTemplateThatWasNotShownIsNotBelieved) {
  EXPECT_THAT(CheckAnswer(Answer(4711, 6), Of()), Contains("incident 1: line 4711 was not shown"));
  EXPECT_THAT(CheckAnswer(Answer(line(), 99), Of()), Contains("incident 1: template 99 was not shown"));
  EXPECT_THAT(CheckAnswer(Answer(line(), 6, 7), Of()), Contains("there is no incident 7"));
  std::vector<std::string> dropped;
  EXPECT_THAT(ReadAnswer(Answer(4711, 99), Of(), &dropped), IsEmpty());
  EXPECT_THAT(dropped, Contains(HasSubstr("cites nothing that was shown")));
}

TEST_F(Reports, AnAnswerOfAnotherShapeGivesNothing) {
  std::vector<std::string> dropped;
  EXPECT_THAT(ReadAnswer(Json("no"), Of(), &dropped), IsEmpty());
  EXPECT_THAT(ReadAnswer(Json{{"incidents", {1, "x", nullptr}}}, Of(), &dropped), IsEmpty());
}

TEST(ReportWords, NumbersTimesAndBarsReadWell) {
  EXPECT_EQ(Grouped(7), "7");
  EXPECT_EQ(Grouped(1234567), "1,234,567");
  EXPECT_EQ(SpanText(0, 15 * kMinute), "1970-01-01 00:00 - 00:15");
  EXPECT_EQ(SpanText(logs::kNoTime, 0), "");
  EXPECT_EQ(SparkText({0, 1, 8}, 3), "·▁█");
  EXPECT_EQ(OneLine("a\tb \n c", 10), "a b c");
  EXPECT_EQ(OneLine("あいうえお", 10), "あい…");
}

TEST(ReportWords, AValueThatIsTheSameInAllLinesIsShown) {
  logs::Template tmpl;
  tmpl.text = "certificate for <*> expires in <*> days, asked by <*>";
  tmpl.slots.resize(3);
  for (logs::Slot& slot : tmpl.slots) slot.sampled = 9, slot.distinct = 1;
  tmpl.slots[0].top = {{"pay.example", 9, {}}};
  tmpl.slots[1].top = {{"2", 9, {}}};
  tmpl.slots[2].distinct = 5;
  tmpl.slots[2].top = {{"a", 5, {}}};
  EXPECT_EQ(PatternText(tmpl), "certificate for pay.example expires in 2 days, asked by <*>");
  for (logs::Slot& slot : tmpl.slots) slot.sampled = 1;
  EXPECT_EQ(PatternText(tmpl), tmpl.text);
}

}  // namespace
}  // namespace yk::incidents
