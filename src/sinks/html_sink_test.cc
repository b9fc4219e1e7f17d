// SPDX-License-Identifier: Apache-2.0
#include "sinks/html_sink.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "base/json.h"
#include "sinks/html_quote.h"
#include "sinks/result_list_fixture.h"
#include "sinks/sink_factory.h"
#include "testing/temp_dir.h"

namespace yk::sinks {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSchema = R"({"type":"object","properties":{
  "party":{"type":"string","title":"Party"},
  "amount":{"type":["number","null"]},
  "tags":{"type":"array","items":{"type":"string"}}}})";

/// One place of evidence; `more` are further members.
std::string Place(const std::string& quote, const std::string& more = "") {
  return fmt::format(R"({{"file":"in/a.pdf","page":3,"start":1,"end":9,"quote":"{}","how":"exact"{}}})", quote, more);
}

class HtmlSinkTest : public ::testing::Test {
 protected:
  std::unique_ptr<pipeline::Sink> Make(const std::string& outputs = R"([{"html":"out/r.html"}])") {
    SinkContext context;
    context.base_dir = dir_.path();
    context.job_name = "risk <b>";
    context.created_at = FromUnixMs(1'700'000'000'000);
    context.results = &log_;
    context.schema = *ParseJson(kSchema);
    auto sinks = MakeSinks(*ParseJson(outputs), context);
    EXPECT_TRUE(sinks) << sinks.error().ToString();
    return std::move(sinks->front());
  }
  std::string Build(const std::string& outputs = R"([{"html":"out/r.html"}])") {
    auto sink = Make(outputs);
    EXPECT_TRUE(sink->Open(std::nullopt));
    EXPECT_TRUE(sink->Write(log_.rows));
    EXPECT_TRUE(sink->Flush());
    auto closed = sink->Close(Json::object());
    EXPECT_TRUE(closed) << closed.error().ToString();
    return ReadFile(dir_ / "out/r.html").value_or("");
  }
  testing::TempDir dir_;
  ListLog log_;
};

