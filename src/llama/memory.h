// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/result.h"
#include "hub/model_file.h"

namespace yk::llama {

/// kExhausted, with the numbers, when a model is larger than the memory there is for it. Where a GPU takes the weights
/// nothing is said: its own memory decides.
Result<void> FitsMemory(const hub::ModelOnDisk& model);

}  // namespace yk::llama
