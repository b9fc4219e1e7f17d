// SPDX-License-Identifier: Apache-2.0
#include "sources/document_source.h"

#include <numeric>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"

namespace yk::sources {
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
  auto members = options_.readers->List(inputs_[input_].file.path, ReadDefaults());
  if (!members || members->empty()) return {MemberPath()};
  std::vector<MemberPath> out;
  out.reserve(members->size());
  for (reader::Member& member : *members) out.push_back(std::move(member.path));
  return out;
}

reader::ReadOptions DocumentSource::ReadDefaults() const {
  reader::ReadOptions options = options_.readers->defaults();
  options.passwords.insert(options.passwords.end(), options_.passwords.begin(), options_.passwords.end());
  return options;
}

int DocumentSource::CountRows(const InputFile& file, const MemberPath& member) const {
  reader::ReadOptions options = ReadDefaults();
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
      return Fail(Code::kConflict,
                  "the inputs have only {} rows now, but {} were there before; start the job with --new", i, rows);
    }
  }
  return {};
}

Result<pipeline::Row> DocumentSource::Load(int64_t row_id, const std::string& payload) const {
  YK_TRY(const Json json, ParseJson(payload));
  pipeline::Row row;
  row.row_id = row_id;
  row.file = json.value("file", "");
  row.page = json.value("page", 0);
  const InputFile file = Locate(row.file, options_.base_dir);
  reader::ReadOptions options = ReadDefaults();
  options.member = json.value("member", MemberPath());
  const std::string inside = std::accumulate(options.member.begin(), options.member.end(), std::string(),
                                             [](std::string path, const std::string& name) { return path + "/" + name; });
  row.file += inside;
  if (auto unchanged = unchanged_.Check(file, json.value("sha256", "")); !unchanged) {
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
