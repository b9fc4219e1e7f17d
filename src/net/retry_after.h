// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace yk::net {

/// An HTTP-date in any of the three forms of RFC 9110 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT",
/// "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994". `now` settles the century of the second form.
std::optional<WallTime> ParseHttpDate(std::string_view text, WallTime now);

/// The first form, in GMT.
std::string FormatHttpDate(WallTime time);

/// How long a Retry-After header (RFC 9110 10.2.3) asks to wait: seconds (a fraction is accepted, some servers send
/// one) or an HTTP-date, of which one in the past is 0. Empty: neither; longer than a day: a day.
std::optional<std::chrono::milliseconds> ParseRetryAfter(std::string_view text, WallTime now);

/// A reset time as rate limiting headers write it: "2", "1.5s", "120ms", "6m0s", "1h2m3s", or an ISO time.
std::optional<std::chrono::milliseconds> ParseResetInterval(std::string_view text, WallTime now);

}  // namespace yk::net
