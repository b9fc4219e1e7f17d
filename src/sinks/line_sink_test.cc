// SPDX-License-Identifier: Apache-2.0
#include "sinks/line_sink.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <random>

#include "base/file.h"
#include "base/json.h"
#include "sinks/crc32.h"
#include "sinks/sink_factory.h"
#include "testing/temp_dir.h"

namespace yk::sinks {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

store::RowResult OkRow(int64_t id, const std::string& fields = R"("name":"値")") {
  return {id, store::RowStatus::kOk,
          fmt::format(R"({{"_id":{},"_source":{{"file":"a.pdf","page":2}},"_status":"ok",{}}})", id, fields), ""};
}

store::RowResult FailedRow(int64_t id) {
  return {
      id, store::RowStatus::kFailed,
      fmt::format(
          R"({{"_id":{},"_source":{{"file":"b.pdf","page":null}},"_status":"failed","_error":{{"code":"invalid","message":"no"}}}})",
          id),
      ""};
}

std::string Read(const fs::path& path) { return ReadFile(path).value_or("<missing>"); }

class LineSinkTest : public ::testing::Test {
 protected:
  std::unique_ptr<pipeline::Sink> Make(const std::string& spec) {
    SinkContext context;
    context.base_dir = dir_.path();
    context.schema = *ParseJson(
        R"({"type":"object","properties":{"name":{"type":"string"},"tags":{"type":"array","items":{"type":"string"}}}})");
    context.confidence = confidence_;
    auto sink = MakeSink(*ParseJson(spec), context);
    EXPECT_TRUE(sink) << sink.error().ToString();
    return std::move(*sink);
  }
  testing::TempDir dir_;
  std::vector<std::string> confidence_;
};

TEST_F(LineSinkTest, ResultsAreReadableBeforeTheEndAndTakeTheirNameAtTheEnd) {
  dir_.Write("out/r.jsonl", "old\n");
  auto sink = Make(R"({"jsonl":"out/r.jsonl"})");
  EXPECT_EQ(sink->Name(), "jsonl:out/r.jsonl");
  ASSERT_TRUE(sink->Open(std::nullopt));
  ASSERT_TRUE(sink->Write(std::vector{OkRow(0), FailedRow(1), OkRow(2)}));
  ASSERT_TRUE(sink->Flush());
  EXPECT_EQ(Read(dir_ / "out/r.jsonl"), "old\n");
  EXPECT_EQ(Read(dir_ / "out/r.jsonl.partial"), OkRow(0).output + "\n" + OkRow(2).output + "\n");
  ASSERT_TRUE(sink->Close(Json::object()));
  EXPECT_EQ(Read(dir_ / "out/r.jsonl"), OkRow(0).output + "\n" + OkRow(2).output + "\n");
  EXPECT_EQ(Read(dir_ / "out/r.errors.jsonl"), FailedRow(1).output + "\n");
  EXPECT_FALSE(fs::exists(dir_ / "out/r.jsonl.partial"));
}

TEST_F(LineSinkTest, AnErrorsFileOfAnOlderJobGoesWhenNothingFailed) {
  dir_.Write("r.errors.jsonl", "old failure\n");
  auto sink = Make(R"({"jsonl":"r.jsonl"})");
  ASSERT_TRUE(sink->Open(std::nullopt));
  ASSERT_TRUE(sink->Write(std::vector{OkRow(0)}));
  ASSERT_TRUE(sink->Close(Json::object()));
  EXPECT_FALSE(fs::exists(dir_ / "r.errors.jsonl"));
}

TEST_F(LineSinkTest, InlineErrorsStandAmongTheResults) {
  auto sink = Make(R"({"jsonl":"r.jsonl","errors":"inline"})");
  ASSERT_TRUE(sink->Open(std::nullopt));
  ASSERT_TRUE(sink->Write(std::vector{OkRow(0), FailedRow(1)}));
  ASSERT_TRUE(sink->Close(Json::object()));
  EXPECT_EQ(Read(dir_ / "r.jsonl"), OkRow(0).output + "\n" + FailedRow(1).output + "\n");
  EXPECT_FALSE(fs::exists(dir_ / "r.errors.jsonl"));
}

TEST_F(LineSinkTest, FilteredRowsAreInNoFile) {
  auto sink = Make(R"({"jsonl":"r.jsonl"})");
  ASSERT_TRUE(sink->Open(std::nullopt));
  store::RowResult row = OkRow(0);
  row.status = store::RowStatus::kFiltered;
  ASSERT_TRUE(sink->Write(std::vector{row, OkRow(1)}));
  ASSERT_TRUE(sink->Close(Json::object()));
  EXPECT_EQ(Read(dir_ / "r.jsonl"), OkRow(1).output + "\n");
}

/// Writes `rows` with a crash at random places: the sink goes away without Close, and bytes after the last stored
/// cursor are cut, doubled or garbled, as a lost page cache may leave them.
TEST_F(LineSinkTest, ResumeAfterCrashesAtRandomPlacesGivesTheSameBytes) {
  std::mt19937 random(20260101);
  for (int round = 0; round < 60; ++round) {
    const std::string name = fmt::format("round{}", round);
    const std::string spec = fmt::format(R"({{"jsonl":"{}.jsonl"}})", name);
    std::vector<store::RowResult> rows;
    std::string good;
    std::string bad;
    for (int64_t id = 0; id < 200; ++id) {
      rows.push_back(random() % 7 == 0 ? FailedRow(id)
                                       : OkRow(id, fmt::format(R"("name":"{}")", std::string(random() % 90, 'x'))));
      (rows.back().status == store::RowStatus::kOk ? good : bad) += rows.back().output + "\n";
    }
    std::optional<store::DeliveryCursor> cursor;
    auto sink = Make(spec);
    ASSERT_TRUE(sink->Open(cursor));
    size_t next = 0;
    while (next < rows.size()) {
      const size_t count = std::min<size_t>(1 + random() % 20, rows.size() - next);
      ASSERT_TRUE(sink->Write(std::span(rows).subspan(next, count)));
      next += count;
      if (random() % 2 == 0) {
        auto flushed = sink->Flush();
        ASSERT_TRUE(flushed);
        if (random() % 3 != 0) cursor = *flushed;  // else: the crash comes before the cursor is stored
      }
      if (random() % 4 != 0) continue;
      sink.reset();
      for (const char* file : {".jsonl.partial", ".errors.jsonl.partial"}) {
        const fs::path path = dir_ / (name + file);
        std::string bytes = Read(path);
        if (random() % 2 == 0) bytes += R"({"_id":999,"half a li)";
        ASSERT_TRUE(WriteFileAtomic(path, bytes));
      }
      sink = Make(spec);
      ASSERT_TRUE(sink->Open(cursor));
      next = cursor ? static_cast<size_t>(cursor->next_row) : 0;
    }
    ASSERT_TRUE(sink->Close(Json::object()));
    ASSERT_EQ(Read(dir_ / (name + ".jsonl")), good);
    ASSERT_EQ(Read(dir_ / (name + ".errors.jsonl")), bad.empty() ? "<missing>" : bad);
  }
}

