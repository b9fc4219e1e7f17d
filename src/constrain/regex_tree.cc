// SPDX-License-Identifier: Apache-2.0
// The syntax is RE2's (https://github.com/google/re2/wiki/Syntax).
#include "constrain/regex_tree.h"

#include <algorithm>
#include <map>

#include "text/utf8.h"

namespace yk::constrain {
namespace {

constexpr int kDepthMax = 200;

struct Flags {
  bool fold = false;        ///< i
  bool dot_is_all = false;  ///< s
};

CodePointSet Digits() {
  CodePointSet set;
  set.Add('0', '9');
  return set;
}

CodePointSet Words() {
  CodePointSet set = Digits();
  set.Add('A', 'Z');
  set.Add('a', 'z');
  set.Add('_', '_');
  return set;
}

CodePointSet Spaces() {
  CodePointSet set;
  for (const char c : {'\t', '\n', '\f', '\r', ' '}) set.Add(static_cast<uint8_t>(c), static_cast<uint8_t>(c));
  return set;
}

/// What is not understood sets failed_; the callers unwind without looking at what they got.
class RegexParser {
 public:
  explicit RegexParser(std::string_view text) : text_(text) {}

  std::optional<RegexTree> Run() {
    RegexTree tree = Alternatives();
    if (failed_ || at_ != text_.size()) return std::nullopt;
    return tree;
  }

 private:
  bool more() const { return at_ < text_.size() && !failed_; }
  bool Take(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }
  bool TakeUntil(std::string_view end, std::string_view* inside) {
    const size_t found = text_.find(end, at_);
    if (found == std::string_view::npos) return false;
    *inside = text_.substr(at_, found - at_);
    at_ = found + end.size();
    return true;
  }
  RegexTree Fail() {
    failed_ = true;
    return {};
  }
  CodePointSet FailSet() {
    failed_ = true;
    return {};
  }

  RegexTree Set(CodePointSet set) const {
    RegexTree tree;
    tree.kind = RegexTree::kSet;
    tree.set = flags_.fold ? set.FoldedAscii() : std::move(set);
    return tree;
  }
  RegexTree One(uint32_t code_point) const {
    CodePointSet set;
    set.Add(code_point, code_point);
    return Set(std::move(set));
  }

  RegexTree Alternatives() {
    if (++depth_ > kDepthMax) return Fail();
    const Flags outer = flags_;  // flags set inside a group end with it
    RegexTree tree;
    tree.kind = RegexTree::kAlternatives;
    do {
      tree.parts.push_back(Sequence());
    } while (more() && Take("|"));
    flags_ = outer;
    --depth_;
    return tree;
  }

  RegexTree Sequence() {
    RegexTree tree;
    while (more() && text_[at_] != '|' && text_[at_] != ')') {
      if (Take("\\Q")) {
        std::string_view inside = text_.substr(at_);
        if (!TakeUntil("\\E", &inside)) at_ = text_.size();
        for (size_t pos = 0; pos < inside.size();) tree.parts.push_back(One(text::NextCodePoint(inside, &pos)));
        continue;
      }
      RegexTree part = Atom();
      Repeats(part);
      tree.parts.push_back(std::move(part));
    }
    return tree;
  }

  void Repeats(RegexTree& part) {
    while (more()) {
      uint32_t min = 0, max = RegexTree::kNoMax;
      if (Take("+")) {
        min = 1;
      } else if (Take("?")) {
        max = 1;
      } else if (!Take("*") && !Counts(&min, &max)) {
        return;
      }
      Take("?");  // a preference only
      RegexTree repeat;
      repeat.kind = RegexTree::kRepeat;
      repeat.min = min;
      repeat.max = max;
      repeat.parts.push_back(std::move(part));
      part = std::move(repeat);
    }
  }

  /// {2}, {2,} or {2,5}; a brace that is none of these stands for itself.
  bool Counts(uint32_t* min, uint32_t* max) {
    const size_t begin = at_;
    const auto number = [&](uint32_t* value) {
      const size_t first = at_;
      for (*value = 0; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && at_ < first + 4; ++at_) {
        *value = *value * 10 + static_cast<uint32_t>(text_[at_] - '0');
      }
      return at_ > first;
    };
    if (Take("{") && number(min)) {
      if (Take("}")) return *max = *min, true;
      if (Take(",")) {
        if (Take("}")) return true;
        if (number(max) && Take("}")) return true;
      }
    }
    at_ = begin;
    *min = 0;
    *max = RegexTree::kNoMax;
    return false;
  }

  RegexTree Atom() {
    RegexTree anchor;
    if (Take("(")) return Group();
    if (Take("[")) return Set(Class());
    if (Take(".")) {
      CodePointSet newline;
      if (!flags_.dot_is_all) newline.Add('\n', '\n');
      return Set(newline.Complement());
    }
    if (Take("^") || Take("\\A")) return anchor.kind = RegexTree::kBegin, anchor;
    if (Take("$") || Take("\\z")) return anchor.kind = RegexTree::kEnd, anchor;
    if (text_.substr(at_).starts_with("\\b") || text_.substr(at_).starts_with("\\B")) return Fail();
    if (Take("\\")) return Set(Escape());
    return One(text::NextCodePoint(text_, &at_));
  }

