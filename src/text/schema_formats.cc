// SPDX-License-Identifier: Apache-2.0
#include "text/schema_formats.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <utility>

namespace yk::text {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAlnum(char c) { return IsAlpha(c) || IsDigit(c); }
bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// `count` digits at the front of `text`, taken off it; -1 when they are not there.
int TakeDigits(std::string_view& text, size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (size_t i = 0; i < count; ++i) {
    if (!IsDigit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool TakeChar(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

bool TakeDate(std::string_view& text) {
  const int year = TakeDigits(text, 4);
  if (year < 0 || !TakeChar(text, '-')) return false;
  const int month = TakeDigits(text, 2);
  if (month < 1 || month > 12 || !TakeChar(text, '-')) return false;
  const int day = TakeDigits(text, 2);
  constexpr std::array kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const int last = kDays[static_cast<size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
  return day >= 1 && day <= last;
}

/// RFC 3339 full-time. Second 60 is a leap second and exists only at 23:59 UTC.
bool IsTime(std::string_view text) {
  const int hour = TakeDigits(text, 2);
  if (hour < 0 || hour > 23 || !TakeChar(text, ':')) return false;
  const int minute = TakeDigits(text, 2);
  if (minute < 0 || minute > 59 || !TakeChar(text, ':')) return false;
  const int second = TakeDigits(text, 2);
  if (second < 0 || second > 60) return false;
  if (TakeChar(text, '.')) {
    if (text.empty() || !IsDigit(text.front())) return false;
    while (!text.empty() && IsDigit(text.front())) text.remove_prefix(1);
  }
  int offset = 0;
  if (text == "Z" || text == "z") {
    offset = 0;
  } else {
    const bool plus = TakeChar(text, '+');
    if (!plus && !TakeChar(text, '-')) return false;
    const int hours = TakeDigits(text, 2);
    if (hours < 0 || hours > 23 || !TakeChar(text, ':')) return false;
    const int minutes = TakeDigits(text, 2);
    if (minutes < 0 || minutes > 59 || !text.empty()) return false;
    offset = (plus ? 1 : -1) * (hours * 60 + minutes);
  }
  if (second < 60) return true;
  constexpr int kDay = 24 * 60;
  return ((hour * 60 + minute - offset) % kDay + kDay) % kDay == kDay - 1;
}

bool IsDate(std::string_view text) { return TakeDate(text) && text.empty(); }

bool IsDateTime(std::string_view text) {
  if (!TakeDate(text) || text.empty()) return false;
  if (text.front() != 'T' && text.front() != 't' && text.front() != ' ') return false;
  text.remove_prefix(1);
  return IsTime(text);
}

bool IsDuration(std::string_view text) {
  if (!TakeChar(text, 'P') || text.empty()) return false;
  // Each part may be left out, their order may not change, and gaps between parts are not allowed.
  const auto take_parts = [&text](std::string_view units) {
    size_t from = 0;
    size_t parts = 0;
    while (!text.empty() && IsDigit(text.front())) {
      while (!text.empty() && IsDigit(text.front())) text.remove_prefix(1);
      if (text.empty()) return -1;
      const size_t unit = units.find(text.front(), from);
      if (unit == std::string_view::npos || (parts > 0 && unit != from)) return -1;
      from = unit + 1;
      text.remove_prefix(1);
      ++parts;
    }
    return static_cast<int>(parts);
  };
  if (text.back() == 'W') {
    text.remove_suffix(1);
    return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
  }
  const int date_parts = take_parts("YMD");
  if (date_parts < 0) return false;
  if (!TakeChar(text, 'T')) return date_parts > 0 && text.empty();
  const int time_parts = take_parts("HMS");
  return time_parts > 0 && text.empty();
}

bool IsIpv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && !TakeChar(text, '.')) return false;
    size_t digits = 0;
    while (digits < text.size() && IsDigit(text[digits])) ++digits;
    if (digits == 0 || digits > 3 || (digits > 1 && text.front() == '0')) return false;
    if (TakeDigits(text, digits) > 255) return false;
  }
  return text.empty();
}

bool IsIpv6(std::string_view text) {
  int groups = 0;
  bool squeezed = false;
  if (text.starts_with("::")) {
    squeezed = true;
    text.remove_prefix(2);
    if (text.empty()) return true;
  }
  while (!text.empty()) {
    if (text.find('.') != std::string_view::npos && text.find(':') == std::string_view::npos) {
      if (!IsIpv4(text)) return false;
      groups += 2;
      text = {};
      break;
    }
    size_t digits = 0;
    while (digits < text.size() && IsHex(text[digits])) ++digits;
    if (digits == 0 || digits > 4) return false;
    text.remove_prefix(digits);
    ++groups;
    if (text.empty()) break;
    if (!TakeChar(text, ':') || text.empty()) return false;
    if (TakeChar(text, ':')) {
      if (squeezed) return false;
      squeezed = true;
    }
  }
  return squeezed ? groups <= 7 : groups == 8;
}

bool IsHostname(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    const size_t dot = text.find('.');
    const auto label = text.substr(0, dot);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    if (!std::all_of(label.begin(), label.end(), [](char c) { return IsAlnum(c) || c == '-'; })) return false;
    // "--" in third and fourth place is kept for encoded labels.
    if (label.size() >= 4 && label.substr(2, 2) == "--" && !label.starts_with("xn--")) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool IsEmail(std::string_view text, bool international) {
  const size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64) return false;
  auto local = text.substr(0, at);
  auto domain = text.substr(at + 1);
  if (local.front() == '"') {
    if (local.size() < 3 || local.back() != '"') return false;
    local = local.substr(1, local.size() - 2);
    for (size_t i = 0; i < local.size(); ++i) {
      if (local[i] == '\\' && ++i == local.size()) return false;
      if (local[i] == '"' && (i == 0 || local[i - 1] != '\\')) return false;
    }
  } else {
    if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos) return false;
    constexpr std::string_view kSpecials = "!#$%&'*+-/=?^_`{|}~.";
    if (!std::all_of(local.begin(), local.end(), [&](char c) {
          return IsAlnum(c) || kSpecials.find(c) != std::string_view::npos || (international && !IsAscii(c));
        })) {
      return false;
    }
  }
  if (domain.size() > 2 && domain.front() == '[' && domain.back() == ']') {
    domain = domain.substr(1, domain.size() - 2);
    if (domain.starts_with("IPv6:")) return IsIpv6(domain.substr(5));
    return IsIpv4(domain);
  }
  if (international && !std::all_of(domain.begin(), domain.end(), IsAscii)) return !domain.empty();
  return IsHostname(domain);
}

/// The characters of RFC 3986 (and with `international` those of RFC 3987), percent signs followed by two digits.
bool HasUriCharacters(std::string_view text, bool international) {
  constexpr std::string_view kAllowed = "-._~:/?#[]@!$&'()*+,;=";
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !IsHex(text[i + 1]) || !IsHex(text[i + 2])) return false;
    } else if (!IsAscii(c)) {
      if (!international) return false;
    } else if (!IsAlnum(c) && kAllowed.find(c) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

bool IsAuthority(std::string_view authority) {
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    if (authority.substr(0, at).find_first_of("[]@") != std::string_view::npos) return false;
    authority.remove_prefix(at + 1);
  }
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return false;
    const auto inside = authority.substr(1, close - 1);
    if (!inside.starts_with('v') && !IsIpv6(inside)) return false;
    authority.remove_prefix(close + 1);
  } else {
    const auto colon = authority.find(':');
    const auto host = authority.substr(0, colon);
    if (host.find_first_of("[]") != std::string_view::npos) return false;
    authority = colon == std::string_view::npos ? std::string_view() : authority.substr(colon);
  }
  if (authority.empty()) return true;
  if (authority.front() != ':') return false;
  authority.remove_prefix(1);
  return std::all_of(authority.begin(), authority.end(), IsDigit);
}

