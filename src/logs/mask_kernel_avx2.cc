// SPDX-License-Identifier: Apache-2.0
#if defined(__SSE2__)
#include <immintrin.h>

#include <array>

#include "logs/bytes.h"
#include "logs/mask_kernels.h"

namespace yk::logs {
namespace {

// A byte's code has two halves. Each bit of these tables is a set of first halves with a set of second ones, and a byte
// is in it when both tables have the bit. kHotSets stand above the others, so that one comparison tells them apart.
struct HalfSet {
  std::string_view firsts, seconds;  ///< as hex digits
};
constexpr HalfSet kSets[] = {
    {"01", "0123456789ABCDEF"},  // control characters
    {"2", "02789C"},             // space " ' ( ) ,
    {"3", "BCDE"},               // ; < = >
    {"5", "BD"},                 // [ ]
    {"6", "0"},                  // `
    {"7", "BCDF"},               // { | } and delete
    {"3", "0123456789"},         // digits
    {"2", "F"},                  // /
};
constexpr uint8_t kHotSets = 0xC0;
constexpr char kOtherSlash = '\\';

constexpr int HexValue(char c) { return c <= '9' ? c - '0' : c - 'A' + 10; }
constexpr std::array<uint8_t, 16> MakeTable(std::string_view HalfSet::*half) {
  std::array<uint8_t, 16> table{};
  for (size_t i = 0; i < std::size(kSets); ++i) {
    for (const char c : kSets[i].*half) table[static_cast<size_t>(HexValue(c))] |= static_cast<uint8_t>(1 << i);
  }
  return table;
}
constexpr std::array<uint8_t, 16> kFirsts = MakeTable(&HalfSet::firsts), kSeconds = MakeTable(&HalfSet::seconds);

/// The tables say of each byte what bytes.h says.
constexpr bool Agrees() {
  for (size_t c = 0; c < 0x80; ++c) {
    const uint8_t sets = kFirsts[c >> 4] & kSeconds[c & 15];
    const uint8_t k = kByteClasses[c];
    if (((k & kBreak) != 0) != (sets != 0 && sets < 0x40)) return false;
    if (((k & (kDigit | kSlash)) != 0) != ((sets & kHotSets) != 0 || c == kOtherSlash)) return false;
  }
  return true;
}
static_assert(Agrees());

struct Tables {
  __m256i firsts, seconds;
};

[[gnu::target("avx2")]] inline __m256i Twice(const std::array<uint8_t, 16>& table) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table.data())));
}
[[gnu::target("avx2")]] inline __m256i Is(__m256i x, char c) { return _mm256_cmpeq_epi8(x, _mm256_set1_epi8(c)); }
[[gnu::target("avx2")]] inline uint64_t BitsOf(__m256i mask) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(mask));
}

/// The lower half of each mask for 32 bytes.
[[gnu::target("avx2")]] inline MaskWord MaskOf(const char* text, const Tables& tables) {
  const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
  const __m256i first = _mm256_and_si256(_mm256_srli_epi16(x, 4), _mm256_set1_epi8(0x0F));
  // Bytes beyond ASCII are in no set: a shuffle gives nothing for them.
  const __m256i sets =
      _mm256_and_si256(_mm256_shuffle_epi8(tables.firsts, first), _mm256_shuffle_epi8(tables.seconds, x));
  const __m256i hot = _mm256_or_si256(_mm256_adds_epu8(sets, _mm256_set1_epi8(0x40)),
                                      _mm256_or_si256(Is(x, kOtherSlash), Is(x, '\xEF')));
  const __m256i lower = _mm256_or_si256(x, _mm256_set1_epi8(0x20));
  MaskWord word;
  word.ends = BitsOf(Is(x, '\n'));
  word.hot = BitsOf(hot);
  // What is in a set and not hot, or beyond ASCII.
  word.breaks = (~BitsOf(_mm256_cmpeq_epi8(sets, _mm256_setzero_si256())) & ~word.hot & 0xFFFFFFFF) | BitsOf(x);
  word.letters = BitsOf(_mm256_or_si256(Is(lower, 't'), Is(lower, 'f')));
  return word;
}

}  // namespace

[[gnu::target("avx2")]] void MaskBlocksAvx2(const char* text, size_t blocks, MaskWord* out) {
  const Tables tables = {Twice(kFirsts), Twice(kSeconds)};
  for (size_t block = 0; block < blocks; ++block) {
    const MaskWord a = MaskOf(text + block * 64, tables);
    const MaskWord b = MaskOf(text + block * 64 + 32, tables);
    out[block] = {a.ends | b.ends << 32, a.breaks | b.breaks << 32, a.hot | b.hot << 32, a.letters | b.letters << 32};
  }
}

}  // namespace yk::logs
#endif
