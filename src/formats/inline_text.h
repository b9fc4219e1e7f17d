// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace yk::formats {

/// Text of one block, put together from pieces of markup: runs of white space become one space across the pieces, as
/// browsers and office programs show them; a line end between two Han or kana characters becomes nothing, because their
/// scripts write no spaces. Soft hyphens and zero-width spaces vanish, no-break spaces become spaces.
class InlineText {
 public:
  void Add(std::string_view utf8);
  /// As it stands, but for carriage returns.
  void AddPreserved(std::string_view utf8);
  void LineBreak();
  /// White space that stays if text follows on the same line.
  void Space() { space_ = space_ == Pending::kNone ? Pending::kSpace : space_; }

  bool empty() const { return text_.empty(); }
  /// The text so far; starts anew.
  std::string Take();

 private:
  enum class Pending { kNone, kSpace, kLineEnd };
  void Settle(char32_t next);

  std::string text_;
  Pending space_ = Pending::kNone;
  char32_t last_ = 0;
};

}  // namespace yk::formats
