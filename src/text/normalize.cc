// SPDX-License-Identifier: Apache-2.0
#include "text/normalize.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "base/check.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

/// Longer runs of combining marks are folded in pieces: ordering them costs the square of their number.
constexpr int kSegmentMax = 30;

const icu::Normalizer2& Nfkc() {
  // Looked up once under a guard of our own: the library's own guard is invisible to thread sanitizers.
  static const icu::Normalizer2* const instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(status);
    YK_CHECK(U_SUCCESS(status) && nfkc != nullptr, "ICU's normalisation data is missing");
    return nfkc;
  }();
  return *instance;
}

bool IsInvisible(char32_t c) {
  return c == 0x200B || c == 0x200C || c == 0x200D || c == 0x2060 || c == 0xFEFF || c == 0xAD;
}

bool IsDash(char32_t c) { return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212; }

char32_t PlainPunctuation(char32_t c) {
  if (c >= 0x2018 && c <= 0x201B) return '\'';
  if (c >= 0x201C && c <= 0x201F) return '"';
  if (c == 0x2032 || c == 0x60 || c == 0xB4) return '\'';
  if (c == 0x2033) return '"';
  if (IsDash(c)) return '-';
  if (c == 0x301C) return '~';
  return c;
}

bool IsDigit(char32_t c) { return (c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19); }

/// White space that does not break a line and so holds the groups of a number together.
bool IsGroupSpace(char32_t c) { return c == 0xA0 || (c >= 0x2006 && c <= 0x2009) || c == 0x202F; }

/// Digits that are raised, lowered, enclosed or parts of a fraction.
bool IsNumberMark(char32_t c) {
  return c == 0xB2 || c == 0xB3 || c == 0xB9 || (c >= 0xBC && c <= 0xBE) ||
         (c >= 0x2070 && c <= 0x2089 && c != 0x2071) || (c >= 0x2150 && c <= 0x215F) || c == 0x2189 ||
         (c >= 0x2460 && c <= 0x249B) || (c >= 0x24EA && c <= 0x24FF) || (c >= 0x2776 && c <= 0x2793) ||
         (c >= 0x3251 && c <= 0x325F) || (c >= 0x32B1 && c <= 0x32BF) || (c >= 0x1F100 && c <= 0x1F10C);
}

/// Characters that NFKC leaves as they are when nothing that combines follows.
bool IsPlainCjk(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3041 && c <= 0x3096) || (c >= 0x30A1 && c <= 0x30FC) ||
         (c >= 0x3001 && c <= 0x3020);
}

}  // namespace

class Folder {
 public:
  Folder(const FoldOptions& options, FoldedText* out) : options_(options), out_(out), nfkc_(Nfkc()) {}

  void Run(std::string_view text) {
    source_ = text;
    YK_CHECK(text.size() < UINT32_MAX, "texts are folded in pieces below 4 GiB");
    out_->text_.reserve(text.size());
    out_->begin_.reserve(text.size());
    out_->end_.reserve(text.size());
    size_t pos = 0;
    while (pos < text.size()) {
      const size_t begin = pos;
      const char32_t c = NextCodePoint(text, &pos);
      if (NextStartsAfresh(text, pos) && StaysItself(c)) {
        Emit(c, begin, pos);
      } else {
        Segment(text, c, begin, &pos);
      }
    }
  }

 private:
  bool NextStartsAfresh(std::string_view text, size_t pos) const {
    if (pos >= text.size() || static_cast<unsigned char>(text[pos]) < 0x80) return true;
    const char32_t c = NextCodePoint(text, &pos);
    return (IsPlainCjk(c) && c != 0x3099 && c != 0x309A) || nfkc_.hasBoundaryBefore(static_cast<UChar32>(c));
  }

  bool StaysItself(char32_t c) const {
    return c < 0x80 || IsPlainCjk(c) || (options_.keep_marks && IsNumberMark(c)) || (options_.numerals && IsSpace(c));
  }

  void Segment(std::string_view text, char32_t first, size_t begin, size_t* pos) {
    icu::UnicodeString raw(static_cast<UChar32>(first));
    for (int n = 1; n < kSegmentMax && *pos < text.size(); ++n) {
      size_t next = *pos;
      const char32_t c = NextCodePoint(text, &next);
      if (nfkc_.hasBoundaryBefore(static_cast<UChar32>(c))) break;
      raw.append(static_cast<UChar32>(c));
      *pos = next;
    }
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString folded = nfkc_.normalize(raw, status);
    const icu::UnicodeString& use = U_SUCCESS(status) ? folded : raw;
    for (int32_t i = 0; i < use.length(); i = use.moveIndex32(i, 1)) {
      Emit(static_cast<char32_t>(use.char32At(i)), begin, *pos);
    }
  }