TEST_F(LineSinkTest, ResumeAfterTheFileTookItsNameGoesOnInPlace) {
  auto sink = Make(R"({"jsonl":"r.jsonl"})");
  ASSERT_TRUE(sink->Open(std::nullopt));
  ASSERT_TRUE(sink->Write(std::vector{OkRow(0)}));
  auto cursor = sink->Flush();
  ASSERT_TRUE(cursor);
  ASSERT_TRUE(sink->Close(Json::object()));
  sink = Make(R"({"jsonl":"r.jsonl"})");
  ASSERT_TRUE(sink->Open(*cursor));
  ASSERT_TRUE(sink->Write(std::vector{OkRow(1)}));
  ASSERT_TRUE(sink->Close(Json::object()));
  EXPECT_EQ(Read(dir_ / "r.jsonl"), OkRow(0).output + "\n" + OkRow(1).output + "\n");
}

TEST_F(LineSinkTest, AFileThatSomethingElseChangedIsRefused) {
  auto sink = Make(R"({"jsonl":"r.jsonl"})");
  ASSERT_TRUE(sink->Open(std::nullopt));
  ASSERT_TRUE(sink->Write(std::vector{OkRow(0)}));
  auto cursor = sink->Flush();
  ASSERT_TRUE(cursor);
  dir_.Write("r.jsonl.partial",
             "edited by hand, and long enough to hold all the bytes of the cursor .....................");
  auto again = Make(R"({"jsonl":"r.jsonl"})");
  auto opened = again->Open(*cursor);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kConflict);
  EXPECT_THAT(opened.error().message, HasSubstr("was changed by something else"));
}

