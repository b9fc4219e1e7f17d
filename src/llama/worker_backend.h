// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "llama/options.h"
#include "model/backend.h"

namespace yk::llama {

/// A model file in a process of its own (the program yakan-model): what ends that process, a failed assertion or a lost
/// device, costs one start of the model and no answer. Rows that were inside when it ended are asked again one at a
/// time; one that ends it twice alone fails, and the others go on.
///
/// `program`: empty for the one beside this program. Errors as OpenBackend; kNotFound without the program.
Result<std::unique_ptr<model::ModelBackend>> OpenWorkerBackend(Options options, const Clock& clock,
                                                               std::filesystem::path program = {});

}  // namespace yk::llama
