// SPDX-License-Identifier: Apache-2.0
#include "app/eval.h"

#include <gmock/gmock.h>

namespace yk::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<Json> Rows(std::string_view content, const char* path) {
  auto rows = ParseEvalRows(content, path);
  EXPECT_TRUE(rows) << rows.error().ToString();
  return rows ? std::move(*rows) : std::vector<Json>();
}

EvalReport Score(std::string_view gold_csv, std::string_view predicted_jsonl, EvalOptions options = {}) {
  auto report = Evaluate(Rows(gold_csv, "gold.csv"), Rows(predicted_jsonl, "pred.jsonl"), options);
  EXPECT_TRUE(report) << report.error().ToString();
  return report ? std::move(*report) : EvalReport{};
}

TEST(Eval, CountsHitsMissesAndInventions) {
  const auto report = Score("file,law\na.pdf,Delaware\nb.pdf,New York\nc.pdf,\nd.pdf,\ne.pdf,Texas\n",
                            R"({"_source":{"file":"in/a.pdf"},"law":" ＤＥＬＡＷＡＲＥ "}
{"_source":{"file":"in/b.pdf"},"law":"Nevada"}
{"_source":{"file":"in/c.pdf"},"law":"Ohio"}
{"_source":{"file":"in/d.pdf"},"law":null}
{"_source":{"file":"in/e.pdf"},"law":null})");
  ASSERT_THAT(report.fields, SizeIs(1));
  const auto& law = report.fields[0];
  EXPECT_EQ(law.gold, 3u);
  EXPECT_EQ(law.predicted, 3u);
  EXPECT_EQ(law.hits, 1u);
  EXPECT_EQ(law.both_null, 1u);
  EXPECT_DOUBLE_EQ(*law.Precision(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(*law.Recall(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(*law.F1(), 1.0 / 3);
  ASSERT_THAT(report.misses, SizeIs(3));
  EXPECT_EQ(report.misses[0].kind, "wrong");
  EXPECT_EQ(report.misses[1].kind, "extra");
  EXPECT_EQ(report.misses[2].kind, "missing");
}

TEST(Eval, ARowWithoutPredictionMissesAllItsValues) {
  const auto report = Score("file,a\nx.txt,1\ny.txt,2\n", R"({"_source":{"file":"x.txt"},"a":1.0})");
  EXPECT_EQ(report.fields[0].hits, 1u);
  EXPECT_EQ(report.fields[0].gold, 2u);
  EXPECT_THAT(report.without_prediction, ElementsAre("y.txt"));
}

TEST(Eval, MatchesKeysByPathThenNameThenStemUnlessAmbiguous) {
  const auto report = Score("file,a\nx/1.pdf,1\ny/1.pdf,2\n3.pdf,3\n", R"({"_source":{"file":"y/1.pdf"},"a":2}
{"_source":{"file":"z/1.pdf"},"a":1}
{"_source":{"file":"deep/3.txt"},"a":3})");
  EXPECT_EQ(report.fields[0].hits, 2u);
  EXPECT_THAT(report.without_gold, ElementsAre("z/1.pdf"));
}

TEST(Eval, AFileOfTheSameNameElsewhereDoesNotTakeTheRowOfTheOneThatIsMeant) {
  const auto report = Score("file,a\n2025/lease.pdf,2\nb.pdf,3\n", R"({"_source":{"file":"2024/lease.pdf"},"a":1}
{"_source":{"file":"b.txt"},"a":1}
{"_source":{"file":"2025/lease.pdf"},"a":2}
{"_source":{"file":"in/b.pdf"},"a":3})");
  EXPECT_EQ(report.fields[0].hits, 2u);
  EXPECT_EQ(report.repeated_predictions, 0u);
  EXPECT_THAT(report.without_gold, ElementsAre("2024/lease.pdf", "b.txt"));
}

TEST(Eval, ComparesListsAsSets) {
  const auto report = Score("file,parties\na,Acme Inc.; 株式会社ヤカン;Beta\n",
                            R"({"file":"a","parties":["株式会社ヤカン","acme inc.","Gamma"]})", {.key = "file"});
  EXPECT_TRUE(report.fields[0].list);
  EXPECT_EQ(report.fields[0].gold, 3u);
  EXPECT_EQ(report.fields[0].predicted, 3u);
  EXPECT_EQ(report.fields[0].hits, 2u);
  ASSERT_THAT(report.misses, SizeIs(1));
  EXPECT_EQ(report.misses[0].kind, "wrong");
}

TEST(Eval, MapsColumnsAndComparesDatesAndSpans) {
  EvalOptions options{.key = "file",
                      .gold_of = {{"date", "Agreement Date-Answer"}, {"law", "Law"}},
                      .match = {{"date", *MatchRule::Parse("date")}, {"law", *MatchRule::Parse("span:0.5")}}};
  const auto report = Score("file,Agreement Date-Answer,Law,Notes\na,4/1/2023,\"the State of Delaware\",x\n",
                            R"({"file":"a","date":"2023-04-01","law":"State of Delaware"})", options);
  ASSERT_THAT(report.fields, SizeIs(2));
  EXPECT_EQ(report.fields[0].hits, 1u);
  EXPECT_EQ(report.fields[1].hits, 1u);
  EXPECT_THAT(report.skipped_columns, ElementsAre("Notes"));
}

TEST(Eval, MeasuresOverlapByWordsAndByCharacterPairs) {
  EXPECT_DOUBLE_EQ(SpanOverlap("State of Delaware", "the state of delaware"), 0.75);
  EXPECT_DOUBLE_EQ(SpanOverlap("東京都", "東京都"), 1.0);
  EXPECT_DOUBLE_EQ(SpanOverlap("東京都", "東京"), 0.5);
  EXPECT_DOUBLE_EQ(SpanOverlap("a", "b"), 0.0);
}

TEST(Eval, ComparesNumbersByValueAndWordsForTruth) {
  EXPECT_TRUE(ValuesMatch("1,200", 1200, {}));
  EXPECT_TRUE(ValuesMatch("0.1", 0.1, {}));
  EXPECT_FALSE(ValuesMatch("1200", 1201, {}));
  EXPECT_TRUE(ValuesMatch("Yes", true, {}));
  EXPECT_FALSE(ValuesMatch("maybe", true, {}));
  EXPECT_TRUE(ValuesMatch("あり", true, {}));
  EXPECT_FALSE(ValuesMatch("1234567890", 1234567891, {}));
  EXPECT_TRUE(ValuesMatch("0.3", 0.1 + 0.2, {}));
}

TEST(Eval, ReportsAsJsonAndAsATable) {
  const auto report =
      Score("file,law,甲\na,Delaware,x\n", R"({"file":"a","law":"Delaware","甲":null})", {.key = "file"});
  const Json json = report.ToJson();
  EXPECT_EQ(json["fields"][0]["field"], "law");
  EXPECT_EQ(json["fields"][0]["f1"], 1.0);
  EXPECT_EQ(json["fields"][1]["precision"], nullptr) << "nothing was predicted";
  EXPECT_EQ(json["macro_f1"], 0.5);
  EXPECT_EQ(json["misses"][0]["kind"], "missing");
  EXPECT_THAT(report.ToText(), HasSubstr("macro F1 0.500 over 2 fields"));
}

TEST(Eval, SaysWhatIsWrongWithItsInput) {
  const std::vector<Json> none;
  EXPECT_FALSE(Evaluate(none, none, {}));
  const auto no_key = Evaluate(Rows("name,a\nx,1\n", "g.csv"), none, {.key = "id"});
  ASSERT_FALSE(no_key);
  EXPECT_THAT(no_key.error().message, HasSubstr("--key"));
  const auto twice = Evaluate(Rows("file,a\nx,1\nx,2\n", "g.csv"), none, {.key = "file"});
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().message, HasSubstr("\"x\""));
  const auto unknown = Evaluate(Rows("file,a\nx,1\n", "g.csv"), none, {.key = "file", .gold_of = {{"a", "b"}}});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("no column \"b\""));
  const std::vector<Json> one = {Json{{"file", "x"}, {"total", 1}}};
  const auto misspelt = Evaluate(Rows("file,a\nx,1\n", "g.csv"), one, {.key = "file", .gold_of = {{"totl", "a"}}});
  ASSERT_FALSE(misspelt);
  EXPECT_THAT(misspelt.error().message, HasSubstr("has a field \"totl\""));
  EXPECT_FALSE(MatchRule::Parse("span:2"));
  EXPECT_FALSE(MatchRule::Parse("fuzzy"));
  EXPECT_THAT(ParseEvalRows("{\"a\": 1}\n{oops\n", "p.jsonl").error().ToString(), HasSubstr("p.jsonl: line 2"));
  EXPECT_THAT(ParseEvalRows("a,b\n1,2,3\n", "g.csv").error().ToString(), HasSubstr("line 2"));
}

}  // namespace
}  // namespace yk::app
