// SPDX-License-Identifier: Apache-2.0
#include "text/japanese_bytes.h"

#include <cstddef>
#include <cstdint>

namespace yk::text {
namespace {

/// Whether every run of bytes beyond ASCII is pairs that EUC-JP reads as frequent kanji. Half-width katakana, of which
/// any number stands together and any letter first, is seldom so.
bool IsFrequentKanjiInEuc(std::string_view bytes) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto lead = static_cast<uint8_t>(bytes[i]);
    if (lead < 0x80) continue;
    if (lead < 0xB0 || lead > 0xCF || ++i == bytes.size() || static_cast<uint8_t>(bytes[i]) < 0xA1) return false;
  }
  return true;
}

}  // namespace

double JapaneseScore(std::string_view bytes, bool euc) {
  double score = 0;
  size_t high = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto a = static_cast<uint8_t>(bytes[i]);
    if (a < 0x80) continue;
    ++high;
    if (euc) {
      if (a == 0x8E)
        score -= 1;
      else if (a == 0x8F)
        score -= 0.5, ++i;
      else if (a == 0xA4 || a == 0xA5)
        score += 2;
      else if (a == 0xA1)
        score += 0.5;
      else
        score += a >= 0xB0 && a <= 0xCF ? 1 : -0.5;
      ++i;
    } else if (a >= 0xA1 && a <= 0xDF) {
      score -= 0.5;
    } else {
      if (a == 0x82 || a == 0x83)
        score += 2;
      else if (a == 0x81)
        score += 0.5;
      else if (a >= 0x88 && a <= 0x97)
        score += 1;
      else
        score += a >= 0xF0 ? -3 : -0.5;
      ++i;
    }
  }
  return high == 0 ? 0 : score / static_cast<double>(high);
}

bool IsHalfWidthKana(std::string_view bytes) {
  size_t high = 0;
  size_t kana_rows = 0;
  size_t letters = 0;  // words with some accented capitals have more of these
  for (const char c : bytes) {
    const auto b = static_cast<uint8_t>(c);
    letters += (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') ? 1 : 0;
    if (b < 0x80) continue;
    if (b < 0xA1 || b > 0xDF) return false;
    ++high;
    kana_rows += b == 0xA4 || b == 0xA5 ? 1 : 0;
  }
  return high >= 8 && kana_rows * 5 < high && letters < high && !IsFrequentKanjiInEuc(bytes);
}

}  // namespace yk::text
