// SPDX-License-Identifier: Apache-2.0
#include "sinks/xlsx_sink.h"

#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>

#include "base/file.h"
#include "base/json.h"
#include "sinks/result_list_fixture.h"
#include "sinks/sink_factory.h"
#include "sinks/xlsx_book.h"
#include "testing/temp_dir.h"

namespace yk::sinks {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSchema = R"({"type":"object","properties":{
  "party":{"type":"string","title":"Party"},
  "signed":{"type":["string","null"],"format":"date"},
  "amount":{"type":"number"},
  "days":{"type":"integer"},
  "auto_renewal":{"type":"boolean"},
  "risk":{"enum":["high","medium","low"]},
  "site":{"type":"string","format":"uri"},
  "tags":{"type":"array","items":{"type":"string"}},
  "clauses":{"type":"array","items":{"type":"object","properties":{"title":{"type":"string"},"risk":{"type":"string"}}}}}})";

class XlsxSinkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("unzip -v > /dev/null 2>&1") != 0) GTEST_SKIP() << "unzip is not installed";
  }
  std::unique_ptr<pipeline::Sink> Make() {
    SinkContext context;
    context.base_dir = dir_.path();
    context.job_name = "contract-risk";
    context.created_at = FromUnixMs(1'700'000'000'000);
    context.results = &log_;
    context.schema = *ParseJson(kSchema);
    context.confidence = confidence_;
    auto sink = MakeSink(*ParseJson(R"({"xlsx":"out/r.xlsx","sheet":"matrix"})"), context);
    EXPECT_TRUE(sink) << sink.error().ToString();
    return std::move(*sink);
  }
  void Build() {
    auto sink = Make();
    ASSERT_TRUE(sink->Open(std::nullopt));
    ASSERT_TRUE(sink->Write(log_.rows));
    ASSERT_TRUE(sink->Flush());
    auto closed = sink->Close(Json::object());
    ASSERT_TRUE(closed) << closed.error().ToString();
  }
  /// One part of the workbook, as XML.
  std::string Part(const std::string& name) {
    const std::string command = fmt::format("unzip -p '{}' '{}' 2>/dev/null", (dir_ / "out/r.xlsx").string(), name);
    std::string out;
    FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return out;
    char piece[4096];
    for (size_t n = 0; (n = std::fread(piece, 1, sizeof(piece), pipe)) > 0;) out.append(piece, n);
    ::pclose(pipe);
    return out;
  }
  testing::TempDir dir_;
  ListLog log_;
  std::vector<std::string> confidence_;
};

