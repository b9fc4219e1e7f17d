// SPDX-License-Identifier: Apache-2.0
// UTF-8 as in RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/range.h"

namespace yk::text {

inline constexpr char32_t kReplacement = 0xFFFD;

/// Byte offset of the first malformed sequence, or npos.
size_t FindInvalidUtf8(std::string_view text);
inline bool IsValidUtf8(std::string_view text) { return FindInvalidUtf8(text) == std::string_view::npos; }

/// NextCodePoint for what is not ASCII.
char32_t NextWideCodePoint(std::string_view text, size_t* pos);

/// Decodes the code point at `*pos` (which must lie inside the text) and moves past it. A malformed byte yields
/// U+FFFD and moves by one.
inline char32_t NextCodePoint(std::string_view text, size_t* pos) {
  const auto first = static_cast<unsigned char>(text[*pos]);
  if (first >= 0x80) return NextWideCodePoint(text, pos);
  ++*pos;
  return first;
}
/// The code point that ends at `pos` > 0; malformed bytes yield U+FFFD. `*pos` moves to its beginning.
char32_t PreviousCodePoint(std::string_view text, size_t* pos);

/// Surrogates and values above U+10FFFF are written as U+FFFD.
void AppendUtf8(char32_t code_point, std::string* out);
std::u32string ToUtf32(std::string_view text);
std::string ToUtf8(std::u32string_view text);

/// Code points; each malformed byte counts as one.
size_t CountCodePoints(std::string_view text);

/// The longest prefix of at most `bytes_max` bytes that does not cut a code point.
std::string_view TruncateBytes(std::string_view text, size_t bytes_max);
/// The first `count` code points.
std::string_view TruncateCodePoints(std::string_view text, size_t count);

/// Valid UTF-8: every malformed byte is replaced by U+FFFD.
std::string RepairUtf8(std::string_view text);

/// Offsets of one text in both units. Built in O(n), 1/64 of the text's size; both directions look at one block of
/// bytes. The text must be valid UTF-8 and outlive the index. Offsets past the end are taken as the end.
class CodePointIndex {
 public:
  explicit CodePointIndex(std::string_view text);

  /// A byte offset inside a code point belongs to that code point.
  size_t ToCodePoint(size_t byte) const;
  size_t ToByte(size_t code_point) const;
  Range ToCodePoints(Range bytes) const { return {ToCodePoint(bytes.begin), ToCodePoint(bytes.end)}; }
  Range ToBytes(Range code_points) const { return {ToByte(code_points.begin), ToByte(code_points.end)}; }
  /// Code points in the whole text.
  size_t size() const { return size_; }

 private:
  std::string_view text_;
  std::vector<uint32_t> before_;  ///< code points that begin before each block
  size_t size_ = 0;
};

}  // namespace yk::text
