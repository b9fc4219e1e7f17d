// SPDX-License-Identifier: Apache-2.0
#include "sources/source_factory.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "reader/reader_pool.h"
#include "reader/reason.h"
#include "testing/temp_dir.h"

namespace yk::sources {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SourceTest : public ::testing::Test {
 protected:
  SourceContext Context() {
    SourceContext context;
    context.base_dir = dir_.path();
    context.spool_dir = dir_ / "spool";
    return context;
  }
  std::unique_ptr<pipeline::Source> Make(const std::string& spec) { return Make(spec, Context()); }
  std::unique_ptr<pipeline::Source> Make(const std::string& spec, SourceContext context) {
    auto source = MakeSource(*ParseJson(spec), context);
    EXPECT_TRUE(source) << source.error().ToString();
    return std::move(*source);
  }
  /// Manifest, then all payloads in steps of 3.
  std::vector<std::string> All(pipeline::Source& source) {
    auto manifest = source.Manifest();
    EXPECT_TRUE(manifest) << manifest.error().ToString();
    std::vector<std::string> all;
    for (;;) {
      auto some = source.Next(3);
      EXPECT_TRUE(some);
      if (!some || some->empty()) return all;
      EXPECT_LE(some->size(), 3u);
      all.insert(all.end(), some->begin(), some->end());
    }
  }
  std::string Problem(pipeline::Source& source) {
    auto manifest = source.Manifest();
    return manifest ? "" : manifest.error().ToString();
  }
  std::string LoadProblem(const pipeline::Source& source, const std::string& payload) {
    auto row = source.Load(0, payload);
    return row ? "" : row.error().ToString();
  }
  testing::TempDir dir_;
};

TEST_F(SourceTest, CsvRowsCarryTheirColumns) {
  dir_.Write("data.csv", "id,text\n1,\"two\nlines\"\n\n2,甲\n");
  auto source = Make(R"({"csv":"data.csv"})");
  const auto payloads = All(*source);
  EXPECT_THAT(source->Columns(), ElementsAre("id", "text"));
  ASSERT_EQ(payloads.size(), 2u);
  auto row = source->Load(7, payloads[0]);
  ASSERT_TRUE(row) << row.error().ToString();
  EXPECT_EQ(row->row_id, 7);
  EXPECT_EQ(row->file, "data.csv");
  EXPECT_EQ(DumpJson(row->fields), R"({"id":"1","text":"two\nlines"})");
  EXPECT_EQ(DumpJson(source->Load(1, payloads[1])->fields), R"({"id":"2","text":"甲"})");
}

TEST_F(SourceTest, ARaggedCsvRecordFailsAloneWithItsLine) {
  dir_.Write("data.csv", "a,b\n1,2\n1,2,3\n\"x\ny\",4\nlast\n");
  auto source = Make(R"({"csv":"data.csv"})");
  const auto payloads = All(*source);
  ASSERT_EQ(payloads.size(), 4u);
  EXPECT_EQ(LoadProblem(*source, payloads[0]), "");
  EXPECT_THAT(LoadProblem(*source, payloads[1]),
              HasSubstr("data.csv line 3: the record has 3 fields, but the header has 2"));
  EXPECT_EQ(LoadProblem(*source, payloads[2]), "");
  EXPECT_THAT(LoadProblem(*source, payloads[3]), HasSubstr("data.csv line 6"));
}

TEST_F(SourceTest, HeadersWithoutANameOrWithOneTwiceAreRefused) {
  dir_.Write("twice.csv", "a,b,a\n1,2,3\n");
  EXPECT_THAT(Problem(*Make(R"({"csv":"twice.csv"})")),
              HasSubstr("twice.csv line 1: columns 1 and 3 are both named 'a'"));
  dir_.Write("blank.csv", "a,,b\n1,2,3\n");
  EXPECT_THAT(Problem(*Make(R"({"csv":"blank.csv"})")), HasSubstr("column 2 has no name"));
  dir_.Write("empty.csv", "");
  EXPECT_THAT(Problem(*Make(R"({"csv":"empty.csv"})")), HasSubstr("empty.csv is empty"));
}

TEST_F(SourceTest, ShiftJisAndSemicolonsAreFound) {
  dir_.Write("sjis.csv", "id;\x93\xFA\x95\x74\n1;\x97\xDF\x98\x61\x8C\xB3\x94\x4E\x82\xCC\x8C\x5F\x96\xF1\x8F\x91\n");
  auto source = Make(R"({"csv":"sjis.csv"})");
  const auto payloads = All(*source);
  EXPECT_THAT(source->Columns(), ElementsAre("id", "日付"));
  ASSERT_EQ(payloads.size(), 1u);
  EXPECT_EQ(DumpJson(source->Load(0, payloads[0])->fields), R"({"id":"1","日付":"令和元年の契約書"})");
}

TEST_F(SourceTest, LargeRowsAreStoredByPlaceAndCheckedWhenLoaded) {
  const std::string large(20'000, 'x');
  const fs::path path = dir_.Write("data.jsonl", "{\"t\":\"small\"}\n{\"t\":\"" + large + "\"}\n");
  auto source = Make(R"({"jsonl":"data.jsonl"})");
  const auto payloads = All(*source);
  ASSERT_EQ(payloads.size(), 2u);
  EXPECT_LT(payloads[1].size(), 400u);
  auto fresh = Make(R"({"jsonl":"data.jsonl"})");  // as after a restart: no Manifest call
  EXPECT_EQ(fresh->Load(1, payloads[1])->fields["t"], large);
  dir_.Write("data.jsonl", "{\"t\":\"small\"}\n{\"t\":\"" + std::string(20'000, 'y') + "\"}\n");
  EXPECT_THAT(LoadProblem(*fresh, payloads[1]), HasSubstr("data.jsonl line 2: the row changed"));
}

TEST_F(SourceTest, LargeCsvRecordsOverSeveralLinesComeBackByPlace) {
  std::string field;
  for (int i = 0; i < 3000; ++i) field += fmt::format("line {}\n\n", i);
  dir_.Write("data.csv", "id,text\n1,\"" + field + "\"\n2,b\n");
  auto source = Make(R"({"csv":"data.csv"})");
  const auto payloads = All(*source);
  ASSERT_EQ(payloads.size(), 2u);
  EXPECT_LT(payloads[0].size(), 400u);
  auto fresh = Make(R"({"csv":"data.csv"})");
  auto row = fresh->Load(0, payloads[0]);
  ASSERT_TRUE(row) << row.error().ToString();
  EXPECT_EQ(row->fields["text"], field);
}

TEST_F(SourceTest, ABadJsonLineFailsAloneWithItsNumber) {
  dir_.Write("data.jsonl", "{\"a\":1}\n{\"a\":\n\n[1]\n{\"b\":2}");
  auto source = Make(R"({"jsonl":"data.jsonl"})");
  const auto payloads = All(*source);
  ASSERT_EQ(payloads.size(), 4u);
  EXPECT_THAT(source->Columns(), ElementsAre("a", "b"));
  EXPECT_THAT(LoadProblem(*source, payloads[1]), HasSubstr("data.jsonl line 2: this is not valid JSON"));
  EXPECT_THAT(LoadProblem(*source, payloads[2]), HasSubstr("data.jsonl line 4: each line must be one JSON object"));
  EXPECT_EQ(LoadProblem(*source, payloads[3]), "");
}

TEST_F(SourceTest, LongNumbersOfJsonLinesKeepTheirDigits) {
  dir_.Write("data.jsonl", R"({"id":123456789012345678901234567890})");
  auto source = Make(R"({"jsonl":"data.jsonl"})");
  const auto payloads = All(*source);
  ASSERT_EQ(payloads.size(), 1u);
  EXPECT_EQ(source->Load(0, payloads[0])->fields["id"], "123456789012345678901234567890");
}

TEST_F(SourceTest, LinesOfTextFilesAreRows) {
  dir_.Write("logs/a.log", "one\r\n\ntwo");
  dir_.Write("logs/b.log", "three\n");
  auto source = Make(R"({"files":"logs/*.log","as":"line"})");
  const auto payloads = All(*source);
  ASSERT_EQ(payloads.size(), 3u);
  EXPECT_EQ(source->Load(1, payloads[1])->fields["text"], "two");
  EXPECT_EQ(source->Load(2, payloads[2])->file, "logs/b.log");
}

TEST_F(SourceTest, SkipGoesOnWhereAnInterruptedLoadStopped) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += fmt::format("{{\"i\":{}}}\n", i);
  dir_.Write("data.jsonl", text);
  auto whole = Make(R"({"jsonl":"data.jsonl"})");
  const auto all = All(*whole);
  for (const size_t done : {0, 1, 49, 50}) {
    auto source = Make(R"({"jsonl":"data.jsonl"})");
    ASSERT_TRUE(source->Manifest());
    ASSERT_TRUE(source->Skip(static_cast<int64_t>(done)));
    auto rest = source->Next(100);
    ASSERT_TRUE(rest);
    EXPECT_EQ(*rest, std::vector<std::string>(all.begin() + static_cast<ptrdiff_t>(done), all.end()));
  }
  auto source = Make(R"({"jsonl":"data.jsonl"})");
  ASSERT_TRUE(source->Manifest());
  EXPECT_FALSE(source->Skip(51));
}

TEST_F(SourceTest, TheManifestFollowsContentAndNothingElse) {
  const fs::path path = dir_.Write("data.csv", "a\n1\n");
  const std::string before = *Make(R"({"csv":"data.csv"})")->Manifest();
  fs::last_write_time(path, fs::last_write_time(path) + std::chrono::hours(5));
  EXPECT_EQ(*Make(R"({"csv":"data.csv"})")->Manifest(), before);
  dir_.Write("data.csv", "a\n2\n");
  EXPECT_NE(*Make(R"({"csv":"data.csv"})")->Manifest(), before);
}

TEST_F(SourceTest, TheLimitTakesTheFirstRowsOnly) {
  dir_.Write("data.jsonl", "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
  SourceContext context = Context();
  context.limit = 2;
  EXPECT_EQ(All(*Make(R"({"jsonl":"data.jsonl"})", context)).size(), 2u);
}

TEST_F(SourceTest, StandardInputCanBeReadAgainAfterARestart) {
  const fs::path input = dir_.Write("in", "{\"q\":\"" + std::string(9000, 'z') + "\"}\n{\"q\":\"b\"}\n");
  SourceContext context = Context();
  const Fd in(::open(input.c_str(), O_RDONLY | O_CLOEXEC));
  context.stdin_fd = in.get();
  auto source = Make(R"({"stdin":"auto"})", context);
  const auto payloads = All(*source);
  ASSERT_EQ(payloads.size(), 2u);
  EXPECT_THAT(source->Columns(), ElementsAre("q"));
  context.stdin_fd = -1;
  auto resumed = Make(R"({"stdin":"auto"})", context);
  auto row = resumed->Load(0, payloads[0]);
  ASSERT_TRUE(row) << row.error().ToString();
  EXPECT_EQ(row->fields["q"], std::string(9000, 'z'));
  EXPECT_EQ(row->file, "stdin");
  // A load that was interrupted starts over from the kept copy: standard input itself is gone.
  context.spooled_stdin = source->Spool();
  EXPECT_EQ(All(*Make(R"({"stdin":"auto"})", context)), payloads);
  context.spooled_stdin.clear();
  const Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  context.stdin_fd = nothing.get();
  EXPECT_THAT(Problem(*Make(R"({"stdin":"csv"})", context)), HasSubstr("standard input is empty"));
}

TEST_F(SourceTest, InputsThatAreNotThereAreNamedWithTheWayOut) {
  EXPECT_THAT(Problem(*Make(R"({"csv":"none.csv"})")), HasSubstr("the input none.csv does not exist"));
  EXPECT_THAT(Problem(*Make(R"({"files":"x/*.log","as":"line"})")), HasSubstr("no file fits x/*.log"));
  fs::create_directory(dir_ / "empty");
  EXPECT_THAT(Problem(*Make(R"({"files":"empty","as":"line"})")), HasSubstr("the folder empty is empty"));
  EXPECT_THAT(Problem(*Make(R"({"files":"*.zip","as":"line"})")), HasSubstr("no file fits *.zip"));
}

TEST_F(SourceTest, WrongSpecsAreNamedWithTheNearestKey) {
  const auto problem = [&](const std::string& spec) {
    auto source = MakeSource(*ParseJson(spec), Context());
    return source ? "" : source.error().ToString();
  };
  EXPECT_THAT(problem(R"({"file":"a"})"), HasSubstr("did you mean 'files'"));
  EXPECT_THAT(problem(R"({"csv":"a","jsonl":"b"})"), HasSubstr("exclude each other"));
  EXPECT_THAT(problem(R"({"csv":"a","delimeter":";"})"), HasSubstr("delimiter"));
  EXPECT_THAT(problem(R"({"files":"a","as":"rwo"})"), HasSubstr("document"));
  EXPECT_THAT(problem(R"({})"), HasSubstr("files, csv, xlsx, jsonl, logs, stdin"));
}

class DocumentSourceTest : public SourceTest {
 protected:
  DocumentSourceTest() {
    auto pool = reader::ReaderPool::Open({.readers = 1, .program = std::string(YAKAN_BIN_DIR) + "/yakan-reader"});
    EXPECT_TRUE(pool) << pool.error().ToString();
    pool_ = std::move(*pool);
  }
  std::unique_ptr<pipeline::Source> Documents(const std::string& spec) {
    SourceContext context = Context();
    context.readers = pool_.get();
    return Make(spec, context);
  }
  std::unique_ptr<reader::ReaderPool> pool_;
};

TEST_F(DocumentSourceTest, AFolderOfMixedFilesGivesOneRowEach) {
  dir_.Write("in/a.txt", "alpha");
  dir_.Write("in/deep/b.md", "# beta");
  dir_.Write("in/deep/c.bin", std::string("\x7F\0\1\2 etc", 8));
  dir_.Write("in/empty.pdf", "");
  dir_.Write("in/.hidden.txt", "no");
  auto source = Documents(R"({"files":"in/**"})");
  const auto payloads = All(*source);
  ASSERT_EQ(payloads.size(), 4u);
  auto alpha = source->Load(0, payloads[0]);
  ASSERT_TRUE(alpha) << alpha.error().ToString();
  EXPECT_EQ(alpha->file, "in/a.txt");
  EXPECT_EQ(alpha->document->text, "alpha");
  EXPECT_EQ(alpha->document->file, "in/a.txt");
  EXPECT_EQ(source->Load(1, payloads[1])->document->title, "beta");
  EXPECT_THAT(LoadProblem(*source, payloads[2]),
              HasSubstr("in/deep/c.bin: unsupported: files ending in '.bin' cannot be read"));
  auto empty = source->Load(3, payloads[3]);
  ASSERT_FALSE(empty);
  EXPECT_EQ(reader::ReasonOf(empty.error()), reader::Reason::kEmptyFile);
  EXPECT_THAT(empty.error().ToString(), ::testing::StartsWith("in/empty.pdf: empty_file: "));
}

TEST_F(DocumentSourceTest, PasswordsMayComeFromTheEnvironment) {
  dir_.Write("a.txt", "alpha");
  SourceContext context = Context();
  context.readers = pool_.get();
  auto unset = MakeSource(*ParseJson(R"({"files":"a.txt","passwords":["env:YAKAN_TEST_UNSET"]})"), context);
  ASSERT_FALSE(unset);
  EXPECT_THAT(unset.error().ToString(), HasSubstr("YAKAN_TEST_UNSET, which is not set"));
  ::setenv("YAKAN_TEST_PASSWORD", "secret", 1);
  auto source = Documents(R"({"files":"a.txt","passwords":["env:YAKAN_TEST_PASSWORD"]})");
  const auto payloads = All(*source);
  ASSERT_EQ(payloads.size(), 1u);
  EXPECT_EQ(payloads[0].find("secret"), std::string::npos);
  EXPECT_EQ(source->Load(0, payloads[0])->document->text, "alpha");
  for (const char* unit : {"page", "message", "table", "row"}) {
    auto other = MakeSource(
        *ParseJson(fmt::format(R"({{"files":"a.txt","as":"{}","passwords":["env:YAKAN_TEST_PASSWORD"]}})", unit)),
        context);
    EXPECT_TRUE(other) << unit << ": " << other.error().ToString();
  }
}

TEST_F(DocumentSourceTest, PagesAreRowsWithTheirNumber) {
  dir_.Write("a.txt", "one\ftwo\fthree");
  dir_.Write("b.txt", "");
  auto source = Documents(R"({"files":"*.txt","as":"page"})");
  const auto payloads = All(*source);
  ASSERT_EQ(payloads.size(), 4u);
  auto second = source->Load(1, payloads[1]);
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_EQ(second->page, 2);
  EXPECT_EQ(second->document->text, "two");
  EXPECT_EQ(second->document->PageOf(0), 2);
  EXPECT_THAT(LoadProblem(*source, payloads[3]), HasSubstr("empty_file"));
}

/// A tar archive of these files.
std::string Tar(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string out;
  for (const auto& [name, content] : files) {
    std::string header(512, '\0');
    header.replace(0, name.size(), name);
    header.replace(100, 7, "0000644");
    header.replace(124, 11, fmt::format("{:011o}", content.size()));
    header.replace(148, 8, "        ");
    header.replace(156, 1, "0");
    header.replace(257, 6, std::string("ustar\0", 6));
    header.replace(263, 2, "00");
    unsigned sum = 0;
    for (const char c : header) sum += static_cast<unsigned char>(c);
    header.replace(148, 7, fmt::format("{:06o}", sum) + std::string(1, '\0'));
    out += header + content + std::string((512 - content.size() % 512) % 512, '\0');
  }
  return out + std::string(1024, '\0');
}

TEST_F(DocumentSourceTest, ArchivesAreFolders) {
  dir_.Write("in/a.tar",
             Tar({{"x.txt", "one\ftwo"}, {"inner.tar", Tar({{"deep/y.txt", "three"}})}, {"bad.zip", "PK\3\4?"}}));
  dir_.Write("in/b.txt", "four");
  auto source = Documents(R"({"files":"in/**"})");
  const auto payloads = All(*source);
  ASSERT_EQ(payloads.size(), 4u);
  auto x = source->Load(0, payloads[0]);
  ASSERT_TRUE(x) << x.error().ToString();
  EXPECT_EQ(x->file, "in/a.tar/x.txt");
  EXPECT_EQ(x->document->file, "in/a.tar/x.txt");
  auto y = source->Load(1, payloads[1]);
  ASSERT_TRUE(y) << y.error().ToString();
  EXPECT_EQ(y->file, "in/a.tar/inner.tar/deep/y.txt");
  EXPECT_EQ(y->document->text, "three");
  EXPECT_THAT(LoadProblem(*source, payloads[2]), ::testing::StartsWith("in/a.tar/bad.zip: corrupt: "));
  EXPECT_EQ(source->Load(3, payloads[3])->file, "in/b.txt");

  auto resumed = Documents(R"({"files":"in/**"})");
  ASSERT_TRUE(resumed->Manifest());
  ASSERT_TRUE(resumed->Skip(2));
  auto rest = resumed->Next(10);
  ASSERT_TRUE(rest);
  EXPECT_THAT(*rest, ::testing::ElementsAre(payloads[2], payloads[3]));

  auto pages = Documents(R"({"files":"in/**","as":"page"})");
  const auto page_payloads = All(*pages);
  ASSERT_EQ(page_payloads.size(), 5u);
  auto second = pages->Load(1, page_payloads[1]);
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_EQ(second->page, 2);
  EXPECT_EQ(second->document->text, "two");

  dir_.Write("in/a.tar", Tar({{"x.txt", "changed"}}));
  EXPECT_THAT(LoadProblem(*source, payloads[0]), HasSubstr("in/a.tar/x.txt: the file changed after the job began"));
}

TEST_F(DocumentSourceTest, AFileThatChangedAfterTheJobBeganFailsItsRow) {
  dir_.Write("a.txt", "before");
  auto source = Documents(R"({"files":"a.txt"})");
  const auto payloads = All(*source);
  ASSERT_EQ(payloads.size(), 1u);
  dir_.Write("a.txt", "after!");
  EXPECT_THAT(LoadProblem(*source, payloads[0]), HasSubstr("a.txt: the file changed after the job began"));
  fs::remove(dir_ / "a.txt");
  EXPECT_THAT(LoadProblem(*source, payloads[0]), HasSubstr("cannot read"));
}

TEST_F(DocumentSourceTest, InputsOnTheCommandLineReplaceTheSpecs) {
  const fs::path other = dir_.Write("other/x.txt", "x");
  SourceContext context = Context();
  context.readers = pool_.get();
  context.overrides = {other.string()};
  auto source = Make(R"({"files":"missing/*.pdf"})", context);
  const auto payloads = All(*source);
  ASSERT_EQ(payloads.size(), 1u);
  EXPECT_EQ(source->Load(0, payloads[0])->file, "other/x.txt");
}

}  // namespace
}  // namespace yk::sources