TEST_F(XlsxSinkTest, ValuesAreTypedCells) {
  log_.Ok(R"("party":"甲社","signed":"2024-01-15","amount":1234567.5,"days":30,"auto_renewal":true,"risk":"high",)"
          R"("site":"https://example.com/a?b=1&c=2","tags":["a","b"],"clauses":[])");
  Build();
  const std::string sheet = Part("xl/worksheets/sheet1.xml");
  EXPECT_THAT(sheet, HasSubstr("甲社"));
  EXPECT_THAT(sheet, HasSubstr("<v>45306</v>"));  // 2024-01-15 counted from 1900
  EXPECT_THAT(sheet, HasSubstr("<v>1234567.5</v>"));
  EXPECT_THAT(sheet, HasSubstr("<v>30</v>"));
  EXPECT_THAT(sheet, HasSubstr("t=\"b\"><v>1</v>"));
  EXPECT_THAT(sheet, HasSubstr("<hyperlink "));
  EXPECT_THAT(sheet, HasSubstr(">a; b<"));
  EXPECT_THAT(sheet, HasSubstr("<autoFilter ref=\"A1:K2\"/>"));
  EXPECT_THAT(sheet, HasSubstr("ySplit=\"1\""));
  EXPECT_THAT(sheet, HasSubstr("\"high\""));
  EXPECT_THAT(Part("xl/workbook.xml"), HasSubstr("name=\"matrix\""));
}

TEST_F(XlsxSinkTest, NothingIsEverAFormula) {
  log_.Ok(R"j("party":"=HYPERLINK(\"http://evil\")","tags":["+1","@x"])j");
  Build();
  const std::string sheet = Part("xl/worksheets/sheet1.xml");
  EXPECT_THAT(sheet, Not(HasSubstr("<f>")));
  EXPECT_THAT(sheet, HasSubstr("=HYPERLINK("));
}

TEST_F(XlsxSinkTest, CharactersThatNoSpreadsheetReadsAreReplacedEverywhere) {
  log_.Ok(
      R"("party":"a\uffffb","site":"https://example.com/\ufffe","odd\uffffname":"\u0000z","clauses":[{"title":"t\ufffet"}])",
      R"({"/party":[{"file":"契約\uffff.pdf","page":3,"start":1,"end":9,"quote":"q\uffff\u0001q","how":"exact"}]})");
  log_.Failed("bad\uffff.pdf: it is\u0000 broken");
  Build();
  for (const char* part :
       {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml", "xl/worksheets/sheet4.xml",
        "xl/worksheets/sheet5.xml", "xl/comments1.xml", "xl/worksheets/_rels/sheet1.xml.rels"}) {
    const std::string xml = Part(part);
    EXPECT_THAT(xml, Not(HasSubstr("\uFFFF"))) << part;
    EXPECT_THAT(xml, Not(HasSubstr("\uFFFE"))) << part;
    EXPECT_EQ(xml.find('\x01'), std::string::npos) << part;
  }
  EXPECT_THAT(Part("xl/worksheets/sheet1.xml"), HasSubstr("a\uFFFDb"));
  EXPECT_THAT(Part("xl/worksheets/sheet1.xml"), HasSubstr("\uFFFDz"));
  EXPECT_THAT(Part("xl/comments1.xml"), HasSubstr("q\uFFFD\uFFFDq"));
}

TEST_F(XlsxSinkTest, WholeNumbersThatACellWouldRoundAreTexts) {
  log_.Ok(R"("days":9007199254740992)");
  log_.Ok(R"("days":9007199254740993)");
  log_.Ok(R"("days":-9007199254740993)");
  log_.Ok(R"("days":18446744073709551615)");
  Build();
  const std::string sheet = Part("xl/worksheets/sheet1.xml");
  EXPECT_THAT(sheet, HasSubstr("<v>9007199254740992</v>"));
  for (const char* number : {">9007199254740993<", ">-9007199254740993<", ">18446744073709551615<"}) {
    EXPECT_THAT(sheet, HasSubstr(std::string("<t") + number));
  }
}

TEST_F(XlsxSinkTest, AFieldNamedLikeOurColumnsKeepsItsHeading) {
  log_.Ok(R"("party":"x","id":"A-7","File":"f")");
  Build();
  const std::string sheet = Part("xl/worksheets/sheet1.xml");
  EXPECT_THAT(sheet, HasSubstr(">_id<"));
  EXPECT_THAT(sheet, HasSubstr(">Id<"));
  EXPECT_THAT(sheet, HasSubstr(">_file<"));
  EXPECT_THAT(sheet, HasSubstr(">File<"));
}

TEST_F(XlsxSinkTest, HowSureTheModelWasStandsBehindTheFields) {
  confidence_ = {"party", "days"};
  log_.Ok(R"("party":"x","days":3,"_confidence":{"party":0.75,"days":0.5})");
  Build();
  const std::string sheet = Part("xl/worksheets/sheet1.xml");
  EXPECT_THAT(sheet, HasSubstr(">Confidence<"));
  EXPECT_THAT(sheet, HasSubstr(">Confidence: Party<"));
  EXPECT_THAT(sheet, HasSubstr(">Confidence: Days<"));
  EXPECT_THAT(sheet, HasSubstr("<v>0.75</v>"));
  EXPECT_THAT(sheet, HasSubstr("<autoFilter ref=\"A1:N2\"/>"));
}

TEST_F(XlsxSinkTest, EvidenceIsASheetAndANoteOnItsCell) {
  log_.Ok(R"("party":"Brightwater","clauses":[{"title":"Liability","risk":"high"}])",
          R"({"/party":[{"file":"契約0.pdf","page":3,"start":1,"end":9,"quote":"between Brightwater","how":"exact"}],)"
          R"("/clauses/0/title":[{"file":"契約0.pdf","page":5,"start":1,"end":9,"quote":"Article 9","how":"exact"}]})");
  Build();
  EXPECT_THAT(Part("xl/comments1.xml"), HasSubstr("p. 3: “between Brightwater”"));
  EXPECT_THAT(Part("xl/workbook.xml"), HasSubstr("name=\"evidence\""));
  EXPECT_THAT(Part("xl/workbook.xml"), HasSubstr("name=\"clauses\""));
  EXPECT_THAT(Part("xl/worksheets/sheet2.xml"), HasSubstr("Liability"));
  const std::string evidence = Part("xl/worksheets/sheet3.xml");
  EXPECT_THAT(evidence, HasSubstr("clauses/0/title"));
  EXPECT_THAT(evidence, HasSubstr("Article 9"));
}

TEST_F(XlsxSinkTest, WhatOtherPassagesSaidStandsInTheNoteAndAmongTheEvidence) {
  log_.Ok(
      R"("party":"Brightwater","_conflicts":{"party":[{"value":"Clearwater","evidence":)"
      R"([{"file":"契約0.pdf","page":7,"start":1,"end":9,"quote":"and Clearwater","how":"exact"}]}]})",
      R"({"/party":[{"file":"契約0.pdf","page":3,"start":1,"end":9,"quote":"between Brightwater","how":"exact"}]})");
  Build();
  EXPECT_THAT(Part("xl/comments1.xml"), HasSubstr("elsewhere: Clearwater, p. 7: “and Clearwater”"));
  const std::string evidence = Part("xl/worksheets/sheet3.xml");
  EXPECT_THAT(evidence, HasSubstr("and Clearwater"));
  EXPECT_THAT(evidence, HasSubstr(">elsewhere<"));
}

TEST_F(XlsxSinkTest, FailedRowsStandOnASheetOfTheirOwnAndInTheSummary) {
  log_.Ok(R"("party":"x")");
  log_.Failed("bad.pdf: encrypted: the file is encrypted; save it without a password");
  log_.Failed("worse.pdf: encrypted: the file is encrypted; save it without a password");
  Build();
  const std::string errors = Part("xl/worksheets/sheet3.xml");
  EXPECT_THAT(errors, HasSubstr("worse.pdf: encrypted"));
  const std::string summary = Part("xl/worksheets/sheet4.xml");
  EXPECT_THAT(summary, HasSubstr("contract-risk"));
  EXPECT_THAT(summary, HasSubstr("2023-11-14"));
  EXPECT_THAT(summary, HasSubstr(">the file is encrypted; save it without a password<"));
}

TEST_F(XlsxSinkTest, TextsLongerThanACellAreCutWithANote) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "字";
  log_.Ok(fmt::format(R"("party":"{}")", text));
  Build();
  EXPECT_THAT(Part("xl/worksheets/sheet1.xml"), HasSubstr("cut: the whole text has 40000 characters"));
  EXPECT_THAT(Part("xl/worksheets/sheet3.xml"), HasSubstr("1 texts are longer than a cell holds"));
}

TEST_F(XlsxSinkTest, ARebuiltWorkbookIsEqualByteByByte) {
  for (int i = 0; i < 50; ++i) log_.Ok(fmt::format(R"("party":"p{}","days":{},"risk":"low","extra":"e{}")", i, i, i));
  Build();
  const std::string first = Part("xl/worksheets/sheet1.xml") + Part("docProps/core.xml");
  auto resumed = Make();
  ASSERT_TRUE(resumed->Open(store::DeliveryCursor{20, 0, 0, {}}));
  ASSERT_TRUE(resumed->Write(std::span(log_.rows).subspan(20)));
  EXPECT_EQ(resumed->Flush()->next_row, 50);
  ASSERT_TRUE(resumed->Close(Json::object()));
  EXPECT_EQ(Part("xl/worksheets/sheet1.xml") + Part("docProps/core.xml"), first);
  EXPECT_THAT(first, HasSubstr("2023-11-14T22:13:20Z"));
  EXPECT_THAT(first, HasSubstr(">e49<"));
}

TEST_F(XlsxSinkTest, AnOldWorkbookStaysWhenBuildingFails) {
  log_.Ok(R"("party":"old")");
  Build();
  log_.Ok(R"("party":"new")");
  log_.fail_after = 4;
  auto sink = Make();
  ASSERT_TRUE(sink->Open(std::nullopt));
  auto closed = sink->Close(Json::object());
  ASSERT_FALSE(closed);
  EXPECT_THAT(closed.error().ToString(), HasSubstr("the store is gone"));
  EXPECT_THAT(Part("xl/worksheets/sheet1.xml"), HasSubstr("old"));
  EXPECT_FALSE(fs::exists(dir_ / "out/r.xlsx.partial"));
}

TEST_F(XlsxSinkTest, AFolderThatCannotBeWrittenIsFoundBeforeTheWork) {
  dir_.Write("out", "a file where the folder should be");
  auto opened = Make()->Open(std::nullopt);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr((dir_ / "out").string()));
}

