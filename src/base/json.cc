// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/json_fast.h"
#include "base/json_text.h"

template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace yk {
namespace {

/// "line 3, column 7" of the byte before which the parser stopped.
std::string Place(std::string_view text, size_t byte) {
  const auto before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto start = before.rfind('\n');
  const auto column = 1 + before.size() - (start == std::string_view::npos ? 0 : start + 1);
  return fmt::format("line {}, column {}", line, column);
}

/// Values are copied and written by recursion, so depth is stack; people's JSON is a handful deep.
constexpr size_t kDepthMax = 1000;

/// The byte at which the text is nested too deeply, counted from 1, or 0.
size_t TooDeepAt(std::string_view text) {
  size_t depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDepthMax) return i + 1;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return 0;
}

void AppendCanonical(const Json& value, std::string& out) {
  if (value.is_object()) {
    std::vector<std::pair<const std::string*, const Json*>> members;
    members.reserve(value.size());
    for (const auto& [key, member] : value.get_ref<const Json::object_t&>()) members.emplace_back(&key, &member);
    std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return *a.first < *b.first; });
    out += '{';
    for (size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out += ',';
      AppendJsonText(*members[i].first, out);
      out += ':';
      AppendCanonical(*members[i].second, out);
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    for (size_t i = 0; i < value.size(); ++i) {
      if (i > 0) out += ',';
      AppendCanonical(value[i], out);
    }
    out += ']';
  } else {
    out += DumpJson(value);
  }
}

}  // namespace

Result<Json> ParseJson(std::string_view text) {
  // The library takes a NUL byte for the end of input and would accept whatever follows it.
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    return Fail(Code::kInvalid, "not valid JSON at {}: a NUL byte", Place(text, nul + 1));
  }
  if (auto value = ParseFast(text)) return std::move(*value);
  // What the fast parser takes is not deeper either.
  if (const size_t byte = TooDeepAt(text); byte != 0) {
    return Fail(Code::kInvalid, "not usable JSON at {}: it is nested more than {} levels deep", Place(text, byte),
                kDepthMax);
  }
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    std::string what = error.what();
    // The library's text repeats the place in its own words after "parse error at …: "; keep only the reason.
    if (const auto colon = what.find(": "); colon != std::string::npos) what = what.substr(colon + 2);
    return Fail(Code::kInvalid, "not valid JSON at {}: {}", Place(text, error.byte), what);
  } catch (const std::exception& error) {
    return Fail(Code::kInvalid, "not valid JSON: {}", error.what());
  }
}

std::string DumpJson(const Json& value) {
  std::string out;
  if (value.is_structured()) out.reserve(256);
  AppendJson(value, out);
  return out;
}

std::string DumpJsonPretty(const Json& value) { return value.dump(2, ' ', false, Json::error_handler_t::replace); }

std::string CanonicalJson(const Json& value) {
  std::string out;
  AppendCanonical(value, out);
  return out;
}

}  // namespace yk
