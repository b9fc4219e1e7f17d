// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/hash.h"
#include "base/result.h"

namespace yk::hub {

/// Which file a part file is a part of.
struct PartMark {
  std::string url;
  uint64_t bytes = 0;     ///< of the whole file; 0: not known
  std::string sha256;     ///< of the whole file, in hexadecimal; empty: not known
  std::string version;    ///< the ETag the hub gave
  std::string served_as;  ///< the ETag of the server the bytes come from, learned with the first of them

  /// The same file, as far as the hub can tell.
  bool SameFile(const PartMark& other) const;
};

/// The beginning of a file on its way: FILE.part holds the bytes, FILE.part.json says what they are a part of. Held
/// under a lock by one process at a time; survives that process. Not thread-safe.
class PartFile {
 public:
  /// Makes folders and file, or takes up what an earlier process left. Errors: another process holds it (kConflict);
  /// it cannot be made.
  static Result<PartFile> Open(std::filesystem::path destination);

  PartFile(PartFile&&) noexcept = default;

  uint64_t size() const { return size_; }
  const PartMark& mark() const { return mark_; }

  /// Empties it for another file, or for the same one anew.
  Result<void> Restart(const PartMark& mark);
  /// What is learned later about the same file.
  Result<void> SetServedAs(std::string served_as);
  Result<void> Append(std::string_view bytes);
  /// Reads what an earlier process left, so that the bytes to come can be hashed as they come.
  Result<void> HashWhatIsThere() { return HashUpTo(size_); }
  /// Of all bytes so far.
  Result<Digest> Sha256();
  /// Makes it FILE: fsync, rename, fsync of the folder.
  Result<void> Finish();
  void Remove();

  std::filesystem::path path() const;

 private:
  PartFile(std::filesystem::path destination, Fd fd) : destination_(std::move(destination)), fd_(std::move(fd)) {}
  std::filesystem::path mark_path() const;
  Result<void> WriteMark() const;
  Result<void> HashUpTo(uint64_t end);

  std::filesystem::path destination_;
  Fd fd_;
  uint64_t size_ = 0;
  PartMark mark_;
  std::unique_ptr<Sha256Stream> hash_ = std::make_unique<Sha256Stream>();
  uint64_t hashed_ = 0;  ///< bytes that hash_ has seen
};

}  // namespace yk::hub
