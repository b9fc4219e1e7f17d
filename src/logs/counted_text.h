// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace yk::logs {

/// Whether a count, given as that many bits, is at least `n`, which is small.
template <int n>
bool AtLeast(uint64_t count) {
  for (int i = 1; i < n; ++i) count &= count - 1;
  return count != 0;
}

/// A text and how many bytes of each kind it has: each count as that many bits, which for a short text stand where the
/// bytes do. Longer ones are judged by their first 255 bytes, and their counts end at 64. Counts stay true when the
/// text loses an end.
class CountedText {
 public:
  static constexpr size_t kShortBytes = 64, kJudgedBytes = 255;

  /// Bytes behind the text are read, up to `readable_end`, so that sixteen can be looked at together.
  CountedText(std::string_view text, const char* readable_end);
  /// The same, one byte after the other.
  explicit CountedText(std::string_view text) : text_(text) { Count(); }

  std::string_view text() const { return text_; }
  size_t size() const { return text_.size(); }
  char operator[](size_t i) const { return text_[i]; }

  uint64_t digits() const { return Of(bits_.digits); }
  uint64_t letters() const { return Of(bits_.letters); }
  uint64_t dots() const { return Of(bits_.dots); }
  uint64_t colons() const { return Of(bits_.colons); }
  uint64_t dashes() const { return Of(bits_.dashes); }
  uint64_t slashes() const { return Of(bits_.slashes); }  ///< with backslashes
  uint64_t underscores() const { return Of(bits_.underscores); }
  /// Of none of these kinds.
  uint64_t others() const { return Of(bits_.others); }
  uint64_t underscores_and_others() const { return Of(bits_.odd); }
  /// Whether there are no letters but those of hex numbers.
  bool all_hex() const { return Of(bits_.letters ^ bits_.hex_letters) == 0; }
  bool alnum() const { return Of(bits_.dots | bits_.colons | bits_.dashes | bits_.slashes | bits_.odd) == 0; }

  size_t LeadingDigits() const;
  size_t LeadingLetters() const;
  /// Whether it has a / and a dot behind it; where the first / is.
  bool HasDotBehindSlash(size_t* slash) const;

  void RemovePrefix(size_t size);
  void Truncate(size_t size);

 private:
  struct Bits {
    uint64_t digits = 0, letters = 0, hex_letters = 0, dots = 0, colons = 0, dashes = 0, slashes = 0, underscores = 0;
    uint64_t others = 0, odd = 0;
  };
  uint64_t Of(uint64_t bits) const { return bits >> skipped_ & valid_; }
  bool is_short() const { return text_.size() <= kShortBytes; }
  void SetValid() { valid_ = text_.size() >= 64 ? ~uint64_t{0} : (uint64_t{1} << text_.size()) - 1; }
  void Count();
  void CountLong();

  std::string_view text_;
  Bits bits_;  ///< of the text as it was when it was counted
  uint64_t valid_ = ~uint64_t{0};
  size_t skipped_ = 0;
};

}  // namespace yk::logs
