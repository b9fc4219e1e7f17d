// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <utility>

#include "base/file.h"
#include "base/result.h"

namespace yk::reader {

/// A folder among the temporary files that goes with all that is in it. A process that is killed leaves its folders
/// behind; the next one removes them. Whether somebody still works in a folder is told by a lock on it (flock), which
/// the kernel gives back on every kind of death.
class ScratchFolder {
 public:
  /// `parent`: the folder for temporary files, unless a test has another.
  static Result<ScratchFolder> Make(const std::filesystem::path& parent);

  /// Removes the folders of this user below `parent` that nobody holds. What cannot be removed stays: the next start
  /// tries again.
  static void RemoveLeftBehind(const std::filesystem::path& parent);

  ScratchFolder(ScratchFolder&& other) noexcept
      : path_(std::exchange(other.path_, {})), held_(std::move(other.held_)) {}
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  ScratchFolder(std::filesystem::path path, Fd held) : path_(std::move(path)), held_(std::move(held)) {}

  std::filesystem::path path_;
  Fd held_;  ///< the folder, open and locked; not inherited by programs
};

}  // namespace yk::reader
