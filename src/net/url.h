// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace yk::net {

/// The address that a reference, such as the one in a Location header, means when it stands in the answer of `base`
/// (RFC 3986 5.2). Errors: the result is no http or https address.
Result<std::string> ResolveUrl(const std::string& base, const std::string& reference);

/// "https://host:443": scheme, host and port, lower case (RFC 6454). What was told to one origin in confidence, a token
/// for instance, is for that origin only.
Result<std::string> OriginOf(const std::string& url);

/// Without user name and password, which are secrets: "http://a:b@host/x" is "http://host/x".
std::string WithoutUserInfo(std::string_view url);

/// Percent-encodes all but the unreserved characters of RFC 3986 2.3, for one segment of a path.
std::string EscapeSegment(std::string_view text);

/// The same for a whole path: slashes stay.
std::string EscapePath(std::string_view path);

}  // namespace yk::net