  void Emit(char32_t c, size_t begin, size_t end) {
    if (IsSpace(c)) return EmitSpace(c, begin, end);
    if (c >= 0x80 && IsInvisible(c)) return;
    if (options_.punctuation && !(options_.numerals && c == 0x2212)) c = PlainPunctuation(c);
    if (options_.drop_hyphens && IsDash(c)) return;
    if (options_.case_fold) {
      if (c < 0x80)
        c = c >= 'A' && c <= 'Z' ? c + 32 : c;
      else
        c = static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT));
    }
    if (space_pending_) {
      Put(' ', space_begin_, space_end_);
      space_pending_ = false;
    }
    Put(c, begin, end);
  }

  void EmitSpace(char32_t c, size_t begin, size_t end) {
    if (options_.space == Space::kDrop) return;
    if (options_.space == Space::kKeep) return Put(c == '\n' ? U'\n' : KeptSpace(c, end), begin, end);
    if (out_->text_.empty()) return;
    if (!space_pending_) space_begin_ = begin;
    space_end_ = end;
    space_pending_ = true;
  }

  char32_t KeptSpace(char32_t c, size_t end) const {
    if (!options_.numerals || c == ' ' || out_->text_.empty() || !IsDigit(out_->text_.back())) return ' ';
    size_t digits = 0;
    for (size_t pos = end; digits < 4 && pos < source_.size() && IsDigit(NextCodePoint(source_, &pos));) ++digits;
    if (digits == 0) return ' ';
    return digits == 3 && IsGroupSpace(c) ? '\'' : '\t';
  }

  void Put(char32_t c, size_t begin, size_t end) {
    AppendUtf8(c, &out_->text_);
    out_->begin_.resize(out_->text_.size(), static_cast<uint32_t>(begin));
    out_->end_.resize(out_->text_.size(), static_cast<uint32_t>(end));
  }

  const FoldOptions options_;
  std::string_view source_;
  FoldedText* out_;
  const icu::Normalizer2& nfkc_;
  bool space_pending_ = false;
  size_t space_begin_ = 0;
  size_t space_end_ = 0;
};

Range FoldedText::Source(Range folded) const {
  if (text_.empty()) return {0, 0};
  if (folded.begin >= text_.size()) return {end_.back(), end_.back()};
  if (folded.empty()) return {begin_[folded.begin], begin_[folded.begin]};
  return {begin_[folded.begin], end_[folded.end - 1]};
}

FoldedText Fold(std::string_view text, const FoldOptions& options) {
  FoldedText out;
  Folder(options, &out).Run(text);
  return out;
}

std::string FoldString(std::string_view text, const FoldOptions& options) { return Fold(text, options).text(); }

std::string FoldWidth(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) {
    const char32_t c = NextCodePoint(text, &pos);
    if (c == 0x3000) {
      out.push_back(' ');
    } else if (c >= 0xFF01 && c <= 0xFF5E) {
      AppendUtf8(c - 0xFEE0, &out);
    } else if (c >= 0xFF61 && c <= 0xFF9F) {
      // A half-width kana and the voicing mark behind it become one character.
      std::string kana;
      AppendUtf8(c, &kana);
      size_t next = pos;
      const char32_t mark = pos < text.size() ? NextCodePoint(text, &next) : 0;
      if (mark == 0xFF9E || mark == 0xFF9F) {
        AppendUtf8(mark, &kana);
        pos = next;
      }
      out += FoldString(kana, {.space = Space::kKeep});
    } else {
      AppendUtf8(c, &out);
    }
  }
  return out;
}

std::string FoldCase(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) {
    const auto c = static_cast<UChar32>(NextCodePoint(text, &pos));
    AppendUtf8(static_cast<char32_t>(u_foldCase(c, U_FOLD_CASE_DEFAULT)), &out);
  }
  return out;
}

std::string SqueezeSpace(std::string_view text) {
  std::string out;
  bool pending = false;
  for (size_t pos = 0; pos < text.size();) {
    const char32_t c = NextCodePoint(text, &pos);
    if (IsSpace(c)) {
      pending = !out.empty();
      continue;
    }
    if (pending) out.push_back(' ');
    pending = false;
    AppendUtf8(c, &out);
  }
  return out;
}

std::string_view TrimSpace(std::string_view text) {
  size_t begin = 0;
  while (begin < text.size()) {
    size_t next = begin;
    if (!IsSpace(NextCodePoint(text, &next))) break;
    begin = next;
  }
  size_t end = text.size();
  while (end > begin) {
    size_t previous = end;
    if (!IsSpace(PreviousCodePoint(text, &previous))) break;
    end = previous;
  }
  return text.substr(begin, end - begin);
}

bool IsSpace(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= 9 && c <= 13);
  return c == 0x3000 || c == 0xA0 || c == 0x85 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F;
}

bool IsHan(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0x20000 && c <= 0x323AF) || c == 0x3005 || c == 0x3006 || c == 0x3007;
}

bool IsCjk(char32_t c) {
  return IsHan(c) || (c >= 0x3041 && c <= 0x309F) || (c >= 0x30A1 && c <= 0x30FF && c != 0x30FB) ||
         (c >= 0x31F0 && c <= 0x31FF) || (c >= 0xFF66 && c <= 0xFF9F);
}

bool IsWordLetter(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  if (IsCjk(c)) return false;
  const auto u = static_cast<UChar32>(c);
  return u_isalnum(u) || (U_GET_GC_MASK(u) & U_GC_M_MASK) != 0;
}

}  // namespace yk::text
