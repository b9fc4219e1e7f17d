// SPDX-License-Identifier: Apache-2.0
#include "logs/time_memo.h"

#include <cstring>

#include "logs/bytes.h"
#include "logs/time_tail.h"

namespace yk::logs {
namespace {

template <typename Word>
bool SameWord(const char* a, const char* b) {
  Word x = 0, y = 0;
  std::memcpy(&x, a, sizeof x);
  std::memcpy(&y, b, sizeof y);
  return x == y;
}

/// Whether the same bytes stand at both places. Some at a time: a call would cost more than the comparison.
bool SameBytes(const char* a, const char* b, size_t size) {
  if (size < 4) return std::memcmp(a, b, size) == 0;
  if (size < 8) return SameWord<uint32_t>(a, b) && SameWord<uint32_t>(a + size - 4, b + size - 4);
  for (size_t at = 0; at + 8 <= size; at += 8) {
    if (!SameWord<uint64_t>(a + at, b + at)) return false;
  }
  return SameWord<uint64_t>(a + size - 8, b + size - 8);
}

}  // namespace

bool TimeMemo::Read(std::string_view text, int form, int year, TimeMatch* out) {
  const Last& last = last_[static_cast<size_t>(form) % last_.size()];
  if (last.form == form && last.year == year && text.size() >= last.bytes &&
      SameBytes(text.data(), last.text, last.bytes) && ReadTail(last, text, out)) {
    return true;
  }
  if (!ReadTimeAs(text, form, year, out)) return false;
  Keep(text, form, year, *out);
  return true;
}

bool TimeMemo::ReadTail(const Last& last, std::string_view text, TimeMatch* out) {
  const char* p = text.data() + last.bytes;
  const char* const end = text.data() + text.size();
  if (p < end && IsDigit(*p)) return false;
  int64_t micros = 0;
  if (last.fraction) p = ReadOptionalFraction(p, end, &micros);
  if (last.zone) {
    const auto left = static_cast<size_t>(end - p);
    const size_t size = last.zone_bytes;
    const bool same = size > 0 && (last.zone_at_end ? left == size && SameBytes(p, last.zone_text, size)
                                                    : left > size && SameBytes(p, last.zone_text, size + 1));
    p = same ? p + size : SkipZone(p, end);
  }
  if (p < end && IsDigit(*p)) return false;
  out->bytes = static_cast<size_t>(p - text.data());
  out->time = last.second + micros;
  out->form = last.form;
  out->to_second = last.bytes;
  return true;
}

void TimeMemo::Keep(std::string_view text, int form, int year, const TimeMatch& match) {
  const FormTail tail = TailOf(form);
  Last& last = last_[static_cast<size_t>(form) % last_.size()];
  if (!tail.plain || match.to_second == 0 || match.to_second > sizeof last.text) return;
  last.form = form;
  last.year = year;
  last.second = match.time - ((match.time % 1'000'000) + 1'000'000) % 1'000'000;
  last.bytes = match.to_second;
  std::memcpy(last.text, text.data(), last.bytes);
  last.fraction = tail.fraction;
  last.zone = tail.zone;
  last.zone_bytes = 0;
  if (!tail.zone) return;
  const char* const end = text.data() + text.size();
  const char* p = text.data() + last.bytes;
  int64_t micros = 0;
  if (tail.fraction) p = ReadOptionalFraction(p, end, &micros);
  const char* const zone_end = SkipZone(p, end);
  last.zone_at_end = zone_end == end;
  const auto size = static_cast<size_t>(zone_end - p);
  if (size + 1 > sizeof last.zone_text) return;
  last.zone_bytes = static_cast<uint8_t>(size);
  std::memcpy(last.zone_text, p, last.zone_at_end ? size : size + 1);
}

}  // namespace yk::logs
