// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "constrain/rules.h"
#include "constrain/state.h"

namespace yk::constrain {

enum class StringStep { kDead, kStay, kDone };

/// Moves a string, quotes and all, past one byte of its JSON text: UTF-8 (RFC 3629) and the escapes of RFC 8259 with
/// whole surrogate pairs only. kDone: that was the closing quote. In the frame, `count` are the code points so far (as
/// far as they matter), `more` is the place inside a character or escape, and `at` the state of the pattern.
StringStep StepString(const StringRule& rule, Frame& frame, uint8_t byte);

/// Whether any `length` characters that need no escape may come next. May say no.
bool TakesAnyText(const StringRule& rule, const Frame& frame, uint32_t length);

}  // namespace yk::constrain
