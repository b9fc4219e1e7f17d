// SPDX-License-Identifier: Apache-2.0
#include "logs/form.h"

#include "logs/bytes.h"
#include "logs/scanner.h"

namespace yk::logs {
namespace {

/// The bytes of a Japanese mark of punctuation at `at`; 0 when there is none.
size_t WidePunct(std::string_view text, size_t at) {
  for (const std::string_view mark :
       {"、", "。", "（", "）", "「", "」", "：", "＝", "・", "【", "】", "　", "，", "；"}) {
    if (text.compare(at, mark.size(), mark) == 0) return mark.size();
  }
  return 0;
}

bool IsTailPunct(char c) { return c == '.' || c == '!' || c == '?' || c == '~'; }

}  // namespace

Form CutForm(std::string_view skeleton) {
  Form form;
  form.text = skeleton;
  const auto add = [&](Piece::Kind kind, size_t begin, size_t end, bool time = false) {
    form.pieces.push_back({kind, time, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)});
  };
  size_t i = 0;
  while (i < skeleton.size()) {
    const char c = skeleton[i];
    const size_t begin = i;
    if (IsMark(c)) {
      add(Piece::kSlot, i, i + 1, c == kTimeMark);
      ++i;
    } else if (IsSpace(c)) {
      while (i < skeleton.size() && IsSpace(skeleton[i])) ++i;
      add(Piece::kSpace, begin, i);
    } else if ((ClassOf(c) & kBreak) != 0 || c == ':') {
      add(Piece::kPunct, i, i + 1);
      ++i;
    } else if (ClassOf(c) == kHigh) {
      if (const size_t wide = WidePunct(skeleton, i); wide > 0) {
        i += wide;
        add(Piece::kPunct, begin, i);
        continue;
      }
      while (i < skeleton.size() && ClassOf(skeleton[i]) == kHigh && (i == begin || WidePunct(skeleton, i) == 0)) ++i;
      add(Piece::kWord, begin, i);
    } else {
      while (i < skeleton.size() && (ClassOf(skeleton[i]) & (kBreak | kHigh)) == 0 && skeleton[i] != ':' &&
             !IsMark(skeleton[i]))
        ++i;
      size_t end = i;
      while (end > begin + 1 && IsTailPunct(skeleton[end - 1])) --end;
      if (end == begin + 1 && IsTailPunct(skeleton[begin])) {
        end = begin;
      }
      if (end > begin) add(Piece::kWord, begin, end);
      for (; end < i; ++end) add(Piece::kPunct, end, end + 1);
    }
  }
  return form;
}

void Form::MakeSlot(size_t first, size_t last) {
  bool time = false;
  for (size_t i = first; i <= last; ++i) time = time || pieces[i].time;
  pieces[first] = {Piece::kSlot, time, pieces[first].begin, pieces[last].end};
  pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(first) + 1,
               pieces.begin() + static_cast<std::ptrdiff_t>(last) + 1);
}

bool Form::IsKey(size_t i) const {
  if (!Is(i, Piece::kWord)) return false;
  return IsPunct(i + 1, '=') || (Is(i + 1, Piece::kSpace) && IsPunct(i + 2, '='));
}

size_t Form::LiteralWords(size_t except) const {
  size_t n = 0;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].kind != Piece::kWord || i == except) continue;
    for (const char c : Text(pieces[i])) {
      if ((ClassOf(c) & (kLetter | kHigh)) != 0) {
        ++n;
        break;
      }
    }
  }
  return n;
}

std::string RenderForm(const Form& form) {
  std::string out;
  for (const Piece& piece : form.pieces) {
    if (piece.kind == Piece::kSlot) {
      out += "<*>";
    } else if (piece.kind == Piece::kSpace) {
      if (!out.empty()) out += ' ';
    } else {
      out += form.Text(piece);
    }
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

uint64_t FormKey(const Form& form, size_t blank, char mark) {
  uint64_t hash = HashNumber(form.layout * 2 + (form.continuation ? 1 : 0));
  size_t last = form.pieces.size();
  while (last > 0 && form.pieces[last - 1].kind == Piece::kSpace) --last;
  for (size_t i = form.Is(0, Piece::kSpace) ? 1 : 0; i < last; ++i) {
    const Piece& piece = form.pieces[i];
    if (i == blank) {
      hash = HashBytes(hash, &mark, 1);
    } else if (piece.kind == Piece::kSlot) {
      hash = HashBytes(hash, &kValueMark, 1);
    } else if (piece.kind == Piece::kSpace) {
      hash = HashBytes(hash, " ", 1);
    } else {
      hash = HashText(form.Text(piece), hash);
    }
  }
  return hash;
}

}  // namespace yk::logs
