// SPDX-License-Identifier: Apache-2.0
#include "hub/add_model.h"

#include <algorithm>

#include "base/file.h"
#include "hub/words.h"

namespace yk::hub {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t kSpare = uint64_t{64} << 20;  // left free on the disk for everybody else

/// A file to fetch, or the place where it is already.
struct Wanted {
  Download download;
  bool here = false;
};

class Adding {
 public:
  Adding(HubClient& client, const HubSettings& settings, const AddOptions& options, DownloadListener& listener)
      : client_(client), settings_(settings), options_(options), listener_(listener) {}

  Result<AddedModel> Run() {
    YK_TRY_VOID(CheckModelName(options_.name));
    YK_TRY(const ModelRef ref, ParseModelRef(options_.source));
    YK_TRY(registry_, ReadModelRegistry(settings_.models_dir));
    YK_TRY_VOID(std::visit([this](const auto& which) { return Take(which); }, ref));
    RegisteredModel& model = added_.registered;
    YK_TRY(added_.disk, InspectModel(model.files.front().path));
    YK_TRY_VOID(RegisterModel(settings_.models_dir, options_.name, model, options_.replace));
    return std::move(added_);
  }

 private:
  Note Notes() {
    return [this](const std::string& sentence) { listener_.Told(sentence); };
  }

  Result<void> Named(std::string source) {
    added_.registered.source = std::move(source);
    if (options_.replace) return {};
    return CheckNameFree(registry_, options_.name, added_.registered.source);
  }

  Result<void> Take(const FileRef& ref) {
    YK_TRY(const ModelOnDisk disk, InspectModel(ref.path));
    for (const fs::path& file : disk.files) {
      std::error_code error;
      added_.registered.files.push_back({file.string(), fs::file_size(file, error), ""});
    }
    return Named(disk.files.front().string());
  }

  Result<void> Take(const HuggingFaceRef& asked) {
    HuggingFaceRef ref = asked;
    const std::vector<std::string> files = AllParts(asked.file);
    YK_TRY_VOID(Named(fmt::format("hf:{}/{}/{}@{}", ref.owner, ref.repo, files.front(), ref.revision)));
    const HubEndpoint& hub = settings_.huggingface;
    const fs::path folder = settings_.models_dir / "hf" / ref.owner / ref.repo / ref.revision;
    std::vector<Wanted> wanted;
    for (const std::string& file : files) {
      ref.file = file;
      YK_TRY(const RemoteFile remote, LookUpHuggingFace(client_, hub, ref, options_.retry, Notes()));
      // All parts of the commit that the first one named.
      if (!remote.revision.empty()) ref.revision = remote.revision;
      if (added_.registered.revision.empty()) added_.registered.revision = remote.revision;
      Wanted one;
      one.download = {fs::path(file).filename().string(), remote, folder / file, hub.token, {}};
      one.download.explain = [hub, ref](const net::HttpResponse& response, bool elsewhere) {
        return ExplainHuggingFace(hub, ref, response, elsewhere);
      };
      wanted.push_back(std::move(one));
    }
    const std::string& commit = added_.registered.revision;
    return Fetch(std::move(wanted),
                 commit.empty() ? "" : fmt::format("hf:{}/{}/{}@{}", ref.owner, ref.repo, files.front(), commit));
  }

  Result<void> Take(const OllamaRef& ref) {
    const HubEndpoint& hub = settings_.ollama;
    const std::string name = OllamaName(ref);
    YK_TRY_VOID(Named("ollama:" + name));
    if (const auto local = FindInOllamaStores(settings_.ollama_stores, ref, Notes())) {
      listener_.Told(fmt::format("{} is there already: Ollama has pulled it", name));
      added_.registered.revision = "sha256:" + local->layer.sha256;
      added_.registered.files.push_back({local->blob.string(), local->layer.bytes, local->layer.sha256});
      return {};
    }
    YK_TRY(const RemoteFile remote, LookUpOllama(client_, hub, ref, options_.retry, Notes()));
    added_.registered.revision = remote.revision;
    Wanted one;
    const std::string file = fmt::format("{}-{}.gguf", ref.name, ref.tag);
    one.download = {file, remote, settings_.models_dir / "ollama" / ref.owner / ref.name / file, "", {}};
    one.download.explain = [hub, ref](const net::HttpResponse& response, bool elsewhere) {
      return ExplainOllama(hub, ref, response, elsewhere);
    };
    return Fetch({std::move(one)}, "");
  }

