// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/huggingface.h"

namespace yk::hub {

/// The layer of an Ollama model that holds its weights.
struct OllamaLayer {
  std::string sha256;  ///< in hexadecimal
  uint64_t bytes = 0;
};

/// Finds the layer application/vnd.ollama.image.model in a manifest
/// (https://github.com/ollama/ollama/blob/main/server/internal/manifest/manifest.go). `name` is how errors call the
/// model. Errors: no manifest, or none with such a layer: a model that runs in the cloud, or in another format.
Result<OllamaLayer> ParseOllamaManifest(std::string_view text, const std::string& name);

/// A model that an Ollama on this machine has pulled.
struct OllamaLocal {
  std::filesystem::path blob;
  OllamaLayer layer;
};

/// Looks into the stores of Ollama, in that order: STORE/manifests/registry.ollama.ai/OWNER/NAME/TAG names the blob
/// STORE/blobs/sha256-…. Nothing when none of them has the whole model; why one that is there cannot be used is told.
std::optional<OllamaLocal> FindInOllamaStores(const std::vector<std::filesystem::path>& stores, const OllamaRef& ref,
                                              const Note& note);

/// Asks a registry: BASE/v2/OWNER/NAME/manifests/TAG, then BASE/v2/OWNER/NAME/blobs/sha256:….
Result<RemoteFile> LookUpOllama(HubClient& client, const HubEndpoint& hub, const OllamaRef& ref,
                                const RetryRules& rules, const Note& note);

/// As ExplainHuggingFace.
Error ExplainOllama(const HubEndpoint& hub, const OllamaRef& ref, const net::HttpResponse& response, bool elsewhere);

/// "qwen3:8b", "someone/tuned:latest"
std::string OllamaName(const OllamaRef& ref);

}  // namespace yk::hub
