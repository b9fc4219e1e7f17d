// SPDX-License-Identifier: Apache-2.0
#include "app/settings.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "app/hub_settings.h"
#include "app/llama_settings.h"
#include "app/reader_settings.h"
#include "app/yaml_file.h"
#include "net/url.h"
#include "pipeline/spec_reader.h"
#include "text/normalize.h"

namespace yk::app {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kLevels[] = {"debug", "info", "warn", "error"};

using pipeline::ObjectReader;
using pipeline::Places;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Result<std::string> ResolveKey(const std::string& source, const ObjectReader& reader) {
  if (source.empty()) return std::string();
  if (!source.starts_with("env:")) {
    return reader.Wrong(
        "key", "must name an environment variable, for example 'env:OPENAI_API_KEY': keys do not belong into files");
  }
  const std::string name = source.substr(4);
  const std::string value = Environment(name.c_str());
  std::string key(text::TrimSpace(value));  // a file that was read into it ends with a line end
  if (std::any_of(key.begin(), key.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; })) {
    return reader.Wrong("key", fmt::format("names the environment variable {}, whose value holds a control character; "
                                           "correct it",
                                           name));
  }
  return key;
}

Result<ModelSettings> ParseModel(const std::string& name, const Json& value, const Places& places,
                                 const fs::path& dir) {
  YK_TRY(auto reader, ObjectReader::Open(value, "/models/" + name, places, "model " + name));
  ModelSettings model;
  static constexpr std::string_view kKinds[] = {"builtin", "openai", "llama"};
  for (const auto kind : kKinds) {
    if (!reader.Has(kind)) continue;
    if (!model.kind.empty())
      return reader.Wrong(kind, fmt::format("stands beside '{}'; a model is one or the other", model.kind));
    model.kind = kind;
  }
  if (model.kind.empty()) {
    std::string near;
    for (auto key = value.begin(); key != value.end() && near.empty(); ++key)
      near = pipeline::Nearest(key.key(), kKinds);
    return Fail(
        Code::kInvalid,
        "{}: model '{}' needs one of builtin, openai or llama{}, for example {{openai: http://127.0.0.1:8000/v1, "
        "model: NAME}}",
        places.Of("/models/" + name), name, near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near));
  }
  (void)reader.Any("builtin");
  YK_TRY(model.urls, reader.Strings("openai"));
  if (model.kind == "openai" && model.urls.empty()) return reader.Wrong("openai", "must name at least one address");
  YK_TRY(model.path, reader.String("llama", ""));
  if (!model.path.empty()) model.path = PathInSettings(dir, model.path).string();
  if (model.kind == "llama") {
    YK_TRY(model.llama, ParseLlamaOptions(reader, dir));
    model.llama.path = model.path;
    YK_TRY(model.own_process, reader.Bool("own_process", true));
  }
  YK_TRY(model.model, reader.String("model", ""));
  YK_TRY(model.identity, reader.String("identity", ""));
  if (!model.identity.empty() && model.kind != "openai") {
    return reader.Wrong("identity", "belongs to openai models; the others know their own");
  }
  YK_TRY(model.key_source, reader.String("key", ""));
  YK_TRY(model.key, ResolveKey(model.key_source, reader));
  YK_TRY(model.rpm, reader.Number("rpm", 0, 0, 1e9));
  YK_TRY(model.tpm, reader.Number("tpm", 0, 0, 1e12));
  YK_TRY(const int64_t in_flight, reader.Integer("in_flight", 0, 0, 100000));
  model.in_flight_max = static_cast<int>(in_flight);
  YK_TRY(model.price_in, reader.Number("price_in", 0, 0, 1e6));
  YK_TRY(model.price_out, reader.Number("price_out", 0, 0, 1e6));
  YK_TRY_VOID(reader.Finish());
  return model;
}

Result<void> ParseSettings(const YamlDocument& document, Settings& settings) {
  const fs::path dir = settings.file.parent_path();
  if (document.value.is_null()) {
    YK_TRY(settings.hub, ParseHubSettings(Json(), "", document.places, dir));
    return {};
  }
  YK_TRY(auto reader, ObjectReader::Open(document.value, "", document.places, "the settings"));
  YK_TRY(settings.store, reader.String("store", ""));
  YK_TRY(settings.log_level, reader.OneOf("log_level", "warn", kLevels));
  YK_TRY(settings.answers_gb, reader.Number("answers_gb", settings.answers_gb, 0, 1e6));
  const Json& models = reader.Any("models");
  YK_TRY(settings.readers, ParseReaderSettings(reader.Any("reader"), document.places));
  YK_TRY(const std::string models_dir, reader.String("models_dir", ""));
  YK_TRY(settings.hub, ParseHubSettings(reader.Any("hub"), models_dir, document.places, dir));
  YK_TRY_VOID(reader.Finish());
  if (models.is_null()) return {};
  if (!models.is_object())
    return reader.Wrong("models", "must be a group of names, for example 'models: {light: {openai: …}}'");
  for (const auto& [name, value] : models.items()) {
    YK_TRY(settings.models[name], ParseModel(name, value, document.places, dir));
  }
  return {};
}

