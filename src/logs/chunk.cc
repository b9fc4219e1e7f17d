// SPDX-License-Identifier: Apache-2.0
#include "logs/chunk.h"

#include <bit>

#include "logs/bytes.h"
#include "logs/counted_text.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace yk::logs {
namespace {

constexpr size_t kLongHexBytes = 12;

bool HasDigit(std::string_view text) {
  for (const char c : text) {
    if (IsDigit(c)) return true;
  }
  return false;
}

bool IsWord(std::string_view text) {
  for (const char c : text) {
    if ((ClassOf(c) & kLetter) == 0 && c != '_') return false;
  }
  return !text.empty();
}

/// 12:30, 12:30:45.678, 2026-03-02, 2026/03/02T10:42:07Z, 02/Mar/2026
bool IsTime(const CountedText& text) {
  if (text.size() < 5 || !IsDigit(text[0]) || !AtLeast<4>(text.digits()) || AtLeast<2>(text.underscores_and_others()))
    return false;
  if (AtLeast<5>(text.letters())) return false;
  if (text.colons() != 0 && !AtLeast<4>(text.colons()) && text.dashes() == 0 && text.slashes() == 0) {
    return text.letters() == 0 && (text[1] == ':' || text[2] == ':') && !AtLeast<2>(text.dots());
  }
  if (AtLeast<2>(text.dashes()) && text.size() >= 10 && text[4] == '-' && text[7] == '-') return true;
  return AtLeast<2>(text.slashes()) && !AtLeast<3>(text.slashes()) && text.size() >= 8 && !AtLeast<2>(text.dots());
}

/// UUIDs, long hex, letters with a long number. Not amounts, addresses, times and paths.
bool IsId(const CountedText& text) {
  if (text.size() < 6 || (text.slashes() | text.colons() | text.dots() | text.others()) != 0 || text.letters() == 0)
    return false;
  if (text.all_hex() && text.digits() != 0 && text.size() >= kLongHexBytes) return true;
  return AtLeast<4>(text.digits()) && (IsLetter(text[0]) || AtLeast<2>(text.dashes()));
}

/// All of `text`, which begins at byte `begin` of the chunk.
bool Whole(size_t begin, const CountedText& text, ChunkSlot* out) {
  out->begin = static_cast<uint32_t>(begin);
  out->end = static_cast<uint32_t>(begin + text.size());
  out->kind = IsTime(text) ? SlotKind::kTime : IsId(text) ? SlotKind::kId : SlotKind::kValue;
  out->url = false;
  return out->begin < out->end;
}

bool AllOf(std::string_view text, uint8_t classes, std::string_view joins) {
  for (const char c : text) {
    if ((ClassOf(c) & classes) == 0 && joins.find(c) == std::string_view::npos) return false;
  }
  return true;
}

/// Where a value begins behind "word#", "word.", "word:" or "word@"; 0 when there is no such beginning.
size_t AfterNamedPart(const CountedText& counted, bool two_dots) {
  const std::string_view text = counted.text();
  // A leader of dots: "enabled......1".
  if (const size_t dots = two_dots ? text.find("..") : 0; dots != std::string_view::npos && dots > 0) {
    const size_t value = text.find_first_not_of('.', dots);
    return value != std::string_view::npos && IsDigit(text[value]) ? value : 0;
  }
  const size_t i = counted.LeadingLetters();
  if (i == 0 || i + 1 >= text.size()) return 0;
  const char glue = text[i];
  if (glue == '#' || glue == '@') return i + 1;
  if (glue == '.' || glue == '/') return IsDigit(text[i + 1]) ? i + 1 : 0;
  return 0;
}

/// A piece without colons at its head that would name it. `at`: where it begins in the chunk.
bool ClassifyValue(CountedText* text, size_t at, bool of_key, const ChunkPlace& place, ChunkSlot* out) {
  if (text->digits() == 0) return false;
  const char first = (*text)[0];
  if (place.after == '=' && IsDigit(first) && text->letters() != 0) {
    // The name of the next value sticks to this one.
    text->Truncate(text->LeadingDigits());
    return Whole(at, *text, out);
  }
  if (IsDigit(first) || of_key || place.coarseness > 0) return Whole(at, *text, out);
  if ((text->slashes() | text->underscores_and_others() | text->dots()) == 0 && text->all_hex() && text->size() >= 6)
    return Whole(at, *text, out);
  if ((first == 'v' || first == 'V') && IsDigit((*text)[1])) return Whole(at, *text, out);
  if (const size_t named = AfterNamedPart(*text, AtLeast<2>(text->dots())); named > 0) {
    text->RemovePrefix(named);
    return Whole(at + named, *text, out);
  }
  const bool value = AtLeast<3>(text->digits()) || AtLeast<2>(text->dots()) ||
                     (text->underscores() != 0 && IsDigit(text->text().back()) && place.after != '=');
  return value && Whole(at, *text, out);
}

bool IsPath(std::string_view text) { return text.size() >= 2 && text[0] == '/' && (ClassOf(text[1]) & (kAlnum)) != 0; }

bool IsDrive(std::string_view text) {
  return text.size() >= 3 && IsLetter(text[0]) && text[1] == ':' && (text[2] == '\\' || text[2] == '/');
}

/// a/b.c: a path that does not begin at the root, a class with its package, a media type
bool IsInnerPath(const CountedText& text) {
  size_t slash = 0;
  if (!text.HasDotBehindSlash(&slash)) return false;
  return AfterNamedPart(text, false) != slash + 1;  // but HTTP/1.1 is a version
}

/// How long the text is without the marks at its end.
size_t TrimmedSize(std::string_view text) {
  size_t size = text.size();
  while (size > 0 && (ClassOf(text[size - 1]) & kJoin) != 0 && text[size - 1] != '%' && text[size - 1] != '+' &&
         text[size - 1] != '-' && text[size - 1] != '_' && text[size - 1] != '$') {
    --size;
  }
  return size;
}

/// What a chunk has somewhere, beyond what is judged of a long one.
struct Presence {
  bool digits, slashes, colons, alnum, long_hex;
};
Presence PresenceIn(const CountedText& chunk) {
  const bool long_enough = chunk.size() >= kLongHexBytes;
  if (chunk.size() <= CountedText::kJudgedBytes) {
    return {chunk.digits() != 0, chunk.slashes() != 0, chunk.colons() != 0, chunk.alnum(),
            long_enough && chunk.letters() != 0 && chunk.all_hex()};
  }
  uint8_t all = 0;
  for (const char c : chunk.text()) all |= ClassOf(c);
  return {(all & kDigit) != 0, (all & kSlash) != 0, (all & kColon) != 0, (all & ~kAlnum) == 0,
          (all & kOtherLetter) == 0 && (all & kHexLetter) != 0};
}

/// URLs and paths; false: it is none, and `*at` is behind the word and the colon that name a path.
bool ClassifyPath(CountedText* text, bool colons, const ChunkPlace& place, std::string_view chunk, size_t* at,
                  ChunkSlot* out) {
  const auto take = [&](size_t end) {
    *out = {static_cast<uint32_t>(*at), static_cast<uint32_t>(end), SlotKind::kValue, true};
    return true;
  };
  if (colons && text->text().find("://") != std::string_view::npos) return take(text->size());
  if (colons && !IsPath(text->text()) && !IsDrive(text->text())) {
    const size_t colon = text->text().find(":/");
    if (colon != std::string_view::npos && colon > 0 && IsWord(text->text().substr(0, colon)) &&
        IsPath(text->text().substr(colon + 1))) {
      text->RemovePrefix(colon + 1);
      *at = colon + 1;
    }
  }
  if (!IsPath(text->text()) && !IsDrive(text->text()) && !IsInnerPath(*text)) return false;
  const size_t end = *at + text->size();
  const bool dot = end < chunk.size() && chunk[end] == '.' && place.after == ' ';
  return take(end + (dot ? 1 : 0));
}

/// Removes what names a value, "word:", and what goes on behind it, ":Word". Returns by how much it begins later.
size_t CutColons(CountedText* text) {
  std::string_view rest = text->text();
  size_t colon = rest.find(':');
  while (colon != std::string_view::npos && !HasDigit(rest.substr(0, colon))) {
    rest.remove_prefix(colon + 1);
    while (!rest.empty() && rest[0] == ':') rest.remove_prefix(1);
    colon = rest.find(':');
  }
  const size_t skipped = text->size() - rest.size();
  const size_t last = rest.rfind(':');
  if (last != std::string_view::npos && IsWord(rest.substr(last + 1)) && last > 0) rest = rest.substr(0, last);
  if (skipped > 0) text->RemovePrefix(skipped);
  if (rest.size() < text->size()) text->Truncate(rest.size());
  return skipped;
}

/// Whether there are only digits and letters, fewer than those of a long hex number. False for some texts at the end of
/// what is readable.
bool IsShortAlnum(std::string_view text, [[maybe_unused]] const char* readable_end) {
#if defined(__SSE2__)
  if (text.size() >= kLongHexBytes || readable_end - text.data() < 16) return false;
  const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data()));
  const auto at_most = [](__m128i y, char c) { return _mm_cmpeq_epi8(_mm_min_epu8(y, _mm_set1_epi8(c)), y); };
  const __m128i digit = at_most(_mm_sub_epi8(x, _mm_set1_epi8('0')), 9);
  const __m128i letter = at_most(_mm_sub_epi8(_mm_or_si128(x, _mm_set1_epi8(0x20)), _mm_set1_epi8('a')), 25);
  return std::countr_one(static_cast<uint32_t>(_mm_movemask_epi8(_mm_or_si128(digit, letter)))) >=
         static_cast<int>(text.size());
