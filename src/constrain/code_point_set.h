// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace yk::constrain {

/// A set of Unicode code points.
class CodePointSet {
 public:
  static constexpr uint32_t kLast = 0x10FFFF;
  struct Range {
    uint32_t low, high;
    bool operator==(const Range&) const = default;
    bool operator<(const Range& other) const { return low < other.low; }
  };

  void Add(uint32_t low, uint32_t high);
  void Add(const CodePointSet& other);
  /// All others.
  CodePointSet Complement() const;
  /// With the other case of each ASCII letter.
  CodePointSet FoldedAscii() const;

  bool Contains(uint32_t code_point) const;
  /// In order, neither overlapping nor touching.
  const std::vector<Range>& ranges() const { return ranges_; }
  bool operator==(const CodePointSet&) const = default;

 private:
  std::vector<Range> ranges_;
};

/// What RE2 takes for a class such as \p{Han}, found out by asking it about every code point: its tables belong to its
/// version of Unicode. Some tens of milliseconds.
Result<CodePointSet> AskRe2(const std::string& expression);

}  // namespace yk::constrain