size_t Count(const std::string& text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_F(HtmlSinkTest, WhatOtherPassagesSaidStandsBelowTheValue) {
  log_.Ok(R"("party":"Brightwater","_conflicts":{"party":[{"value":"Clear<water>","evidence":[)" +
              Place("and Clearwater") + R"(]},{"value":"Deepwater","evidence":[]}]})",
          R"({"/party":[)" + Place("Brightwater, Inc.") + "]}");
  const std::string report = Build();
  EXPECT_THAT(report, HasSubstr(R"(elsewhere: <a href="#r0q2">Clear&lt;water&gt;</a></div>)"));
  EXPECT_THAT(report, HasSubstr("elsewhere: Deepwater</div>"));
}

TEST_F(HtmlSinkTest, AValueLeadsToItsQuoteMarkedWithinItsSurroundings) {
  dir_.Write("in/a.pdf", "x");
  log_.Ok(R"("party":"Brightwater","amount":12.5,"tags":["a","b"])",
          R"({"/party":[)" +
              Place("Brightwater, Inc.", R"(,"context":{"before":"is made between ","after":" and the buyer"})") +
              R"(],"/tags/1":[)" + Place("the b word") + "]}");
  const std::string report = Build();
  EXPECT_THAT(report, HasSubstr(R"(<a href="#r0q1">Brightwater</a>)"));
  EXPECT_THAT(report, HasSubstr(R"(<section class="quote" id="r0q1">)"));
  EXPECT_THAT(report, HasSubstr("is made between <mark>Brightwater, Inc.</mark> and the buyer"));
  EXPECT_THAT(report, HasSubstr(R"(<a href="./../in/a.pdf#page=3">in/a.pdf p.3</a>)"));
  EXPECT_THAT(report, HasSubstr(R"(<div>a</div><div><a href="#r0q2">b</a></div>)"));
  EXPECT_THAT(report, HasSubstr("<mark>the b word</mark>"));
  EXPECT_THAT(report, HasSubstr("<summary>2 quotes</summary>"));
  EXPECT_THAT(report, HasSubstr(R"(<td class="n">12.5</td>)"));
  EXPECT_THAT(report, HasSubstr("2023-11-14 · 1 row · 1 ok"));
}

TEST_F(HtmlSinkTest, ThePageShowsWhereTheQuoteStands) {
  log_.Ok(
      R"("party":"Brightwater")",
      R"({"/party":[)" +
          Place("Brightwater",
                R"(,"context":{"before":"","after":"","page":{"width":612,"height":792},)"
                R"("boxes":[[72,100,150,112]],"lines":[[72,84,540,96,"This agreement"],[72,100,540,112,"Brightwater"],)"
                R"([500,100,514,300,"縦書き"]]})") +
          "]}");
  const std::string report = Build();
  EXPECT_THAT(report, HasSubstr(R"(<rect class="hit" x="72.0" y="100.0" width="78.0" height="12.0"/>)"));
  EXPECT_THAT(report, HasSubstr(R"(<rect class="paper" x="0.0" y="0.0" width="612.0" height="792.0"/>)"));
  EXPECT_THAT(report, HasSubstr(">This agreement</text>"));
  EXPECT_THAT(report, HasSubstr(R"(class="down">縦書き</text>)"));
}

TEST_F(HtmlSinkTest, WhatRowsSayIsTextAndNeverMarkup) {
  const std::string evil = R"(<img src=x onerror=alert(1)>\"'&)";
  dir_.Write("in/javascript:x\"y.pdf", "x");
  log_.Ok(fmt::format(R"("party":"{0}","{0}":1,"tags":["{0}"])", evil),
          fmt::format(R"({{"/party":[{{"file":"in/javascript:x\"y.pdf","page":1,"quote":"{0}","how":"{0}","context":)"
                      R"({{"before":"{0}","after":"{0}","page":{{"width":600,"height":800}},"boxes":[[1,1,9,9]],)"
                      R"("lines":[[1,1,9,9,"{0}"]]}}}}]}})",
                      evil));
  log_.Failed("<script>alert(2)</script>");
  const std::string report = Build();
  EXPECT_THAT(report, Not(HasSubstr("<img")));
  EXPECT_THAT(report, Not(HasSubstr("<script")));
  EXPECT_THAT(report, HasSubstr("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;"));
  EXPECT_THAT(report, HasSubstr(R"(href="./../in/javascript%3Ax%22y.pdf#page=1")"));
  EXPECT_THAT(report, HasSubstr("<title>risk &lt;b&gt;</title>"));
  EXPECT_THAT(report, HasSubstr("default-src 'none'"));
}

TEST_F(HtmlSinkTest, EvidenceOfAnyShapeIsBorne) {
  log_.Ok(
      R"("party":"a")",
      R"({"/party":[null,1,"x",[],{},{"file":1,"page":"x","quote":{},"context":[]},)"
      R"({"quote":"q","context":{"page":{"width":"w"},"boxes":[[1,2],[1,2,3,null],"x",[9,9,1,1],[0,0,1e300,1]],"lines":7}}]})");
  EXPECT_THAT(Build(), HasSubstr("<mark>q</mark>"));
  EXPECT_EQ(PageSvg(*ParseJson(R"({"page":{"width":600,"height":800},"boxes":[[1,900,9,950]]})")), "")
      << "a place below the page";
}

TEST_F(HtmlSinkTest, RowsThatFailedSayWhyAndFilteredOnesAreCounted) {
  log_.Ok(R"("party":"x")");
  log_.Failed("bad.pdf: encrypted: the file is encrypted");
  log_.rows.push_back({2, store::RowStatus::kFiltered, R"({"_id":2,"_status":"filtered"})", ""});
  const std::string report = Build();
  EXPECT_THAT(report, HasSubstr("failed: bad.pdf: encrypted: the file is encrypted"));
  EXPECT_THAT(report, HasSubstr("3 rows · 1 ok · 1 filtered · 1 failed"));
  EXPECT_EQ(Count(report, "<tbody "), 2u);
  EXPECT_THAT(report, Not(HasSubstr("are shown")));
}

TEST_F(HtmlSinkTest, LargeResultsAreCutAndTheReportSaysWhereTheRestIs) {
  for (int i = 0; i < 5000; ++i) log_.Ok(fmt::format(R"("party":"p{}")", i));
  std::string report = Build(R"([{"html":"out/r.html"},{"jsonl":"out/r.jsonl"},{"csv":"out/r.csv"}])");
  EXPECT_EQ(Count(report, "<tbody "), 1000u);
  EXPECT_THAT(report, HasSubstr("The first 1,000 of 5,000 rows are shown; all are in out/r.jsonl and out/r.csv."));
  report = Build(R"([{"html":"out/r.html","rows":2}])");
  EXPECT_EQ(Count(report, "<tbody "), 2u);
  EXPECT_THAT(report, HasSubstr("The first 2 of 5,000 rows are shown; <code>yakan results risk &lt;b&gt;</code>"));
}

TEST_F(HtmlSinkTest, AReportStaysSmallHoweverMuchItsRowsSay) {
  const std::string long_text(200'000, 'x');
  for (int i = 0; i < 300; ++i) {
    log_.Ok(R"("party":"p")", R"({"/party":[)" + Place("q", R"(,"context":{"before":")" + long_text + "\"}") + "]}");
  }
  const std::string report = Build(R"([{"html":"out/r.html"},{"xlsx":"out/r.xlsx"}])");
  EXPECT_LT(report.size(), size_t{33} << 20);
  EXPECT_THAT(report, HasSubstr("of 300 rows are shown; all are in out/r.xlsx."));
  log_.rows.clear();
  std::string places;
  for (int i = 0; i < 700; ++i) places += (i == 0 ? "" : ",") + Place(fmt::format("q{}", i));
  log_.Ok(R"("party":"p")", R"({"/party":[)" + places + "]}");
  EXPECT_THAT(Build(), HasSubstr("<summary>500 quotes, 200 more are left out here</summary>"));
}

TEST_F(HtmlSinkTest, ARebuiltReportIsEqualAndAnOldOneStaysWhenBuildingFails) {
  for (int i = 0; i < 50; ++i) log_.Ok(fmt::format(R"("party":"p{}","extra":"e{}")", i, i));
  const std::string first = Build();
  EXPECT_THAT(first, HasSubstr("<th>extra</th>"));
  // Killed between Write and Flush, and started again from the last cursor.
  auto killed = Make();
  ASSERT_TRUE(killed->Open(store::DeliveryCursor{20, 0, 0, {}}));
  ASSERT_TRUE(killed->Write(std::span(log_.rows).subspan(20)));
  killed.reset();
  EXPECT_EQ(ReadFile(dir_ / "out/r.html").value_or(""), first);
  auto resumed = Make();
  ASSERT_TRUE(resumed->Open(store::DeliveryCursor{20, 0, 0, {}}));
  ASSERT_TRUE(resumed->Write(std::span(log_.rows).subspan(20)));
  EXPECT_EQ(resumed->Flush()->next_row, 50);
  ASSERT_TRUE(resumed->Close(Json::object()));
  EXPECT_EQ(ReadFile(dir_ / "out/r.html").value_or(""), first);
  log_.fail_after = 3;
  auto closed = resumed->Close(Json::object());
  ASSERT_FALSE(closed);
  EXPECT_THAT(closed.error().ToString(), HasSubstr("the store is gone"));
  EXPECT_EQ(ReadFile(dir_ / "out/r.html").value_or(""), first);
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_ / "out"), fs::directory_iterator()), 1);
}

TEST_F(HtmlSinkTest, AFolderThatCannotBeWrittenIsFoundBeforeTheWork) {
  dir_.Write("out", "a file where the folder should be");
  EXPECT_FALSE(Make()->Open(std::nullopt));
}

TEST_F(HtmlSinkTest, TextInJapaneseIsMarkedAsSuch) {
  log_.Ok(R"("party":"株式会社みなと")");
  EXPECT_THAT(Build(), HasSubstr("<table lang=\"ja\">"));
}

TEST_F(HtmlSinkTest, RowsMustBeANumberThatABrowserBears) {
  SinkContext context;
  context.base_dir = dir_.path();
  EXPECT_FALSE(MakeSink(*ParseJson(R"({"html":"r.html","rows":1000000})"), context));
  EXPECT_FALSE(MakeSink(*ParseJson(R"({"html":"r.html","row":5})"), context));
}

}  // namespace
}  // namespace yk::sinks
