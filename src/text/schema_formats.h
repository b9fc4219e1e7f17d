// SPDX-License-Identifier: Apache-2.0
// The `format` keyword and the regular expressions of JSON Schema.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace yk::text {

enum class StringFormat {
  kDate,
  kTime,
  kDateTime,
  kDuration,
  kEmail,
  kIdnEmail,
  kHostname,
  kIpv4,
  kIpv6,
  kUri,
  kUriReference,
  kIri,
  kIriReference,
  kUriTemplate,
  kUuid,
  kJsonPointer,
  kRelativeJsonPointer,
  kRegex,
};

/// The format of that name; nothing for names we do not check (they are annotations).
std::optional<StringFormat> FindFormat(std::string_view name);

/// Whether `text` has that format.
bool HasFormat(StringFormat format, std::string_view text);

/// "a date such as 2023-04-01": what a value of the format looks like, for messages.
std::string_view DescribeFormat(StringFormat format);

/// An ECMAScript pattern in RE2's syntax. Look-around, back references and what else RE2 has not are left as they
/// stand, for RE2 to refuse.
std::string PatternForRe2(std::string_view pattern);

}  // namespace yk::text
