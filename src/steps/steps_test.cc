// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "steps/merge.h"
#include "steps/split_step.h"
#include "steps/step_factory.h"
#include "steps/text_key_step.h"

namespace yk::steps {
namespace {

using pipeline::StepOutcome;
using ::testing::AllOf;
using ::testing::HasSubstr;

const pipeline::Places kPlaces("job.yaml");

Result<MadeStep> Make(const std::string& kind, const std::string& config) {
  StepContext context;
  context.places = &kPlaces;
  return MakeStep({kind, Json::parse(config), "/steps/0/" + kind}, context);
}

StepOutcome Process(pipeline::Step& step, pipeline::RowTask& task) {
  std::optional<StepOutcome> out;
  step.Process(task, [&](StepOutcome outcome) { out = std::move(outcome); });
  EXPECT_TRUE(out.has_value());
  return out.value_or(StepOutcome{});
}

bool Keeps(const std::string& config, const std::string& values) {
  auto made = Make("filter", config);
  EXPECT_TRUE(made) << made.error().ToString();
  pipeline::RowTask task;
  task.values = Json::parse(values);
  return Process(*made->step, task).kind == StepOutcome::Kind::kNext;
}

TEST(StepFactory, AnUnknownStepIsAnsweredWithTheNearestOne) {
  const auto made = Make("fliter", "{}");
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().ToString(), AllOf(HasSubstr("unknown step 'fliter'"), HasSubstr("did you mean 'filter'?")));
}

TEST(FilterStep, ComparesNumbersByValueAndTextAfterFolding) {
  EXPECT_TRUE(Keeps(R"({"field":"n","min":10})", R"({"n":10})"));
  EXPECT_FALSE(Keeps(R"({"field":"n","min":10})", R"({"n":9.5})"));
  EXPECT_FALSE(Keeps(R"({"field":"n","min":10})", R"({"n":null})"));
  EXPECT_TRUE(Keeps(R"({"field":"s","equals":"abc"})", R"({"s":"ＡＢＣ"})"));
  EXPECT_TRUE(Keeps(R"({"field":"s","equals":12345678901234567})", R"({"s":"12,345,678,901,234,567"})"));
  EXPECT_FALSE(Keeps(R"({"field":"s","equals":12345678901234567})", R"({"s":"12345678901234566"})"));
  EXPECT_TRUE(Keeps(R"({"field":"s","contains":"契約"})", R"({"s":"業務委託契約書"})"));
  EXPECT_TRUE(Keeps(R"({"field":"s","in":["a","b"]})", R"({"s":["x","B"]})"));
  EXPECT_FALSE(Keeps(R"({"field":"s","not":"a"})", R"({"s":"A"})"));
  EXPECT_FALSE(Keeps(R"({"field":"s","exists":true})", R"({"s":""})"));
  EXPECT_TRUE(Keeps(R"({"field":"s","exists":false})", R"({})"));
}

TEST(FilterStep, NotTakesAListOfWhatIsLeftOut) {
  EXPECT_FALSE(Keeps(R"({"field":"s","not":["a","b"]})", R"({"s":"A"})"));
  EXPECT_FALSE(Keeps(R"({"field":"s","not":["a"]})", R"({"s":["x","a"]})"));
  EXPECT_TRUE(Keeps(R"({"field":"s","not":["a","b"]})", R"({"s":"c"})"));
  EXPECT_TRUE(Keeps(R"({"field":"s","not":["a"]})", R"({"s":null})"));
  EXPECT_THAT(Make("filter", R"({"field":"s","equals":["a"]})").error().ToString(), HasSubstr("'in' takes a list"));
  EXPECT_THAT(Make("filter", R"({"field":"s","not":[]})").error().ToString(), HasSubstr("needs a test"));
}

TEST(FilterStep, TextsAreComparedAsTextsAndNumbersByValue) {
  EXPECT_FALSE(Keeps(R"({"field":"s","equals":"7"})", R"({"s":"007"})"));
  EXPECT_FALSE(Keeps(R"({"field":"s","in":["1e3"]})", R"({"s":"1000"})"));
  EXPECT_TRUE(Keeps(R"({"field":"s","equals":7})", R"({"s":"007"})"));
  EXPECT_TRUE(Keeps(R"({"field":"s","equals":"1,200"})", R"({"s":1200})"));
  EXPECT_TRUE(Keeps(R"({"field":"s","min":18240,"max":18240})", R"({"s":"18,240.00"})"));
  EXPECT_TRUE(Keeps(R"({"field":"s","min":1200})", R"({"s":"１２００"})"));
  EXPECT_TRUE(Keeps(R"({"field":"s","max":0.001})", R"({"s":"1.5e-9"})"));
  EXPECT_TRUE(Keeps(R"({"field":"s","min":10})", R"({"s":[null,"3",12]})"));
}

TEST(FilterStep, AValueThatIsNoNumberFailsTheRowInsteadOfLosingIt) {
  for (const char* values : {R"({"n":"about ten"})", R"({"n":true})", R"({"n":[20,"inf"]})", R"({"n":{"a":1}})"}) {
    auto made = Make("filter", R"({"field":"n","min":10})");
    ASSERT_TRUE(made);
    pipeline::RowTask task;
    task.values = Json::parse(values);
    const StepOutcome outcome = Process(*made->step, task);
    EXPECT_EQ(outcome.kind, StepOutcome::Kind::kEnd) << values;
    EXPECT_EQ(outcome.status, store::RowStatus::kFailed) << values;
    ASSERT_TRUE(outcome.error) << values;
    EXPECT_THAT(outcome.error->ToString(), AllOf(HasSubstr("the field 'n'"), HasSubstr("is no number")));
  }
  for (const char* nothing : {R"({})", R"({"n":null})", R"({"n":" "})", R"({"n":[]})"}) {
    auto made = Make("filter", R"({"field":"n","min":10})");
    pipeline::RowTask task;
    task.values = Json::parse(nothing);
    EXPECT_EQ(Process(*made->step, task).status, store::RowStatus::kFiltered) << nothing;
  }
}

TEST(FilterStep, AFieldNobodyMakesIsASpecError) {
  auto made = Make("filter", R"({"field":"amuont","min":1})");
  ASSERT_TRUE(made);
  const auto fields = made->step->Fields({"amount"});
  ASSERT_FALSE(fields);
  EXPECT_THAT(fields.error().ToString(), HasSubstr("did you mean 'amount'?"));
}

TEST(FilterStep, WithoutATestIsASpecError) {
  EXPECT_THAT(Make("filter", R"({"field":"a"})").error().ToString(), HasSubstr("needs a test"));
}

TEST(SplitStep, PassagesCoverTheTextAndKnowTheirPlaceInCodePoints) {
  auto document = std::make_shared<reader::Document>();
  for (int i = 0; i < 400; ++i) document->text += fmt::format("第{}条 甲は乙に対し、業務を委託する。\n", i);
  document->pages = {{1, 0, 100}, {2, 100, 100000}};
  pipeline::RowTask task;
  task.row.document = document;
  auto made = Make("split", R"({"tokens":200,"overlap":20})");
  ASSERT_TRUE(made) << made.error().ToString();
  Process(*made->step, task);
  ASSERT_GT(task.passages.size(), 5u);
  EXPECT_EQ(task.passages[0].begin, 0);
  for (const auto& passage : task.passages) {
    // The passage's text stands in the document where `begin` says: count code points up to it.
    size_t byte = 0;
    for (int64_t seen = 0; seen < passage.begin; ++byte) {
      if ((document->text[byte + 1] & 0xC0) != 0x80) ++seen;
    }
    EXPECT_EQ(document->text.substr(byte, passage.text.size()), passage.text);
  }
}

Finding Says(const std::string& values, const std::string& confidence = "{}") {
  Finding finding;
  finding.values = Json::parse(values);
  finding.confidence = Json::parse(confidence);
  for (const auto& [name, value] : finding.values.items()) {
    if (value.is_array()) {
      for (size_t i = 0; i < value.size(); ++i)
        finding.evidence[fmt::format("/{}/{}", name, i)] = Json::array({{{"quote", value[i]}}});
    } else if (!value.is_null()) {
      finding.evidence["/" + name] = Json::array({{{"quote", value}}});
    }
  }
  return finding;
}

TEST(MergeFindings, TheMajorityWinsAndDisagreementIsNamed) {
  const Finding merged = MergeFindings(
      {Says(R"({"law":"Texas"})"), Says(R"({"law":"Nevada"})"), Says(R"({"law":"NEVADA"})"), Says(R"({"law":null})")});
  EXPECT_EQ(merged.values["law"], "Nevada");
  EXPECT_EQ(merged.evidence["/law"][0]["quote"], "Nevada");
  EXPECT_EQ(merged.conflicts, Json::parse(R"({"law":[{"value":"Texas","evidence":[{"quote":"Texas"}]}]})"));
}

TEST(MergeFindings, WhatDisagreedBeforeIsNotForgotten) {
  Finding first = Says(R"({"law":"Nevada"})");
  first.conflicts = Json::parse(R"({"law":[{"value":"Texas","evidence":[]},{"value":"Ohio","evidence":[]}]})");
  const Finding merged = MergeFindings({first, Says(R"({"law":"texas"})"), Says(R"({"law":"Nevada"})")});
  EXPECT_EQ(merged.values["law"], "Nevada");
  EXPECT_EQ(
      merged.conflicts,
      Json::parse(R"({"law":[{"value":"texas","evidence":[{"quote":"texas"}]},{"value":"Ohio","evidence":[]}]})"));
  EXPECT_EQ(MergeFindings({first}).conflicts, first.conflicts);
}

TEST(MergeFindings, ATieGoesToTheHigherConfidence) {
  const Finding merged =
      MergeFindings({Says(R"({"law":"Texas"})", R"({"law":0.4})"), Says(R"({"law":"Nevada"})", R"({"law":0.9})")});
  EXPECT_EQ(merged.values["law"], "Nevada");
}

TEST(MergeFindings, AListIsAsSureAsItsLeastSurePartAndNoConfidenceIsLost) {
  std::vector<Finding> findings(3);
  findings[0].values = {{"mails", {"a"}}, {"total", 5}};
  findings[0].confidence = {{"mails", 0.9}, {"total", 0.0}};
  findings[1].values = {{"mails", {"b"}}, {"total", nullptr}};
  findings[1].confidence = {{"mails", 0.6}};
  findings[2].values = {{"mails", nullptr}, {"total", nullptr}};
  const Finding merged = MergeFindings(findings);
  EXPECT_EQ(merged.confidence, (Json{{"mails", 0.6}, {"total", 0.0}}));
}

TEST(MergeFindings, AnEmptyListCountsOnlyWhereAllAreEmpty) {
  std::vector<Finding> findings = {Says(R"({"mails": ["a"]})", R"({"mails": 0.98})"),
                                   Says(R"({"mails": []})", R"({"mails": 0.5})")};
  EXPECT_EQ(MergeFindings(findings).confidence["mails"], 0.98);
  findings.front() = Says(R"({"mails": []})", R"({"mails": 0.7})");
  EXPECT_EQ(MergeFindings(findings).confidence["mails"], 0.5);
}

TEST(MergeFindings, AConfidenceThatIsNoNumberSaysNothing) {
  const Finding merged = MergeFindings(
      {Says(R"({"law":"Texas"})", R"({"law":"very high"})"), Says(R"({"law":"Nevada"})", R"({"law":0.1})"),
       Says(R"({"law":"Ohio"})", R"({"law":{"value":1}})"), Says(R"({"law":"Utah"})", R"({"law":null})")});
  EXPECT_EQ(merged.values["law"], "Nevada");
  EXPECT_EQ(merged.confidence["law"], 0.1);
}

TEST(MergeFindings, ListsAreUnitedWithoutDuplicatesAndKeepTheirEvidence) {
  const Finding merged =
      MergeFindings({Says(R"({"p":["甲社","乙社"]})"), Says(R"({"p":null})"), Says(R"({"p":["乙社","丙社"]})")});
  EXPECT_EQ(merged.values["p"], Json::parse(R"(["甲社","乙社","丙社"])"));
  EXPECT_EQ(merged.evidence["/p/2"][0]["quote"], "丙社");
  EXPECT_TRUE(merged.conflicts.empty());
}

TEST(MergeFindings, OneNumberIsOneValueHoweverItIsWritten) {
  const Finding merged = MergeFindings({Says(R"({"n":40})"), Says(R"({"n":41})"), Says(R"({"n":40.0})"),
                                        Says(R"({"n":41})"), Says(R"({"n":4e1})"), Says(R"({"n":40.5})")});
  EXPECT_EQ(merged.values["n"], 40);
  ASSERT_EQ(merged.conflicts["n"].size(), 2u);
  EXPECT_EQ(merged.conflicts["n"][0]["value"], 41);
  EXPECT_EQ(ValueKey(Json::parse(R"({"city":"LEEDS","n":[0.0]})")),
            ValueKey(Json::parse(R"({"city":"Leeds","n":[0]})")));
  EXPECT_NE(ValueKey(Json(9007199254740992)), ValueKey(Json(9007199254740993)));
}

TEST(MergeFindings, OfThoseThatAgreeTheOneWithEvidenceSpeaks) {
  Finding bare;
  bare.values = Json::parse(R"({"law":"TEXAS","tags":["RED"]})");
  const Finding merged = MergeFindings({bare, Says(R"({"law":"Texas","tags":["Red"]})"), Says(R"({"law":"Texas"})")});
  EXPECT_EQ(merged.values, Json::parse(R"({"law":"Texas","tags":["Red"]})"));
  EXPECT_EQ(merged.evidence, Json::parse(R"({"/law":[{"quote":"Texas"}],"/tags/0":[{"quote":"Red"}]})"));
}

TEST(MergeFindings, WhatIsInsideAnItemKeepsItsEvidenceToo) {
  Finding one, two;
  one.values = Json::parse(R"({"clauses":[{"title":"A"}],"a/b":{"c":1}})");
  one.evidence = Json::parse(R"({"/clauses/0/title":[{"quote":"A"}],"/a~1b/c":[{"quote":"1"}]})");
  two.values = Json::parse(R"({"clauses":[{"title":"A"},{"title":"B"}]})");
  two.evidence = Json::parse(R"({"/clauses/0/title":[{"quote":"A again"}],"/clauses/1/title":[{"quote":"B"}]})");
  EXPECT_EQ(
      MergeFindings({one, two}).evidence,
      Json::parse(
          R"({"/clauses/0/title":[{"quote":"A"}],"/clauses/1/title":[{"quote":"B"}],"/a~1b/c":[{"quote":"1"}]})"));
}

/// Runs a barrier over rows and returns what it sent on.
std::vector<pipeline::StageRow> Cross(pipeline::Barrier& barrier, const std::vector<pipeline::StageRow>& rows) {
  std::vector<pipeline::StageRow> out;
  pipeline::BarrierIo io;
  io.emit = [&](pipeline::StageRow row) -> Result<void> {
    out.push_back(std::move(row));
    return {};
  };
  io.fetch = [&](int64_t row_id) -> Result<pipeline::StageRow> { return rows.at(static_cast<size_t>(row_id)); };
  for (const auto& row : rows) EXPECT_TRUE(barrier.Add(row, io));
  EXPECT_TRUE(barrier.End(io));
  return out;
}

std::vector<pipeline::StageRow> RowsOf(const std::vector<std::string>& outputs) {
  std::vector<pipeline::StageRow> rows;
  for (const auto& output : outputs) {
    pipeline::StageRow row;
    row.row_id = static_cast<int64_t>(rows.size());
    row.source = fmt::format("source {}", row.row_id);
    row.output = Json::parse(output);
    rows.push_back(std::move(row));
  }
  return rows;
}

TEST(DedupeBarrier, ADuplicateKeepsItsFieldsAndIsAskedAboutAsTheFirstRow) {
  auto made = Make("dedupe", R"({"by":["text"]})");
  ASSERT_TRUE(made);
  const auto out = Cross(
      *made->barrier,
      RowsOf({R"({"text":"Hello  world","order":"A-1","_source":{"file":"a"}})", R"({"text":"other","order":"A-3"})",
              R"({"text":"ｈｅｌｌｏ world","order":"A-2","_source":{"file":"b"}})"}));
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[1].derived_from, -1);
  EXPECT_TRUE(out[1].first_values.is_null());
  EXPECT_EQ(out[2].derived_from, 0);
  EXPECT_EQ(out[2].output["order"], "A-2");
  EXPECT_EQ(out[2].output["text"], "ｈｅｌｌｏ world");
  EXPECT_EQ(out[2].output["_source"]["file"], "b");
  EXPECT_EQ(out[2].first_values, Json::parse(R"({"file":"a","page":null,"text":"Hello  world","order":"A-1"})"));
  EXPECT_EQ(out[2].source, "source 0");
  const auto again = pipeline::StageRowFromPayload(pipeline::StageRowToPayload(out[2]));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->first_values, out[2].first_values);
}

