// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_model/rate_gate.h"

#include <gtest/gtest.h>

namespace yk::testing {
namespace {

int Taken(RateGate& gate, double from, double to, double step) {
  int taken = 0;
  for (double t = from; t < to; t += step) taken += gate.Take(t) ? 1 : 0;
  return taken;
}

TEST(RateGate, GivesTheBurstAndThenTheRate) {
  FakeModelScript script;
  script.rate = 10;
  script.burst = 60;
  RateGate gate(script);
  int burst = 0;
  while (gate.Take(0)) ++burst;
  EXPECT_EQ(burst, 60);
  EXPECT_NEAR(Taken(gate, 0.01, 100, 0.01), 1000, 2);
  while (gate.Take(100)) {
  }
  EXPECT_NEAR(gate.SecondsUntil(1, 100), 0.1, 0.1);
}

TEST(RateGate, HalvesTheRateInsideTheDipOnly) {
  FakeModelScript script;
  script.rate = 10;
  script.burst = 5;
  script.dip_from_s = 10;
  script.dip_to_s = 20;
  RateGate gate(script);
  EXPECT_NEAR(Taken(gate, 0, 10, 0.01), 105, 2);
  EXPECT_NEAR(Taken(gate, 10, 20, 0.01), 50, 2);
  EXPECT_NEAR(Taken(gate, 20, 30, 0.01), 100, 2);
  EXPECT_EQ(gate.FactorAt(15), 0.5);
  EXPECT_EQ(gate.FactorAt(25), 1.0);
}

TEST(RateGate, LetsEverythingThroughWithoutARate) {
  const FakeModelScript script;
  RateGate gate(script);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(gate.Take(0));
}

}  // namespace
}  // namespace yk::testing