bool IsUriReference(std::string_view text, bool international, bool needs_scheme) {
  if (!HasUriCharacters(text, international)) return false;
  if (const auto hash = text.find('#'); hash != std::string_view::npos) {
    if (text.find_first_of("#[]", hash + 1) != std::string_view::npos) return false;
    text = text.substr(0, hash);
  }
  const auto colon = text.find_first_of(":/?");
  const bool has_scheme = colon != std::string_view::npos && text[colon] == ':';
  if (has_scheme) {
    const auto scheme = text.substr(0, colon);
    if (scheme.empty() || !IsAlpha(scheme.front())) return false;
    if (!std::all_of(scheme.begin(), scheme.end(),
                     [](char c) { return IsAlnum(c) || c == '+' || c == '-' || c == '.'; })) {
      return false;
    }
    text.remove_prefix(colon + 1);
  } else if (needs_scheme) {
    return false;
  }
  std::string_view tail = text;
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const auto end = text.find_first_of("/?");
    if (!IsAuthority(text.substr(0, end))) return false;
    tail = end == std::string_view::npos ? std::string_view() : text.substr(end);
  }
  return tail.find_first_of("[]") == std::string_view::npos;
}

bool IsUriTemplate(std::string_view text) {
  bool open = false;
  for (const char c : text) {
    if (c == '{') {
      if (open) return false;
      open = true;
    } else if (c == '}') {
      if (!open) return false;
      open = false;
    } else if (static_cast<unsigned char>(c) <= ' ' ||
               (!open && std::string_view("\"<>\\^`|").find(c) != std::string_view::npos)) {
      return false;
    }
  }
  return !open;
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !IsHex(text[i])) return false;
  }
  return true;
}

