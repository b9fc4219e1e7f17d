// SPDX-License-Identifier: Apache-2.0
// A skeleton cut into pieces, as the grouping of skeletons works on it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace yk::logs {

struct Piece {
  enum Kind : uint8_t { kWord, kSpace, kPunct, kSlot } kind = kWord;
  bool time = false;            ///< a slot that holds a date or clock
  uint32_t begin = 0, end = 0;  ///< bytes of the skeleton
};

/// One skeleton on its way to a template. Pieces cover it without gaps; a slot may cover what were many pieces.
struct Form {
  uint32_t skeleton = 0;  ///< which
  uint32_t layout = 0;
  bool continuation = false;
  uint64_t count = 0;
  std::string_view text;
  std::vector<Piece> pieces;

  std::string_view Text(const Piece& piece) const { return text.substr(piece.begin, piece.end - piece.begin); }
  bool IsPunct(size_t i, char c) const {
    return i < pieces.size() && pieces[i].kind == Piece::kPunct && text[pieces[i].begin] == c;
  }
  bool Is(size_t i, Piece::Kind kind) const { return i < pieces.size() && pieces[i].kind == kind; }
  /// Makes the pieces `first` … `last` one slot.
  void MakeSlot(size_t first, size_t last);
  /// Whether the word names a value: it stands before an equals sign.
  bool IsKey(size_t i) const;
  /// Words with a letter, other than `except`.
  size_t LiteralWords(size_t except = SIZE_MAX) const;
};

/// Cuts a skeleton: words (ASCII and beyond apart), white space, single marks of punctuation, slots.
Form CutForm(std::string_view skeleton);

/// The template's text: <*> for slots, white space squeezed and trimmed.
std::string RenderForm(const Form& form);
/// Hash of layout and text; the piece `blank` (if any) counts as `mark`.
uint64_t FormKey(const Form& form, size_t blank = SIZE_MAX, char mark = '\x04');

}  // namespace yk::logs
