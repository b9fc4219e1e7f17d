// SPDX-License-Identifier: Apache-2.0
// What may stand behind a time's seconds.
#pragma once

#include <cstdint>

namespace yk::logs {

/// Digits of a fraction from `p` on: where they end, and what they say in microseconds.
const char* ReadFraction(const char* p, const char* end, int64_t* micros);

/// A fraction behind . or , if there is one; otherwise `p`.
const char* ReadOptionalFraction(const char* p, const char* end, int64_t* micros);

/// The end of a zone if there is one: Z, +09:00, UTC, Asia/Tokyo; otherwise `p`. Depends on the zone's bytes and the
/// one behind them.
const char* SkipZone(const char* p, const char* end);

}  // namespace yk::logs
