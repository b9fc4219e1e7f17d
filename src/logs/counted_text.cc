// SPDX-License-Identifier: Apache-2.0
#include "logs/counted_text.h"

#include <algorithm>
#include <bit>

#include "logs/bytes.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace yk::logs {
namespace {

/// The kind of a byte, as which of the Bits it belongs to.
template <typename Bits>
uint64_t Bits::*KindOf(char c) {
  const uint8_t k = ClassOf(c);
  if ((k & kDigit) != 0) return &Bits::digits;
  if ((k & kLetter) != 0) return &Bits::letters;
  if ((k & kSlash) != 0) return &Bits::slashes;
  switch (c) {
    case '.': return &Bits::dots;
    case ':': return &Bits::colons;
    case '-': return &Bits::dashes;
    case '_': return &Bits::underscores;
    default: return &Bits::others;
  }
}

#if defined(__SSE2__)

/// Adds the bits of sixteen bytes, of which the first is number `at`.
template <typename Bits>
[[gnu::always_inline]] inline void AddSixteen(const char* p, size_t at, Bits* to) {
  const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  const auto bits = [&](__m128i mask) { return static_cast<uint64_t>(_mm_movemask_epi8(mask)) << at; };
  const auto is = [&](char c) { return _mm_cmpeq_epi8(x, _mm_set1_epi8(c)); };
  const auto at_most = [](__m128i y, char c) { return _mm_cmpeq_epi8(_mm_min_epu8(y, _mm_set1_epi8(c)), y); };
  const __m128i digit = _mm_sub_epi8(x, _mm_set1_epi8('0'));
  const __m128i letter = _mm_sub_epi8(_mm_or_si128(x, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
  to->digits |= bits(at_most(digit, 9));
  to->letters |= bits(at_most(letter, 25));
  to->hex_letters |= bits(at_most(letter, 5));
  to->dots |= bits(is('.'));
  to->colons |= bits(is(':'));
  to->dashes |= bits(is('-'));
  to->slashes |= bits(_mm_or_si128(is('/'), is('\\')));
  to->underscores |= bits(is('_'));
}

#endif

}  // namespace

CountedText::CountedText(std::string_view text, [[maybe_unused]] const char* readable_end) : text_(text) {
#if defined(__SSE2__)
  const size_t whole = (text.size() + 15) / 16 * 16;
  if (is_short() && static_cast<size_t>(readable_end - text.data()) >= whole) {
    Bits n;
    AddSixteen(text.data(), 0, &n);
    for (size_t at = 16; at < text.size(); at += 16) AddSixteen(text.data() + at, at, &n);
    n.others = ~(n.digits | n.letters | n.dots | n.colons | n.dashes | n.slashes | n.underscores);
    n.odd = n.underscores | n.others;
    bits_ = n;
    SetValid();
    return;
  }
#endif
  Count();
}

void CountedText::Count() {
  bits_ = {};
  skipped_ = 0;
  valid_ = ~uint64_t{0};
  if (!is_short()) return CountLong();
  for (size_t i = 0; i < text_.size(); ++i) {
    const uint64_t bit = uint64_t{1} << i;
    bits_.*KindOf<Bits>(text_[i]) |= bit;
    if ((ClassOf(text_[i]) & kHexLetter) != 0) bits_.hex_letters |= bit;
  }
  bits_.odd = bits_.underscores | bits_.others;
}

void CountedText::CountLong() {
  for (const char c : text_.substr(0, kJudgedBytes)) {
    ++(bits_.*KindOf<Bits>(c));
    bits_.hex_letters += (ClassOf(c) & kHexLetter) != 0;
  }
  const bool all_hex = bits_.letters == bits_.hex_letters;
  bits_.odd = bits_.underscores + bits_.others;
  for (uint64_t* count : {&bits_.digits, &bits_.letters, &bits_.dots, &bits_.colons, &bits_.dashes, &bits_.slashes,
                          &bits_.underscores, &bits_.others, &bits_.odd}) {
    *count = *count >= 64 ? ~uint64_t{0} : (uint64_t{1} << *count) - 1;
  }
  bits_.hex_letters = all_hex ? bits_.letters : 0;
}

size_t CountedText::LeadingDigits() const {
  if (is_short()) return static_cast<size_t>(std::countr_one(digits()));
  return static_cast<size_t>(std::find_if_not(text_.begin(), text_.end(), IsDigit) - text_.begin());
}

size_t CountedText::LeadingLetters() const {
  if (is_short()) return static_cast<size_t>(std::countr_one(letters()));
  return static_cast<size_t>(std::find_if_not(text_.begin(), text_.end(), IsLetter) - text_.begin());
}

bool CountedText::HasDotBehindSlash(size_t* slash) const {
  if (!is_short()) {
    *slash = text_.find('/');
    return *slash != std::string_view::npos && text_.find('.', *slash) != std::string_view::npos;
  }
  uint64_t all = slashes();
  while (all != 0 && text_[static_cast<size_t>(std::countr_zero(all))] != '/') all &= all - 1;
  if (all == 0) return false;
  *slash = static_cast<size_t>(std::countr_zero(all));
  return dots() >> *slash != 0;
}

void CountedText::RemovePrefix(size_t size) {
  const bool was_short = is_short();
  text_.remove_prefix(size);
  if (!was_short || skipped_ + size >= 64) return Count();
  skipped_ += size;
  SetValid();
}

void CountedText::Truncate(size_t size) {
  const bool was_short = is_short();
  text_ = text_.substr(0, size);
  if (!was_short) return Count();
  SetValid();
}

}  // namespace yk::logs