ModelSettings ModelFile(const std::string& path) {
  ModelSettings model;
  model.kind = "llama";
  model.path = model.llama.path = path;
  return model;
}

/// Names of the file come first: whoever writes them there sees them there.
Result<void> TakeAddedModels(Settings& settings) {
  if (settings.hub.models_dir.empty()) return {};
  YK_TRY(settings.added, hub::ReadModelRegistry(settings.hub.models_dir));
  for (const auto& [name, added] : settings.added) {
    if (settings.models.try_emplace(name, ModelFile(added.files.front().path)).second) continue;
    settings.notes.push_back(
        fmt::format("'{}' is the model of that name in {}; the one added from {} has the same name "
                    "and is not used",
                    name, settings.file.string(), added.source));
  }
  return {};
}

fs::path NearestFile(fs::path dir) {
  for (;;) {
    std::error_code error;
    if (fs::exists(dir / "yakan.yaml", error)) return dir / "yakan.yaml";
    if (dir == dir.root_path() || dir.empty()) break;
    dir = dir.parent_path();
  }
  const std::string home = Environment("HOME");
  const fs::path own = fs::path(home) / ".config/yakan/yakan.yaml";
  std::error_code error;
  return !home.empty() && fs::exists(own, error) ? own : fs::path();
}

}  // namespace

Result<Settings> LoadSettings(const fs::path& from) {
  Settings settings;
  std::error_code error;
  settings.file = NearestFile(fs::absolute(from, error));
  YamlDocument document;
  if (!settings.file.empty()) {
    YK_TRY(document, ReadYamlFile(settings.file));
  }
  YK_TRY_VOID(ParseSettings(document, settings));
  YK_TRY_VOID(TakeAddedModels(settings));
  if (const std::string store = Environment("YAKAN_STORE"); !store.empty()) settings.store = store;
  if (const std::string level = Environment("YAKAN_LOG_LEVEL"); !level.empty()) {
    if (std::find(std::begin(kLevels), std::end(kLevels), level) == std::end(kLevels)) {
      return Fail(Code::kInvalid, "YAKAN_LOG_LEVEL must be one of debug, info, warn, error, but is '{}'", level);
    }
    settings.log_level = level;
  }
  return settings;
}

Result<ModelSettings> FindModel(const Settings& settings, const std::string& name) {
  if (const auto found = settings.models.find(name); found != settings.models.end()) return found->second;
  ModelSettings model;
  if (name == "builtin") {
    model.kind = "builtin";
    return model;
  }
  if (name.starts_with("http://") || name.starts_with("https://")) {
    const auto hash = name.find('#');
    model.kind = "openai";
    model.urls.push_back(name.substr(0, hash));
    if (hash != std::string::npos) model.model = name.substr(hash + 1);
    return model;
  }
  if (name.ends_with(".gguf")) return ModelFile(name);
  std::vector<std::string_view> known{"builtin"};
  std::string list = "builtin";
  for (const auto& [alias, unused] : settings.models) {
    known.push_back(alias);
    list += ", " + alias;
  }
  const std::string near = pipeline::Nearest(name, known);
  return Fail(Code::kInvalid,
              "the model '{}' is not known; {} (known: {}; or a URL such as http://127.0.0.1:8000/v1#NAME). Models are "
              "named under 'models:' in yakan.yaml",
              net::WithoutUserInfo(name), near.empty() ? "name one that is" : fmt::format("did you mean '{}'?", near),
              list);
}

bool IsAddedModel(const Settings& settings, const std::string& name) {
  const auto added = settings.added.find(name);
  const auto model = settings.models.find(name);
  return added != settings.added.end() && model != settings.models.end() &&
         model->second.path == added->second.files.front().path;
}

Result<fs::path> StorePath(const Settings& settings, const std::string& store_flag, const fs::path& job_dir) {
  std::string store = store_flag.empty() ? settings.store : store_flag;
  const fs::path base = store_flag.empty() && !settings.file.empty() ? settings.file.parent_path() : fs::current_path();
  if (store.empty()) return (settings.file.empty() ? job_dir : settings.file.parent_path()) / "yakan.db";
  if (store.starts_with("postgresql:") || store.starts_with("postgres:")) {
    return Fail(Code::kInvalid, "the store '{}' is PostgreSQL, which this version does not have yet; use sqlite:PATH",
                store);
  }
  // One letter and a colon is no scheme but a name; a path with a colon is written sqlite:PATH.
  const size_t colon = store.find(':');
  const bool scheme = colon != std::string::npos && colon > 1 &&
                      std::isalpha(static_cast<unsigned char>(store[0])) != 0 &&
                      std::all_of(store.begin(), store.begin() + static_cast<ptrdiff_t>(colon),
                                  [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '-'; });
  if (scheme && !store.starts_with("sqlite:")) {
    return Fail(Code::kInvalid,
                "the store '{}' is of a kind that is not known; use sqlite:PATH, for example sqlite:yakan.db", store);
  }
  if (store.starts_with("sqlite:")) store = store.substr(7);
  if (store.empty()) return Fail(Code::kInvalid, "the store needs a path, for example sqlite:yakan.db");
  return fs::absolute(base / store);
}

}  // namespace yk::app
