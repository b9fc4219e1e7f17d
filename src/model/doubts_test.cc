// SPDX-License-Identifier: Apache-2.0
#include "model/doubts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace yk::model {
namespace {

TEST(DoubtList, KeepsThePlacesOfTokensTheModelWasNotSureOf) {
  DoubtList list;
  list.Add(4, std::log(0.99999));
  list.Add(3, std::log(0.25));
  list.Add(0, std::log(0.1));
  list.Add(2, 0);
  list.Add(1, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(list.bytes(), 10u);
  EXPECT_EQ(list.Take(), (Doubts{{4, 7, 0.25}, {9, 10, 0}}));
}

TEST(Doubts, ComeBackAsTheyWereWritten) {
  EXPECT_EQ(WriteDoubts(std::nullopt), "");
  EXPECT_EQ(ReadDoubts(""), std::nullopt);
  EXPECT_EQ(WriteDoubts(Doubts{}), "-");
  EXPECT_EQ(ReadDoubts("-"), Doubts{});
  EXPECT_EQ(WriteDoubts(Doubts{{12, 15, 0.831}, {40, 41, 0.25}}), "12-15:0.831 40-41:0.25");
  std::mt19937_64 random(3);
  for (int i = 0; i < 500; ++i) {
    DoubtList list;
    for (size_t n = random() % 30; n > 0; --n) list.Add(random() % 5, -static_cast<double>(random() % 10000) / 1000);
    const Doubts doubts = list.Take();
    EXPECT_EQ(ReadDoubts(WriteDoubts(doubts)), doubts);
  }
}

TEST(Doubts, WhatCannotBeReadIsNotKnown) {
  for (const char* text : {"x", "1", "1-2", "1-2:", "1-2:0.5 x", "-1-2:0.5", "1:2:0.5"})
    EXPECT_FALSE(ReadDoubts(text)) << text;
}

TEST(FieldConfidence, IsThatOfTheLeastProbableTokenOfTheValue) {
  const std::string body = R"({"name": "Acme Inc", "total": 1200, "paid": null})";
  const size_t name = body.find("\"Acme"), total = body.find("1200");
  const Doubts doubts{{1, 7, 0.1},                   // the key says nothing about the value
                      {name + 1, name + 5, 0.9},     // Acme
                      {name + 5, name + 9, 0.4},     // Inc
                      {total + 2, total + 5, 0.7}};  // 00,
  EXPECT_EQ(FieldConfidence(body, doubts), (Json{{"name", 0.4}, {"total", 0.7}, {"paid", 1.0}}));
}

TEST(FieldConfidence, SaysNothingWhenItIsNotClearWhichObjectWasMeant) {
  EXPECT_TRUE(FieldConfidence(R"({"a": 1} or {"a": 2})", {{6, 7, 0.5}}).empty());
}

}  // namespace
}  // namespace yk::model
