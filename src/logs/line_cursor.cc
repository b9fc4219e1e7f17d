// SPDX-License-Identifier: Apache-2.0
#include "logs/line_cursor.h"

#include <algorithm>
#include <cstring>

#include "logs/bytes.h"
#include "text/charset.h"
#include "text/utf8.h"

namespace yk::logs {
namespace {

constexpr uint64_t kNowhere = UINT64_MAX;

/// Few enough that they and their masks stay in the first cache.
constexpr size_t kMaskedBytes = size_t{8} << 10;

/// Where the line end at or after `from` stands; kNowhere when there is none.
uint64_t FindLineEnd(std::string_view input, Charset charset, uint64_t from) {
  if (from >= input.size()) return kNowhere;
  if (!IsUtf16(charset)) {
    const void* const found = std::memchr(input.data() + from, '\n', input.size() - from);
    return found == nullptr ? kNowhere : static_cast<uint64_t>(static_cast<const char*>(found) - input.data());
  }
  const size_t low = charset == Charset::kUtf16Le ? 0 : 1;
  for (uint64_t i = from & ~uint64_t{1}; i + 1 < input.size(); i += 2) {
    if (input[i + low] == '\n' && input[i + 1 - low] == '\0') return i;
  }
  return kNowhere;
}

uint64_t StartOfText(std::string_view input, Charset charset) {
  if (charset == Charset::kUtf8 && input.starts_with("\xEF\xBB\xBF")) return 3;
  if (IsUtf16(charset) && (input.starts_with("\xFF\xFE") || input.starts_with("\xFE\xFF"))) return 2;
  return 0;
}

/// 16 bytes at once, in whatever way the processor has.
using Bytes [[gnu::vector_size(16)]] = int8_t;

bool IsAscii(std::string_view bytes) {
  constexpr size_t kBytes = sizeof(Bytes);
  if (bytes.size() < kBytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; });
  }
  Bytes high{};
  const auto add = [&](size_t at) {
    Bytes x;
    std::memcpy(&x, bytes.data() + at, kBytes);
    high |= x;
  };
  for (size_t i = 0; i + kBytes <= bytes.size(); i += kBytes) add(i);
  add(bytes.size() - kBytes);
  uint64_t halves[2];
  std::memcpy(halves, &high, sizeof halves);
  return ((halves[0] | halves[1]) & 0x8080808080808080) == 0;
}

/// Whether lead and following bytes are as many as in UTF-8. A text in another charset fails this; what passes need
/// not be looked at byte by byte, which would cost more than all else.
bool MayBeUtf8(std::string_view bytes) {
  int missing = 0;
  for (size_t at = 0; at < bytes.size();) {
    // So few that no sum of a byte overflows.
    Bytes sum{};
    for (int i = 0; i < 40 && at < bytes.size(); ++i, at += sizeof(Bytes)) {
      Bytes x{};
      if (bytes.size() - at >= sizeof x) {
        std::memcpy(&x, bytes.data() + at, sizeof x);
      } else {
        std::memcpy(&x, bytes.data() + at, bytes.size() - at);
      }
      // A comparison gives -1 where it is true. As signed numbers: 80 to BF are below -64, leads are -64 to -1, those
      // of three bytes from -32 and of four from -16.
      const Bytes following = x < -64;
      const Bytes high = x < 0;
      sum += following - (high & ~following) - (high & (x >= -32)) - (high & (x >= -16));
    }
    for (size_t i = 0; i < sizeof sum; ++i) missing += sum[i];
  }
  return missing == 0;
}

/// Lossy where the bytes are damaged: the good text before and behind is worth more than a refusal.
void Decode(std::string_view bytes, Charset charset, std::string* buffer, RawLine* line) {
  if (!IsUtf16(charset) && DecodeStray(bytes, charset, buffer)) return;
  auto text = text::DecodeAs(bytes, CharsetName(charset));
  if (text) {
    *buffer = std::move(*text);
    return;
  }
  line->invalid = true;
  buffer->clear();
  for (const char c : bytes) {
    if (static_cast<uint8_t>(c) < 0x80 && c != '\0') {
      buffer->push_back(c);
    } else if (!buffer->ends_with("\xEF\xBF\xBD")) {
      buffer->append("\xEF\xBF\xBD");
    }
  }
}

