// SPDX-License-Identifier: Apache-2.0
#include "sources/own_files.h"

#include <algorithm>
#include <map>
#include <set>

namespace yk::sources {
namespace fs = std::filesystem;
namespace {

/// Own files by name, so that only files of such a name are looked at closer.
class OwnFiles {
 public:
  explicit OwnFiles(const std::vector<fs::path>& own) {
    for (const fs::path& path : own) {
      std::error_code error;
      if (fs::is_directory(path, error)) {
        const fs::path folder = fs::weakly_canonical(path, error);
        if (!error) folders_.push_back(folder / "");
      }
      by_name_[path.filename().string()].push_back(path);
    }
  }

  bool Has(const fs::path& path) const {
    if (const auto named = by_name_.find(path.filename().string()); named != by_name_.end()) {
      for (const fs::path& own : named->second) {
        std::error_code error;
        if (fs::equivalent(path, own, error)) return true;
      }
    }
    return std::any_of(folders_.begin(), folders_.end(),
                       [&](const fs::path& folder) { return path.string().starts_with(folder.string()); });
  }

 private:
  std::map<std::string, std::vector<fs::path>> by_name_;
  std::vector<fs::path> folders_;
};

}  // namespace

Result<void> DropOwnFiles(const std::vector<fs::path>& own, const std::vector<std::string>& patterns,
                          const fs::path& base_dir, std::vector<InputFile>& files) {
  if (own.empty() || files.empty()) return {};
  std::set<fs::path> named;
  for (const std::string& pattern : patterns) named.insert((base_dir / pattern).lexically_normal());
  const OwnFiles job(own);
  std::erase_if(files, [&](const InputFile& file) { return !named.contains(file.path) && job.Has(file.path); });
  if (!files.empty()) return {};
  return Fail(Code::kNotFound,
              "{} holds nothing but files of the job itself (its store, outputs, job file, schema or prompt); put the "
              "input files there, or name another folder",
              patterns.front());
}

}  // namespace yk::sources
