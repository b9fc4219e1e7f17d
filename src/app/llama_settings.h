// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"
#include "llama/options.h"
#include "pipeline/spec_reader.h"

namespace yk::app {

/// The keys of a model `{llama: FILE.gguf, …}` that say how it is run; `docs/models.md` describes them. Paths are
/// relative to `dir`.
Result<llama::Options> ParseLlamaOptions(pipeline::ObjectReader& reader, const std::filesystem::path& dir);

}  // namespace yk::app
