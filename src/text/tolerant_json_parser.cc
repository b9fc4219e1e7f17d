// SPDX-License-Identifier: Apache-2.0
#include "text/tolerant_json_parser.h"

#include <algorithm>
#include <cmath>

namespace yk::text {
namespace {

constexpr size_t kMembersMax = 1000;  // look-up in an ordered object is linear
constexpr std::string_view kFullWidthSpace = "　";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameByte(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == '-' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

struct Quotes {
  std::string_view open, close;
};
// The first pair is JSON's own. For single quotes the closing rule is stricter, see String.
constexpr Quotes kQuotes[] = {{"\"", "\""}, {"'", "'"}, {"“", "”"}, {"‘", "’"}, {"＂", "＂"}, {"”", "”"}};

struct Mark {
  std::string_view plain, wide;
};
constexpr Mark kOpenObject{"{", "｛"}, kCloseObject{"}", "｝"}, kOpenArray{"[", "［"}, kCloseArray{"]", "］"},
    kColon{":", "："}, kComma{",", "，"};

void AppendUtf8(uint32_t code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 63));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 63));
    out += static_cast<char>(0x80 | (code & 63));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 63));
    out += static_cast<char>(0x80 | ((code >> 6) & 63));
    out += static_cast<char>(0x80 | (code & 63));
  }
}

}  // namespace

ParseEnd TolerantParser::Bad(const char* what) {
  if (at_ >= problem_at_) {
    problem_at_ = at_;
    problem_ = what;
  }
  return ParseEnd::kBad;
}

bool TolerantParser::Take(std::string_view token) {
  if (!Rest().starts_with(token)) return false;
  at_ += token.size();
  return true;
}

bool TolerantParser::TakeEither(std::string_view plain, std::string_view wide) {
  if (Take(plain)) return true;
  if (!Take(wide)) return false;
  Repaired("read full-width punctuation as plain");
  return true;
}

void TolerantParser::SkipBlank() {
  new_line_ = false;
  while (!AtEnd()) {
    if (IsSpace(text_[at_])) {
      new_line_ |= text_[at_] == '\n' || text_[at_] == '\r';
      ++at_;
    } else if (Take(kFullWidthSpace)) {
      Repaired("read full-width punctuation as plain");
    } else if (Rest().starts_with("//")) {
      at_ = std::min(text_.find('\n', at_), text_.size());
      Repaired("removed a comment");
    } else if (Rest().starts_with("/*")) {
      const auto close = text_.find("*/", at_ + 2);
      at_ = close == std::string_view::npos ? text_.size() : close + 2;
      Repaired("removed a comment");
    } else {
      return;
    }
  }
}

ParseEnd TolerantParser::Read(size_t start, Json& value) {
  at_ = start;
  depth_ = 0;
  repairs_.clear();
  committed_ = false;
  bool present = false;
  ParseEnd end;
  try {
    end = Value(value, present);
  } catch (const std::exception&) {  // out of memory and the like
    end = Bad("the value cannot be held in memory");
  }
  bytes_read_ += at_ - start + 1;
  return end;
}

ParseEnd TolerantParser::Value(Json& out, bool& present) {
  SkipBlank();
  if (AtEnd()) return ParseEnd::kCut;
  const bool object = Rest().starts_with(kOpenObject.plain) || Rest().starts_with(kOpenObject.wide);
  const bool array = Rest().starts_with(kOpenArray.plain) || Rest().starts_with(kOpenArray.wide);
  if (object || array) {
    if (depth_ >= depth_max_) return Bad("the value is nested too deeply");
    ++depth_;
    present = true;
    const ParseEnd end = object ? Object(out) : Array(out);
    --depth_;
    return end;
  }
  const char c = text_[at_];
  if (IsDigit(c) || c == '-' || c == '+' || c == '.') return Number(out, present);
  for (const auto& quotes : kQuotes) {
    if (!Rest().starts_with(quotes.open)) continue;
    std::string text;
    const ParseEnd end = String(text);
    if (end != ParseEnd::kDone) return end;
    out = std::move(text);
    present = true;
    return end;
  }
  return Word(out, present);
}