  /// `pinned`: the source that names just this version, when there is one.
  Result<void> Fetch(std::vector<Wanted> wanted, const std::string& pinned) {
    for (Wanted& one : wanted) {
      YK_TRY(one.here, IsHere(one.download, pinned));
      if (one.here) listener_.Told(fmt::format("{} is there already", one.download.name));
    }
    YK_TRY_VOID(CheckSpace(wanted));
    for (Wanted& one : wanted) {
      const Download& download = one.download;
      std::string sha256 = download.remote.sha256;
      if (!one.here) {
        if (sha256.empty()) {
          listener_.Told(fmt::format("{}: the hub names no checksum; only its size is checked", download.name));
        }
        YK_TRY(sha256, FetchFile(client_, download, options_.retry, listener_));
        added_.fetched = true;
      }
      std::error_code error;
      added_.registered.files.push_back(
          {download.destination.string(), fs::file_size(download.destination, error), sha256});
    }
    return {};
  }

  /// What the file at that path was when it was added.
  std::string KnownSha256(const fs::path& path) const {
    for (const auto& [name, model] : registry_) {
      for (const RegisteredFile& file : model.files) {
        if (file.path == path.string()) return file.sha256;
      }
    }
    return "";
  }

  /// The name of another model that needs the file at that path; empty: none.
  std::string OtherUser(const fs::path& path) const {
    for (const auto& [name, model] : registry_) {
      const bool uses = std::any_of(model.files.begin(), model.files.end(),
                                    [&](const RegisteredFile& file) { return file.path == path.string(); });
      if (uses && name != options_.name) return name;
    }
    return "";
  }

  Result<bool> IsHere(const Download& download, const std::string& pinned) const {
    const RemoteFile& remote = download.remote;
    std::error_code error;
    const uint64_t bytes = fs::file_size(download.destination, error);
    if (error) return false;
    bool same = remote.bytes == 0 || bytes == remote.bytes;
    if (same && !remote.sha256.empty() && KnownSha256(download.destination) != remote.sha256) {
      listener_.Told(fmt::format("{} is there; checking its SHA-256", download.name));
      YK_TRY(const FileDigest digest, HashFile(download.destination));
      same = ToHex(digest.sha256) == remote.sha256;
    }
    if (same) return true;
    const std::string user = OtherUser(download.destination);
    if (user.empty()) return false;
    return Fail(Code::kConflict, "{} holds an older version of this file, which the model '{}' uses; {}",
                download.destination.string(), user,
                pinned.empty() ? fmt::format("bring that one up to date first: yakan model add {} {}", user,
                                             registry_.at(user).source)
                               : fmt::format("to have both, name the version: {}", pinned));
  }

  Result<void> CheckSpace(const std::vector<Wanted>& wanted) const {
    uint64_t needed = 0, whole = 0;
    for (const Wanted& one : wanted) {
      if (one.here) continue;
      std::error_code error;
      uint64_t part = fs::file_size(one.download.destination.string() + ".part", error);
      if (error) part = 0;
      whole += one.download.remote.bytes;
      needed += one.download.remote.bytes - std::min(part, one.download.remote.bytes);
    }
    if (needed == 0) return {};
    YK_TRY(const uint64_t free, options_.free_bytes(settings_.models_dir));
    if (free >= kSpare && needed <= free - kSpare) return {};
    return Fail(Code::kExhausted,
                "there is no room for {} ({}): {} are free in {}; free some space, or name another folder with "
                "'models_dir:' in yakan.yaml",
                added_.registered.source, SpokenBytes(whole), SpokenBytes(free), settings_.models_dir.string());
  }

  HubClient& client_;
  const HubSettings& settings_;
  const AddOptions& options_;
  DownloadListener& listener_;
  ModelRegistry registry_;
  AddedModel added_;
};

}  // namespace

Result<AddedModel> AddModel(HubClient& client, const HubSettings& settings, const AddOptions& options,
                            DownloadListener& listener) {
  return Adding(client, settings, options, listener).Run();
}

}  // namespace yk::hub
