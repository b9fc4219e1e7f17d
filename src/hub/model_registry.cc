// SPDX-License-Identifier: Apache-2.0
#include "hub/model_registry.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include "base/file.h"
#include "base/json.h"

namespace yk::hub {
namespace fs = std::filesystem;
namespace {

constexpr int kVersion = 1;
constexpr uint64_t kBytesMax = uint64_t{16} << 20;

fs::path FileIn(const fs::path& folder) { return folder / "models.json"; }

Failure Damaged(const fs::path& file, std::string_view what) {
  return Fail(Code::kCorrupt,
              "{} is damaged: {}; mend it, or move it away and add the models again (files that are there are not "
              "fetched again)",
              file.string(), what);
}

std::string TextOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Nothing when the value is not what WriteModel writes.
bool ReadModel(const Json& value, RegisteredModel& model) {
  if (!value.is_object() || !value.contains("files") || !value["files"].is_array()) return false;
  model.source = TextOf(value, "source");
  model.revision = TextOf(value, "revision");
  for (const Json& entry : value["files"]) {
    if (!entry.is_object()) return false;
    RegisteredFile file{TextOf(entry, "path"), 0, TextOf(entry, "sha256")};
    if (file.path.empty()) return false;
    if (const auto bytes = entry.find("bytes"); bytes != entry.end() && bytes->is_number_unsigned()) {
      file.bytes = bytes->get<uint64_t>();
    }
    model.files.push_back(std::move(file));
  }
  return !model.files.empty();
}

Json WriteModel(const RegisteredModel& model) {
  Json files = Json::array();
  for (const RegisteredFile& file : model.files) {
    Json entry = {{"path", file.path}, {"bytes", file.bytes}};
    if (!file.sha256.empty()) entry["sha256"] = file.sha256;
    files.push_back(std::move(entry));
  }
  Json out = {{"source", model.source}};
  if (!model.revision.empty()) out["revision"] = model.revision;
  out["files"] = std::move(files);
  return out;
}

}  // namespace

Result<ModelRegistry> ReadModelRegistry(const fs::path& folder) {
  const fs::path file = FileIn(folder);
  auto text = ReadFile(file, kBytesMax);
  if (!text && text.error().code == Code::kNotFound) return ModelRegistry();
  if (!text) return Fail(std::move(text).error());
  const auto parsed = ParseJson(*text);
  if (!parsed) return Damaged(file, parsed.error().message);
  if (!parsed->is_object() || !parsed->contains("models") || !(*parsed)["models"].is_object()) {
    return Damaged(file, "it holds no list of models");
  }
  const Json version = parsed->value("version", Json(0));
  if (version.is_number_integer() && version > kVersion) {
    return Fail(Code::kConflict, "{} was written by a newer yakan (its version is {}, this program knows {}); use that",
                file.string(), DumpJson(version), kVersion);
  }
  ModelRegistry registry;
  for (const auto& [name, value] : (*parsed)["models"].items()) {
    if (!ReadModel(value, registry[name])) return Damaged(file, fmt::format("the model '{}' has no files", name));
  }
  return registry;
}

Result<void> CheckNameFree(const ModelRegistry& registry, const std::string& name, const std::string& source) {
  const auto found = registry.find(name);
  if (found == registry.end() || found->second.source == source) return {};
  return Fail(Code::kConflict,
              "the name '{}' is taken by the model {}; choose another name, or add --replace (its file stays)", name,
              found->second.source);
}

Result<void> RegisterModel(const fs::path& folder, const std::string& name, const RegisteredModel& model,
                           bool replace) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Fail(ErrnoError("create the folder", folder, error.value()));
  const fs::path lock = folder / ".models.lock";
  const Fd fd(::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.valid()) return Fail(ErrnoError("write", lock, errno));
  while (::flock(fd.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return Fail(ErrnoError("lock", lock, errno));
  }
  YK_TRY(ModelRegistry registry, ReadModelRegistry(folder));
  if (!replace) YK_TRY_VOID(CheckNameFree(registry, name, model.source));
  registry[name] = model;
  Json models = Json::object();
  for (const auto& [known, value] : registry) models[known] = WriteModel(value);
  return WriteFileAtomic(FileIn(folder), DumpJsonPretty({{"version", kVersion}, {"models", std::move(models)}}) + "\n");
}

}  // namespace yk::hub
