// SPDX-License-Identifier: Apache-2.0
#include "text/field_ranges.h"

#include "base/json.h"

namespace yk::text {
namespace {

/// Walks over JSON without reading it: strings whole, the rest by brackets.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) {}

  void Blank() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  bool Take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool String() {
    if (!Take('"')) return false;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '"') {
        ++at_;
        return true;
      }
    }
    return false;
  }
  /// Up to the comma or brace that ends a member's value.
  bool Value() {
    for (size_t depth = 0; at_ < text_.size();) {
      const char c = text_[at_];
      if (c == '"') {
        if (!String()) return false;
        continue;
      }
      if (depth == 0 && (c == ',' || c == '}')) return true;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && depth-- == 0) return false;
      ++at_;
    }
    return false;
  }
  size_t at() const { return at_; }
  void set_at(size_t at) { at_ = at; }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

std::vector<FieldRange> FieldRanges(std::string_view text) {
  const size_t open = text.find('{');
  if (open == std::string_view::npos) return {};
  Walker walker(text);
  walker.set_at(open + 1);
  std::vector<FieldRange> fields;
  walker.Blank();
  if (!walker.Take('}')) {
    do {
      walker.Blank();
      const size_t name = walker.at();
      if (!walker.String()) return {};
      auto read = ParseJson(text.substr(name, walker.at() - name));
      walker.Blank();
      if (!read || !walker.Take(':')) return {};
      walker.Blank();
      const size_t begin = walker.at();
      if (!walker.Value()) return {};
      size_t end = walker.at();
      while (end > begin && std::string_view(" \t\r\n").find(text[end - 1]) != std::string_view::npos) --end;
      fields.push_back({read->get<std::string>(), {begin, end}});
    } while (walker.Take(','));
    if (!walker.Take('}')) return {};
  }
  if (text.find('{', walker.at()) != std::string_view::npos) return {};
  return fields;
}

}  // namespace yk::text
