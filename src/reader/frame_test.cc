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

  ReadAnswer overlapping = answer;
  overlapping.document.pages = {{1, 0, 3}, {2, 2, 2}};
  EXPECT_EQ(DecodeAnswer(EncodeAnswer(overlapping)).error().code, Code::kCorrupt);
  ReadAnswer short_of = answer;
  short_of.document.pages = {{1, 0, 2}};
  EXPECT_EQ(DecodeAnswer(EncodeAnswer(short_of)).error().code, Code::kCorrupt);
  ReadAnswer not_utf8 = answer;
  not_utf8.document.text = "a\xFF" "b";
  EXPECT_EQ(DecodeAnswer(EncodeAnswer(not_utf8)).error().code, Code::kCorrupt);
  EXPECT_EQ(DecodeAnswer({"[1", ""}).error().code, Code::kCorrupt);
  EXPECT_EQ(DecodeAnswer({"{}", ""}).error().code, Code::kCorrupt);
}

TEST(WireTest, AReasonSurvivesTheJourney) {
  auto answer = DecodeAnswer(EncodeAnswer(Fail(ReasonError(Reason::kEncrypted, "locked"))));
  ASSERT_FALSE(answer);
  EXPECT_EQ(ReasonOf(answer.error()), Reason::kEncrypted);
  EXPECT_EQ(answer.error().ToString(), "encrypted: locked");
}

}  // namespace
}  // namespace yk::reader
