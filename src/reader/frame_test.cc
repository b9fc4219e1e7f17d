// SPDX-License-Identifier: Apache-2.0
#include "reader/frame.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "reader/reason.h"
#include "reader/wire.h"

namespace yk::reader {
namespace {

struct Pair {
  Pair() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    a = Fd(ends[0]);
    b = Fd(ends[1]);
  }
  Fd a, b;
};

TEST(FrameTest, CarriesJsonBytesAndAnOpenFile) {
  Pair pair;
  const Frame sent{"{\"x\":1}", std::string(3 << 20, 'q')};
  const Fd file(::dup(0));
  std::jthread sender([&] { EXPECT_TRUE(SendFrame(pair.a.get(), sent, pair.b.get(), std::nullopt)); });
  auto received = ReceiveFrame(pair.b.get(), {}, std::nullopt);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->frame.json, sent.json);
  EXPECT_EQ(received->frame.bytes, sent.bytes);
  EXPECT_TRUE(received->file.valid());
}

TEST(FrameTest, EveryCutFrameIsAnErrorAndNeverAHang) {
  Pair whole;
  ASSERT_TRUE(SendFrame(whole.a.get(), {"{}", "text"}, -1, std::nullopt));
  std::string bytes(64, '\0');
  const ssize_t size = ::read(whole.b.get(), bytes.data(), bytes.size());
  ASSERT_EQ(size, 24 + 2 + 4);
  for (ssize_t cut = 0; cut < size; ++cut) {
    Pair pair;
    ASSERT_EQ(::write(pair.a.get(), bytes.data(), static_cast<size_t>(cut)), cut);
    pair.a.Close();
    auto received = ReceiveFrame(pair.b.get(), {}, std::nullopt);
    ASSERT_FALSE(received) << cut;
    EXPECT_EQ(received.error().code, Code::kUnavailable);
  }
}

TEST(FrameTest, ClaimsBeyondTheBoundsAreRefusedBeforeReading) {
  Pair pair;
  ASSERT_TRUE(SendFrame(pair.a.get(), {"{}", std::string(100, 'x')}, -1, std::nullopt));
  auto received = ReceiveFrame(pair.b.get(), {.bytes_max = 99}, std::nullopt);
  ASSERT_FALSE(received);
  EXPECT_EQ(received.error().code, Code::kExhausted);
}

TEST(WireTest, AnswersThatBreakADocumentsPromisesAreRefused) {
  ReadAnswer answer;
  answer.page_count = 2;
  answer.document.text = "a語b";
  answer.document.pages = {{1, 0, 2}, {2, 2, 3}};
  auto good = DecodeAnswer(EncodeAnswer(answer));
  ASSERT_TRUE(good) << good.error().ToString();
  EXPECT_EQ(good->document.pages[1].begin, 2);

  ReadAnswer outside = answer;
  outside.document.blocks = {{BlockKind::kHeading, 1, 4}};
  EXPECT_EQ(DecodeAnswer(EncodeAnswer(outside)).error().code, Code::kCorrupt);
  ReadAnswer spread = answer;
  spread.document.tables.resize(1);
  spread.document.tables[0].rows = spread.document.tables[0].cols = 2;
  spread.document.tables[0].cells = {{.row = 1, .col = 1, .row_span = 2}};
  EXPECT_EQ(DecodeAnswer(EncodeAnswer(spread)).error().code, Code::kCorrupt);
  ReadAnswer homeless = answer;
  homeless.document.pages[1].part = 1;
  EXPECT_EQ(DecodeAnswer(EncodeAnswer(homeless)).error().code, Code::kCorrupt);

  ReadAnswer overlapping = answer;
  overlapping.document.pages = {{1, 0, 3}, {2, 2, 2}};
  EXPECT_EQ(DecodeAnswer(EncodeAnswer(overlapping)).error().code, Code::kCorrupt);
  ReadAnswer short_of = answer;
  short_of.document.pages = {{1, 0, 2}};
  EXPECT_EQ(DecodeAnswer(EncodeAnswer(short_of)).error().code, Code::kCorrupt);
  ReadAnswer not_utf8 = answer;
  not_utf8.document.text =
      "a\xFF"
      "b";
  EXPECT_EQ(DecodeAnswer(EncodeAnswer(not_utf8)).error().code, Code::kCorrupt);
  EXPECT_EQ(DecodeAnswer({"[1", ""}).error().code, Code::kCorrupt);
  EXPECT_EQ(DecodeAnswer({"{}", ""}).error().code, Code::kCorrupt);
}

TEST(WireTest, ADocumentArrivesWithAllItsParts) {
  ReadAnswer sent;
  sent.page_count = 1;
  Document& out = sent.document;
  out.text = "件名 report\nsum 42";
  out.parts = {{}, {"report.pdf", "application/pdf"}};
  out.pages = {{.number = 1, .begin = 0, .end = 10},
               {.number = 1, .begin = 10, .end = 16, .part = 1, .width = 595, .height = 842}};
  out.metadata = {{"subject", {"report"}, false}, {"to", {"a@example.com", "b@example.com"}, true}};
  out.blocks = {{BlockKind::kHeading, 0, 9, 1}, {BlockKind::kTable, 10, 16, 0, 0}};
  out.spans = {{14, 16, {1.5, 2, 3, 4}}};
  out.attachments = {{"report.pdf", "application/pdf", 9, "00ff", 1, ""}};
  Table table{.name = "sheet", .page = 1, .rows = 2, .cols = 2, .header_rows = 1, .hidden = true};
  table.cells = {{.row = 0, .col = 0, .col_span = 2, .text = "sum"},
                 {.row = 1,
                  .col = 1,
                  .text = "42",
                  .type = CellType::kNumber,
                  .value = "42",
                  .formula = "6*7",
                  .box = Box{0, 0, 9, 9}}};
  out.tables = {table};
  auto got = DecodeAnswer(EncodeAnswer(sent));
  ASSERT_TRUE(got) << got.error().ToString();
  const Document& document = got->document;
  EXPECT_EQ(document.FileOf(12), "/report.pdf");
  EXPECT_EQ(document.PageOf(12), 1);
  EXPECT_EQ(document.pages[1].height, 842);
  EXPECT_EQ(document.MetadataValue("subject"), "report");
  EXPECT_EQ(document.metadata[1].values.size(), 2u);
  EXPECT_EQ(document.blocks[1].table, 0);
  EXPECT_EQ(document.spans[0].box, (Box{1.5, 2, 3, 4}));
  EXPECT_EQ(document.attachments[0].sha256, "00ff");
  ASSERT_EQ(document.tables.size(), 1u);
  EXPECT_TRUE(document.tables[0].hidden);
  EXPECT_EQ(document.tables[0].cells[1].formula, "6*7");
  EXPECT_EQ(document.tables[0].cells[1].type, CellType::kNumber);
  EXPECT_EQ(Grid(document.tables[0])[0][0], "sum");
  EXPECT_EQ(CellName(1, 27), "AB2");
}

TEST(WireTest, AReasonSurvivesTheJourney) {
  auto answer = DecodeAnswer(EncodeAnswer(Fail(ReasonError(Reason::kEncrypted, "locked"))));
  ASSERT_FALSE(answer);
  EXPECT_EQ(ReasonOf(answer.error()), Reason::kEncrypted);
  EXPECT_EQ(answer.error().ToString(), "encrypted: locked");
}

}  // namespace
}  // namespace yk::reader
