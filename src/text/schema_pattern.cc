// SPDX-License-Identifier: Apache-2.0
// Patterns of JSON Schema are ECMAScript's; most of them are RE2's as well. This file bridges the rest.
#include <re2/re2.h>

#include <cstdint>

#include "text/schema_formats.h"
#include "text/schema_program.h"

namespace yk::text {
namespace {

// White space as ECMAScript counts it; RE2's \s is ASCII only and would miss the ideographic space U+3000.
constexpr std::string_view kSpaces = R"(\t\n\v\f\r\x{feff}\x{2028}\x{2029}\p{Zs})";

struct LongName {
  std::string_view ecma, re2;
};

constexpr LongName kCategories[] = {
    {"Letter", "L"},
    {"Lowercase_Letter", "Ll"},
    {"Uppercase_Letter", "Lu"},
    {"Mark", "M"},
    {"Number", "N"},
    {"Decimal_Number", "Nd"},
    {"digit", "Nd"},
    {"Punctuation", "P"},
    {"punct", "P"},
    {"Symbol", "S"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Other", "C"},
    {"Control", "Cc"},
};

class Translator {
 public:
  explicit Translator(std::string_view pattern) : pattern_(pattern) {}

  std::string Run() {
    while (at_ < pattern_.size()) {
      const char c = pattern_[at_];
      if (c == '\\' && at_ + 1 < pattern_.size()) {
        Escape();
      } else if (c == '[' && !in_class_) {
        OpenClass();
      } else if (c == ']' && in_class_) {
        in_class_ = false;
        Copy(1);
      } else if (c == '[') {
        out_ += "\\[";  // a bracket inside a class is plain in ECMAScript, but may open a POSIX class in RE2
        ++at_;
      } else if (c == '(' && !in_class_ && NamedGroup()) {
        out_ += "(?P<";
        at_ += 3;
      } else {
        Copy(1);
      }
    }
    return std::move(out_);
  }

 private:
  void Copy(size_t count) {
    out_.append(pattern_.substr(at_, count));
    at_ += count;
  }

  bool NamedGroup() const {
    const auto here = pattern_.substr(at_);
    return here.starts_with("(?<") && !here.starts_with("(?<=") && !here.starts_with("(?<!");
  }

  void OpenClass() {
    // [] matches nothing and [^] everything; RE2 would read the bracket as a member of the class.
    if (pattern_.substr(at_).starts_with("[^]")) {
      out_ += "(?s:.)";
      at_ += 3;
    } else if (pattern_.substr(at_).starts_with("[]")) {
      out_ += "[^\\x{0}-\\x{10ffff}]";
      at_ += 2;
    } else {
      in_class_ = true;
      Copy(pattern_.substr(at_).starts_with("[^") ? 2 : 1);
    }
  }

  void Escape() {
    const char kind = pattern_[at_ + 1];
    if (kind == 'u' && Unicode()) return;
    if ((kind == 'p' || kind == 'P') && Property(kind)) return;
    if (kind == 's' || (kind == 'S' && !in_class_)) {
      if (in_class_) {
        out_ += kSpaces;
      } else {
        out_ += kind == 's' ? "[" : "[^";
        out_ += kSpaces;
        out_ += ']';
      }
      at_ += 2;
    } else if (kind == 'c' && at_ + 2 < pattern_.size()) {
      static constexpr char kHex[] = "0123456789abcdef";
      const auto code = static_cast<unsigned char>(pattern_[at_ + 2]) % 32;
      out_ += std::string("\\x") + kHex[code / 16] + kHex[code % 16];
      at_ += 3;
    } else if (kind == '0') {
      out_ += "\\x00";
      at_ += 2;
    } else if (kind == 'b' && in_class_) {
      out_ += "\\x08";
      at_ += 2;
    } else if (kind == '/' || kind == '-') {
      out_ += '\\';
      out_ += kind;
      at_ += 2;
    } else if (kind == 'a') {
      out_ += 'a';  // no such escape in ECMAScript: plain letter; RE2 would take it for the bell
      at_ += 2;
    } else {
      Copy(2);
    }
  }

  uint32_t Hex(size_t from, size_t count) const {
    if (from + count > pattern_.size()) return UINT32_MAX;
    uint32_t value = 0;
    for (const char c : pattern_.substr(from, count)) {
      const bool digit = c >= '0' && c <= '9';
      const char lower = static_cast<char>(c | 0x20);
      if (!digit && (lower < 'a' || lower > 'f')) return UINT32_MAX;
      value = value * 16 + static_cast<uint32_t>(digit ? c - '0' : lower - 'a' + 10);
    }
    return value;
  }

  void AddCodePoint(uint32_t code) { out_ += fmt::format("\\x{{{:x}}}", code); }

  bool Unicode() {
    if (pattern_.substr(at_ + 2).starts_with("{")) {
      const auto close = pattern_.find('}', at_);
      if (close == std::string_view::npos || close > at_ + 9) return false;
      const auto code = Hex(at_ + 3, close - at_ - 3);
      if (code > 0x10FFFF) return false;
      AddCodePoint(code);
      at_ = close + 1;
      return true;
    }
    const auto high = Hex(at_ + 2, 4);
    if (high == UINT32_MAX) return false;
    if (high >= 0xD800 && high < 0xDC00 && pattern_.substr(at_ + 6).starts_with("\\u")) {
      const auto low = Hex(at_ + 8, 4);
      if (low >= 0xDC00 && low < 0xE000) {
        AddCodePoint(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
        at_ += 12;
        return true;
      }
    }
    AddCodePoint(high);
    at_ += 6;
    return true;
  }

  bool Property(char kind) {
    if (!pattern_.substr(at_ + 2).starts_with("{")) return false;
    const auto close = pattern_.find('}', at_);
    if (close == std::string_view::npos) return false;
    auto name = pattern_.substr(at_ + 3, close - at_ - 3);
    if (const auto equals = name.find('='); equals != std::string_view::npos) name.remove_prefix(equals + 1);
    for (const auto& category : kCategories) {
      if (category.ecma == name) name = category.re2;
    }
    out_ += fmt::format("\\{}{{{}}}", kind, name);
    at_ = close + 1;
    return true;
  }

  std::string_view pattern_;
  size_t at_ = 0;
  bool in_class_ = false;
  std::string out_;
};

}  // namespace

std::string PatternForRe2(std::string_view pattern) { return Translator(pattern).Run(); }

SchemaPattern::SchemaPattern(std::string source)
    : source_(std::move(source)), regex_(std::make_unique<re2::RE2>(PatternForRe2(source_), re2::RE2::Quiet)) {}

SchemaPattern::~SchemaPattern() = default;

std::string SchemaPattern::error() const { return regex_->error(); }

bool SchemaPattern::Matches(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *regex_);
}

}  // namespace yk::text
