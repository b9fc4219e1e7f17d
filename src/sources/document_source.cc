// SPDX-License-Identifier: Apache-2.0
#include "sources/document_source.h"

#include <sys/stat.h>

#include <cerrno>
#include <numeric>

#include "base/file.h"
#include "base/json.h"

namespace yk::sources {
namespace {

constexpr size_t kSeenMax = 4096;

/// A file that cannot be hashed is its row's failure later, not the run's now; the name alone identifies it.
std::string HashOrEmpty(const std::filesystem::path& path) {
  auto digest = HashFile(path);
  return digest ? ToHex(digest->sha256) : std::string();
}

}  // namespace

Result<std::string> DocumentSource::Manifest() {
  YK_TRY(const std::vector<InputFile> files, ListFiles(options_.patterns, options_.base_dir));
  inputs_.clear();
  Hasher hasher;
  hasher.Field(options_.pages ? "pages" : "documents").Field(options_.limit);
  for (const InputFile& file : files) {
    inputs_.push_back({file, HashOrEmpty(file.path)});
    hasher.Field(file.shown).Field(inputs_.back().sha256);
  }
  return fmt::format("{} files, sha256 {}", inputs_.size(), ToHex(hasher.Finish()));
}

std::vector<DocumentSource::MemberPath> DocumentSource::ListMembers() const {
  // What cannot be listed gets one row, which fails with the reason when it is loaded.
  auto members = options_.readers->List(inputs_[input_].file.path, options_.readers->defaults());
  if (!members || members->empty()) return {MemberPath()};
  std::vector<MemberPath> out;
  out.reserve(members->size());
  for (reader::Member& member : *members) out.push_back(std::move(member.path));
  return out;
}

int DocumentSource::CountRows(const InputFile& file, const MemberPath& member) const {
  reader::ReadOptions options = options_.readers->defaults();
  options.member = member;
  auto count = options_.readers->CountPages(file.path, options);
  return count ? *count : 0;
}

std::string DocumentSource::NextPayload() {
  if (input_ >= inputs_.size() || (options_.limit > 0 && given_ >= options_.limit)) return {};
  const Input& input = inputs_[input_];
  if (members_.empty()) {
    members_ = ListMembers();
    member_ = 0;
  }
  const MemberPath& member = members_[member_];
  Json payload = {{"file", input.file.shown}, {"sha256", input.sha256}};
  if (!member.empty()) payload["member"] = member;
  bool last = true;
  if (options_.pages) {
    if (page_ == 0) {
      page_count_ = CountRows(input.file, member);
      page_ = 1;
    }
    if (page_count_ > 0) payload["page"] = page_;
    last = ++page_ > page_count_;
  }
  if (last) {
    page_ = 0;
    if (++member_ >= members_.size()) {
      members_.clear();
      ++input_;
    }
  }
  ++given_;
  return DumpJson(payload);
}

Result<std::vector<std::string>> DocumentSource::Next(size_t max) {
  std::vector<std::string> payloads;
  while (payloads.size() < max) {
    std::string payload = NextPayload();
    if (payload.empty()) break;
    payloads.push_back(std::move(payload));
  }
  return payloads;
}

Result<void> DocumentSource::Skip(int64_t rows) {
  for (int64_t i = 0; i < rows; ++i) {
    if (NextPayload().empty()) {
      return Fail(Code::kConflict, "the inputs have only {} rows now, but {} were there before; start the job with --new", i,
                  rows);
    }
  }
  return {};
}

Result<void> DocumentSource::CheckUnchanged(const InputFile& file, const std::string& sha256) const {
  struct stat info {};
  if (::stat(file.path.c_str(), &info) != 0) return Fail(ErrnoError("read", file.path, errno));
  const Seen now{static_cast<uint64_t>(info.st_size), info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec,
                 static_cast<uint64_t>(info.st_ino), {}};
  std::string found;
  {
    MutexLock lock(mutex_);
    const auto seen = seen_.find(file.shown);
    if (seen != seen_.end() && seen->second.size == now.size && seen->second.changed_ns == now.changed_ns &&
        seen->second.inode == now.inode) {
      found = seen->second.sha256;
    }
  }
  if (found.empty()) {
    YK_TRY(const FileDigest digest, HashFile(file.path));
    found = ToHex(digest.sha256);
    MutexLock lock(mutex_);
    if (seen_.size() >= kSeenMax) seen_.clear();
    seen_[file.shown] = {now.size, now.changed_ns, now.inode, found};
  }
  // No hash: the file could not be read when the job began; now it can be, and that is welcome.
  if (sha256.empty() || found == sha256) return {};
  return Fail(Code::kConflict, "the file changed after the job began; put the old one back and retry the row, or start the "
                               "job with --new");
}

Result<pipeline::Row> DocumentSource::Load(int64_t row_id, const std::string& payload) const {
  YK_TRY(const Json json, ParseJson(payload));
  pipeline::Row row;
  row.row_id = row_id;
  row.file = json.value("file", "");
  row.page = json.value("page", 0);
  const InputFile file = Locate(row.file, options_.base_dir);
  reader::ReadOptions options = options_.readers->defaults();
  options.member = json.value("member", MemberPath());
  const std::string inside = std::accumulate(options.member.begin(), options.member.end(), std::string(),
                                             [](std::string path, const std::string& name) { return path + "/" + name; });
  row.file += inside;
  if (auto unchanged = CheckUnchanged(file, json.value("sha256", "")); !unchanged) {
    return Fail(std::move(unchanged).error().With(row.file));
  }
  if (row.page > 0) options.limits.first_page = options.limits.last_page = row.page;
  auto document = options_.readers->Read(file.path, options);
  if (!document) {
    Error error = std::move(document).error();
    if (!error.context.empty() && error.context.back() == file.path.string() + inside) error.context.back() = row.file;
    return Fail(std::move(error));
  }
  document->file = row.file;
  row.document = std::make_shared<const reader::Document>(std::move(*document));
  return row;
}

}  // namespace yk::sources
