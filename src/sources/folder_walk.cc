// SPDX-License-Identifier: Apache-2.0
#include "sources/folder_walk.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/file.h"

namespace yk::sources {
namespace fs = std::filesystem;
namespace {

/// The folders between the first one and where the walk is.
class OpenFolders {
 public:
  /// Goes into a folder, unless it is one of those that are open.
  Result<void> Enter(const fs::path& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return Fail(ErrnoError("read", path, errno));
    const bool below_itself = std::any_of(open_.begin(), open_.end(), [&](const Folder& folder) {
      return folder.device == info.st_dev && folder.inode == info.st_ino;
    });
    if (below_itself) return {};
    std::error_code error;
    fs::directory_iterator at(path, error);
    if (error) return Fail(ErrnoError("read", path, error.value()));
    open_.push_back({info.st_dev, info.st_ino, path, std::move(at)});
    return {};
  }

  bool empty() const { return open_.empty(); }
  int depth() const { return static_cast<int>(open_.size()) - 1; }
  bool at_end() const { return open_.back().at == fs::directory_iterator(); }
  void Leave() { open_.pop_back(); }

  Result<fs::directory_entry> Take() {
    Folder& folder = open_.back();
    fs::directory_entry entry = *folder.at;
    std::error_code error;
    folder.at.increment(error);
    if (error) return Fail(ErrnoError("read", folder.path, error.value()));
    return entry;
  }

 private:
  struct Folder {
    dev_t device;
    ino_t inode;
    fs::path path;
    fs::directory_iterator at;
  };
  std::vector<Folder> open_;
};

}  // namespace

Result<void> WalkFolder(const fs::path& root, const FolderWalkOptions& options, const std::stop_token& stop,
                        const std::function<void(const fs::path&)>& each) {
  OpenFolders folders;
  YK_TRY_VOID(folders.Enter(root));
  while (!folders.empty()) {
    YK_TRY_VOID(UnlessStopped(stop));
    if (folders.at_end()) {
      folders.Leave();
      continue;
    }
    YK_TRY(const fs::directory_entry entry, folders.Take());
    if (!options.hidden && entry.path().filename().string().starts_with('.')) continue;
    std::error_code error;  // a link to nowhere is neither
    if (entry.is_directory(error)) {
      // A folder without permission inside is an input that would be missing in silence.
      if (folders.depth() < options.depth_max) YK_TRY_VOID(folders.Enter(entry.path()));
    } else if (entry.is_regular_file(error)) {
      each(entry.path());
    }
  }
  return {};
}

Result<void> UnlessStopped(const std::stop_token& stop) {
  if (!stop.stop_requested()) return {};
  return Fail(Code::kCancelled, "interrupted while the inputs were looked at; nothing was begun, run it again");
}

}  // namespace yk::sources
