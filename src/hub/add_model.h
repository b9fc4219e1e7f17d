// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "hub/download.h"
#include "hub/model_file.h"
#include "hub/model_registry.h"
#include "hub/ollama.h"

namespace yk::hub {

/// Where models come from and where they are kept.
struct HubSettings {
  std::filesystem::path models_dir;
  HubEndpoint huggingface{"https://huggingface.co", "", "YAKAN_HF_BASE"};
  HubEndpoint ollama{"https://registry.ollama.ai", "", "YAKAN_OLLAMA_BASE"};
  std::vector<std::filesystem::path> ollama_stores;  ///< folders that an Ollama may have filled
};

struct AddOptions {
  std::string name;
  std::string source;    ///< as ParseModelRef reads it
  bool replace = false;  ///< the name may be another model's
  RetryRules retry;
  std::function<Result<uint64_t>(const std::filesystem::path&)> free_bytes = FreeBytes;
};

struct AddedModel {
  RegisteredModel registered;
  ModelOnDisk disk;
  bool fetched = false;  ///< something was downloaded now
};

/// Puts a model under a name: takes a file that is there, or one that Ollama has pulled, as it is; fetches it from a
/// hub otherwise, all parts of a split one, into the folder of models. The name is given only when every file is whole
/// and reads as a model. Running it again takes what is there and fetches what is missing.
Result<AddedModel> AddModel(HubClient& client, const HubSettings& settings, const AddOptions& options,
                            DownloadListener& listener);

}  // namespace yk::hub
