// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace yk::hub {

/// A file of an added model.
struct RegisteredFile {
  std::string path;    ///< absolute
  uint64_t bytes = 0;  ///< when it was added
  std::string sha256;  ///< in hexadecimal; empty: not known
};

/// What `yakan model add` has put under a name.
struct RegisteredModel {
  std::string source;                 ///< as given: a path, hf:…, ollama:…
  std::string revision;               ///< the commit or digest that was behind the source then; may be empty
  std::vector<RegisteredFile> files;  ///< not empty; a model is loaded by its first
};

using ModelRegistry = std::map<std::string, RegisteredModel>;

/// The list of added models: `models.json` in the folder of models. No file is no error. Errors: it cannot be read, is
/// damaged (kCorrupt), or was written by a newer version.
Result<ModelRegistry> ReadModelRegistry(const std::filesystem::path& folder);

/// Puts a model under a name, under a lock that other processes honour, in one step. Errors: the name is taken by
/// another model and `replace` is false (kConflict); the folder cannot be written.
Result<void> RegisterModel(const std::filesystem::path& folder, const std::string& name, const RegisteredModel& model,
                           bool replace);

/// kConflict when the registry holds something else under that name.
Result<void> CheckNameFree(const ModelRegistry& registry, const std::string& name, const std::string& source);

}  // namespace yk::hub
