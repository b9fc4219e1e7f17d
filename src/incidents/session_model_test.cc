// SPDX-License-Identifier: Apache-2.0
#include "incidents/session_model.h"

#include <gtest/gtest.h>

namespace yk::incidents {
namespace {

CountVector Of(std::vector<uint32_t> events) { return CountsOf(events); }

TEST(SessionModel, CountsDoNotDependOnTheOrder) {
  EXPECT_EQ(Of({3, 1, 3}), Of({3, 3, 1}));
  EXPECT_EQ(Of({3, 1, 3}), (CountVector{{1, 1}, {3, 2}}));
}

TEST(SessionModel, ASessionWithoutAStepIsUnusual) {
  SessionModel model;
  for (int i = 0; i < 10; ++i) model.Learn(Of({1, 2, 3}));
  EXPECT_FALSE(model.Unusual(Of({2, 1, 3})));
  EXPECT_TRUE(model.Unusual(Of({1, 2})));
  EXPECT_TRUE(model.Unusual(Of({1, 2, 3, 4})));
}

TEST(SessionModel, OneLineMoreOrLessIsUsualTwoAreNot) {
  SessionModel model;
  model.Learn(Of({1, 2, 2, 2}));
  EXPECT_FALSE(model.Unusual(Of({1, 2, 2})));
  EXPECT_FALSE(model.Unusual(Of({1, 2, 2, 2, 2})));
  EXPECT_TRUE(model.Unusual(Of({1, 2})));
  EXPECT_TRUE(model.Unusual(Of({1, 2, 2, 2, 2, 2})));
}

TEST(SessionModel, WhatIsUsualMayNeedMoreThanOneWitness) {
  SessionModel model;
  model.Learn(Of({1, 2}));
  EXPECT_FALSE(model.Unusual(Of({1, 2})));
  EXPECT_TRUE(model.Unusual(Of({1, 2}), 2));
}

}  // namespace
}  // namespace yk::incidents
