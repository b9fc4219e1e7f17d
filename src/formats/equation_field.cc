// SPDX-License-Identifier: Apache-2.0
#include "formats/equation_field.h"

#include <algorithm>
#include <vector>

#include "text/normalize.h"

namespace yk::formats {
namespace {

constexpr int kDepthMax = 50;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool IsLetter(char c) { return Lower(c) >= 'a' && Lower(c) <= 'z'; }

/// An operand; `shifted`: all of it stands above or below the line.
struct Operand {
  std::string text;
  bool shifted = false;
};

struct Operands {
  std::vector<Operand> each;
  char separator = ',';

  std::string Joined(std::string_view between) const {
    std::string out;
    for (size_t i = 0; i < each.size(); ++i) out.append(i == 0 ? "" : between).append(each[i].text);
    return out;
  }
};

/// The words of a switch and its options: \b\lc\[\rc\].
struct Switches {
  char name = 0;
  std::string open = "(";
  std::string close = ")";
};

class EquationParser {
 public:
  explicit EquationParser(std::string_view text) : text_(text) {}

  std::string Run() {
    std::string out;
    while (at_ < text_.size()) {
      out += Sequence(0, "").text;
      if (at_ < text_.size()) out += text_[at_++];  // a parenthesis too many
    }
    return out;
  }

 private:
  bool done() const { return at_ >= text_.size(); }

  /// Up to one of `ends`, which stays, or to a closing parenthesis.
  Operand Sequence(int depth, std::string_view ends) {
    Operand out;
    int shifted = 0;
    int others = 0;
    while (!done() && text_[at_] != ')' && ends.find(text_[at_]) == std::string_view::npos) {
      if (text_[at_] == '\\') {
        bool moved = false;
        const std::string part = Command(depth, moved);
        out.text += part;
        (moved ? shifted : others) += part.empty() ? 0 : 1;
      } else if (text_[at_] == '(' && depth < kDepthMax) {
        ++at_;
        out.text += "(" + Sequence(depth + 1, "").text + ")";
        if (!done()) ++at_;
        ++others;
      } else {
        others += text_[at_] == ' ' ? 0 : 1;
        out.text += text_[at_++];
      }
    }
    out.text = text::TrimSpace(out.text);
    out.shifted = shifted > 0 && others == 0;
    return out;
  }

  /// At a backslash: a sign it protects, or a switch with its operands.
  std::string Command(int depth, bool& shifted) {
    if (at_ + 1 >= text_.size()) {
      ++at_;
      return {};
    }
    if (!IsLetter(text_[at_ + 1])) {
      if (text_[at_ + 1] == '*') return SkipFormat();
      at_ += 2;
      return std::string(1, text_[at_ - 1]);
    }
    const Switches switches = ReadSwitches();
    if (done() || text_[at_] != '(' || depth >= kDepthMax) return {};
    ++at_;
    const Operands operands = ReadOperands(depth + 1);
    shifted = switches.name == 's';
    return Combine(switches, operands);
  }

  /// \* jc2, \* "Font:MS 明朝": how the field looks.
  std::string SkipFormat() {
    at_ += 2;
    while (!done() && text_[at_] == ' ') ++at_;
    const bool quoted = !done() && text_[at_] == '"';
    if (quoted) ++at_;
    while (!done() && (quoted ? text_[at_] != '"' : text_[at_] != ' ' && text_[at_] != '\\')) ++at_;
    if (quoted && !done()) ++at_;
    return {};
  }

  Switches ReadSwitches() {
    Switches out;
    while (at_ + 1 < text_.size() && text_[at_] == '\\' && IsLetter(text_[at_ + 1])) {
      std::string word;
      for (++at_; !done() && IsLetter(text_[at_]); ++at_) word += Lower(text_[at_]);
      if (out.name == 0) out.name = word[0];
      if (word == "lc" || word == "rc" || word == "bc") {
        const std::string sign = ReadSign();
        if (word != "rc") out.open = sign;
        if (word != "lc") out.close = word == "bc" ? Mirrored(sign) : sign;
      }
      while (!done() && (text_[at_] == ' ' || text_[at_] == '-' || (text_[at_] >= '0' && text_[at_] <= '9'))) ++at_;
    }
    return out;
  }

  std::string ReadSign() {
    if (!done() && text_[at_] == '\\') ++at_;
    if (done()) return {};
    size_t end = at_ + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) ++end;
    const std::string sign(text_.substr(at_, end - at_));
    at_ = end;
    return sign;
  }

  static std::string Mirrored(const std::string& sign) {
    if (sign == "(") return ")";
    if (sign == "[") return "]";
    if (sign == "{") return "}";
    return sign == "<" ? ">" : sign;
  }

  /// Behind the opening parenthesis; takes the closing one. Some languages separate operands by semicolons: where a
  /// comma stands, they are part of the text.
  Operands ReadOperands(int depth) {
    Operands out;
    std::string separators;
    while (true) {
      out.each.push_back(Sequence(depth, ",;"));
      if (done()) break;
      const char sign = text_[at_++];
      if (sign == ')') break;
      separators += sign;
    }
    out.separator = separators.empty() || separators.find(',') != std::string::npos ? ',' : ';';
    if (out.separator == ';') return out;
    size_t kept = 0;
    for (size_t i = 1; i < out.each.size(); ++i) {
      const bool joins = i <= separators.size() && separators[i - 1] == ';';
      if (joins) {
        out.each[kept].text.append(";").append(out.each[i].text);
        out.each[kept].shifted = false;
      } else if (++kept != i) {
        out.each[kept] = std::move(out.each[i]);
      }
    }
    out.each.resize(kept + 1);
    return out;
  }

  static std::string Combine(const Switches& switches, Operands operands) {
    const auto stands = [](const Operand& operand) { return !operand.shifted && !operand.text.empty(); };
    switch (switches.name) {
      case 'o':
        // What is set above or below the rest is its reading.
        if (std::any_of(operands.each.begin(), operands.each.end(), stands)) {
          std::erase_if(operands.each, [](const Operand& operand) { return operand.shifted; });
        }
        return operands.Joined("");
      case 'f': return operands.Joined("/");
      case 'r': return operands.each.size() > 1 ? operands.Joined("√") : "√" + operands.Joined("");
      case 'b': return switches.open + operands.Joined(std::string(1, operands.separator)) + switches.close;
      case 'i': return "∫" + operands.Joined(" ");
      case 'a': return operands.Joined(" ");
      case 's':
      case 'd': return operands.Joined("");
      default: return operands.Joined(std::string(1, operands.separator));
    }
  }

  const std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

bool IsEquationField(std::string_view instruction) {
  const std::string_view text = text::TrimSpace(instruction);
  return text.size() > 2 && Lower(text[0]) == 'e' && Lower(text[1]) == 'q' && (text[2] == ' ' || text[2] == '\\');
}

std::string EquationFieldText(std::string_view instruction) {
  if (!IsEquationField(instruction)) return {};
  return std::string(text::TrimSpace(EquationParser(text::TrimSpace(instruction).substr(2)).Run()));
}

}  // namespace yk::formats