TEST_F(LineSinkTest, AFileThatIsGoneIsNamedWithTheWayOut) {
  auto sink = Make(R"({"jsonl":"r.jsonl"})");
  auto opened = sink->Open(store::DeliveryCursor{5, 100, 7, {}});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kConflict);
  EXPECT_THAT(opened.error().message, HasSubstr("r.jsonl.partial is gone"));
}

TEST_F(LineSinkTest, ARowWrittenTwiceIsDeliveredOnce) {
  auto sink = Make(R"({"jsonl":"r.jsonl"})");
  ASSERT_TRUE(sink->Open(std::nullopt));
  ASSERT_TRUE(sink->Write(std::vector{OkRow(0), OkRow(1)}));
  ASSERT_TRUE(sink->Write(std::vector{OkRow(1), OkRow(2)}));
  ASSERT_TRUE(sink->Close(Json::object()));
  EXPECT_EQ(Read(dir_ / "r.jsonl"), OkRow(0).output + "\n" + OkRow(1).output + "\n" + OkRow(2).output + "\n");
}

TEST_F(LineSinkTest, AFullDiskIsASentenceAndNotACrash) {
  if (!fs::exists("/dev/full")) GTEST_SKIP();
  fs::create_symlink("/dev/full", dir_ / "r.jsonl.partial");
  auto sink = Make(R"({"jsonl":"r.jsonl"})");
  auto opened = sink->Open(std::nullopt);
  Result<void> flushed;
  if (opened) {
    ASSERT_TRUE(sink->Write(std::vector{OkRow(0)}));
    auto cursor = sink->Flush();
    ASSERT_FALSE(cursor);
    EXPECT_EQ(cursor.error().code, Code::kExhausted);
    EXPECT_THAT(cursor.error().message, HasSubstr("free some space"));
  }
}

/// No file may grow beyond `bytes` while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

/// Both files: the rows are long enough for Append to write in the middle of the batch.
TEST_F(LineSinkTest, ARowWhoseWriteFailedIsInTheFileOnceAfterTheNextTry) {
  const std::string text(400'000, 'x');
  std::vector<store::RowResult> rows;
  std::string good;
  std::string bad;
  for (int64_t id = 0; id < 12; ++id) {
    rows.push_back(OkRow(id, fmt::format(R"("name":"{}")", text)));
    if (id >= 6) rows.back().status = store::RowStatus::kFailed;
    (id < 6 ? good : bad) += rows.back().output + "\n";
  }
  auto sink = Make(R"({"jsonl":"r.jsonl"})");
  ASSERT_TRUE(sink->Open(std::nullopt));
  int failures = 0;
  for (const rlim_t bytes : {700'000, 900'000, 1'700'000, 2'100'000}) {
    const FileSizeLimit limit(bytes);
    failures += sink->Write(rows) ? 0 : 1;
    failures += sink->Flush() ? 0 : 1;
  }
  EXPECT_GE(failures, 4);
  ASSERT_TRUE(sink->Write(rows));
  const auto cursor = sink->Flush();
  ASSERT_TRUE(cursor);
  EXPECT_EQ(cursor->next_row, 12);
  ASSERT_TRUE(sink->Close(Json::object()));
  EXPECT_TRUE(Read(dir_ / "r.jsonl") == good);
  EXPECT_TRUE(Read(dir_ / "r.errors.jsonl") == bad);
}

TEST_F(LineSinkTest, AFolderThatCannotBeMadeIsNamed) {
  dir_.Write("out", "a file where the folder should be");
  auto sink = Make(R"({"jsonl":"out/r.jsonl"})");
  auto opened = sink->Open(std::nullopt);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr((dir_ / "out").string()));
}

