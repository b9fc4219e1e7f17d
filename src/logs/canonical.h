// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "logs/form.h"

namespace yk::logs {

/// What one skeleton alone shows: dates written in words, paths and dotted names, true, false and null, slots joined to
/// one value. Done before skeletons are compared.
void Canonicalize(Form* form);

/// Slots that touch, or have only a joining mark between them, become one. Also done at the end.
void JoinSlots(Form* form);

}  // namespace yk::logs
