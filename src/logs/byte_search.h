// SPDX-License-Identifier: Apache-2.0
// Finding a byte that is near, as the borders of a line's columns are. Written here so that it becomes part of the
// loops that call it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "logs/bytes.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace yk::logs {

#if defined(__SSE2__)
/// The first byte at or after `from` that `bits_of` sixteen bytes has a bit for.
template <typename BitsOf>
size_t FindBySixteen(std::string_view text, size_t from, BitsOf bits_of) {
  const auto bits_at = [&](size_t at) {
    const __m128i mask = bits_of(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at)));
    return static_cast<uint32_t>(_mm_movemask_epi8(mask));
  };
  for (; from + 16 <= text.size(); from += 16) {
    if (const uint32_t bits = bits_at(from); bits != 0) return from + static_cast<size_t>(std::countr_zero(bits));
  }
  if (from >= text.size()) return text.size();
  // The last sixteen, of which some were looked at already.
  const uint32_t bits = bits_at(text.size() - 16) >> (from + 16 - text.size());
  return bits == 0 ? text.size() : from + static_cast<size_t>(std::countr_zero(bits));
}
#endif

/// The first space or tab at or after `from`; the text's size when there is none.
inline size_t FindSpace(std::string_view text, size_t from) {
#if defined(__SSE2__)
  if (text.size() >= 16) {
    return FindBySixteen(text, from, [](__m128i x) {
      return _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8(' ')), _mm_cmpeq_epi8(x, _mm_set1_epi8('\t')));
    });
  }
#endif
  while (from < text.size() && !IsSpace(text[from])) ++from;
  return from;
}

/// The first `c` at or after `from`; the text's size when there is none.
inline size_t FindByte(std::string_view text, size_t from, char c) {
#if defined(__SSE2__)
  if (text.size() >= 16) {
    return FindBySixteen(text, from, [c](__m128i x) { return _mm_cmpeq_epi8(x, _mm_set1_epi8(c)); });
  }
#endif
  while (from < text.size() && text[from] != c) ++from;
  return from;
}

}  // namespace yk::logs
