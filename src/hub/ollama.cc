// SPDX-License-Identifier: Apache-2.0
#include "hub/ollama.h"

#include "base/file.h"
#include "base/json.h"
#include "hub/words.h"

namespace yk::hub {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kWeights = "application/vnd.ollama.image.model";
constexpr uint64_t kManifestMax = uint64_t{4} << 20;

}  // namespace

std::string OllamaName(const OllamaRef& ref) {
  return (ref.owner == "library" ? "" : ref.owner + "/") + ref.name + ":" + ref.tag;
}

Result<OllamaLayer> ParseOllamaManifest(std::string_view text, const std::string& name) {
  const auto manifest = ParseJson(text);
  if (!manifest || !manifest->is_object() || !manifest->contains("layers") || !(*manifest)["layers"].is_array()) {
    return Fail(Code::kCorrupt, "the manifest of {} is not one; try again later, or pull the model with Ollama", name);
  }
  for (const Json& layer : (*manifest)["layers"]) {
    if (!layer.is_object() || layer.value("mediaType", Json()) != kWeights) continue;
    const Json digest = layer.value("digest", Json()), size = layer.value("size", Json());
    constexpr std::string_view kPrefix = "sha256:";
    if (!digest.is_string() || !size.is_number_unsigned()) continue;
    const auto text_of = digest.get<std::string>();
    const std::string hex = text_of.starts_with(kPrefix) ? text_of.substr(kPrefix.size()) : "";
    if (hex.size() != 64 || hex.find_first_not_of("0123456789abcdef") != std::string::npos) continue;
    return OllamaLayer{hex, size.get<uint64_t>()};
  }
  return Fail(Code::kInvalid,
              "{} holds no weights that can be run here: it runs in Ollama's cloud, or is kept in another format than "
              "GGUF; choose another tag",
              name);
}

std::optional<OllamaLocal> FindInOllamaStores(const std::vector<fs::path>& stores, const OllamaRef& ref,
                                              const Note& note) {
  const std::string name = OllamaName(ref);
  for (const fs::path& store : stores) {
    const auto manifest =
        ReadFile(store / "manifests/registry.ollama.ai" / ref.owner / ref.name / ref.tag, kManifestMax);
    if (!manifest && manifest.error().code == Code::kNotFound) continue;
    const auto unusable = [&](const std::string& why) {
      note(fmt::format("{} is in {} but cannot be used from there: {}", name, store.string(), why));
    };
    if (!manifest) {
      unusable(manifest.error().message);
      continue;
    }
    const auto layer = ParseOllamaManifest(*manifest, name);
    if (!layer) {
      unusable(layer.error().message);
      continue;
    }
    for (const char* form : {"sha256-", "sha256:"}) {
      const fs::path blob = store / "blobs" / (form + layer->sha256);
      std::error_code error;
      const uint64_t bytes = fs::file_size(blob, error);
      if (error) continue;
      if (bytes == layer->bytes) return OllamaLocal{fs::absolute(blob, error), *layer};
      unusable(fmt::format("its file has {} of {} bytes", bytes, layer->bytes));
    }
  }
  return std::nullopt;
}

Result<RemoteFile> LookUpOllama(HubClient& client, const HubEndpoint& hub, const OllamaRef& ref,
                                const RetryRules& rules, const Note& note) {
  const std::string place = fmt::format("{}/v2/{}/{}", hub.base, ref.owner, ref.name);
  HubRequest request;
  request.url = place + "/manifests/" + ref.tag;
  request.headers = {{"Accept", "application/vnd.docker.distribution.manifest.v2+json"}};
  request.bytes_max = kManifestMax;
  const HubAnswer answer = AskWithRetries(client, request, rules, note);
  if (!answer.outcome.response) return Fail(Unreachable(*answer.outcome.failure, hub.base, hub.mirror_setting));
  if (answer.outcome.response->status >= 400) {
    return Fail(ExplainOllama(hub, ref, *answer.outcome.response, answer.elsewhere));
  }
  YK_TRY(const OllamaLayer layer, ParseOllamaManifest(answer.outcome.response->body, OllamaName(ref)));
  RemoteFile file;
  file.url = place + "/blobs/sha256:" + layer.sha256;
  file.bytes = layer.bytes;
  file.sha256 = file.version = layer.sha256;
  file.revision = "sha256:" + layer.sha256;
  return file;
}

Error ExplainOllama(const HubEndpoint& hub, const OllamaRef& ref, const net::HttpResponse& response, bool elsewhere) {
  const std::string name = OllamaName(ref);
  if (response.status == 404 && !elsewhere) {
    return Error{
        Code::kNotFound,
        fmt::format("{} has no model {}; names and tags are listed at https://ollama.com/library", hub.base, name),
        {}};
  }
  const bool refused = response.status == 401 || response.status == 403;
  return Error{refused ? Code::kUnauthorized : Code::kUnavailable,
               fmt::format("{} answers {} when asked for {}; {}", elsewhere ? "the storage of " + hub.base : hub.base,
                           response.status, name,
                           refused && !elsewhere ? "it may be private: pull it with Ollama, and it is taken from there"
                                                 : "try again later"),
               {}};
}

}  // namespace yk::hub
