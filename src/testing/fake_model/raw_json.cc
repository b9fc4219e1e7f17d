// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_model/raw_json.h"

#include "base/json.h"

namespace yk::testing {
namespace {

constexpr int kDepthMax = 200;

class Reader {
 public:
  explicit Reader(std::string_view text) : p_(text.data()), end_(text.data() + text.size()) {}

  void Blanks() {
    while (p_ < end_ && (*p_ == ' ' || *p_ == '\n' || *p_ == '\r' || *p_ == '\t')) ++p_;
  }
  bool Take(char c) {
    Blanks();
    if (p_ >= end_ || *p_ != c) return false;
    ++p_;
    return true;
  }
  bool AtEnd() {
    Blanks();
    return p_ == end_;
  }
  /// Any value; its raw text, or empty when it is malformed.
  std::string_view Value(int depth = 0) {
    Blanks();
    const char* begin = p_;
    if (p_ >= end_ || depth > kDepthMax) return {};
    bool ok = true;
    if (*p_ == '"')
      ok = String();
    else if (*p_ == '{')
      ok = Object(depth);
    else if (*p_ == '[')
      ok = Array(depth);
    else
      ok = Scalar();
    return ok ? std::string_view(begin, static_cast<size_t>(p_ - begin)) : std::string_view();
  }

 private:
  bool String() {
    for (++p_; p_ < end_; ++p_) {
      if (*p_ == '"') return ++p_, true;
      if (static_cast<unsigned char>(*p_) < 0x20) return false;
      if (*p_ == '\\' && ++p_ >= end_) return false;
    }
    return false;
  }
  bool Object(int depth) {
    ++p_;
    if (Take('}')) return true;
    do {
      Blanks();
      if (p_ >= end_ || *p_ != '"' || !String() || !Take(':') || Value(depth + 1).empty()) return false;
    } while (Take(','));
    return Take('}');
  }
  bool Array(int depth) {
    ++p_;
    if (Take(']')) return true;
    do {
      if (Value(depth + 1).empty()) return false;
    } while (Take(','));
    return Take(']');
  }
  bool Scalar() {
    const char* begin = p_;
    while (p_ < end_ && (*p_ == '-' || *p_ == '+' || *p_ == '.' || (*p_ >= '0' && *p_ <= '9') ||
                         (*p_ >= 'a' && *p_ <= 'z') || *p_ == 'E')) {
      ++p_;
    }
    return p_ > begin;
  }

  const char* p_;
  const char* end_;
};

}  // namespace

bool ForEachMember(std::string_view text, const std::function<void(std::string_view, std::string_view)>& member) {
  Reader reader(text);
  if (!reader.Take('{')) return false;
  if (reader.Take('}')) return reader.AtEnd();
  do {
    const std::string_view key = reader.Value();
    if (key.size() < 2 || key.front() != '"' || !reader.Take(':')) return false;
    const std::string_view value = reader.Value();
    if (value.empty()) return false;
    member(key.substr(1, key.size() - 2), value);
  } while (reader.Take(','));
  return reader.Take('}') && reader.AtEnd();
}

bool ForEachElement(std::string_view text, const std::function<void(std::string_view)>& element) {
  Reader reader(text);
  if (!reader.Take('[')) return false;
  if (reader.Take(']')) return reader.AtEnd();
  do {
    const std::string_view value = reader.Value();
    if (value.empty()) return false;
    element(value);
  } while (reader.Take(','));
  return reader.Take(']') && reader.AtEnd();
}

std::optional<std::string> Unescape(std::string_view raw) {
  if (raw.size() < 2 || raw.front() != '"' || raw.back() != '"') return std::nullopt;
  const std::string_view inner = raw.substr(1, raw.size() - 2);
  if (inner.find('\\') == std::string_view::npos) return std::string(inner);
  if (inner.find("\\u") != std::string_view::npos) {
    Result<Json> parsed = ParseJson(raw);
    if (!parsed || !parsed->is_string()) return std::nullopt;
    return parsed->get<std::string>();
  }
  std::string out;
  out.reserve(inner.size());
  for (size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] != '\\' || i + 1 == inner.size()) {
      out.push_back(inner[i]);
      continue;
    }
    const char c = inner[++i];
    out.push_back(c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == 'b' ? '\b' : c == 'f' ? '\f' : c);
  }
  return out;
}

void AppendEscaped(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out.append("\\n");
    } else if (byte < 0x20) {
      out.append("\\u00");
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

}  // namespace yk::testing