TEST_F(LineSinkTest, CsvHasTheSchemasColumnsAndJoinsLists) {
  auto sink = Make(R"({"csv":"r.csv","bom":true})");
  ASSERT_TRUE(sink->Open(std::nullopt));
  ASSERT_TRUE(
      sink->Write(std::vector{OkRow(0, R"("name":"甲, \"乙\"","tags":["a","b"])"), OkRow(1, R"("name":null)")}));
  ASSERT_TRUE(sink->Close(Json::object()));
  EXPECT_EQ(Read(dir_ / "r.csv"),
            "\xEF\xBB\xBF_id,_file,_page,name,tags\r\n0,a.pdf,2,\"甲, \"\"乙\"\"\",a; b\r\n1,a.pdf,2,,\r\n");
}

TEST_F(LineSinkTest, CsvSaysHowSureTheModelWasOfTheRowAndOfEachField) {
  confidence_ = {"name", "tags"};
  auto sink = Make(R"({"csv":"r.csv"})");
  ASSERT_TRUE(sink->Open(std::nullopt));
  ASSERT_TRUE(sink->Write(std::vector{OkRow(0, R"("name":"x","_confidence":{"name":0.9,"tags":0.25})"),
                                      OkRow(1, R"("name":"y","_confidence":{"name":"high"})"), OkRow(2)}));
  ASSERT_TRUE(sink->Close(Json::object()));
  EXPECT_EQ(Read(dir_ / "r.csv"),
            "_id,_file,_page,name,tags,_confidence,_confidence.name,_confidence.tags\r\n"
            "0,a.pdf,2,x,,0.25,0.9,0.25\r\n1,a.pdf,2,y,,,,\r\n2,a.pdf,2,値,,,,\r\n");
}

TEST_F(LineSinkTest, CsvTextsAreNeverFormulasUnlessAskedFor) {
  auto sink = Make(R"({"csv":"safe.csv"})");
  ASSERT_TRUE(sink->Open(std::nullopt));
  ASSERT_TRUE(sink->Write(std::vector{
      OkRow(0, R"j("name":"=cmd()","tags":["-1+A1"])j"), OkRow(1, R"("name":-5)"),
      OkRow(2, R"("name":"-18.50","tags":["+44 20 7946 0000"])"), OkRow(3, R"("name":"=1+1","tags":["-"])"),
      OkRow(4, R"("name":"-1+2","tags":["+1-800-555-0100"])"), OkRow(5, R"("name":"＝1+1","tags":["-12.5%"])")}));
  ASSERT_TRUE(sink->Close(Json::object()));
  EXPECT_THAT(Read(dir_ / "safe.csv"), HasSubstr("'=cmd(),'-1+A1\r\n"));
  EXPECT_THAT(Read(dir_ / "safe.csv"), HasSubstr(",-18.50,+44 20 7946 0000\r\n"));
  EXPECT_THAT(Read(dir_ / "safe.csv"), HasSubstr(",'=1+1,-\r\n"));
  EXPECT_THAT(Read(dir_ / "safe.csv"), HasSubstr(",'-1+2,'+1-800-555-0100\r\n"));
  EXPECT_THAT(Read(dir_ / "safe.csv"), HasSubstr(",'＝1+1,-12.5%\r\n"));
  EXPECT_THAT(Read(dir_ / "safe.csv"), HasSubstr(",-5,"));
  auto raw = Make(R"({"csv":"raw.csv","formulas":"raw"})");
  ASSERT_TRUE(raw->Open(std::nullopt));
  ASSERT_TRUE(raw->Write(std::vector{OkRow(0, R"j("name":"=cmd()")j")}));
  ASSERT_TRUE(raw->Close(Json::object()));
  EXPECT_THAT(Read(dir_ / "raw.csv"), HasSubstr(",=cmd(),"));
}

TEST_F(LineSinkTest, CsvColumnNamesAreNoFormulasEither) {
  CsvFormatOptions options;
  options.columns = {"=HYPERLINK(1)", "plain"};
  EXPECT_EQ(MakeCsvFormat(options)->Header(), "_id,_file,_page,'=HYPERLINK(1),plain\r\n");
  options.escape_formulas = false;
  EXPECT_EQ(MakeCsvFormat(options)->Header(), "_id,_file,_page,=HYPERLINK(1),plain\r\n");
}

TEST_F(LineSinkTest, CsvTakesEveryShapeThatAResultMayHave) {
  const auto format = MakeCsvFormat({{"name"}, {}, false, true, true});
  for (const char* shape : {R"("text")", "7", "null", "[]", R"(["file"])", "{}", R"({"file":{"a":1},"page":[]})"}) {
    for (const char* key : {"_id", "_source", "_status", "_error", "_evidence", "name"}) {
      const auto line = format->Format({3, store::RowStatus::kOk, fmt::format(R"({{"{}":{}}})", key, shape), ""});
      ASSERT_TRUE(line) << line.error().ToString();
      EXPECT_THAT(*line, StartsWith("3,"));
    }
    const auto whole = format->Format({3, store::RowStatus::kOk, shape, ""});
    EXPECT_EQ(whole.has_value(), *shape == '{');
  }
}

TEST(Crc32Test, IsTheOneOfZip) {
  EXPECT_EQ(Crc32("123456789"), 0xCBF43926u);
  EXPECT_EQ(Crc32("6789", Crc32("12345")), 0xCBF43926u);
  EXPECT_EQ(Crc32(""), 0u);
}

TEST(SinkFactoryTest, TwoSinksMayNotWriteOneFile) {
  SinkContext context;
  context.base_dir = "/data";
  auto sinks = MakeSinks(*ParseJson(R"([{"jsonl":"out/a.jsonl"},{"jsonl":"out/../out/a.jsonl"}])"), context);
  ASSERT_FALSE(sinks);
  EXPECT_THAT(sinks.error().message, HasSubstr("output 1 and output 2 both write /data/out/a.jsonl"));
  EXPECT_TRUE(MakeSinks(*ParseJson(R"([{"jsonl":"a.jsonl"},{"csv":"a.csv"},{"xlsx":"a.xlsx"}])"), context));
}

TEST(SinkFactoryTest, UnknownKeysAndKindsAreNamedWithTheNearest) {
  SinkContext context;
  context.base_dir = "/data";
  auto kind = MakeSink(*ParseJson(R"({"jsonnl":"a.jsonl"})"), context);
  ASSERT_FALSE(kind);
  EXPECT_THAT(kind.error().message, HasSubstr("did you mean 'jsonl'"));
  auto none = MakeSink(*ParseJson(R"({"parquet":"a"})"), context);
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("jsonl, csv, xlsx, html"));
  auto key = MakeSink(*ParseJson(R"({"csv":"a.csv","bomb":true})"), context);
  ASSERT_FALSE(key);
  EXPECT_THAT(key.error().message, HasSubstr("bom"));
}

}  // namespace
}  // namespace yk::sinks