TEST(DedupeBarrier, DocumentsAreComparedByTheirText) {
  StepContext context;
  context.places = &kPlaces;
  context.rows_have_text = true;
  for (const char* config : {"{}", R"({"by":"text"})"}) {
    auto made = MakeStep({"dedupe", Json::parse(config), "/steps/0/dedupe"}, context);
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->barrier->ComparesText());
    EXPECT_TRUE(made->barrier->Fields({})) << config;
    const auto out =
        Cross(*made->barrier,
              RowsOf({R"({"_text_key":"a"})", R"({"_text_key":"b"})", R"({"_text_key":"a"})", R"({"_text_key":"c"})"}));
    ASSERT_EQ(out.size(), 4u);
    EXPECT_EQ(out[1].derived_from, -1) << config;
    EXPECT_EQ(out[2].derived_from, 0) << config;
    EXPECT_EQ(out[3].derived_from, -1) << config;
  }
}

TEST(DedupeBarrier, RowsOfATableHaveNoTextOfTheirOwn) {
  auto made = Make("dedupe", R"({"by":"text"})");
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->barrier->ComparesText());
  EXPECT_FALSE(made->barrier->Fields({"body"}));
}

TEST(TextKeyStep, TextsThatDifferInWidthAndWhiteSpaceOnlyHaveOneKey) {
  const auto key = [](const std::string& text) {
    auto document = std::make_shared<reader::Document>();
    document->text = text;
    pipeline::RowTask task;
    task.row.document = document;
    Process(*MakeTextKeyStep(), task);
    return task.text_key;
  };
  EXPECT_EQ(key("Order  １２\n"), key("order 12"));
  EXPECT_NE(key("order 12"), key("order 13"));
}

