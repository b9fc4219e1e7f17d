// SPDX-License-Identifier: Apache-2.0
// Reads the code of a number format.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "formats/number_format.h"

namespace yk::formats {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool SameLetters(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) { return Lower(a) == Lower(b); });
}

/// Cuts at semicolons that are not quoted. At most four sections count: positive; negative; zero; text.
std::vector<std::string_view> SplitSections(std::string_view code) {
  std::vector<std::string_view> sections;
  size_t from = 0;
  bool quoted = false;
  for (size_t i = 0; i < code.size(); ++i) {
    if (code[i] == '"') quoted = !quoted;
    if (quoted) continue;
    if (code[i] == '\\' || code[i] == '_' || code[i] == '*') {
      ++i;
    } else if (code[i] == ';') {
      sections.push_back(code.substr(from, i - from));
      from = i + 1;
    }
  }
  sections.push_back(code.substr(std::min(from, code.size())));
  return sections;
}

size_t CodePointLength(std::string_view text) {
  size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) ++length;
  return length;
}

}  // namespace

/// One section, from left to right.
class NumberFormat::SectionReader {
 public:
  explicit SectionReader(std::string_view code) : code_(code) {}

  Section Read() {
    while (!code_.empty()) One();
    if (elapsed_) {
      section_.kind = Kind::kElapsed;
    } else if (section_.year || section_.month || section_.day || section_.hour || section_.minute || section_.second) {
      section_.kind = Kind::kDate;
    } else if (section_.tokens.size() == 1 && section_.tokens[0].kind == TokenKind::kGeneral) {
      section_.kind = Kind::kGeneral;
    }
    return std::move(section_);
  }

 private:
  void Add(TokenKind kind) { section_.tokens.push_back({kind, 0, {}}); }
  void Literal(std::string_view text) { section_.tokens.push_back({TokenKind::kLiteral, 0, std::string(text)}); }
  bool InDate() const { return last_letter_ != 0; }

  void One() {
    const char c = code_.front();
    if (c == '"') return Quoted();
    if (c == '[') return Bracket();
    if (c == '\\') {
      code_.remove_prefix(1);
      if (code_.empty()) return;
      return Take(CodePointLength(code_));
    }
    if (c == '_' || c == '*') {  // as wide as a character, or filled with it
      code_.remove_prefix(1);
      code_.remove_prefix(std::min(CodePointLength(code_), code_.size()));
      return;
    }
    if (SameLetters(code_, "general")) {
      Add(TokenKind::kGeneral);
      return code_.remove_prefix(7);
    }
    if (SameLetters(code_, "am/pm") || SameLetters(code_, "a/p")) {
      section_.hour = true;
      return code_.remove_prefix(SameLetters(code_, "am/pm") ? 5 : 3);
    }
    if (c == '0' || c == '#' || c == '?') return Digits();
    if (std::string_view("yYmMdDhHsSeEgGbBaAnNrR").find(c) != std::string_view::npos && Letters()) return;
    if (c == '.' || c == '%' || c == ',' || c == '/' || c == '@') return Mark(c);
    Take(CodePointLength(code_));
  }

  void Take(size_t length) {
    Literal(code_.substr(0, length));
    code_.remove_prefix(length);
  }

  void Quoted() {
    const size_t end = code_.find('"', 1);
    Literal(code_.substr(1, end == std::string_view::npos ? end : end - 1));
    code_.remove_prefix(end == std::string_view::npos ? code_.size() : end + 1);
  }

