// SPDX-License-Identifier: Apache-2.0
#include "logs/chunk.h"

#include <array>

#include "logs/bytes.h"

namespace yk::logs {
namespace {

struct Counts {
  uint32_t digits = 0, hex_letters = 0, letters = 0, dots = 0, colons = 0, dashes = 0, slashes = 0, underscores = 0;
  uint32_t others = 0;
};

/// What each byte adds to eight counts of eight bits.
constexpr std::array<uint64_t, 256> MakeAddends() {
  std::array<uint64_t, 256> table{};
  for (size_t c = 0; c < 256; ++c) {
    const uint8_t k = kByteClasses[c];
    uint64_t add = 0;
    if ((k & kDigit) != 0) add |= 1;
    if ((k & kHexLetter) != 0) add |= uint64_t{1} << 8;
    if ((k & kLetter) != 0) add |= uint64_t{1} << 16;
    if (c == '.') add |= uint64_t{1} << 24;
    if (c == ':') add |= uint64_t{1} << 32;
    if (c == '-') add |= uint64_t{1} << 40;
    if ((k & kSlash) != 0) add |= uint64_t{1} << 48;
    if (c == '_') add |= uint64_t{1} << 56;
    table[c] = add;
  }
  return table;
}
constexpr std::array<uint64_t, 256> kAddends = MakeAddends();

Counts CountOf(std::string_view text) {
  // Longer ones are judged by their beginning.
  text = text.substr(0, 255);
  uint64_t sum = 0;
  for (const char c : text) sum += kAddends[static_cast<uint8_t>(c)];
  const auto lane = [&](int i) { return static_cast<uint32_t>(sum >> (8 * i) & 0xFF); };
  Counts n{lane(0), lane(1), lane(2), lane(3), lane(4), lane(5), lane(6), lane(7), 0};
  n.others = static_cast<uint32_t>(text.size()) - n.digits - n.letters - n.dots - n.colons - n.dashes - n.slashes -
             n.underscores;
  return n;
}

bool HasDigit(std::string_view text) {
  for (const char c : text) {
    if (IsDigit(c)) return true;
  }
  return false;
}

bool IsWord(std::string_view text) {
  for (const char c : text) {
    if ((ClassOf(c) & kLetter) == 0 && c != '_') return false;
  }
  return !text.empty();
}

/// 12:30, 12:30:45.678, 2026-03-02, 2026/03/02T10:42:07Z, 02/Mar/2026
bool IsTime(std::string_view text, const Counts& n) {
  if (text.size() < 5 || !IsDigit(text[0]) || n.digits < 4 || n.underscores + n.others > 1) return false;
  if (n.letters > 4) return false;
  if (n.colons >= 1 && n.colons <= 3 && n.dashes == 0 && n.slashes == 0) {
    return n.letters == 0 && (text[1] == ':' || text[2] == ':') && n.dots <= 1;
  }
  if (n.dashes >= 2 && text.size() >= 10 && text[4] == '-' && text[7] == '-') return true;
  return n.slashes == 2 && text.size() >= 8 && n.dots <= 1;
}

/// UUIDs, long hex, letters with a long number. Not amounts, addresses, times and paths.
bool IsId(std::string_view text, const Counts& n) {
  if (text.size() < 6 || n.slashes > 0 || n.colons > 0 || n.dots > 0 || n.others > 0) return false;
  const bool all_hex = n.letters == n.hex_letters;
  if (all_hex && n.letters > 0 && n.digits > 0 && text.size() >= 12) return true;
  if (IsLetter(text[0]) && n.digits >= 4) return true;
  return n.dashes >= 2 && n.digits >= 4 && n.letters > 0;
}

ChunkSlot Whole(uint32_t begin, uint32_t end, std::string_view text, const Counts& n) {
  ChunkSlot slot{begin, end, SlotKind::kValue, false};
  if (IsTime(text, n)) {
    slot.kind = SlotKind::kTime;
  } else if (IsId(text, n)) {
    slot.kind = SlotKind::kId;
  }
  return slot;
}

bool AllOf(std::string_view text, uint8_t classes, std::string_view joins) {
  for (const char c : text) {
    if ((ClassOf(c) & classes) == 0 && joins.find(c) == std::string_view::npos) return false;
  }
  return true;
}

/// Where a value begins behind "word#", "word.", "word:" or "word@"; 0 when there is no such beginning.
size_t AfterNamedPart(std::string_view text, bool two_dots) {
  // A leader of dots: "enabled......1".
  if (const size_t dots = two_dots ? text.find("..") : 0; dots != std::string_view::npos && dots > 0) {
    const size_t value = text.find_first_not_of('.', dots);
    return value != std::string_view::npos && IsDigit(text[value]) ? value : 0;
  }
  size_t i = 0;
  while (i < text.size() && IsLetter(text[i])) ++i;
  if (i == 0 || i + 1 >= text.size()) return 0;
  const char glue = text[i];
  if (glue == '#' || glue == '@') return i + 1;
  if (glue == '.' || glue == '/') return IsDigit(text[i + 1]) ? i + 1 : 0;
  return 0;
}

/// A piece without colons at its head that would name it.
ChunkSlot ClassifyValue(std::string_view text, uint32_t at, bool of_key, char after, int coarseness) {
  const Counts n = CountOf(text);
  const auto end = static_cast<uint32_t>(at + text.size());
  if (n.digits == 0) return {};
  if (after == '=' && IsDigit(text[0]) && n.letters > 0) {
    // The name of the next value sticks to this one.
    uint32_t digits = 0;
    while (IsDigit(text[digits])) ++digits;
    return Whole(at, at + digits, text.substr(0, digits), CountOf(text.substr(0, digits)));
  }
  if (IsDigit(text[0]) || of_key || coarseness > 0) return Whole(at, end, text, n);
  if (n.slashes == 0 && n.letters == n.hex_letters && n.others == 0 && n.underscores == 0 && n.dots == 0 &&
      text.size() >= 6) {
    return Whole(at, end, text, n);
  }
  if ((text[0] == 'v' || text[0] == 'V') && IsDigit(text[1])) return Whole(at, end, text, n);
  if (const size_t named = AfterNamedPart(text, n.dots > 1); named > 0) {
    const std::string_view rest = text.substr(named);
    return Whole(static_cast<uint32_t>(at + named), end, rest, CountOf(rest));
  }
  if (n.digits > 2) return Whole(at, end, text, n);
  if (n.underscores > 0 && IsDigit(text.back()) && after != '=') return Whole(at, end, text, n);
  if (n.dots >= 2) return Whole(at, end, text, n);
  return {};
}

bool IsPath(std::string_view text) { return text.size() >= 2 && text[0] == '/' && (ClassOf(text[1]) & (kAlnum)) != 0; }

bool IsDrive(std::string_view text) {
  return text.size() >= 3 && IsLetter(text[0]) && text[1] == ':' && (text[2] == '\\' || text[2] == '/');
}

/// a/b.c: a path that does not begin at the root, a class with its package, a media type
bool IsInnerPath(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos || text.find('.', slash) == std::string_view::npos) return false;
  return AfterNamedPart(text, false) != slash + 1;  // but HTTP/1.1 is a version
}

std::string_view TrimEnd(std::string_view text) {
  while (!text.empty() && (ClassOf(text.back()) & (kJoin)) != 0 && text.back() != '%' && text.back() != '+' &&
         text.back() != '-' && text.back() != '_' && text.back() != '$') {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace

ChunkSlot ClassifyChunk(std::string_view chunk, uint8_t classes, char before, char after, int coarseness) {
  // Most of what varies is a number, alone or with letters behind it.
  if ((classes & ~(kDigit | kLetter)) == 0 && IsDigit(chunk[0]) && after != '=') {
    const bool hex = (classes & kOtherLetter) == 0 && (classes & kHexLetter) != 0 && chunk.size() >= 12;
    return {0, static_cast<uint32_t>(chunk.size()), hex ? SlotKind::kId : SlotKind::kValue, false};
  }
  std::string_view text = TrimEnd(chunk);
  if (text.empty()) return {};
  uint32_t at = 0;
  const auto skip = [&](size_t n) {
    text.remove_prefix(n);
    at += static_cast<uint32_t>(n);
  };
  if ((classes & kSlash) != 0) {
    if ((classes & kColon) != 0 && text.find("://") != std::string_view::npos)
      return {0, static_cast<uint32_t>(text.size()), SlotKind::kValue, true};
    size_t colon = 0;
    if ((classes & kColon) != 0 && !IsPath(text) && !IsDrive(text) &&
        (colon = text.find(":/")) != std::string_view::npos && colon > 0) {
      if (IsWord(text.substr(0, colon)) && IsPath(text.substr(colon + 1))) skip(colon + 1);
    }
    const auto end = static_cast<uint32_t>(at + text.size());
    if (IsPath(text) || IsDrive(text) || IsInnerPath(text)) {
      const bool dot = end < chunk.size() && chunk[end] == '.' && after == ' ';
      return {at, end + (dot ? 1 : 0), SlotKind::kValue, true};
    }
  }
  if ((classes & kDigit) == 0) return {};
  // What stands before the value: dots of a leader, a lone sign that is no sign.
  while (!text.empty() && (ClassOf(text[0]) & (kAlnum)) == 0) {
    const bool sign = (text[0] == '-' || text[0] == '+') && text.size() > 1 && IsDigit(text[1]);
    const bool fraction = text[0] == '.' && text.size() > 1 && IsDigit(text[1]) && at == 0 && false;
    if (sign || fraction) break;
    skip(1);
  }
  if (text.empty()) return {};
  const bool of_key = before == '=' && at == 0;
  // Colons: FF:F2:9F and 12:30 are one value; "word:value" names its value; "value:Word" goes on with text.
  size_t colon = (classes & kColon) != 0 ? text.find(':') : std::string_view::npos;
  if (colon != std::string_view::npos) {
    const Counts n = CountOf(text);
    if (n.colons >= 2 && n.digits > 0 && AllOf(text, kDigit | kHexLetter, ":.")) {
      return Whole(at, static_cast<uint32_t>(at + text.size()), text, n);
    }
    while (colon != std::string_view::npos && !HasDigit(text.substr(0, colon))) {
      skip(colon + 1);
      while (!text.empty() && text[0] == ':') skip(1);
      colon = text.find(':');
    }
    const size_t last = text.rfind(':');
    if (last != std::string_view::npos && IsWord(text.substr(last + 1)) && last > 0) text = text.substr(0, last);
  }
  if (text.empty()) return {};
  const bool sign = (text[0] == '-' || text[0] == '+') && text.size() > 1;
  ChunkSlot slot = sign && IsDigit(text[1]) ? Whole(at, static_cast<uint32_t>(at + text.size()), text, CountOf(text))
                                            : ClassifyValue(text, at, of_key, after, coarseness);
  if (sign && slot.kind == SlotKind::kId) slot.kind = SlotKind::kValue;
  return slot;
}

}  // namespace yk::logs
