// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "base/json_fwd.h"
#include "base/result.h"
#include "hub/add_model.h"
#include "pipeline/spec_reader.h"

namespace yk::app {

/// What stands under `hub:` (null: nothing) and beside `models_dir:` in the yakan.yaml of folder `dir`, and what the
/// environment says: YAKAN_HF_BASE and YAKAN_OLLAMA_BASE win over the file, HF_ENDPOINT does not; HF_TOKEN is the
/// token. Models are kept below XDG_DATA_HOME, else ~/.local/share. Stores of Ollama: OLLAMA_MODELS, ~/.ollama/models,
/// /usr/share/ollama/.ollama/models. Errors: an address that is none.
Result<hub::HubSettings> ParseHubSettings(const Json& value, const std::string& models_dir,
                                          const pipeline::Places& places, const std::filesystem::path& dir);

/// A path as a settings file in `dir` writes it: relative to the file, ~/ for the home folder.
std::filesystem::path PathInSettings(const std::filesystem::path& dir, const std::string& written);

}  // namespace yk::app