#else
  return false;
#endif
}

bool ClassifyOther(std::string_view chunk, const ChunkPlace& place, ChunkSlot* out) {
  CountedText text(chunk, place.readable_end);
  const Presence has = PresenceIn(text);
  if (has.alnum && IsDigit(chunk[0]) && place.after != '=') {
    out->begin = 0;
    out->end = static_cast<uint32_t>(chunk.size());
    out->kind = has.long_hex ? SlotKind::kId : SlotKind::kValue;
    out->url = false;
    return true;
  }
  if (const size_t size = TrimmedSize(chunk); size < chunk.size()) {
    if (size == 0) return false;
    text.Truncate(size);
  }
  size_t at = 0;
  if (has.slashes && ClassifyPath(&text, has.colons, place, chunk, &at, out)) return true;
  if (!has.digits) return false;
  // What stands before the value: dots of a leader, a lone sign that is no sign.
  size_t lead = 0;
  while (lead < text.size() && (ClassOf(text[lead]) & kAlnum) == 0) {
    if ((text[lead] == '-' || text[lead] == '+') && lead + 1 < text.size() && IsDigit(text[lead + 1])) break;
    ++lead;
  }
  if (lead == text.size()) return false;
  if (lead > 0) text.RemovePrefix(lead);
  at += lead;
  const bool of_key = place.before == '=' && at == 0;
  // Colons: FF:F2:9F and 12:30 are one value; "word:value" names its value; "value:Word" goes on with text.
  if (has.colons && text.text().find(':') != std::string_view::npos) {
    if (AtLeast<2>(text.colons()) && text.digits() != 0 && AllOf(text.text(), kDigit | kHexLetter, ":.")) {
      return Whole(at, text, out);
    }
    at += CutColons(&text);
  }
  if (text.size() == 0) return false;
  const bool sign = (text[0] == '-' || text[0] == '+') && text.size() > 1;
  const bool found = sign && IsDigit(text[1]) ? Whole(at, text, out) : ClassifyValue(&text, at, of_key, place, out);
  if (sign && out->kind == SlotKind::kId) out->kind = SlotKind::kValue;
  return found;
}

}  // namespace

bool ClassifyChunk(std::string_view chunk, const ChunkPlace& place, ChunkSlot* out) {
  // Most of what varies is a short number, alone or with letters behind it.
  if (!IsDigit(chunk[0]) || place.after == '=' || !IsShortAlnum(chunk, place.readable_end)) {
    return ClassifyOther(chunk, place, out);
  }
  out->begin = 0;
  out->end = static_cast<uint32_t>(chunk.size());
  out->kind = SlotKind::kValue;
  out->url = false;
  return true;
}

}  // namespace yk::logs
