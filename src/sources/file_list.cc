// SPDX-License-Identifier: Apache-2.0
#include "sources/file_list.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/file.h"
#include "sources/folder_walk.h"
#include "text/utf8.h"

namespace yk::sources {
namespace fs = std::filesystem;
namespace {

bool HasWildcard(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

/// One character class at the start of `pattern`, for example "[a-z]". Moves past it. A '[' without ']' is itself.
bool MatchesClass(std::string_view& pattern, char c) {
  const size_t close = pattern.find(']', 2);
  if (close == std::string_view::npos) {
    pattern.remove_prefix(1);
    return c == '[';
  }
  std::string_view set = pattern.substr(1, close - 1);
  pattern.remove_prefix(close + 1);
  const bool negated = set.starts_with('!') || set.starts_with('^');
  if (negated) set.remove_prefix(1);
  bool found = false;
  for (size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      found = found || (c >= set[i] && c <= set[i + 2]);
      i += 2;
    } else {
      found = found || c == set[i];
    }
  }
  return found != negated;
}

/// `*`, `?`, `[…]` within one part. The last star is the only place to go back to, so it takes at most n*m steps.
bool MatchesPart(std::string_view pattern, std::string_view part) {
  std::string_view star_pattern;
  std::string_view star_part;
  bool star = false;
  while (!part.empty() || !pattern.empty()) {
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      star = true;
      star_pattern = pattern;
      star_part = part;
      continue;
    }
    std::string_view rest = pattern;
    bool fits = false;
    if (!part.empty() && !pattern.empty()) {
      if (pattern.front() == '[') {
        fits = MatchesClass(rest, part.front());
      } else {
        fits = pattern.front() == '?' || pattern.front() == part.front();
        rest.remove_prefix(1);
      }
    }
    if (fits) {
      pattern = rest;
      part.remove_prefix(1);
    } else if (star && !star_part.empty()) {
      star_part.remove_prefix(1);
      pattern = star_pattern;
      part = star_part;
    } else {
      return false;
    }
  }
  return true;
}

std::vector<std::string_view> Parts(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (!part.empty() && part != ".") parts.push_back(part);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return parts;
}

/// Which prefixes of the pattern fit the parts so far; `**` keeps its place alive.
bool MatchesParts(const std::vector<std::string_view>& pattern, const std::vector<std::string_view>& path) {
  std::vector<bool> at(pattern.size() + 1, false);
  const auto close = [&](std::vector<bool>& states) {
    for (size_t i = 0; i < pattern.size(); ++i) {
      if (states[i] && pattern[i] == "**") states[i + 1] = true;
    }
  };
  at[0] = true;
  close(at);
  for (const std::string_view part : path) {
    std::vector<bool> next(at.size(), false);
    for (size_t i = 0; i < pattern.size(); ++i) {
      if (!at[i]) continue;
      if (pattern[i] == "**") {
        next[i] = true;
      } else if (MatchesPart(pattern[i], part)) {
        next[i + 1] = true;
      }
    }
    at = std::move(next);
    close(at);
  }
  return at[pattern.size()];
}

using Found = std::map<std::string, fs::path>;

constexpr std::string_view kHexDigits = "0123456789abcdef";

/// The byte that "\x83" at the start of `text` stands for.
std::optional<char> EscapedByte(std::string_view text) {
  if (text.size() < 4 || !text.starts_with("\\x")) return std::nullopt;
  const size_t high = kHexDigits.find(text[2]);
  const size_t low = kHexDigits.find(text[3]);
  if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

/// What is not UTF-8 as "\x83", and a backslash that would be taken for the start of such a byte as "\x5c".
std::string Escaped(const std::string& path) {
  if (text::IsValidUtf8(path) && path.find("\\x") == std::string::npos) return path;
  std::string out;
  for (size_t at = 0; at < path.size();) {
    const std::string_view rest = std::string_view(path).substr(at);
    const size_t good = std::min(text::FindInvalidUtf8(rest), rest.size());
    const size_t end = std::min(good, rest.find("\\x"));
    out += rest.substr(0, end);
    at += end;
    if (at == path.size()) break;
    if (end < good && !EscapedByte(rest.substr(end))) {
      out += path[at++];
      continue;
    }
    const auto byte = static_cast<unsigned char>(path[at++]);
    out += "\\x";
    out += kHexDigits[byte / 16];
    out += kHexDigits[byte % 16];
  }
  return out;
}

std::string Unescaped(std::string_view shown) {
  std::string out;
  while (!shown.empty()) {
    const auto byte = EscapedByte(shown);
    out += byte.value_or(shown.front());
    shown.remove_prefix(byte ? 4 : 1);
  }
  return out;
}

void Add(Found& found, const fs::path& path, const fs::path& base_dir) {
  const InputFile file = Locate(Escaped(path.string()), base_dir);
  found.emplace(file.shown, file.path);
}

/// What is walked, and how.
struct Walk {
  const fs::path& base_dir;
  const std::stop_token& stop;
  FolderWalkOptions options{};
};

/// Adds the files below `root` that `wanted` accepts, given their path relative to root. How many there were.
template <typename Wanted>
Result<size_t> AddBelow(const fs::path& root, const Walk& walk, Found& found, Wanted wanted) {
  size_t count = 0;
  YK_TRY_VOID(WalkFolder(root, walk.options, walk.stop, [&](const fs::path& path) {
    if (!wanted(path.lexically_relative(root).generic_string())) return;
    Add(found, path, walk.base_dir);
    ++count;
  }));
  return count;
}

/// The folder that a pattern starts in: everything before its first part with a wildcard.
fs::path RootOf(const fs::path& pattern) {
  fs::path root;
  for (const fs::path& part : pattern) {
    if (HasWildcard(part.string())) break;
    root /= part;
  }
  return root;
}

/// Whether a part of the pattern begins with a dot and is not "." or "..".
bool NamesHidden(std::string_view pattern) {
  const std::vector<std::string_view> parts = Parts(pattern);
  return std::any_of(parts.begin(), parts.end(),
                     [](std::string_view part) { return part.starts_with('.') && part != ".."; });
}

Result<void> AddPattern(const std::string& text, Walk walk, Found& found) {
  const fs::path& base_dir = walk.base_dir;
  const fs::path whole = (base_dir / text).lexically_normal();
  std::error_code error;
  // A file whose name has brackets is itself before it is a pattern.
  if (fs::is_regular_file(whole, error)) {
    Add(found, whole, base_dir);
    return {};
  }
  if (fs::is_directory(whole, error)) {
    YK_TRY(const size_t count, AddBelow(whole, walk, found, [](const std::string&) { return true; }));
    if (count == 0) {
      return Fail(Code::kNotFound, "the folder {} is empty; put the input files there, or name another folder", text);
    }
    return {};
  }
  if (!HasWildcard(text)) {
    if (fs::exists(whole, error)) return Fail(Code::kInvalid, "{} is a device or a pipe, not a file or a folder", text);
    if (error && error != std::errc::no_such_file_or_directory) return Fail(ErrnoError("read", whole, error.value()));
    return Fail(Code::kNotFound, "the input {} does not exist; check the spelling (paths are relative to {})", text,
                base_dir.string());
  }
  const fs::path root = RootOf(whole);
  if (!fs::is_directory(root, error)) {
    return Fail(Code::kNotFound, "no file fits {}: the folder {} does not exist", text, root.string());
  }
  const std::string pattern = whole.lexically_relative(root).generic_string();
  const std::vector<std::string_view> parts = Parts(pattern);
  walk.options.hidden = NamesHidden(text);
  if (std::find(parts.begin(), parts.end(), "**") == parts.end())
    walk.options.depth_max = static_cast<int>(parts.size()) - 1;
  YK_TRY(const size_t count,
         AddBelow(root, walk, found, [&](const std::string& path) { return MatchesParts(parts, Parts(path)); }));
  if (count == 0) {
    return Fail(Code::kNotFound,
                "no file fits {}; check the spelling (patterns are relative to {}, ** crosses folders)", text,
                base_dir.string());
  }
  return {};
}

}  // namespace

bool MatchesGlob(std::string_view pattern, std::string_view path) { return MatchesParts(Parts(pattern), Parts(path)); }

InputFile Locate(const std::string& shown, const fs::path& base_dir) {
  const fs::path path = (base_dir / Unescaped(shown)).lexically_normal();
  const fs::path relative = path.lexically_relative(base_dir.lexically_normal());
  const bool below = !relative.empty() && *relative.begin() != "..";
  return {path, Escaped(below ? relative.generic_string() : path.generic_string())};
}

Result<std::vector<InputFile>> ListFiles(const std::vector<std::string>& patterns, const fs::path& base_dir,
                                         const std::stop_token& stop) {
  Found found;
  for (const std::string& pattern : patterns) {
    YK_TRY_VOID(AddPattern(pattern, {.base_dir = base_dir, .stop = stop}, found));
  }
  std::vector<InputFile> files;
  files.reserve(found.size());
  for (auto& [shown, path] : found) files.push_back({path, shown});
  return files;
}

}  // namespace yk::sources
