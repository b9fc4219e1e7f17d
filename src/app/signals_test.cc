// SPDX-License-Identifier: Apache-2.0
#include "app/signals.h"

#include <gtest/gtest.h>

#include "testing/fake_clock.h"

namespace yk::app {
namespace {

using namespace std::chrono_literals;
using Wish = StopWishes::Wish;

TEST(StopWishesTest, WhatComesWithinHalfASecondOfTheFirstIsTheSameWish) {
  yk::testing::FakeClock clock;
  StopWishes wishes;
  EXPECT_EQ(wishes.Take(clock.Now()), Wish::kStop);
  EXPECT_EQ(wishes.Take(clock.Now()), Wish::kSame);
  clock.Advance(499ms);
  EXPECT_EQ(wishes.Take(clock.Now()), Wish::kSame);
}

TEST(StopWishesTest, ALaterOneEndsAtOnceHoweverManyCameBefore) {
  yk::testing::FakeClock clock;
  StopWishes wishes;
  EXPECT_EQ(wishes.Take(clock.Now()), Wish::kStop);
  clock.Advance(400ms);
  EXPECT_EQ(wishes.Take(clock.Now()), Wish::kSame);
  clock.Advance(100ms);
  EXPECT_EQ(wishes.Take(clock.Now()), Wish::kStopAtOnce) << "counted from the first, so that nobody is kept waiting";
}

}  // namespace
}  // namespace yk::app
