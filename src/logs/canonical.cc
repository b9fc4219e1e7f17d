// SPDX-License-Identifier: Apache-2.0
#include "logs/canonical.h"

#include <algorithm>

#include "logs/bytes.h"

namespace yk::logs {
namespace {

bool OneOf(std::string_view word, std::initializer_list<std::string_view> lower_words) {
  char lower[12];
  if (word.size() > sizeof lower) return false;
  std::transform(word.begin(), word.end(), lower,
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return std::find(lower_words.begin(), lower_words.end(), std::string_view(lower, word.size())) != lower_words.end();
}

bool IsMonthOrWeekday(std::string_view word) {
  return word.size() >= 3 && word[0] >= 'A' && word[0] <= 'Z' &&
         OneOf(word, {"jan",       "feb",      "mar",       "apr",      "may",      "jun",      "jul",    "aug",
                      "sep",       "oct",      "nov",       "dec",      "mon",      "tue",      "wed",    "thu",
                      "fri",       "sat",      "sun",       "january",  "february", "march",    "april",  "june",
                      "july",      "august",   "september", "october",  "november", "december", "monday", "tuesday",
                      "wednesday", "thursday", "friday",    "saturday", "sunday"});
}

bool IsZone(std::string_view word) {
  return OneOf(
      word, {"utc", "gmt", "jst", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt", "cet", "cest", "am", "pm"});
}

/// "Sat Jun 18 02:23:10 PDT 2005": words of a calendar with slots around them.
void JoinDates(Form* form) {
  for (size_t i = 0; i < form->pieces.size(); ++i) {
    size_t slots = 0;
    size_t names = 0;
    size_t last = i;
    for (size_t j = i; j < form->pieces.size(); ++j) {
      const Piece& piece = form->pieces[j];
      const bool word = piece.kind == Piece::kWord;
      if (piece.kind == Piece::kSlot) {
        ++slots;
      } else if (word && IsMonthOrWeekday(form->Text(piece))) {
        ++names;
      } else if (!(word && slots >= 2 && IsZone(form->Text(piece)))) {
        const bool gap = j > i && (piece.kind == Piece::kSpace || form->IsPunct(j, ','));
        if (!gap) break;
        continue;
      }
      last = j;
    }
    const bool begins_well =
        form->Is(i, Piece::kSlot) || (form->Is(i, Piece::kWord) && IsMonthOrWeekday(form->Text(form->pieces[i])));
    if (begins_well && names > 0 && slots >= 2 && last > i) {
      form->MakeSlot(i, last);
      form->pieces[i].time = true;
    }
  }
  // A date and a clock beside each other.
  for (size_t i = 0; i + 2 < form->pieces.size(); ++i) {
    if (form->Is(i, Piece::kSlot) && form->pieces[i].time && form->Is(i + 1, Piece::kSpace) &&
        form->Is(i + 2, Piece::kSlot) && form->pieces[i + 2].time) {
      form->MakeSlot(i, i + 2);
    }
  }
}

/// com.example.Shop, ns.example.com, user@example.com: at least three parts that begin with a letter, or an address.
bool IsDotted(std::string_view word) {
  size_t parts = 0;
  size_t at = 0;
  bool mail = false;
  while (at <= word.size()) {
    const size_t end = std::min(word.find_first_of(".@", at), word.size());
    if (end == at || !IsLetter(word[at])) return false;
    mail = mail || (end < word.size() && word[end] == '@');
    ++parts;
    at = end + 1;
  }
  return parts >= 3 || (mail && parts == 2);
}

/// The word before piece `i` across white space; empty when there is none.
std::string_view WordBefore(const Form& form, size_t i) {
  const bool word = i >= 2 && form.Is(i - 1, Piece::kSpace) && form.Is(i - 2, Piece::kWord);
  return word ? form.Text(form.pieces[i - 2]) : std::string_view();
}

/// An account: one that every system has, or whoever stands behind "for user".
bool IsAccount(const Form& form, size_t i) {
  const std::string_view before = WordBefore(form, i);
  if (before.empty()) return false;
  if (OneOf(form.Text(form.pieces[i]), {"root", "admin", "guest", "nobody"}) &&
      OneOf(before, {"user", "for", "by", "account", "from"})) {
    return true;
  }
  return OneOf(before, {"user"}) && OneOf(WordBefore(form, i - 2), {"for", "by", "of", "from"});
}

void MakeKnownWordsSlots(Form* form) {
  for (size_t i = 0; i < form->pieces.size(); ++i) {
    if (form->pieces[i].kind != Piece::kWord || form->IsKey(i)) continue;
    const std::string_view word = form->Text(form->pieces[i]);
    const bool value = OneOf(word, {"true", "false", "null"}) ||
                       (i > 0 && form->IsPunct(i - 1, '=') && OneOf(word, {"root", "nil", "none"}));
    if (value || IsAccount(*form, i) || IsDotted(word)) form->MakeSlot(i, i);
  }
}

bool IsGlue(const Form& form, size_t i) {
  const Piece& piece = form.pieces[i];
  if (piece.end - piece.begin != 1 || piece.kind == Piece::kSlot || piece.kind == Piece::kSpace) return false;
  const char c = form.text[piece.begin];
  return c == '.' || c == ':' || c == '/' || c == '-' || c == '_' || c == '#' || c == '+';
}

/// GET <path> HTTP/<version>: the protocol belongs to the request's target.
void JoinRequests(Form* form) {
  for (size_t i = 0; i + 3 < form->pieces.size(); ++i) {
    if (form->Is(i, Piece::kSlot) && form->Is(i + 1, Piece::kSpace) && form->Is(i + 2, Piece::kWord) &&
        form->Text(form->pieces[i + 2]) == "HTTP/" && form->Is(i + 3, Piece::kSlot)) {
      form->MakeSlot(i, i + 3);
    }
  }
}

/// bounds=[0,0][720,1280]: several brackets of values behind an equals sign.
void JoinBrackets(Form* form) {
  for (size_t i = 1; i < form->pieces.size(); ++i) {
    if (!form->IsPunct(i, '[') || !form->IsPunct(i - 1, '=')) continue;
    size_t groups = 0;
    size_t last = i;
    for (size_t j = i; form->IsPunct(j, '['); j = last + 1) {
      size_t k = j + 1;
      while (form->Is(k, Piece::kSlot) || form->Is(k, Piece::kSpace) || form->IsPunct(k, ',')) ++k;
      if (!form->IsPunct(k, ']')) break;
      last = k;
      ++groups;
    }
    if (groups >= 2) form->MakeSlot(i, last);
  }
}

/// (Pool.java:<*>): a line of a source file is one value.
void JoinSourceLines(Form* form) {
  for (size_t i = 1; i + 3 < form->pieces.size(); ++i) {
    if (!form->IsPunct(i - 1, '(') || !form->Is(i, Piece::kWord) || !form->IsPunct(i + 1, ':') ||
        !form->Is(i + 2, Piece::kSlot) || !form->IsPunct(i + 3, ')')) {
      continue;
    }
    const std::string_view file = form->Text(form->pieces[i]);
    const size_t dot = file.rfind('.');
    if (dot != std::string_view::npos && dot > 0 && dot + 1 < file.size() && file.size() - dot <= 6)
      form->MakeSlot(i, i + 2);
  }
}

/// "<1 sec", ">5": the sign belongs to the value.
void JoinComparisons(Form* form) {
  for (size_t i = 1; i + 1 < form->pieces.size(); ++i) {
    const bool sign = form->IsPunct(i, '<') || form->IsPunct(i, '>');
    if (sign && form->Is(i - 1, Piece::kSpace) && form->Is(i + 1, Piece::kSlot) && !form->IsPunct(i + 2, '>')) {
      form->MakeSlot(i, i + 1);
    }
  }
}

/// Five values and more with spaces between them are a list, whatever its length.
void JoinLongLists(Form* form) {
  constexpr size_t kLong = 5;
  for (size_t i = 0; i < form->pieces.size(); ++i) {
    if (!form->Is(i, Piece::kSlot)) continue;
    size_t last = i;
    size_t values = 1;
    while (form->Is(last + 1, Piece::kSpace) && form->Is(last + 2, Piece::kSlot)) {
      last += 2;
      ++values;
    }
    if (values >= kLong) form->MakeSlot(i, last);
  }
}

}  // namespace

void JoinSlots(Form* form) {
  for (size_t i = 0; i + 1 < form->pieces.size();) {
    if (!form->Is(i, Piece::kSlot)) {
      ++i;
    } else if (form->Is(i + 1, Piece::kSlot)) {
      form->MakeSlot(i, i + 1);
    } else if (form->Is(i + 2, Piece::kSlot) && IsGlue(*form, i + 1)) {
      form->MakeSlot(i, i + 2);
    } else {
      ++i;
    }
  }
}

void Canonicalize(Form* form) {
  JoinDates(form);
  MakeKnownWordsSlots(form);
  JoinSlots(form);
  JoinRequests(form);
  JoinComparisons(form);
  JoinBrackets(form);
  JoinSourceLines(form);
  JoinLongLists(form);
}

}  // namespace yk::logs
