// SPDX-License-Identifier: Apache-2.0
#include "text/cued_pattern.h"

#include <gmock/gmock.h>

#include <string>

namespace yk::text {
namespace {

std::string Find(const std::string& pattern, const std::vector<std::string>& cues, std::string_view text) {
  const auto made = CuedPattern::Make(pattern, cues);
  if (!made) return "error: " + made.error().ToString();
  const auto found = (*made)->First(text, {{0, text.size()}});
  return found ? std::string(text.substr(found->range.begin, found->range.size())) : "-";
}

const std::string kOrder = "^[A-Z]{2}-\\d{4}$";
const std::string kCode = "^\\d\\.\\d{1,3}\\.\\d{1,3}$";

TEST(CuedPatternTest, TheNearestValueBehindWordsOnTheirLineIsTaken) {
  EXPECT_EQ(Find(kOrder, {"order number"}, "Ref AB-1111\nOrder Number: CD-2222, was EF-3333\n"), "CD-2222");
  EXPECT_EQ(Find(kOrder, {"order number"}, "order number:\n  CD-2222\n"), "CD-2222");
  EXPECT_EQ(Find(kOrder, {"order number"}, "AB-1111, CD-2222 is your order number\n"), "CD-2222");
  EXPECT_EQ(Find(kOrder, {"order number"}, "AB-1111\norder number unknown\nCD-2222\n"), "-");
  EXPECT_EQ(Find(kOrder, {"注文番号"}, "注文番号はAB-1111です。\n"), "AB-1111");
}

TEST(CuedPatternTest, TheSurestCueWinsWhereverItStands) {
  EXPECT_EQ(Find(kOrder, {"confirmed", "requested"}, "requested: AB-1111\nconfirmed: CD-2222\n"), "CD-2222");
  EXPECT_EQ(Find(kOrder, {"confirmed", "requested"}, "requested: AB-1111\nconfirmed: none\n"), "AB-1111");
}

TEST(CuedPatternTest, PiecesOfAddressesDatesTimesAndVersionsAreNoValues) {
  EXPECT_EQ(Find(kCode, {"server"}, "server 192.0.2.55 ready\n"), "-");
  EXPECT_EQ(Find(kCode, {"server"}, "server v5.1.1 and 5.1.1.2 ready\n"), "-");
  EXPECT_EQ(Find("^[45]\\d\\d$", {"tel"}, "tel 03-5550-1234, 550-1234x, 12:550, 5501 and 550.\n"), "550");
}

TEST(CuedPatternTest, AnExpressionHoldsTheValueInItsGroupOrBehindItsBeginning) {
  EXPECT_EQ(Find(kCode, {"/^status: *(\\S+)/"}, "Old status: 4.0.0\nStatus: 5.1.1\n"), "5.1.1");
  EXPECT_EQ(Find(kCode, {"/^status: *(\\S+)/"}, "Status: unknown\n"), "-");
  EXPECT_EQ(Find(kCode, {"/\\(#/"}, "It is full. (#5.2.2)\n"), "5.2.2");
}

TEST(CuedPatternTest, WhatCannotBeReadIsNamed) {
  EXPECT_THAT(Find("(", {"x"}, "x"), testing::HasSubstr("/(/ cannot be read"));
  EXPECT_THAT(Find("a", {"/[/"}, "x"), testing::HasSubstr("error"));
}

TEST(CuedPatternTest, SearchStaysInsideTheGivenRanges) {
  const std::string text = "id AB-1111\nid CD-2222\nid EF-3333\n";
  const auto made = CuedPattern::Make(kOrder, {"id"});
  ASSERT_TRUE(made);
  const auto found = (*made)->First(text, {{11, 22}});
  ASSERT_TRUE(found);
  EXPECT_EQ(text.substr(found->range.begin, found->range.size()), "CD-2222");
  EXPECT_EQ((*made)->All(text, {0, text.size()}, 0).size(), 3u);
}

}  // namespace
}  // namespace yk::text