/// After a value: takes the comma or the closing bracket. A comma may be missing where a line ends.
ParseEnd TolerantParser::Separator(std::string_view close, bool& closed) {
  const Mark& bracket = close == kCloseObject.plain ? kCloseObject : kCloseArray;
  SkipBlank();
  bool line_ended = new_line_;
  if (AtEnd()) return ParseEnd::kCut;
  if (TakeEither(bracket.plain, bracket.wide)) {
    closed = true;
    return ParseEnd::kDone;
  }
  if (TakeEither(kComma.plain, kComma.wide)) {
    SkipBlank();
    if (AtEnd()) return ParseEnd::kCut;
    if (TakeEither(bracket.plain, bracket.wide)) {
      Repaired("removed a trailing comma");
      closed = true;
    }
    return ParseEnd::kDone;
  }
  if (line_ended && LooksLikeValue()) {
    Repaired("added a comma missing at a line end");
    return ParseEnd::kDone;
  }
  return Bad("a comma or a closing bracket is missing");
}

bool TolerantParser::LooksLikeValue() const {
  return Rest().front() == '"' || Rest().front() == '{' || Rest().front() == '[';
}

ParseEnd TolerantParser::Object(Json& out) {
  TakeEither(kOpenObject.plain, kOpenObject.wide);
  out = Json::object();
  SkipBlank();
  if (AtEnd()) return ParseEnd::kCut;
  if (TakeEither(kCloseObject.plain, kCloseObject.wide)) return ParseEnd::kDone;
  while (true) {
    std::string key;
    ParseEnd end = Key(key);
    if (end != ParseEnd::kDone) return end;
    committed_ = true;
    Json value;
    bool present = false;
    end = Value(value, present);
    if (present) {
      if (out.contains(key)) Repaired("kept the last of two fields with the same name");
      out[key] = std::move(value);
      if (out.size() > kMembersMax) return Bad("an object has too many fields");
    }
    if (end != ParseEnd::kDone) return end;
    bool closed = false;
    end = Separator(kCloseObject.plain, closed);
    if (end != ParseEnd::kDone || closed) return end;
  }
}

ParseEnd TolerantParser::Array(Json& out) {
  TakeEither(kOpenArray.plain, kOpenArray.wide);
  out = Json::array();
  SkipBlank();
  if (AtEnd()) return ParseEnd::kCut;
  if (TakeEither(kCloseArray.plain, kCloseArray.wide)) return ParseEnd::kDone;
  while (true) {
    Json value;
    bool present = false;
    ParseEnd end = Value(value, present);
    committed_ |= present;
    if (present) out.push_back(std::move(value));
    if (end != ParseEnd::kDone) return end;
    bool closed = false;
    end = Separator(kCloseArray.plain, closed);
    if (end != ParseEnd::kDone || closed) return end;
  }
}

/// A field name and its colon.
ParseEnd TolerantParser::Key(std::string& out) {
  SkipBlank();
  if (AtEnd()) return ParseEnd::kCut;
  const bool quoted = std::any_of(std::begin(kQuotes), std::end(kQuotes),
                                  [&](const Quotes& quotes) { return Rest().starts_with(quotes.open); });
  if (quoted) {
    const ParseEnd end = String(out);
    if (end != ParseEnd::kDone) return end;
  } else {
    const size_t start = at_;
    while (!AtEnd() && IsNameByte(text_[at_]) && !Rest().starts_with(kColon.wide)) ++at_;
    out = text_.substr(start, at_ - start);
    if (out.empty() || IsDigit(out.front()) || out.front() == '-') return Bad("a field name in quotes is missing");
    Repaired("put a field name in quotes");
  }
  SkipBlank();
  if (AtEnd()) return ParseEnd::kCut;
  return TakeEither(kColon.plain, kColon.wide) ? ParseEnd::kDone : Bad("a colon after the field name is missing");
}

ParseEnd TolerantParser::Number(Json& out, bool& present) {
  const size_t start = at_;
  while (!AtEnd() && (IsDigit(text_[at_]) || std::string_view("+-.eE").find(text_[at_]) != std::string_view::npos)) {
    ++at_;
  }
  if (AtEnd()) return ParseEnd::kCut;  // more digits may have followed
  std::string number(text_.substr(start, at_ - start));
  const std::string as_written = number;
  if (number.front() == '+') number.erase(0, 1);
  if (number.starts_with('.')) number.insert(0, "0");
  if (number.starts_with("-.")) number.insert(1, "0");
  if (number.ends_with('.')) number += '0';
  auto read = number.empty() ? Json(Json::value_t::discarded) : Json::parse(number, nullptr, false);
  const bool followed_by_text = !AtEnd() && (IsNameByte(text_[at_])) && !Rest().starts_with("，") &&
                                !Rest().starts_with("｝") && !Rest().starts_with("］") &&
                                !Rest().starts_with(kFullWidthSpace);
  if (!read.is_number() || followed_by_text) {
    at_ = start;
    return Bad("this is not a number; text belongs in quotes");
  }
  if (number != as_written) Repaired("completed a number");
  out = std::move(read);
  present = true;
  return ParseEnd::kDone;
}

