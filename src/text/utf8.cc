// SPDX-License-Identifier: Apache-2.0
#include "text/utf8.h"

#include <algorithm>
#include <cstring>

namespace yk::text {
namespace {

constexpr size_t kBlock = 256;

uint8_t At(std::string_view text, size_t i) { return static_cast<uint8_t>(text[i]); }
bool IsContinuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/// Bytes of the well-formed sequence at `pos`, or 0.
size_t SequenceLength(std::string_view text, size_t pos) {
  const uint8_t a = At(text, pos);
  if (a < 0x80) return 1;
  // Kana and kanji: the whole in one comparison.
  if (a > 0xE0 && a < 0xED && text.size() - pos >= 3)
    return IsContinuation(At(text, pos + 1)) && IsContinuation(At(text, pos + 2)) ? 3 : 0;
  if (a < 0xC2 || a > 0xF4) return 0;
  const size_t length = a < 0xE0 ? 2 : a < 0xF0 ? 3 : 4;
  if (text.size() - pos < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(At(text, pos + i))) return 0;
  }
  const uint8_t b = At(text, pos + 1);
  const bool bad =
      (a == 0xE0 && b < 0xA0) || (a == 0xED && b > 0x9F) || (a == 0xF0 && b < 0x90) || (a == 0xF4 && b > 0x8F);
  return bad ? 0 : length;
}

}  // namespace

size_t FindInvalidUtf8(std::string_view text) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  size_t pos = 0;
  while (pos < text.size()) {
    // Most texts are ASCII over long stretches.
    uint64_t eight = 0;
    for (; text.size() - pos >= sizeof eight; pos += sizeof eight) {
      std::memcpy(&eight, text.data() + pos, sizeof eight);
      if (eight & kHighBits) break;
    }
    if (pos == text.size()) break;
    const size_t length = SequenceLength(text, pos);
    if (length == 0) return pos;
    pos += length;
  }
  return std::string_view::npos;
}

char32_t NextWideCodePoint(std::string_view text, size_t* pos) {
  const size_t length = SequenceLength(text, *pos);
  const size_t i = *pos;
  *pos += length == 0 ? 1 : length;
  switch (length) {
    case 2: return (At(text, i) & 0x1Fu) << 6 | (At(text, i + 1) & 0x3Fu);
    case 3: return (At(text, i) & 0x0Fu) << 12 | (At(text, i + 1) & 0x3Fu) << 6 | (At(text, i + 2) & 0x3Fu);
    case 4:
      return (At(text, i) & 0x07u) << 18 | (At(text, i + 1) & 0x3Fu) << 12 | (At(text, i + 2) & 0x3Fu) << 6 |
             (At(text, i + 3) & 0x3Fu);
    default: return kReplacement;
  }
}

char32_t PreviousCodePoint(std::string_view text, size_t* pos) {
  const size_t end = *pos;
  size_t begin = end - 1;
  while (begin > 0 && end - begin < 4 && IsContinuation(At(text, begin))) --begin;
  if (SequenceLength(text, begin) != end - begin) {
    *pos = end - 1;
    return kReplacement;
  }
  *pos = begin;
  return NextCodePoint(text, &begin);
}

void AppendUtf8(char32_t c, std::string* out) {
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = kReplacement;
  if (c < 0x80) {
    out->push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out->push_back(static_cast<char>(0xC0 | c >> 6));
    out->push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else if (c < 0x10000) {
    out->push_back(static_cast<char>(0xE0 | c >> 12));
    out->push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else {
    out->push_back(static_cast<char>(0xF0 | c >> 18));
    out->push_back(static_cast<char>(0x80 | (c >> 12 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (c & 0x3F)));
  }
}

std::u32string ToUtf32(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) out.push_back(NextCodePoint(text, &pos));
  return out;
}

std::string ToUtf8(std::u32string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char32_t c : text) AppendUtf8(c, &out);
  return out;
}

size_t CountCodePoints(std::string_view text) {
  size_t count = 0;
  size_t pos = std::min(FindInvalidUtf8(text), text.size());
  for (const char c : text.substr(0, pos)) count += IsContinuation(static_cast<uint8_t>(c)) ? 0 : 1;
  for (; pos < text.size(); ++count) NextCodePoint(text, &pos);
  return count;
}

std::string_view TruncateBytes(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t end = bytes_max;
  while (end > 0 && bytes_max - end < 4 && IsContinuation(At(text, end))) --end;
  if (IsContinuation(At(text, end))) end = bytes_max;  // a run of stray bytes: there is no boundary to keep
  return text.substr(0, end);
}

std::string_view TruncateCodePoints(std::string_view text, size_t count) {
  size_t pos = 0;
  for (size_t i = 0; i < count && pos < text.size(); ++i) NextCodePoint(text, &pos);
  return text.substr(0, pos);
}

std::string RepairUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) {
    const size_t length = SequenceLength(text, pos);
    if (length == 0)
      AppendUtf8(kReplacement, &out);
    else
      out.append(text.substr(pos, length));
    pos += length == 0 ? 1 : length;
  }
  return out;
}

CodePointIndex::CodePointIndex(std::string_view text) : text_(text) {
  before_.reserve(text.size() / kBlock + 1);
  for (size_t i = 0; i < text.size(); ++i) {
    if (i % kBlock == 0) before_.push_back(static_cast<uint32_t>(size_));
    if (!IsContinuation(At(text, i))) ++size_;
  }
}

size_t CodePointIndex::ToCodePoint(size_t byte) const {
  if (byte >= text_.size()) return size_;
  while (byte > 0 && IsContinuation(At(text_, byte))) --byte;
  size_t count = before_[byte / kBlock];
  for (size_t i = byte / kBlock * kBlock; i < byte; ++i) count += !IsContinuation(At(text_, i));
  return count;
}

size_t CodePointIndex::ToByte(size_t code_point) const {
  if (code_point >= size_) return text_.size();
  const auto after = std::upper_bound(before_.begin(), before_.end(), code_point);
  const size_t block = static_cast<size_t>(after - before_.begin()) - 1;
  size_t count = before_[block];
  for (size_t i = block * kBlock; i < text_.size(); ++i) {
    if (IsContinuation(At(text_, i))) continue;
    if (count == code_point) return i;
    ++count;
  }
  return text_.size();
}

}  // namespace yk::text
