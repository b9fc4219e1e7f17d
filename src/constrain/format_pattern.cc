// SPDX-License-Identifier: Apache-2.0
#include "constrain/format_pattern.h"

#include <fmt/format.h>

namespace yk::constrain {
namespace {

using text::StringFormat;

/// RFC 3339; February has 29 days in leap years only.
const char kDate[] =
    "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|"
    "02-(?:0[1-9]|1[0-9]|2[0-8]))|"
    "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)";
const char kTime[] =
    "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])";

const char kTimeParts[] = "(?:[0-9]{1,9}H(?:[0-9]{1,9}M(?:[0-9]{1,9}S)?)?|[0-9]{1,9}M(?:[0-9]{1,9}S)?|[0-9]{1,9}S)";
const char kDateParts[] = "(?:[0-9]{1,9}Y(?:[0-9]{1,9}M(?:[0-9]{1,9}D)?)?|[0-9]{1,9}M(?:[0-9]{1,9}D)?|[0-9]{1,9}D)";

/// A label has at most 63 characters and no two hyphens in a row.
const char kHost[] = "[A-Za-z0-9](?:-?[A-Za-z0-9]){0,31}(?:\\.[A-Za-z0-9](?:-?[A-Za-z0-9]){0,31})*";
const char kByte[] = "(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])";

const char kUnreserved[] = "A-Za-z0-9._~!$&'()*+,;=\\-";
const char kPercent[] = "%[0-9A-Fa-f]{2}";

std::string Ipv6() {
  const std::string group = "[0-9A-Fa-f]{1,4}";
  std::string out = fmt::format("(?:{0}:){{7}}{0}", group);
  // "::" stands for one group or more: `before` groups and at most the rest of seven behind it.
  for (int before = 0; before <= 7; ++before) {
    out += '|';
    if (before > 0) out += fmt::format("{0}(?::{0}){{{1}}}", group, before - 1);
    out += "::";
    if (before < 7) out += fmt::format("(?:{0}(?::{0}){{0,{1}}})?", group, 6 - before);
  }
  return "(?:" + out + ")";
}

std::string Mail(const std::string& letters) {
  const std::string atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~" + letters + "-]+";
  return fmt::format("^{0}(?:\\.{0})*@{1}$", atom, kHost);
}

/// RFC 3986, and RFC 3987 with `letters` beyond ASCII; hosts without brackets.
std::string Uri(const std::string& letters, bool scheme) {
  const auto part = [&](const std::string& more) {
    return fmt::format("(?:[{}{}{}]|{})", kUnreserved, more, letters, kPercent);
  };
  const std::string authority = fmt::format("//{}*(?::[0-9]{{0,5}})?(?:/{}*)?", part(""), part(":@/"));
  const std::string rooted = fmt::format("/(?:{}{}*)?", part(":@"), part(":@/"));
  const std::string tail = fmt::format("(?:\\?{0}*)?(?:#{0}*)?", part(":@/?"));
  if (scheme) {
    const std::string rootless = fmt::format("{}{}*", part(":@"), part(":@/"));
    return fmt::format("^[A-Za-z][A-Za-z0-9+.-]*:(?:{}|{}|{})?{}$", authority, rooted, rootless, tail);
  }
  const std::string relative = fmt::format("{}+(?:/{}*)?", part("@"), part(":@/"));
  return fmt::format("^(?:{}|{}|{})?{}$", authority, rooted, relative, tail);
}

std::string Whole(std::string_view expression) { return fmt::format("^(?:{})$", expression); }

}  // namespace

FormatPattern PatternOf(StringFormat format) {
  const std::string beyond_ascii = "\\x{a1}-\\x{d7ff}\\x{f900}-\\x{fdcf}\\x{10000}-\\x{1fffd}";
  constexpr uint32_t kHostMax = 253;
  switch (format) {
    case StringFormat::kDate: return {{Whole(kDate)}};
    case StringFormat::kTime: return {{Whole(kTime)}};
    case StringFormat::kDateTime: return {{fmt::format("^{}T{}$", kDate, kTime)}};
    case StringFormat::kDuration:
      return {{fmt::format("^P(?:[0-9]{{1,9}}W|{}(?:T{})?|T{})$", kDateParts, kTimeParts, kTimeParts)}};
    case StringFormat::kEmail: return {{Mail(""), "^[^@]{1,64}@"}, kHostMax};
    case StringFormat::kIdnEmail: return {{Mail("\\x{e0}-\\x{d7ff}"), "^[^@]{1,16}@"}, kHostMax};
    case StringFormat::kHostname: return {{Whole(kHost)}, kHostMax};
    case StringFormat::kIpv4: return {{fmt::format("^{0}(?:\\.{0}){{3}}$", kByte)}};
    case StringFormat::kIpv6: return {{Whole(Ipv6())}};
    case StringFormat::kUri: return {{Uri("", true)}};
    case StringFormat::kUriReference: return {{Uri("", false)}};
    case StringFormat::kIri: return {{Uri(beyond_ascii, true)}};
    case StringFormat::kIriReference: return {{Uri(beyond_ascii, false)}};
    case StringFormat::kUriTemplate: return {{"^(?:[A-Za-z0-9:/?#@._~!$&'()*+,;=%-]|\\{[A-Za-z0-9_.,:*+/;?&#]*\\})*$"}};
    case StringFormat::kUuid: return {{"^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"}};
    case StringFormat::kJsonPointer: return {{"^(?:/(?:[^/~]|~[01])*)*$"}};
    case StringFormat::kRelativeJsonPointer: return {{"^(?:0|[1-9][0-9]{0,8})(?:#|(?:/(?:[^/~]|~[01])*)*)$"}};
    case StringFormat::kRegex: return {};
  }
  return {};
}

}  // namespace yk::constrain
