// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "logs/mask_kernels.h"

namespace yk::logs {

/// One bit per byte of a text, so that words without anything variable are passed over without being looked at. The
/// text may be a line or a stretch of many; questions are asked with pointers into it, of which its end is one.
class ByteMasks {
 public:
  /// `text` must live as long as questions are asked. Meant to be used again and again.
  void Build(std::string_view text, MaskKernel kernel = FastestMaskKernel());

  const char* text_end() const { return begin_ + size_; }

  /// The first line feed at or after `from`; the text's end when there is none.
  const char* LineEnd(const char* from) const { return Next<&MaskWord::ends>(from); }
  /// The first byte at or after `from` that may make a chunk variable: a digit, a slash, the lead of a full-width
  /// digit, the first letter of what is as long as true or false. A line feed or the text's end when there is none
  /// before it.
  const char* NextHot(const char* from) const { return Next<&MaskWord::hot>(from); }
  /// The first break or byte beyond ASCII at or after `from`; the text's end when there is none.
  const char* NextBreak(const char* from) const { return Next<&MaskWord::breaks>(from); }
  /// Behind the last break before `at`; the text's begin when there is none.
  const char* ChunkBegin(const char* at) const;

  friend bool operator==(const ByteMasks& a, const ByteMasks& b) {
    return a.size_ == b.size_ && std::equal(a.words_.begin(), a.words_.begin() + a.used_, b.words_.begin());
  }

 private:
  /// Behind the text stands a bit that is always set, so that nothing is looked for beyond it.
  template <uint64_t MaskWord::*kMask>
  const char* Next(const char* from) const {
    const auto at = static_cast<size_t>(from - begin_);
    const MaskWord* word = words_.data() + at / 64;
    uint64_t bits = word->*kMask & ~uint64_t{0} << at % 64;
    while (bits == 0) bits = (++word)->*kMask;
    return begin_ + static_cast<size_t>(word - words_.data()) * 64 + static_cast<size_t>(std::countr_zero(bits));
  }
  void Finish();

  const char* begin_ = nullptr;
  size_t size_ = 0;
  size_t used_ = 0;  ///< of the words
  std::vector<MaskWord> words_;
};

}  // namespace yk::logs