TEST(DedupeBarrier, DropFiltersDuplicates) {
  auto made = Make("dedupe", R"({"by":"text","drop":true})");
  const auto out = Cross(*made->barrier, RowsOf({R"({"text":"a"})", R"({"text":"A"})"}));
  EXPECT_EQ(out[1].status, store::RowStatus::kFiltered);
}

TEST(DedupeBarrier, RowsWithoutAValueAreNoCopiesOfEachOther) {
  auto made = Make("dedupe", R"({"by":["no","date"],"drop":true})");
  ASSERT_TRUE(made);
  const auto out = Cross(*made->barrier, RowsOf({R"({"no":null,"t":1})", R"({"no":" ","t":2})", R"({"no":"A"})",
                                                 R"({"no":"a","date":null})", R"({"no":null,"date":"d"})"}));
  ASSERT_EQ(out.size(), 5u);
  for (const size_t kept : {0, 1, 2, 4}) EXPECT_EQ(out[kept].status, store::RowStatus::kOk) << kept;
  EXPECT_EQ(out[3].status, store::RowStatus::kFiltered);
}

TEST(DedupeBarrier, ColumnsThatBeginWithAnUnderscoreCount) {
  auto made = Make("dedupe", R"({"drop":true})");
  ASSERT_TRUE(made);
  const auto out = Cross(*made->barrier, RowsOf({R"({"_id":0,"_customer":"Sato","note":"hi"})",
                                                 R"({"_id":1,"_customer":"Suzuki","note":"hi"})",
                                                 R"({"_id":2,"_customer":"Sato","note":"hi"})"}));
  EXPECT_EQ(out[1].status, store::RowStatus::kOk);
  EXPECT_EQ(out[2].status, store::RowStatus::kFiltered);
}