  RegexTree Group() {
    std::string_view inside;
    const Flags outer = flags_;
    if (Take("?P<")) {
      if (!TakeUntil(">", &inside)) return Fail();
    } else if (Take("?")) {
      bool on = true;
      while (more() && text_[at_] != ':' && text_[at_] != ')') {
        switch (text_[at_++]) {
          case '-': on = false; break;
          case 'i': flags_.fold = on; break;
          case 's': flags_.dot_is_all = on; break;
          case 'U': break;
          default: return Fail();
        }
      }
      if (Take(")")) return {};  // from here on in the group around it
      if (!Take(":")) return Fail();
    }
    RegexTree tree = Alternatives();
    flags_ = outer;
    return Take(")") ? tree : Fail();
  }

  CodePointSet Class() {
    const bool negated = Take("^");
    if (negated && flags_.fold) return FailSet();
    CodePointSet set;
    for (bool first = true; more() && (first || text_[at_] != ']'); first = false) {
      if (text_.substr(at_).starts_with("[:")) return FailSet();
      // Behind a class of its own, \w or \p{L}, a hyphen is itself and no range.
      const bool many = StartsClassEscape(text_.substr(at_));
      const CodePointSet low = ClassMember();
      const bool range = !many && at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']';
      if (!range) {
        set.Add(low);
        continue;
      }
      ++at_;
      const CodePointSet high = ClassMember();
      if (failed_ || low.ranges().empty() || high.ranges().empty()) return FailSet();
      set.Add(low.ranges().front().low, high.ranges().front().low);
    }
    if (!Take("]")) return FailSet();
    return negated ? set.Complement() : set;
  }

  static bool StartsClassEscape(std::string_view text) {
    return text.size() > 1 && text[0] == '\\' && std::string_view("dDwWsSpP").find(text[1]) != std::string_view::npos;
  }

  CodePointSet ClassMember() {
    if (Take("\\")) return Escape();
    if (at_ >= text_.size()) return FailSet();
    CodePointSet set;
    const uint32_t point = text::NextCodePoint(text_, &at_);
    set.Add(point, point);
    return set;
  }

  /// Behind the backslash.
  CodePointSet Escape() {
    if (at_ >= text_.size()) return FailSet();
    const char kind = text_[at_];
    CodePointSet set;
    const auto one = [&](uint32_t point) {
      set.Add(point, point);
      return set;
    };
    // Folded before it is negated, such a class lacks more than ASCII knows of.
    if (flags_.fold && (kind == 'W' || kind == 'P')) return FailSet();
    if (kind == 'p' || kind == 'P') return Property();
    if (kind == 'x') return ++at_, one(Hex());
    if (kind >= '0' && kind <= '7') return one(Octal());
    if (static_cast<uint8_t>(kind) >= 0x80) return FailSet();
    ++at_;
    switch (kind) {
      case 'd': return Digits();
      case 'D': return Digits().Complement();
      case 'w': return Words();
      case 'W': return Words().Complement();
      case 's': return Spaces();
      case 'S': return Spaces().Complement();
      case 'a': return one('\a');
      case 'f': return one('\f');
      case 'n': return one('\n');
      case 'r': return one('\r');
      case 't': return one('\t');
      case 'v': return one('\v');
      default: break;
    }
    const bool letter = (kind >= 'a' && kind <= 'z') || (kind >= 'A' && kind <= 'Z') || (kind >= '8' && kind <= '9');
    return letter ? FailSet() : one(static_cast<uint8_t>(kind));
  }

  uint32_t Hex() {
    std::string_view digits = text_.substr(at_, 2);
    if (Take("{")) {
      if (!TakeUntil("}", &digits)) failed_ = true;
    } else {
      at_ = std::min(at_ + 2, text_.size());
    }
    uint32_t value = 0;
    for (const char c : digits) {
      const int lower = c | 0x20;
      value = value * 16 + static_cast<uint32_t>(c <= '9' ? c - '0' : lower - 'a' + 10);
      if (value > CodePointSet::kLast) failed_ = true;
    }
    return failed_ ? 0 : value;
  }

  uint32_t Octal() {
    uint32_t value = 0;
    for (int count = 0; count < 3 && at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '7'; ++count, ++at_) {
      value = value * 8 + static_cast<uint32_t>(text_[at_] - '0');
    }
    return value;
  }

  /// \pL, \p{Han}, \P{L}, \p{^L}
  CodePointSet Property() {
    const size_t begin = at_++;
    std::string_view name = text_.substr(at_, 1);
    if (Take("{")) {
      if (!TakeUntil("}", &name)) return FailSet();
    } else {
      at_ = std::min(at_ + 1, text_.size());
    }
    const std::string expression = "\\" + std::string(text_.substr(begin, at_ - begin));
    auto known = properties_.find(expression);
    if (known == properties_.end()) {
      auto asked = AskRe2(expression);
      if (!asked) return FailSet();
      known = properties_.emplace(expression, std::move(*asked)).first;
    }
    return known->second;
  }

  const std::string_view text_;
  size_t at_ = 0;
  bool failed_ = false;
  int depth_ = 0;
  Flags flags_;
  std::map<std::string, CodePointSet> properties_;
};

}  // namespace

std::optional<RegexTree> ParseRegex(std::string_view expression) { return RegexParser(expression).Run(); }

}  // namespace yk::constrain
