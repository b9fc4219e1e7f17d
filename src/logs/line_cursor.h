// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "logs/byte_masks.h"

namespace yk::logs {

/// The charset of an input, as far as lines must know it.
enum class Charset : uint8_t { kUtf8, kCp932, kEucJp, kUtf16Le, kUtf16Be };

std::string_view CharsetName(Charset charset);
/// None for a name that is none of these.
std::optional<Charset> CharsetNamed(std::string_view name);
bool IsUtf16(Charset charset);

/// By byte order marks, zeros, and which of the Japanese charsets makes sense of the bytes; looks at pieces over the
/// whole.
Charset DetectCharset(std::string_view bytes);

/// A line of an input.
struct RawLine {
  uint64_t offset = 0;     ///< of its first byte in the input
  std::string_view bytes;  ///< as they stand there, without the line end
  std::string_view text;  ///< in UTF-8, at most line_bytes_max long; may lie in the cursor's buffer until the next line
  bool cut = false;
  bool invalid = false;  ///< not all of the bytes are text in the input's charset, nor in another one that it may be
  const ByteMasks* masks = nullptr;  ///< of bytes that the text is a part of, until the next line; null: there are none
};

/// A line of another charset than its input's: of UTF-8 within CP932 or EUC-JP, or of these within UTF-8, as programs
/// write that share a file. False, with `out` unchanged, when it makes no sense in them.
bool DecodeStray(std::string_view bytes, Charset charset, std::string* out);

/// The lines that begin within [begin, end) of an input. Any division of an input gives the same lines. Masks are made
/// of some thousand bytes at once: that is faster than line by line, and finds the line ends.
class LineCursor {
 public:
  LineCursor(std::string_view input, Charset charset, uint64_t begin, uint64_t end, size_t line_bytes_max);

  /// False: there are no more.
  bool Next(RawLine* line);

  /// The one line that begins at `offset`.
  static void At(std::string_view input, Charset charset, uint64_t offset, size_t line_bytes_max, std::string* buffer,
                 RawLine* line);

 private:
  std::string_view input_;
  Charset charset_;
  /// Where the line that begins at `at_` ends; makes masks of the bytes from there on where it must.
  uint64_t FindEnd();

  uint64_t at_;
  uint64_t end_;
  size_t line_bytes_max_;
  std::string buffer_;
  std::string_view masked_;  ///< the part of the input that `masks_` stand for
  bool high_ = true;         ///< there are bytes beyond ASCII in it
  ByteMasks masks_;
};

}  // namespace yk::logs
