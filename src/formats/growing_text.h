// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::formats {

/// A text under way that is asked again and again whether it has words yet: none of its white space is read twice,
/// however often a hostile file asks.
class GrowingText {
 public:
  GrowingText& operator+=(std::string_view more) {
    text_ += more;
    return *this;
  }
  GrowingText& operator+=(char c) {
    text_ += c;
    return *this;
  }

  bool HasWords() {
    while (blank_ < text_.size()) {
      size_t next = blank_;
      if (!text::IsSpace(text::NextCodePoint(text_, &next))) return true;
      blank_ = next;
    }
    return false;
  }

  std::string Take() {
    blank_ = 0;
    return std::exchange(text_, {});
  }

 private:
  std::string text_;
  size_t blank_ = 0;  ///< so many bytes are known to be white space
};

}  // namespace yk::formats
