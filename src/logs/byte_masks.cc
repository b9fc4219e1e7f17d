// SPDX-License-Identifier: Apache-2.0
#include "logs/byte_masks.h"

#include <cstring>

namespace yk::logs {

void ByteMasks::Build(std::string_view text, MaskKernel kernel) {
  begin_ = text.data();
  size_ = text.size();
  used_ = size_ / 64 + 1;
  if (words_.size() < used_) words_.resize(used_);
  kernel(begin_, size_ / 64, words_.data());
  // The zeros behind the text are breaks.
  char tail[64] = {};
  if (size_ % 64 != 0) std::memcpy(tail, begin_ + size_ / 64 * 64, size_ % 64);
  MaskWord& last = words_[size_ / 64];
  kernel(tail, 1, &last);
  last.ends |= uint64_t{1} << size_ % 64;
  Finish();
}

/// Lets a first letter count only where its chunk begins, and may end after four or five bytes.
void ByteMasks::Finish() {
  uint64_t before = 1;  // whether the byte before the word is a break
  for (size_t i = 0; i < used_; ++i) {
    MaskWord& word = words_[i];
    const uint64_t next = i + 1 < used_ ? words_[i + 1].breaks : ~uint64_t{0};
    const uint64_t begins = word.breaks << 1 | before;
    before = word.breaks >> 63;
    word.hot |= word.ends | (word.letters & begins & (word.breaks >> 4 | next << 60 | word.breaks >> 5 | next << 59));
  }
}

const char* ByteMasks::ChunkBegin(const char* from) const {
  const auto at = static_cast<size_t>(from - begin_);
  size_t word = at / 64;
  uint64_t bits = words_[word].breaks & ~(~uint64_t{0} << at % 64);
  while (bits == 0) {
    if (word == 0) return begin_;
    bits = words_[--word].breaks;
  }
  return begin_ + word * 64 + 64 - static_cast<size_t>(std::countl_zero(bits));
}

}  // namespace yk::logs