TEST(ReduceBarrier, RowsWithoutAKeyStayByThemselves) {
  auto made = Make("reduce", R"({"by":"no"})");
  ASSERT_TRUE(made);
  const auto out =
      Cross(*made->barrier, RowsOf({R"({"no":null,"_x":1})", R"({"no":"A"})", R"({"_x":2})", R"({"no":"a","_x":3})"}));
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[0].output["_x"], 1);
  EXPECT_EQ(out[1].output["_x"], 3);
  EXPECT_EQ(out[2].output["_x"], 2);
}

TEST(ReduceBarrier, SaysWhatTheRowsOfAKeyDisagreeAbout) {
  StepContext context;
  context.places = &kPlaces;
  context.columns = {"who", "text"};
  auto made = MakeStep({"reduce", Json::parse(R"({"by":"who"})"), "/steps/0/reduce"}, context);
  ASSERT_TRUE(made);
  const auto out =
      Cross(*made->barrier,
            RowsOf({R"({"who":"a","text":"one","law":"Texas","_evidence":{"/law":[{"quote":"of Texas","page":3}]}})",
                    R"({"who":"a","text":"two","law":"Nevada","_evidence":{"/law":[{"quote":"of Nevada","page":7}]}})",
                    R"({"who":"b","text":"three","law":"Ohio"})", R"({"who":"b","text":"four","law":"Utah"})",
                    R"({"who":"c","text":"five","law":"Ohio"})"}));
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[0].output["law"], "Texas");
  // Texts differ because they are two rows; nobody has to look at that.
  EXPECT_EQ(out[0].output["_conflicts"],
            Json::parse(R"({"law":[{"value":"Nevada","evidence":[{"quote":"of Nevada","page":7,"row":1}]}]})"));
  EXPECT_EQ(out[1].output["_conflicts"], Json::parse(R"({"law":[{"value":"Utah","evidence":[]}]})"));
  EXPECT_FALSE(out[2].output.contains("_conflicts"));
}

