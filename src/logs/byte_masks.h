// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace yk::logs {

/// The first space or tab at or after `from`; the text's size when there is none.
size_t FindSpace(std::string_view text, size_t from);

/// The first `c` at or after `from`; the text's size when there is none. Meant for short distances.
size_t FindByte(std::string_view text, size_t from, char c);

/// One bit per byte of a text, so that words without anything variable are passed over without being looked at.
/// Sixteen bytes at a time where the machine has SSE2, one at a time elsewhere; both give the same.
class ByteMasks {
 public:
  void Build(std::string_view text);
  /// What Build does, one byte at a time.
  void BuildSlowly(std::string_view text);

  /// The first byte at or after `from` that may make a chunk variable: a digit, a slash, the lead of a full-width
  /// digit, the first letter of what is as long as true or false. The text's size when there is none.
  size_t NextHot(size_t from) const { return Next(hot_, from); }
  /// The first break or byte beyond ASCII at or after `from`; the text's size when there is none.
  size_t NextBreak(size_t from) const { return Next(breaks_, from); }
  /// Behind the last break before `at`; 0 when there is none.
  size_t ChunkBegin(size_t at) const;

  friend bool operator==(const ByteMasks& a, const ByteMasks& b) {
    return a.size_ == b.size_ && a.breaks_ == b.breaks_ && a.hot_ == b.hot_;
  }

 private:
  size_t Next(const std::vector<uint64_t>& mask, size_t from) const {
    size_t word = from / 64;
    if (word >= mask.size()) return size_;
    uint64_t bits = mask[word] & ~uint64_t{0} << from % 64;
    while (bits == 0) {
      if (++word == mask.size()) return size_;
      bits = mask[word];
    }
    return word * 64 + static_cast<size_t>(std::countr_zero(bits));
  }
  void Reset(size_t size);
  /// Writes the masks of up to 64 bytes: breaks, digits and the like, possible first letters.
  void Set(size_t word, uint64_t breaks, uint64_t hot, uint64_t letters, uint64_t valid);
  void Finish();

  size_t size_ = 0;
  uint64_t break_before_ = 1;  ///< whether the byte before the next word is a break
  std::vector<uint64_t> breaks_, hot_, letters_;
};

}  // namespace yk::logs
