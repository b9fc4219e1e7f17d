// SPDX-License-Identifier: Apache-2.0
#include "base/json_text.h"

#include <cstdint>
#include <cstring>
#include <utility>

#include "base/json_fast.h"

namespace yk {
namespace {

std::string DumpByLibrary(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// Members of most rows' objects fit into this, so that their text grows once.
constexpr size_t kObjectBytes = 256;

enum class Looks { kPlain, kNeedsEscapes, kUnknown };

/// Whether a text stands in JSON as it is, or is UTF-8 at least.
Looks LookAt(std::string_view text) {
  // Eight bytes at a time: `below(x, n)` is not 0 when a byte of x is less than n.
  constexpr uint64_t kOnes = 0x0101010101010101, kHighBits = 0x8080808080808080;
  const auto below = [](uint64_t x, uint64_t n) { return (x - kOnes * n) & ~x & kHighBits; };
  uint64_t odd = 0, all = 0;
  const auto look = [&](uint64_t eight) {
    all |= eight;
    odd |= below(eight, 0x20) | below(eight ^ (kOnes * '"'), 1) | below(eight ^ (kOnes * '\\'), 1);
  };
  size_t at = 0;
  for (uint64_t eight = 0; at + sizeof eight <= text.size(); at += sizeof eight) {
    std::memcpy(&eight, text.data() + at, sizeof eight);
    look(eight);
  }
  if (uint64_t rest = kOnes * ' '; at < text.size()) {
    std::memcpy(&rest, text.data() + at, text.size() - at);
    look(rest);
  }
  if ((all & kHighBits) != 0 && !IsUtf8Fast(text)) return Looks::kUnknown;
  return odd == 0 ? Looks::kPlain : Looks::kNeedsEscapes;
}

/// As the library writes it (RFC 8259, section 7).
void AppendEscaped(std::string_view text, std::string& out) {
  out += '"';
  size_t plain = 0;  // where the run that needs no escape begins
  for (size_t at = 0; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out += text.substr(plain, at - plain);
    plain = at + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
    }
  }
  out += text.substr(plain);
  out += '"';
}

}  // namespace

void AppendJsonText(std::string_view text, std::string& out) {
  switch (LookAt(text)) {
    case Looks::kUnknown: out += DumpByLibrary(Json(text)); return;
    case Looks::kNeedsEscapes: AppendEscaped(text, out); return;
    case Looks::kPlain: break;
  }
  out += '"';
  out += text;
  out += '"';
}

// The library's own writer looks at every byte of a text for itself and is set up anew for each call.
void AppendJson(const Json& value, std::string& out) {
  switch (value.type()) {
    case Json::value_t::object: {
      char before = '{';
      for (const auto& [name, member] : value.get_ref<const Json::object_t&>()) {
        out += std::exchange(before, ',');
        AppendJsonText(name, out);
        out += ':';
        AppendJson(member, out);
      }
      out += before == '{' ? "{}" : "}";
      return;
    }
    case Json::value_t::array: {
      char before = '[';
      for (const Json& item : value.get_ref<const Json::array_t&>()) {
        out += std::exchange(before, ',');
        AppendJson(item, out);
      }
      out += before == '[' ? "[]" : "]";
      return;
    }
    case Json::value_t::string: return AppendJsonText(value.get_ref<const std::string&>(), out);
    case Json::value_t::number_integer: fmt::format_to(std::back_inserter(out), "{}", value.get<int64_t>()); return;
    case Json::value_t::number_unsigned: fmt::format_to(std::back_inserter(out), "{}", value.get<uint64_t>()); return;
    case Json::value_t::boolean: out += value.get<bool>() ? "true" : "false"; return;
    case Json::value_t::null: out += "null"; return;
    default: out += DumpByLibrary(value);
  }
}

std::string& ObjectText::Member(std::string_view name) {
  if (text_.empty()) text_.reserve(kObjectBytes);
  text_ += text_.empty() ? '{' : ',';
  AppendJsonText(name, text_);
  text_ += ':';
  return text_;
}

std::string ObjectText::Take() && {
  text_ += text_.empty() ? "{}" : "}";
  return std::move(text_);
}

}  // namespace yk