  /// A colour, a condition, a currency with its language, or elapsed time.
  void Bracket() {
    const size_t end = code_.find(']');
    if (end == std::string_view::npos) return code_ = {}, void();
    const std::string_view inside = code_.substr(1, end - 1);
    code_.remove_prefix(end + 1);
    if (inside.empty()) return;
    if (inside.front() == '$') return Literal(inside.substr(1, inside.find('-') - 1));
    if (std::string_view("<>=").find(inside.front()) != std::string_view::npos) return Condition(inside);
    const char letter = Lower(inside.front());
    if (std::all_of(inside.begin(), inside.end(), [&](char c) { return Lower(c) == letter; }) &&
        std::string_view("hms").find(letter) != std::string_view::npos) {
      elapsed_ = true;
      (letter == 'h' ? section_.hour : letter == 'm' ? section_.minute : section_.second) = true;
      last_letter_ = letter;
    }
  }

  void Condition(std::string_view text) {
    size_t sign = 1;
    section_.compare = text.front();
    if (text.starts_with("<=")) section_.compare = 'l', sign = 2;
    if (text.starts_with(">=")) section_.compare = 'g', sign = 2;
    if (text.starts_with("<>")) section_.compare = 'n', sign = 2;
    std::from_chars(text.data() + sign, text.data() + text.size(), section_.limit);
  }

  void Digits() {
    if (InDate() && code_.front() == '0') {  // fractions of a second
      section_.fraction = true;
      return code_.remove_prefix(1);
    }
    section_.tokens.push_back({TokenKind::kDigit, code_.front(), {}});
    code_.remove_prefix(1);
  }

  /// Letters of dates, and the exponent. False: they are a literal.
  bool Letters() {
    const char letter = Lower(code_.front());
    if (letter == 'e' && code_.size() > 1 && (code_[1] == '+' || code_[1] == '-') && !InDate()) {
      Add(TokenKind::kExponent);
      code_.remove_prefix(2);
      return true;
    }
    size_t run = 1;
    while (run < code_.size() && Lower(code_[run]) == letter) ++run;
    switch (letter) {
      case 'y':
      case 'e':
      case 'b': section_.year = true; break;  // year, year of the reign, Buddhist year
      case 'd': section_.day = true; break;
      case 'h': section_.hour = true; break;
      case 's': section_.second = true; break;
      case 'm': Month(run); break;
      case 'g': break;  // the reign's name
      case 'a':
        if (run < 3) return false;  // the day of the week
        section_.day = true;
        break;
      default: return false;
    }
    last_letter_ = letter;
    code_.remove_prefix(run);
    return true;
  }

  /// After hours or before seconds it means minutes.
  void Month(size_t run) {
    const size_t next = code_.find_first_of("yYmMdDhHsSeEgG", run);
    const bool before_seconds = next != std::string_view::npos && Lower(code_[next]) == 's';
    const bool minutes = run <= 2 && (last_letter_ == 'h' || last_letter_ == 's' || before_seconds);
    (minutes ? section_.minute : section_.month) = true;
  }

  void Mark(char c) {
    code_.remove_prefix(1);
    if (c == '.') {
      if (!InDate()) Add(TokenKind::kPoint);
    } else if (c == '%') {
      ++section_.percents;
      Add(TokenKind::kPercent);
    } else if (c == '/' || c == '@') {
      section_.odd = true;
    } else {
      Comma();
    }
  }

  /// Between digits it groups, behind the last one it divides.
  void Comma() {
    const auto& tokens = section_.tokens;
    const bool after_digit = !tokens.empty() && tokens.back().kind == TokenKind::kDigit;
    const bool before_digit = code_.find_first_of("0#?") != std::string_view::npos && !code_.starts_with('.');
    if (after_digit && before_digit) {
      section_.thousands = true;
    } else if (after_digit) {
      ++section_.scale;
    } else {
      Literal(",");
    }
  }

  std::string_view code_;
  Section section_;
  bool elapsed_ = false;
  char last_letter_ = 0;
};

NumberFormat::NumberFormat(std::string_view code) {
  if (code.empty()) code = "General";
  for (const std::string_view section : SplitSections(code)) {
    if (sections_.size() == 4) break;
    sections_.push_back(SectionReader(section).Read());
  }
  // The last of four is for texts.
  if (sections_.size() == 4) sections_.pop_back();
}

}  // namespace yk::formats
