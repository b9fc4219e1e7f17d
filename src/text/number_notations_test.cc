// SPDX-License-Identifier: Apache-2.0
// Numbers written as people of many countries write them, read back: the number or nothing, never another number.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "text/money.h"
#include "text/numbers.h"

namespace yk::text {
namespace {

struct Notation {
  const char* group;
  const char* decimal;
  bool indian;
};
const std::vector<Notation> kNotations = {
    {"", ".", false},       {"", ",", false},       {",", ".", false},   {".", ",", false}, {" ", ",", false},
    {" ", ".", false},      {"'", ".", false},      {"’", ".", false},   {",", ".", true},  {"\u00a0", ",", false},
    {"\u202f", ",", false}, {"\u2009", ".", false}, {"，", "．", false},
};

std::string Print(uint64_t whole, int cents, int decimals, const Notation& notation) {
  const std::string digits = std::to_string(whole);
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    const size_t left = digits.size() - i;
    const bool cut = left % 3 == 0 && (!notation.indian || left == 3);
    const bool lakh = notation.indian && left > 3 && left % 2 == 1;
    if (i > 0 && (cut || lakh)) out += notation.group;
    out += digits[i];
  }
  if (decimals == 0) return out;
  std::string fraction = std::to_string(cents);
  while (fraction.size() < static_cast<size_t>(decimals)) fraction.insert(0, "0");
  return out + notation.decimal + fraction;
}

struct Written {
  std::string text;
  Decimal value;
};

template <typename Visit>
void ForEachWritten(Visit visit) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 1000; ++i) {
    const uint64_t whole = random() % (uint64_t{1} << (random() % 34 + 1));
    const int decimals = static_cast<int>(random() % 3);
    const int cents = decimals == 0 ? 0 : static_cast<int>(random() % (decimals == 1 ? 10 : 100));
    const int64_t scale = decimals == 0 ? 1 : decimals == 1 ? 10 : 100;
    for (const Notation& notation : kNotations) {
      // 1.234 is read as English writes it.
      if (notation.group == std::string(".") && decimals == 0 && whole >= 1000 && whole < 1'000'000) continue;
      visit(Written{Print(whole, cents, decimals, notation), {static_cast<int64_t>(whole) * scale + cents, decimals}});
    }
  }
}

Decimal Negative(Decimal value) { return {-value.units, value.scale}; }

TEST(NumberNotations, GiveTheNumberOrNothing) {
  size_t read = 0;
  size_t all = 0;
  ForEachWritten([&](const Written& written) {
    for (const std::string sign : {"", "-", "−", "－"}) {
      const std::string text = "値：" + sign + written.text + "\n";
      const auto found = FindNumbers(text);
      ++all;
      if (found.empty()) continue;
      ++read;
      ASSERT_EQ(found.size(), 1U) << text;
      EXPECT_EQ(found[0].value.value, sign.empty() ? written.value : Negative(written.value)) << text;
    }
  });
  EXPECT_GT(read * 10, all * 6);
}

TEST(NumberNotations, GiveTheAmountOrNothing) {
  size_t read = 0;
  size_t all = 0;
  ForEachWritten([&](const Written& written) {
    const std::string& digits = written.text;
    const std::vector<std::pair<std::string, bool>> texts = {
        {"Total: EUR " + digits, false}, {"Total: " + digits + " €.", false},   {"Total: -$" + digits + " due", true},
        {"合計：¥" + digits, false},     {"合計：−￥" + digits + "です", true}, {"合計：" + digits + "円", false},
        {"Total: CHF -" + digits, true}, {"Total: ($" + digits + ")", true},    {"合計：▲" + digits + "円", true},
    };
    for (const auto& [text, minus] : texts) {
      const auto found = FindMoney(text);
      ++all;
      if (found.empty()) continue;
      ++read;
      ASSERT_EQ(found.size(), 1U) << text;
      EXPECT_EQ(found[0].value.amount, minus ? Negative(written.value) : written.value) << text;
    }
  });
  EXPECT_GT(read * 10, all * 8);
}

}  // namespace
}  // namespace yk::text
