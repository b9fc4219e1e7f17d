// SPDX-License-Identifier: Apache-2.0
#include "logs/byte_masks.h"

#include <algorithm>
#include <cstring>

#include "logs/bytes.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace yk::logs {
namespace {

constexpr uint8_t kWideLead = 0xEF;

bool IsFirstLetter(char c) { return (c | 0x20) == 't' || (c | 0x20) == 'f'; }

struct Bits {
  uint64_t breaks = 0, hot = 0, letters = 0;
};

Bits OneByOne(const char* p, size_t size) {
  Bits out;
  for (size_t i = 0; i < size; ++i) {
    const uint8_t k = ClassOf(p[i]);
    const uint64_t bit = uint64_t{1} << i;
    if ((k & (kBreak | kHigh)) != 0) out.breaks |= bit;
    if ((k & (kDigit | kSlash)) != 0 || static_cast<uint8_t>(p[i]) == kWideLead) out.hot |= bit;
    if (IsFirstLetter(p[i])) out.letters |= bit;
  }
  return out;
}

#if defined(__SSE2__)

__m128i Is(__m128i x, char c) { return _mm_cmpeq_epi8(x, _mm_set1_epi8(c)); }
__m128i Within(__m128i x, char low, char high) {
  const __m128i clamped = _mm_min_epu8(_mm_max_epu8(x, _mm_set1_epi8(low)), _mm_set1_epi8(high));
  return _mm_cmpeq_epi8(clamped, x);
}
template <typename... Mask>
__m128i Any(__m128i first, Mask... more) {
  ((first = _mm_or_si128(first, more)), ...);
  return first;
}
uint64_t BitsOf(__m128i mask) { return static_cast<uint32_t>(_mm_movemask_epi8(mask)); }

/// The first 16 * `count` of 64 bytes.
Bits Block(const char* p, int count) {
  Bits out;
  for (int i = 0; i < count; ++i) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16 * i));
    // The breaks of kByteClasses, as ranges of their codes: ' ( )  ; < = >  { | }
    const __m128i breaks =
        Any(Within(x, '\0', ' '), Is(x, '"'), Within(x, '\'', ')'), Is(x, ','), Within(x, ';', '>'), Is(x, '['),
            Is(x, ']'), Is(x, '`'), Within(x, '{', '}'), Is(x, '\x7F'), x);  // x itself: the sign bit
    const __m128i hot = Any(Within(x, '0', '9'), Is(x, '/'), Is(x, '\\'), Is(x, static_cast<char>(kWideLead)));
    const __m128i lower = _mm_or_si128(x, _mm_set1_epi8(0x20));
    out.breaks |= BitsOf(breaks) << 16 * i;
    out.hot |= BitsOf(hot) << 16 * i;
    out.letters |= BitsOf(Any(Is(lower, 't'), Is(lower, 'f'))) << 16 * i;
  }
  return out;
}

#else

Bits Block(const char* p, int) { return OneByOne(p, 64); }

#endif

}  // namespace

size_t FindSpace(std::string_view text, size_t from) {
#if defined(__SSE2__)
  for (; from + 16 <= text.size(); from += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + from));
    const uint64_t bits = BitsOf(Any(Is(x, ' '), Is(x, '\t')));
    if (bits != 0) return from + static_cast<size_t>(std::countr_zero(bits));
  }
#endif
  while (from < text.size() && !IsSpace(text[from])) ++from;
  return from;
}

size_t FindByte(std::string_view text, size_t from, char c) {
#if defined(__SSE2__)
  for (; from + 16 <= text.size(); from += 16) {
    const uint64_t bits = BitsOf(Is(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + from)), c));
    if (bits != 0) return from + static_cast<size_t>(std::countr_zero(bits));
  }
#endif
  while (from < text.size() && text[from] != c) ++from;
  return from;
}

void ByteMasks::Reset(size_t size) {
  size_ = size;
  break_before_ = 1;
  const size_t words = (size + 63) / 64;
  breaks_.resize(words);
  hot_.resize(words);
  letters_.resize(words);
}

void ByteMasks::Set(size_t word, uint64_t breaks, uint64_t hot, uint64_t letters, uint64_t valid) {
  const uint64_t begins = ~breaks & (breaks << 1 | break_before_);
  breaks_[word] = breaks & valid;
  hot_[word] = hot & valid;
  letters_[word] = letters & begins & valid;
  break_before_ = breaks >> 63;
}

/// A first letter counts only where the chunk may end after four or five bytes.
void ByteMasks::Finish() {
  const size_t tail = size_ % 64;
  for (size_t i = 0; i < letters_.size(); ++i) {
    if (letters_[i] == 0) continue;
    uint64_t breaks = breaks_[i];
    uint64_t next = i + 1 < breaks_.size() ? breaks_[i + 1] : ~uint64_t{0};
    // The end of the text ends a chunk too.
    if (i + 1 == breaks_.size() && tail != 0) breaks |= ~uint64_t{0} << tail;
    if (i + 2 == breaks_.size() && tail != 0) next |= ~uint64_t{0} << tail;
    hot_[i] |= letters_[i] & (breaks >> 4 | next << 60 | breaks >> 5 | next << 59);
  }
}

void ByteMasks::Build(std::string_view text) {
  Reset(text.size());
  size_t at = 0;
  for (; at + 64 <= text.size(); at += 64) {
    const Bits bits = Block(text.data() + at, 4);
    Set(at / 64, bits.breaks, bits.hot, bits.letters, ~uint64_t{0});
  }
  if (at == text.size()) return Finish();
  char tail[64] = {};
  std::memcpy(tail, text.data() + at, text.size() - at);
  const Bits bits = Block(tail, static_cast<int>((text.size() - at + 15) / 16));
  Set(at / 64, bits.breaks, bits.hot, bits.letters, (uint64_t{1} << (text.size() - at)) - 1);
  Finish();
}

void ByteMasks::BuildSlowly(std::string_view text) {
  Reset(text.size());
  for (size_t at = 0; at < text.size(); at += 64) {
    const size_t size = std::min<size_t>(64, text.size() - at);
    const Bits bits = OneByOne(text.data() + at, size);
    Set(at / 64, bits.breaks, bits.hot, bits.letters, size == 64 ? ~uint64_t{0} : (uint64_t{1} << size) - 1);
  }
  Finish();
}

size_t ByteMasks::ChunkBegin(size_t at) const {
  size_t word = at / 64;
  uint64_t bits = at % 64 == 0 ? 0 : breaks_[word] & ~uint64_t{0} >> (64 - at % 64);
  while (bits == 0) {
    if (word == 0) return 0;
    bits = breaks_[--word];
  }
  return word * 64 + 64 - static_cast<size_t>(std::countl_zero(bits));
}

}  // namespace yk::logs
