// SPDX-License-Identifier: Apache-2.0
#if defined(__SSE2__)
#include <emmintrin.h>

#include "logs/mask_kernels.h"

namespace yk::logs {
namespace {

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

}  // namespace

void MaskBlocksSse2(const char* text, size_t blocks, MaskWord* out) {
  for (size_t block = 0; block < blocks; ++block) {
    MaskWord word;
    for (int i = 0; i < 4; ++i) {
      const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + block * 64 + 16 * i));
      // The breaks of kByteClasses, as ranges of their codes: ' ( )  ; < = >  { | }
      const __m128i breaks =
          Any(Within(x, '\0', ' '), Is(x, '"'), Within(x, '\'', ')'), Is(x, ','), Within(x, ';', '>'), Is(x, '['),
              Is(x, ']'), Is(x, '`'), Within(x, '{', '}'), Is(x, '\x7F'), x);  // x itself: the sign bit
      const __m128i hot = Any(Within(x, '0', '9'), Is(x, '/'), Is(x, '\\'), Is(x, '\xEF'));
      const __m128i lower = _mm_or_si128(x, _mm_set1_epi8(0x20));
      word.ends |= BitsOf(Is(x, '\n')) << 16 * i;
      word.breaks |= BitsOf(breaks) << 16 * i;
      word.hot |= BitsOf(hot) << 16 * i;
      word.letters |= BitsOf(Any(Is(lower, 't'), Is(lower, 'f'))) << 16 * i;
    }
    out[block] = word;
  }
}

}  // namespace yk::logs
#endif
