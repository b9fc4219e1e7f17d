// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "logs/bytes.h"
#include "logs/scanner.h"
#include "logs/template.h"

namespace yk::logs {

/// A number with its unit: "35ms", "-1.5", "1,024", "0x1f", "87%". False for other texts.
bool ReadNumber(std::string_view text, double* value, std::string_view* unit);

/// Gathers the values of one slot, or a column of the header, over sampled lines in their order.
class ValueTally {
 public:
  explicit ValueTally(bool numbers = true) : numbers_(numbers) {}

  /// `coarse`: the coarse bin; UINT32_MAX for a line without a time.
  void Add(std::string_view value, uint32_t coarse);
  Slot Finish(size_t top_max) const;
  std::vector<TextValue> Top(size_t max) const;
  bool empty() const { return total_ == 0; }

 private:
  struct Number {
    uint32_t bin;
    double value;
  };
  struct Value {
    uint64_t count = 0;
    std::vector<BinCount> series;
  };
  /// Texts are found by a view of them, without making a string.
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return HashText(text); }
  };
  NumericStats Numbers() const;

  static constexpr size_t kDistinctMax = 64 << 10;  ///< further values count as distinct, and cannot be at the top
  bool numbers_;
  static constexpr uint64_t kLookedAt = 64;  ///< values that tell whether all are ids
  uint64_t total_ = 0, beyond_ = 0, looked_at_ = 0, id_like_ = 0;
  Scanned scratch_;
  std::unordered_map<std::string, Value, TextHash, std::equal_to<>> values_;
  std::vector<Number> found_;
  std::string unit_;
  bool one_unit_ = true;
};

}  // namespace yk::logs
