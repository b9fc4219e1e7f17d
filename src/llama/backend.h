// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/clock.h"
#include "llama/options.h"
#include "model/backend.h"

namespace yk::llama {

/// Opens a model file as a backend: a thread of its own owns the model and its cache, another one turns requests into
/// tokens. Rows of one step share the cache of their common beginning, and answers under a schema can only be ones that
/// satisfy it. kInvalid, kNotFound, kExhausted: the file or the memory, as a sentence. In a build without the
/// library: kInvalid, with the remedy.
Result<std::unique_ptr<model::ModelBackend>> OpenBackend(Options options, const Clock& clock);

}  // namespace yk::llama
