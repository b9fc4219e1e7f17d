// SPDX-License-Identifier: Apache-2.0
#include "logs/byte_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace yk::logs {
namespace {

TEST(ByteSearch, FindsTheFirstFromEveryPlace) {
  std::mt19937 random(8);
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 70, 'x');
    for (char& c : text) {
      if (random() % 16 == 0) c = " \t]"[random() % 3];
    }
    for (size_t from = 0; from <= text.size(); ++from) {
      ASSERT_EQ(FindSpace(text, from), std::min(text.find_first_of(" \t", from), text.size())) << text << "|" << from;
      ASSERT_EQ(FindByte(text, from, ']'), std::min(text.find(']', from), text.size())) << text << "|" << from;
    }
  }
}

}  // namespace
}  // namespace yk::logs