bool IsJsonPointer(std::string_view text) {
  if (text.empty()) return true;
  if (text.front() != '/') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) return false;
  }
  return true;
}

bool IsRelativeJsonPointer(std::string_view text) {
  size_t digits = 0;
  while (digits < text.size() && IsDigit(text[digits])) ++digits;
  if (digits == 0 || (digits > 1 && text.front() == '0')) return false;
  text.remove_prefix(digits);
  return text == "#" || IsJsonPointer(text);
}

bool IsRegex(std::string_view text) {
  RE2::Options quiet;
  quiet.set_log_errors(false);
  return RE2(PatternForRe2(text), quiet).ok();
}

struct FormatEntry {
  std::string_view name;
  StringFormat format;
  std::string_view description;
};

constexpr FormatEntry kFormats[] = {
    {"date", StringFormat::kDate, "a date such as 2023-04-01"},
    {"time", StringFormat::kTime, "a time such as 09:30:00+09:00"},
    {"date-time", StringFormat::kDateTime, "a date and time such as 2023-04-01T09:30:00+09:00"},
    {"duration", StringFormat::kDuration, "a duration such as P1Y6M"},
    {"email", StringFormat::kEmail, "a mail address"},
    {"idn-email", StringFormat::kIdnEmail, "a mail address"},
    {"hostname", StringFormat::kHostname, "a host name"},
    {"ipv4", StringFormat::kIpv4, "an IPv4 address"},
    {"ipv6", StringFormat::kIpv6, "an IPv6 address"},
    {"uri", StringFormat::kUri, "a URI with its scheme, such as https://example.org/"},
    {"uri-reference", StringFormat::kUriReference, "a URI or a path"},
    {"iri", StringFormat::kIri, "an IRI with its scheme"},
    {"iri-reference", StringFormat::kIriReference, "an IRI or a path"},
    {"uri-template", StringFormat::kUriTemplate, "a URI template"},
    {"uuid", StringFormat::kUuid, "a UUID"},
    {"json-pointer", StringFormat::kJsonPointer, "a JSON pointer such as /a/0"},
    {"relative-json-pointer", StringFormat::kRelativeJsonPointer, "a relative JSON pointer"},
    {"regex", StringFormat::kRegex, "a regular expression"},
};

}  // namespace

std::optional<StringFormat> FindFormat(std::string_view name) {
  for (const auto& entry : kFormats) {
    if (entry.name == name) return entry.format;
  }
  return std::nullopt;
}

std::string_view DescribeFormat(StringFormat format) {
  for (const auto& entry : kFormats) {
    if (entry.format == format) return entry.description;
  }
  return "a text of another form";
}

bool HasFormat(StringFormat format, std::string_view text) {
  switch (format) {
    case StringFormat::kDate: return IsDate(text);
    case StringFormat::kTime: return IsTime(text);
    case StringFormat::kDateTime: return IsDateTime(text);
    case StringFormat::kDuration: return IsDuration(text);
    case StringFormat::kEmail: return IsEmail(text, false);
    case StringFormat::kIdnEmail: return IsEmail(text, true);
    case StringFormat::kHostname: return IsHostname(text);
    case StringFormat::kIpv4: return IsIpv4(text);
    case StringFormat::kIpv6: return IsIpv6(text);
    case StringFormat::kUri: return IsUriReference(text, false, true);
    case StringFormat::kUriReference: return IsUriReference(text, false, false);
    case StringFormat::kIri: return IsUriReference(text, true, true);
    case StringFormat::kIriReference: return IsUriReference(text, true, false);
    case StringFormat::kUriTemplate: return IsUriTemplate(text);
    case StringFormat::kUuid: return IsUuid(text);
    case StringFormat::kJsonPointer: return IsJsonPointer(text);
    case StringFormat::kRelativeJsonPointer: return IsRelativeJsonPointer(text);
    case StringFormat::kRegex: return IsRegex(text);
  }
  return true;
}

}  // namespace yk::text