TEST(ReduceBarrier, AColumnNamedFileIsMeantBeforeTheFileOfTheRow) {
  const auto rows =
      RowsOf({R"({"file":"f1","n":1,"_source":{"file":"t.csv"}})", R"({"file":"f2","n":2,"_source":{"file":"t.csv"}})",
              R"({"file":"f1","n":1,"_source":{"file":"t.csv"}})"});
  StepContext context;
  context.places = &kPlaces;
  context.columns = {"file", "n"};
  auto made = MakeStep({"reduce", Json::parse("{}"), "/steps/0/reduce"}, context);
  ASSERT_TRUE(made);
  const auto out = Cross(*made->barrier, rows);
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[1].output["file"], "f2");
  // A field that a model has filled is not what rows are grouped by.
  auto filled = Make("reduce", "{}");
  EXPECT_EQ(Cross(*filled->barrier, rows).size(), 1u);
}

TEST(ReduceBarrier, APlaceInATableNamesItsRow) {
  auto made = Make("reduce", R"({"by":"who"})");
  ASSERT_TRUE(made);
  const std::string place = R"({"file":"t.xlsx","page":2,"start":4,"end":9,"quote":"of it"})";
  const auto out = Cross(*made->barrier, RowsOf({R"({"who":"a","law":null})",
                                                 R"({"who":"a","law":"Texas","_evidence":{"/law":[)" + place + "]}}",
                                                 R"({"who":"a","law":"Ohio","_evidence":{"/law":[)" + place + "]}}"}));
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].output["_evidence"]["/law"][0]["row"], 1);
  EXPECT_EQ(out[0].output["_conflicts"]["law"][0]["evidence"][0]["row"], 2);
}

