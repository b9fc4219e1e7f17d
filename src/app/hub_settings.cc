// SPDX-License-Identifier: Apache-2.0
#include "app/hub_settings.h"

#include <cstdlib>
#include <optional>

#include "net/url.h"

namespace yk::app {
namespace fs = std::filesystem;
namespace {

using pipeline::ObjectReader;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// An address without slashes at its end; `said_by` is what the message points to.
Result<std::string> Base(std::string address, const std::string& said_by) {
  while (address.ends_with('/')) address.pop_back();
  if (!net::OriginOf(address)) {
    return Fail(Code::kInvalid, "{}: '{}' is not the address of a hub; write https://host or http://host:port", said_by,
                address);
  }
  return address;
}

/// The first variable that is set.
Result<std::optional<std::string>> FromEnvironment(const char* name) {
  const std::string value = Environment(name);
  if (value.empty()) return std::optional<std::string>();
  YK_TRY(std::string base, Base(value, fmt::format("the environment variable {}", name)));
  return std::optional<std::string>(std::move(base));
}

Result<void> ParseHubs(const Json& value, const pipeline::Places& places, hub::HubSettings& settings) {
  if (value.is_null()) return {};
  YK_TRY(auto reader, ObjectReader::Open(value, "/hub", places, "hub"));
  for (auto [key, endpoint] :
       {std::pair("huggingface", &settings.huggingface), std::pair("ollama", &settings.ollama)}) {
    YK_TRY(const std::string base, reader.String(key, endpoint->base));
    YK_TRY(endpoint->base, Base(base, places.Of(reader.Pointer(key))));
  }
  return reader.Finish();
}

fs::path DefaultModelsDir() {
  // Only absolute paths count (XDG Base Directory Specification).
  const fs::path data = Environment("XDG_DATA_HOME");
  if (data.is_absolute()) return data / "yakan/models";
  const std::string home = Environment("HOME");
  return home.empty() ? fs::path() : fs::path(home) / ".local/share/yakan/models";
}

}  // namespace

fs::path PathInSettings(const fs::path& dir, const std::string& written) {
  const std::string home = Environment("HOME");
  if (written.starts_with("~/") && !home.empty()) return (fs::path(home) / written.substr(2)).lexically_normal();
  return (dir / written).lexically_normal();
}

Result<hub::HubSettings> ParseHubSettings(const Json& value, const std::string& models_dir,
                                          const pipeline::Places& places, const fs::path& dir) {
  hub::HubSettings settings;
  YK_TRY(const auto endpoint, FromEnvironment("HF_ENDPOINT"));
  if (endpoint) settings.huggingface.base = *endpoint;
  YK_TRY_VOID(ParseHubs(value, places, settings));
  YK_TRY(const auto huggingface, FromEnvironment("YAKAN_HF_BASE"));
  if (huggingface) settings.huggingface.base = *huggingface;
  YK_TRY(const auto ollama, FromEnvironment("YAKAN_OLLAMA_BASE"));
  if (ollama) settings.ollama.base = *ollama;
  settings.huggingface.token = Environment("HF_TOKEN");
  settings.models_dir = models_dir.empty() ? DefaultModelsDir() : PathInSettings(dir, models_dir);
  if (const std::string store = Environment("OLLAMA_MODELS"); !store.empty()) settings.ollama_stores.push_back(store);
  if (const std::string home = Environment("HOME"); !home.empty()) {
    settings.ollama_stores.push_back(fs::path(home) / ".ollama/models");
  }
  settings.ollama_stores.push_back("/usr/share/ollama/.ollama/models");
  return settings;
}

}  // namespace yk::app