TEST_F(XlsxSinkTest, AJobWithoutRowsGivesAWorkbookThatOpens) {
  Build();
  EXPECT_THAT(Part("xl/worksheets/sheet1.xml"), HasSubstr("Party"));
}

TEST(ColumnsTest, NullableTypesAreSeenThrough) {
  const auto columns = ColumnsOf(*ParseJson(
      R"({"properties":{"a":{"anyOf":[{"type":"string","format":"date"},{"type":"null"}],"title":"A"},"b":{"type":["integer","null"]},
          "c":{"type":"array","items":{"type":"object","properties":{"x":{"type":"number"}}}},"d":{"type":["string","integer"]}}})"));
  ASSERT_EQ(columns.size(), 4u);
  EXPECT_EQ(columns[0].kind, ColumnKind::kDate);
  EXPECT_EQ(columns[0].title, "A");
  EXPECT_EQ(columns[1].kind, ColumnKind::kInteger);
  EXPECT_EQ(columns[2].kind, ColumnKind::kObjects);
  EXPECT_EQ(columns[2].object_columns.front().kind, ColumnKind::kNumber);
  EXPECT_EQ(columns[3].kind, ColumnKind::kText);
}

TEST(DisplayWidthTest, FullWidthCharactersCountTwo) {
  EXPECT_EQ(DisplayWidth("ab"), 2);
  EXPECT_EQ(DisplayWidth("契約ab"), 6);
  EXPECT_EQ(DisplayWidth("ｱ"), 1);
}

}  // namespace
}  // namespace yk::sinks
