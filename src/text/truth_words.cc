// SPDX-License-Identifier: Apache-2.0
#include "text/truth_words.h"

#include <algorithm>
#include <array>

namespace yk::text {
namespace {

constexpr std::array<std::string_view, 5> kTrue = {"true", "yes", "はい", "有", "あり"};
constexpr std::array<std::string_view, 5> kFalse = {"false", "no", "いいえ", "無", "なし"};

}  // namespace

std::optional<bool> TruthOf(std::string_view folded) {
  if (std::find(kTrue.begin(), kTrue.end(), folded) != kTrue.end()) return true;
  if (std::find(kFalse.begin(), kFalse.end(), folded) != kFalse.end()) return false;
  return std::nullopt;
}

}  // namespace yk::text