ParseEnd TolerantParser::Word(Json& out, bool& present) {
  const size_t start = at_;
  while (!AtEnd() && IsNameByte(text_[at_]) && static_cast<unsigned char>(text_[at_]) < 0x80) ++at_;
  const auto word = text_.substr(start, at_ - start);
  if (AtEnd() && !word.empty()) return ParseEnd::kCut;
  struct Literal {
    std::string_view word;
    Json::value_t type;
    bool value;
    bool strict;
  };
  static constexpr Literal kLiterals[] = {
      {"true", Json::value_t::boolean, true, true},    {"false", Json::value_t::boolean, false, true},
      {"null", Json::value_t::null, false, true},      {"True", Json::value_t::boolean, true, false},
      {"False", Json::value_t::boolean, false, false}, {"None", Json::value_t::null, false, false}};
  for (const auto& literal : kLiterals) {
    if (literal.word != word) continue;
    out = literal.type == Json::value_t::null ? Json(nullptr) : Json(literal.value);
    present = true;
    if (!literal.strict) Repaired("read True, False or None as JSON");
    return ParseEnd::kDone;
  }
  at_ = start;
  return Bad("a value is missing; text belongs in quotes");
}

ParseEnd TolerantParser::String(std::string& out) {
  const Quotes& quotes = *std::find_if(std::begin(kQuotes), std::end(kQuotes),
                                       [&](const Quotes& pair) { return Rest().starts_with(pair.open); });
  at_ += quotes.open.size();
  const bool plain = quotes.open == "\"";
  if (!plain) Repaired("replaced quotes of another kind");
  // An apostrophe inside 'it's' also looks like the end; a real end is followed by what may follow a text.
  const auto ends_here = [&] {
    if (quotes.close != "'" && quotes.close != "’") return true;
    size_t next = at_ + quotes.close.size();
    while (next < text_.size() && IsSpace(text_[next])) ++next;
    if (next >= text_.size()) return true;
    const auto after = text_.substr(next);
    return std::string_view(",:}]").find(after.front()) != std::string_view::npos || after.starts_with("，") ||
           after.starts_with("：") || after.starts_with("｝") || after.starts_with("］");
  };
  while (!AtEnd()) {
    if (Rest().starts_with(quotes.close) && ends_here()) {
      at_ += quotes.close.size();
      return ParseEnd::kDone;
    }
    const char c = text_[at_];
    if (c == '\\') {
      if (!Escape(out)) return AtEnd() ? ParseEnd::kCut : Bad("an escape in a text is not valid");
      continue;
    }
    if (static_cast<unsigned char>(c) < 0x20) Repaired("kept a raw line end or control character in a text");
    out += c;
    ++at_;
  }
  return ParseEnd::kCut;
}

bool TolerantParser::Hex4(uint32_t& out) {
  out = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    if (AtEnd()) return false;
    const char c = text_[at_];
    const char lower = static_cast<char>(c | 0x20);
    if (!IsDigit(c) && (lower < 'a' || lower > 'f')) return false;
    out = out * 16 + static_cast<uint32_t>(IsDigit(c) ? c - '0' : lower - 'a' + 10);
  }
  return true;
}

bool TolerantParser::Escape(std::string& out) {
  ++at_;
  if (AtEnd()) return false;
  const char kind = text_[at_++];
  static constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
  if (const auto known = kFrom.find(kind); known != std::string_view::npos) {
    out += kTo[known];
    return true;
  }
  if (kind != 'u') {
    // Markdown habits such as \_ and \' mean the character itself; letters could mean anything.
    if (IsNameByte(kind) && kind != '_' && kind != '$' && kind != '-') return false;
    Repaired("removed a needless escape");
    out += kind;
    return true;
  }
  uint32_t code = 0;
  if (!Hex4(code)) return false;
  if (code >= 0xD800 && code < 0xDC00 && Rest().starts_with("\\u")) {
    const size_t before = at_;
    at_ += 2;
    uint32_t low = 0;
    if (!Hex4(low)) return false;
    if (low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else {
      at_ = before;
    }
  }
  if (code >= 0xD800 && code < 0xE000) {
    Repaired("replaced half of a surrogate pair");
    code = 0xFFFD;
  }
  AppendUtf8(code, out);
  return true;
}

}  // namespace yk::text
