// SPDX-License-Identifier: Apache-2.0
#include "steps/evidence_context.h"

#include <gmock/gmock.h>

#include "text/utf8.h"

namespace yk::steps {
namespace {

using ::testing::ElementsAre;

/// Two pages of lines of words, each letter 10 points wide and 10 high, lines 20 apart.
std::shared_ptr<const reader::Document> Pages(const std::vector<std::vector<std::string>>& pages) {
  auto document = std::make_shared<reader::Document>();
  int64_t at = 0;
  for (size_t number = 0; number < pages.size(); ++number) {
    reader::Page page{.number = static_cast<int>(number) + 1, .begin = at, .width = 600, .height = 800};
    double top = 100;
    for (const std::string& line : pages[number]) {
      double left = 50;
      int64_t begin = at;
      const auto word = [&](int64_t end) {
        const double right = left + 10.0 * static_cast<double>(end - begin);
        if (end > begin) document->spans.push_back({begin, end, {left, top, right, top + 10}});
        left = right + 10;
        begin = end + 1;
      };
      for (const char32_t c : text::ToUtf32(line)) {
        if (c == U' ') word(at);
        ++at;
      }
      word(at++);
      document->text += line + "\n";
      top += 20;
    }
    page.end = at;
    document->pages.push_back(page);
  }
  return document;
}

Json Place(int64_t start, int64_t end, const std::string& quote) {
  return {{"file", "a.pdf"}, {"page", 1}, {"start", start}, {"end", end}, {"quote", quote}, {"how", "exact"}};
}

Json WithContext(pipeline::RowTask task, int64_t rows_max = 10) {
  const auto step = MakeContextStep(rows_max);
  bool done = false;
  step->Process(task, [&](pipeline::StepOutcome outcome) {
    done = true;
    EXPECT_EQ(outcome.kind, pipeline::StepOutcome::Kind::kNext);
  });
  EXPECT_TRUE(done);
  return std::move(task.evidence);
}

Json ContextOf(std::shared_ptr<const reader::Document> document, Json place) {
  pipeline::RowTask task;
  task.row.document = std::move(document);
  task.evidence["/x"] = Json::array({std::move(place)});
  const Json places = WithContext(std::move(task))["/x"];
  return places[0].is_object() ? places[0].value("context", Json()) : Json();
}

TEST(EvidenceContext, TheTextAroundTheQuoteIsKept) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "前文です";
  const int64_t start = 400;
  text += "価格は五百円。";
  for (int i = 0; i < 100; ++i) text += "後文です";
  auto document = std::make_shared<reader::Document>();
  document->text = text;
  document->pages = {{1, 0, 807}};
  const Json context = ContextOf(document, Place(start, start + 6, "価格は五百円"));
  EXPECT_EQ(text::CountCodePoints(context["before"].get<std::string>()), 300u);
  EXPECT_TRUE(context["before"].get<std::string>().ends_with("前文です"));
  EXPECT_TRUE(context["after"].get<std::string>().starts_with("。後文です"));
  EXPECT_EQ(text::CountCodePoints(context["after"].get<std::string>()), 300u);
  EXPECT_FALSE(context.contains("boxes")) << "nobody knows where it stands on its page";
}

TEST(EvidenceContext, TheQuoteHasABoxOnEachOfItsLines) {
  const auto document = Pages({{"one two", "three four five", "six"}, {"seven"}});
  // "ur five\nsix": the second half of a word, a word, the next line.
  const Json context = ContextOf(document, Place(16, 27, "ur five\nsix"));
  ASSERT_TRUE(context.contains("boxes")) << DumpJson(context);
  EXPECT_EQ(DumpJson(context["page"]), R"({"width":600.0,"height":800.0})");
  EXPECT_EQ(DumpJson(context["boxes"]), "[[130.0,120.0,200.0,130.0],[50.0,140.0,80.0,150.0]]");
  EXPECT_EQ(DumpJson(context["lines"]),
            R"([[50.0,100.0,120.0,110.0,"one two"],[50.0,120.0,200.0,130.0,"three four five"],)"
            R"([50.0,140.0,80.0,150.0,"six"]])");
}

TEST(EvidenceContext, OnlyLinesOfTheSamePageNearTheQuoteAreKept) {
  std::vector<std::string> lines;
  for (int i = 0; i < 30; ++i) lines.push_back(fmt::format("line {:02}", i));
  const auto document = Pages({{"before"}, lines});
  const Json context = ContextOf(document, Place(7 + 8 * 10, 7 + 8 * 10 + 7, "line 10"));
  std::vector<std::string> kept;
  for (const Json& line : context["lines"]) kept.push_back(line[4]);
  EXPECT_THAT(kept, ElementsAre("line 06", "line 07", "line 08", "line 09", "line 10", "line 11", "line 12", "line 13",
                                "line 14"));
}

TEST(EvidenceContext, LinesThatRunDownThePageAreOneLineEach) {
  auto document = std::make_shared<reader::Document>();
  document->text = "業務委託契約書\n";
  document->pages = {{.number = 1, .begin = 0, .end = 8, .width = 600, .height = 800}};
  document->spans = {{0, 4, {500, 100, 510, 140}}, {4, 7, {500, 140, 510, 170}}};
  const Json context = ContextOf(document, Place(2, 6, "委託契約"));
  EXPECT_EQ(DumpJson(context["boxes"]), "[[500.0,120.0,510.0,160.0]]");
  EXPECT_EQ(context["lines"].size(), 1u);
}

TEST(EvidenceContext, PlacesThatBelongToAnotherTextAreLeftAlone) {
  const auto document = Pages({{"one two"}});
  EXPECT_TRUE(ContextOf(document, Place(0, 3, "two")).is_null());
  EXPECT_TRUE(ContextOf(document, Place(5, 300, "two")).is_null());
  EXPECT_TRUE(ContextOf(document, Place(-3, 3, "one")).is_null());
  EXPECT_TRUE(ContextOf(document, Place(3, 3, "")).is_null());
  EXPECT_TRUE(ContextOf(document, Json(7)).is_null());
  EXPECT_FALSE(ContextOf(document, Place(0, 3, "one")).is_null());
  Json kept = Place(0, 3, "one");
  kept["context"] = "from an earlier stage";
  EXPECT_EQ(ContextOf(document, kept), "from an earlier stage");
}

TEST(EvidenceContext, RowsWithoutADocumentHaveTheirTextAndLaterRowsNothing) {
  pipeline::RowTask task;
  task.row.fields = {{"text", "the price is 5 yen"}};
  task.evidence["/x"] = Json::array({Place(13, 14, "5")});
  EXPECT_EQ(WithContext(task)["/x"][0]["context"]["before"], "the price is ");
  task.row.row_id = 10;
  EXPECT_FALSE(WithContext(task, 10)["/x"][0].contains("context"));
}

}  // namespace
}  // namespace yk::steps
