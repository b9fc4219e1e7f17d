// SPDX-License-Identifier: Apache-2.0
// Classes of bytes and a hash, for the paths that touch every byte of a log.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace yk::logs {

enum ByteClass : uint8_t {
  kDigit = 1,
  kHexLetter = 2,    ///< a-f, A-F
  kOtherLetter = 4,  ///< the other ASCII letters
  kSlash = 8,        ///< / and backslash: may be a path
  kJoin = 16,        ///< joins parts of one value: . : - _ @ # + and others
  kBreak = 32,       ///< ends a chunk: white space, brackets, quotes, comma, semicolon, equals sign, control bytes
  kColon = 128,      ///< : beside kJoin
  kHigh = 64,        ///< beyond ASCII; ends a chunk too, because a change of script ends a value
};
inline constexpr uint8_t kLetter = kHexLetter | kOtherLetter;
inline constexpr uint8_t kAlnum = kLetter | kDigit;

constexpr std::array<uint8_t, 256> MakeByteClasses() {
  std::array<uint8_t, 256> table{};
  for (int c = 0; c < 256; ++c) {
    uint8_t k = kJoin;
    if (c >= 0x80) {
      k = kHigh;
    } else if (c <= ' ' || c == 0x7F) {
      k = kBreak;
    } else if (c >= '0' && c <= '9') {
      k = kDigit;
    } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
      k = kHexLetter;
    } else if ((c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z')) {
      k = kOtherLetter;
    } else if (c == '/' || c == '\\') {
      k = kSlash;
    }
    for (const char b : std::string_view(",;()[]{}\"'|<>=`")) {
      if (c == b) k = kBreak;
    }
    if (c == ':') k = kJoin | kColon;
    table[static_cast<size_t>(c)] = k;
  }
  return table;
}
inline constexpr std::array<uint8_t, 256> kByteClasses = MakeByteClasses();

inline uint8_t ClassOf(char c) { return kByteClasses[static_cast<uint8_t>(c)]; }
inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }
inline bool IsLetter(char c) { return (ClassOf(c) & kLetter) != 0; }
inline bool IsSpace(char c) { return c == ' ' || c == '\t'; }

/// Folds 128 bits of a product: every bit of `a` and `b` reaches every bit of the result.
inline uint64_t Mix(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

/// Goes on with `hash` over `size` bytes. Not for keys that an enemy must not collide: those compare lengths as well.
inline uint64_t HashBytes(uint64_t hash, const char* bytes, size_t size) {
  constexpr uint64_t kA = 0x9E3779B97F4A7C15, kB = 0xD6E8FEB86659FD93;
  uint64_t a = 0, b = 0;
  const size_t whole = size;
  while (size >= 16) {
    std::memcpy(&a, bytes, 8);
    std::memcpy(&b, bytes + 8, 8);
    hash = Mix(a ^ kA ^ hash, b ^ kB);
    bytes += 16;
    size -= 16;
  }
  a = b = 0;
  if (size >= 8) {
    std::memcpy(&a, bytes, 8);
    std::memcpy(&b, bytes + size - 8, 8);
  } else if (size >= 4) {
    uint32_t low = 0, high = 0;
    std::memcpy(&low, bytes, 4);
    std::memcpy(&high, bytes + size - 4, 4);
    a = low;
    b = high;
  } else if (size > 0) {
    a = static_cast<uint8_t>(bytes[0]) | static_cast<uint64_t>(static_cast<uint8_t>(bytes[size / 2])) << 8 |
        static_cast<uint64_t>(static_cast<uint8_t>(bytes[size - 1])) << 16;
  }
  return Mix(a ^ kA ^ hash, b ^ kB ^ whole);
}
inline uint64_t HashText(std::string_view text, uint64_t seed = 0) { return HashBytes(seed, text.data(), text.size()); }

/// A hash of a number, for choices that must not depend on order: samples, examples.
inline uint64_t HashNumber(uint64_t n) { return Mix(n ^ 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93); }

}  // namespace yk::logs
