// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "logs/template.h"

namespace yk::incidents {

/// Whether the words around a numeric slot say that it measures something that is filled and emptied: a unit
/// ("used <*> MB", "ヒープ <*> バイト") or what is measured ("heap=<*>", "open handles: <*>"). Numbers of lines and
/// records, which grow by being counted, have neither.
bool IsGauge(const logs::Template& tmpl, size_t slot);

}  // namespace yk::incidents