void Fill(std::string_view input, Charset charset, uint64_t begin, uint64_t end, size_t line_bytes_max, bool high,
          std::string* buffer, RawLine* line) {
  line->offset = begin;
  line->bytes = input.substr(begin, end - begin);
  line->cut = line->invalid = false;
  line->masks = nullptr;
  if (IsUtf16(charset)) {
    const std::string_view cr =
        charset == Charset::kUtf16Le ? std::string_view("\r\0", 2) : std::string_view("\0\r", 2);
    if (line->bytes.ends_with(cr)) line->bytes.remove_suffix(2);
    line->invalid = line->bytes.size() % 2 != 0;
  } else if (line->bytes.ends_with('\r')) {
    line->bytes.remove_suffix(1);
  }
  std::string_view bytes = line->bytes;
  if (bytes.size() > line_bytes_max) {
    line->cut = true;
    bytes = charset == Charset::kUtf8 ? text::TruncateBytes(bytes, line_bytes_max) : bytes.substr(0, line_bytes_max);
    if (IsUtf16(charset)) bytes = bytes.substr(0, bytes.size() & ~size_t{1});
  }
  line->text = bytes;
  if (!IsUtf16(charset) && (!high || IsAscii(bytes))) return;
  if (charset == Charset::kUtf8) {
    if (MayBeUtf8(bytes)) return;
    if (DecodeStray(bytes, charset, buffer)) {
      line->text = *buffer;
    } else {
      line->invalid = !text::IsValidUtf8(bytes);
    }
    return;
  }
  if (IsUtf16(charset)) bytes = bytes.substr(0, bytes.size() & ~size_t{1});
  Decode(bytes, charset, buffer, line);
  line->text = *buffer;
}

}  // namespace

LineCursor::LineCursor(std::string_view input, Charset charset, uint64_t begin, uint64_t end, size_t line_bytes_max)
    : input_(input),
      charset_(charset),
      at_(begin),
      end_(std::min<uint64_t>(end, input.size())),
      line_bytes_max_(line_bytes_max) {
  const uint64_t start = StartOfText(input, charset);
  const uint64_t unit = IsUtf16(charset) ? 2 : 1;
  if (at_ <= start) {
    at_ = start;
    return;
  }
  // A line begins here only when one has just ended.
  const uint64_t line_end = FindLineEnd(input, charset, at_ - unit);
  at_ = line_end == kNowhere ? input.size() : line_end + unit;
}

uint64_t LineCursor::FindEnd() {
  const char* const begin = input_.data() + at_;
  const char* const input_end = input_.data() + input_.size();
  if (IsUtf16(charset_)) return FindLineEnd(input_, charset_, at_);
  for (const bool again : {false, true}) {
    const char* const masked_end = masked_.data() + masked_.size();
    if (begin >= masked_.data() && begin < masked_end) {
      const char* const end = masks_.LineEnd(begin);
      if (end < masked_end) return static_cast<uint64_t>(end - input_.data());
      if (masked_end == input_end) return kNowhere;
    }
    if (again) break;
    masked_ = input_.substr(at_, kMaskedBytes);
    masks_.Build(masked_);
    high_ = !IsAscii(masked_);
  }
  // The line is longer than what masks are made of at once.
  masked_ = {};
  high_ = true;
  return FindLineEnd(input_, charset_, at_);
}

bool LineCursor::Next(RawLine* line) {
  if (at_ >= end_) return false;
  const uint64_t found = FindEnd();
  const uint64_t end = found == kNowhere ? input_.size() : found;
  Fill(input_, charset_, at_, end, line_bytes_max_, high_, &buffer_, line);
  // A text that was cut does not end with a break; one that was decoded lies elsewhere.
  const bool masked = !masked_.empty() && !line->cut && line->text.data() == line->bytes.data();
  line->masks = masked ? &masks_ : nullptr;
  at_ = found == kNowhere ? input_.size() : found + (IsUtf16(charset_) ? 2 : 1);
  return true;
}

void LineCursor::At(std::string_view input, Charset charset, uint64_t offset, size_t line_bytes_max,
                    std::string* buffer, RawLine* line) {
  const uint64_t found = FindLineEnd(input, charset, offset);
  Fill(input, charset, offset, found == kNowhere ? input.size() : found, line_bytes_max, true, buffer, line);
}

}  // namespace yk::logs
