// SPDX-License-Identifier: Apache-2.0
#include "text/tokens.h"

#include <algorithm>

#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

constexpr size_t kWordMax = 64;  // bytes; a longer "word" is data, kept as its beginning

bool EndsWith(std::string_view word, std::string_view ending) { return word.ends_with(ending); }
bool IsVowel(char c) { return std::string_view("aeiouy").find(c) != std::string_view::npos; }
bool HasVowel(std::string_view word) { return std::any_of(word.begin(), word.end(), IsVowel); }

void DropPlural(std::string* w) {
  if (EndsWith(*w, "ies") && w->size() > 4)
    w->replace(w->size() - 3, 3, "y");
  else if (EndsWith(*w, "sses") || EndsWith(*w, "ches") || EndsWith(*w, "shes") || EndsWith(*w, "xes") ||
           EndsWith(*w, "zes"))
    w->resize(w->size() - 2);
  else if (EndsWith(*w, "s") && w->size() > 3 && !EndsWith(*w, "ss") && !EndsWith(*w, "us") && !EndsWith(*w, "is"))
    w->pop_back();
}

void DropInflection(std::string* w) {
  const size_t cut = EndsWith(*w, "ing") ? 3 : EndsWith(*w, "ed") ? 2 : 0;
  if (cut > 0 && w->size() >= cut + 3 && HasVowel(std::string_view(*w).substr(0, w->size() - cut))) {
    w->resize(w->size() - cut);
    const char last = w->back();
    if (w->size() > 3 && last == (*w)[w->size() - 2] && !IsVowel(last) && last != 'l' && last != 's' && last != 'z')
      w->pop_back();
  } else if ((EndsWith(*w, "tion") || EndsWith(*w, "sion")) && w->size() > 6) {
    w->resize(w->size() - 3);
  } else if (EndsWith(*w, "ly") && w->size() > 5) {
    w->resize(w->size() - 2);
  }
  if (w->size() > 4 && w->back() == 'e') w->pop_back();
}

/// Walks folded text; `visit(term, begin, end)` with the place in the folded text.
template <typename Visit>
void Walk(std::string_view text, Visit visit) {
  size_t pos = 0;
  while (pos < text.size()) {
    const size_t begin = pos;
    const char32_t c = NextCodePoint(text, &pos);
    if (IsCjk(c)) {
      size_t run = 1;
      size_t previous = begin;
      char32_t left = c;
      if (IsHan(c)) visit(text.substr(begin, pos - begin), begin, pos);
      while (pos < text.size()) {
        const size_t at = pos;
        size_t next = pos;
        const char32_t d = NextCodePoint(text, &next);
        if (!IsCjk(d)) break;
        pos = next;
        ++run;
        visit(text.substr(previous, pos - previous), previous, pos);
        if (IsHan(d)) visit(text.substr(at, pos - at), at, pos);
        previous = at;
        left = d;
      }
      if (run == 1 && !IsHan(left)) visit(text.substr(begin, pos - begin), begin, pos);
    } else if (IsWordLetter(c)) {
      bool plain = c < 0x80 && c >= 'a';
      while (pos < text.size()) {
        size_t next = pos;
        const char32_t d = NextCodePoint(text, &next);
        const bool inside_number = (d == '.' || d == ',') && text[pos - 1] >= '0' && text[pos - 1] <= '9' &&
                                   next < text.size() && text[next] >= '0' && text[next] <= '9';
        if (!IsWordLetter(d) && !inside_number) break;
        plain = plain && d < 0x80 && d >= 'a';
        pos = next;
      }
      std::string word(TruncateBytes(text.substr(begin, pos - begin), kWordMax));
      if (plain)
        word = StemEnglish(word);
      else
        word.erase(std::remove(word.begin(), word.end(), ','), word.end());
      // The s of "company's" says nothing.
      if (word == "s" && begin > 0 && text[begin - 1] == '\'') continue;
      visit(std::string_view(word), begin, pos);
    }
  }
}

constexpr FoldOptions kFold = {.case_fold = true, .space = Space::kKeep, .punctuation = true};

}  // namespace

std::string StemEnglish(std::string_view word) {
  std::string out(word);
  if (out.size() < 4) return out;
  DropPlural(&out);
  DropInflection(&out);
  return out;
}

std::vector<Term> Tokenize(std::string_view text) {
  const FoldedText folded = Fold(text, kFold);
  std::vector<Term> out;
  Walk(folded.text(), [&](std::string_view term, size_t begin, size_t end) {
    out.push_back({std::string(term), folded.Source({begin, end})});
  });
  return out;
}

void ForEachTerm(std::string_view text, const std::function<void(std::string_view term)>& visit) {
  const std::string folded = FoldString(text, kFold);
  Walk(folded, [&](std::string_view term, size_t, size_t) { visit(term); });
}

}  // namespace yk::text