TEST(ReduceBarrier, FilesWhoseNamesDifferInCaseAreTwo) {
  auto made = Make("reduce", "{}");
  ASSERT_TRUE(made);
  const auto out =
      Cross(*made->barrier, RowsOf({R"({"n":1,"_source":{"file":"a.txt"}})", R"({"n":2,"_source":{"file":"A.txt"}})"}));
  EXPECT_EQ(out.size(), 2u);
}

TEST(ReduceBarrier, OneRowPerKeyInOrderOfAppearance) {
  auto made = Make("reduce", R"({"by":"who"})");
  ASSERT_TRUE(made);
  const auto out =
      Cross(*made->barrier,
            RowsOf({R"({"who":"b","tags":["x"]})", R"({"who":"a","tags":["y"]})", R"({"who":"B","tags":["x","z"]})"}));
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].output["who"], "b");
  EXPECT_EQ(out[0].output["tags"], Json::parse(R"(["x","z"])"));
  EXPECT_EQ(out[1].output["who"], "a");
}

TEST(ReduceBarrier, FailedRowsKeepARowOfTheirOwn) {
  auto made = Make("reduce", R"({"by":"who"})");
  auto rows = RowsOf({R"({"who":"a"})", R"({"_error":{"message":"unreadable"}})"});
  rows[1].status = store::RowStatus::kFailed;
  const auto out = Cross(*made->barrier, rows);
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].status, store::RowStatus::kFailed);
}

}  // namespace
}  // namespace yk::steps
