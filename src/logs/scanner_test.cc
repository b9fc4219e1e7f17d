// SPDX-License-Identifier: Apache-2.0
#include "logs/scanner.h"

#include <gtest/gtest.h>

#include <random>

namespace yk::logs {
namespace {

/// The skeleton with <*> for values and <T> for times.
std::string Masked(std::string_view content, int coarseness = 0) {
  Scanned scanned;
  ScanAlone(content, {0, coarseness, {}}, &scanned);
  std::string out;
  for (const char c : SkeletonOf(content, scanned.slots)) {
    if (c == kValueMark) {
      out += "<*>";
    } else if (c == kTimeMark) {
      out += "<T>";
    } else {
      out += c;
    }
  }
  return out;
}

TEST(Scanner, NumbersWithSignsFractionsAndUnitsAreSlots) {
  EXPECT_EQ(Masked("took 35ms of 1,024.5 at -3 and 87% done."), "took <*> of <*>,<*> at <*> and <*> done.");
  EXPECT_EQ(Masked("enabled......1"), "enabled......<*>");
}

TEST(Scanner, AddressesHexUuidsAndPathsAreOneSlotEach) {
  EXPECT_EQ(Masked("from 10.0.0.1:50010 to /10.0.0.2"), "from <*> to <*>");
  EXPECT_EQ(Masked("mac FF:F2:9F:16:C4 at 0x0ea9fd60, c0ffee12"), "mac <*> at <*>, <*>");
  EXPECT_EQ(Masked("image 0673dd71-34c5-4fbb-86c4-40623fbe45b4 gone"), "image <*> gone");
  EXPECT_EQ(Masked("open /var/log/messages: denied"), "open <*>: denied");
  EXPECT_EQ(Masked("GET https://example.com/a?b=c;d=e&f failed"), "GET <*> failed");
  EXPECT_EQ(Masked("copy C:\\temp\\x.txt now"), "copy <*> now");
}

TEST(Scanner, DatesAndClocksAreMarkedAsTimes) {
  EXPECT_EQ(Masked("since 2026-03-02 and 10:42:07.5"), "since <T> and <T>");
}

TEST(Scanner, WordsWithFewDigitsStayForTheGroupingToJudge) {
  EXPECT_EQ(Masked("device eth0 uses ssh2 on tty2"), "device eth0 uses ssh2 on tty2");
  EXPECT_EQ(Masked("user u012345 of node web1204"), "user <*> of node <*>");
}

TEST(Scanner, WordsThatNameAValueStayLiteral) {
  EXPECT_EQ(Masked("core.6161 CPU#0 uid=0 port:22 dbcr0=7"), "core.<*> CPU#<*> uid=<*> port:<*> dbcr0=<*>");
  EXPECT_EQ(Masked("10.0.0.1:50010:Got exception"), "<*>:Got exception");
}

TEST(Scanner, TrueAndFalseAreValuesInAnyCase) {
  EXPECT_EQ(Masked("ready=true done FALSE truest fals"), "ready=<*> done <*> truest fals");
}

TEST(Scanner, ValuesBesideJapaneseTextAreSlots) {
  EXPECT_EQ(Masked("経過=35ミリ秒 明細３件 注文ORD-00012345を受付"), "経過=<*>ミリ秒 明細<*>件 注文<*>を受付");
}

TEST(Scanner, EqualSkeletonsHaveEqualHashesAndOthersDoNot) {
  Scanned a, b, c, d;
  ScanAlone("order 12 done", {1, 0, {}}, &a);
  ScanAlone("order 987654 done", {1, 0, {}}, &b);
  ScanAlone("order 12 gone", {1, 0, {}}, &c);
  ScanAlone("order 12 done", {2, 0, {}}, &d);
  EXPECT_EQ(a.hash, b.hash);
  EXPECT_EQ(a.literal_bytes, b.literal_bytes);
  EXPECT_NE(a.hash, c.hash);
  EXPECT_NE(a.hash, d.hash) << "the seed is part of it";
}

TEST(Scanner, CoarserMaskingTakesNumberedWordsAndCutsLongTexts) {
  EXPECT_EQ(Masked("device eth0 up", 1), "device <*> up");
  EXPECT_EQ(Masked("a b c d e f g h i j k l m n o", 2), "a b c d e f g h i j k l<*>");
}

TEST(Scanner, BytesThatStandForMarksAndEndlessSlotsDoNoHarm) {
  EXPECT_EQ(Masked(std::string("a\x01"
                               "b\x02",
                               4)),
            "a?b?");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "1 ";
  Scanned scanned;
  ScanAlone(many, {}, &scanned);
  EXPECT_LE(scanned.slots.size(), SlotList::kMax);
  EXPECT_EQ(scanned.slots.back().end, many.size());
}

TEST(Scanner, AContentIsReadAlikeAloneAndWithinALog) {
  constexpr std::string_view kParts[] = {"true", "false", "x",  "7",      ":",    " ", "=",
                                         "/a",   "注",    "３", "truest", "eth0", "\r"};
  std::mt19937 random(9);
  for (int round = 0; round < 3000; ++round) {
    const auto text = [&] {
      std::string out;
      for (unsigned n = random() % 40; n > 0; --n) out += kParts[random() % std::size(kParts)];
      return out;
    };
    const std::string before = text(), content = text();
    const std::string log = text() + "\n" + before + content + (random() % 2 == 0 ? "\n" + text() : "");
    ByteMasks masks;
    masks.Build(log);
    Scanned within, alone;
    Scan(std::string_view(log).substr(log.find('\n') + 1 + before.size(), content.size()), masks, {}, &within);
    ScanAlone(content, {}, &alone);
    ASSERT_EQ(SkeletonOf(content, within.slots), SkeletonOf(content, alone.slots)) << before << "|" << content;
    ASSERT_EQ(within.hash, alone.hash);
  }
}

TEST(Scanner, SlotsOfTheUsersRulesStandAndTheRestIsScanned) {
  Scanned scanned;
  const SlotSpan fixed[] = {{4, 14, SlotKind::kValue}};
  ScanAlone("job alpha-beta took 12 s", {0, 0, fixed}, &scanned);
  ASSERT_EQ(scanned.slots.size(), 2u);
  EXPECT_EQ(scanned.slots[0].begin, 4u);
  EXPECT_EQ(scanned.slots[1].begin, 20u);
}

}  // namespace
}  // namespace yk::logs
