// SPDX-License-Identifier: Apache-2.0
#include "hub/part_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/json.h"

namespace yk::hub {
namespace fs = std::filesystem;
namespace {

std::string TextOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// A mark that cannot be read belongs to no file; the part is then begun anew.
PartMark ReadMark(const fs::path& path) {
  PartMark mark;
  const auto text = ReadFile(path, 1 << 20);
  if (!text) return mark;
  const auto parsed = ParseJson(*text);
  if (!parsed || !parsed->is_object()) return mark;
  mark.url = TextOf(*parsed, "url");
  mark.sha256 = TextOf(*parsed, "sha256");
  mark.version = TextOf(*parsed, "version");
  mark.served_as = TextOf(*parsed, "served_as");
  if (const auto bytes = parsed->find("bytes"); bytes != parsed->end() && bytes->is_number_unsigned()) {
    mark.bytes = bytes->get<uint64_t>();
  }
  return mark;
}

}  // namespace

bool PartMark::SameFile(const PartMark& other) const {
  if (bytes != other.bytes || sha256 != other.sha256) return false;
  // The address names a commit, and a commit may leave the file as it was.
  return !sha256.empty() || (url == other.url && version == other.version && !version.empty());
}

fs::path PartFile::path() const { return destination_.string() + ".part"; }
fs::path PartFile::mark_path() const { return destination_.string() + ".part.json"; }

Result<PartFile> PartFile::Open(fs::path destination) {
  std::error_code error;
  fs::create_directories(destination.parent_path(), error);
  if (error) return Fail(ErrnoError("create the folder", destination.parent_path(), error.value()));
  const fs::path path = destination.string() + ".part";
  for (;;) {
    Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!fd.valid()) return Fail(ErrnoError("write", path, errno));
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      return Fail(Code::kConflict, "{} is being downloaded by another yakan; wait for it, or stop it",
                  destination.string());
    }
    struct stat held {
    }, there{};
    if (::fstat(fd.get(), &held) != 0) return Fail(ErrnoError("read", path, errno));
    // Whoever held it may have finished and renamed it between our opening and our lock.
    if (::stat(path.c_str(), &there) != 0 || held.st_ino != there.st_ino || held.st_dev != there.st_dev) continue;
    PartFile part(std::move(destination), std::move(fd));
    part.size_ = static_cast<uint64_t>(held.st_size);
    part.mark_ = ReadMark(part.mark_path());
    return part;
  }
}

Result<void> PartFile::WriteMark() const {
  const Json mark = {{"url", mark_.url},
                     {"bytes", mark_.bytes},
                     {"sha256", mark_.sha256},
                     {"version", mark_.version},
                     {"served_as", mark_.served_as}};
  return WriteFileAtomic(mark_path(), DumpJsonPretty(mark) + "\n");
}

Result<void> PartFile::Restart(const PartMark& mark) {
  // Emptied first: bytes may stand under a mark only if they are of its file.
  if (::ftruncate(fd_.get(), 0) != 0) return Fail(ErrnoError("write", path(), errno));
  size_ = hashed_ = 0;
  hash_ = std::make_unique<Sha256Stream>();
  mark_ = mark;
  return WriteMark();
}

Result<void> PartFile::SetServedAs(std::string served_as) {
  if (served_as == mark_.served_as) return {};
  mark_.served_as = std::move(served_as);
  return WriteMark();
}

Result<void> PartFile::Append(std::string_view bytes) {
  const std::string_view all = bytes;
  const bool in_order = hashed_ == size_;
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Fail(ErrnoError("write", path(), errno));
    size_ += static_cast<uint64_t>(n);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  if (!in_order) return {};
  hash_->Update(all);
  hashed_ = size_;
  return {};
}

Result<void> PartFile::HashUpTo(uint64_t end) {
  std::vector<char> buffer(size_t{1} << 20);
  while (hashed_ < end) {
    const size_t wanted = static_cast<size_t>(std::min<uint64_t>(buffer.size(), end - hashed_));
    const ssize_t n = ::pread(fd_.get(), buffer.data(), wanted, static_cast<off_t>(hashed_));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Fail(ErrnoError("read", path(), errno));
    if (n == 0)
      return Fail(Code::kCorrupt, "{} became shorter while it was read; run the command again", path().string());
    hash_->Update({buffer.data(), static_cast<size_t>(n)});
    hashed_ += static_cast<uint64_t>(n);
  }
  return {};
}

Result<Digest> PartFile::Sha256() {
  YK_TRY_VOID(HashUpTo(size_));
  const Digest digest = hash_->Finish();
  // The stream is used up; another call reads the file.
  hash_ = std::make_unique<Sha256Stream>();
  hashed_ = 0;
  return digest;
}

Result<void> PartFile::Finish() {
  if (::fsync(fd_.get()) != 0) return Fail(ErrnoError("write", path(), errno));
  if (::rename(path().c_str(), destination_.c_str()) != 0) return Fail(ErrnoError("write", destination_, errno));
  if (const Fd dir(::open(destination_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)); dir.valid()) {
    ::fsync(dir.get());
  }
  ::unlink(mark_path().c_str());
  return {};
}

void PartFile::Remove() {
  ::unlink(path().c_str());
  ::unlink(mark_path().c_str());
}

}  // namespace yk::hub
