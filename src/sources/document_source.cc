// SPDX-License-Identifier: Apache-2.0
#include "sources/document_source.h"

#include <algorithm>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "reader/reason.h"
#include "sources/folder_walk.h"
#include "sources/message_fields.h"
#include "sources/own_files.h"

namespace yk::sources {
namespace {

std::string_view NameOf(DocumentUnit unit) {
  switch (unit) {
    case DocumentUnit::kPage: return "pages";
    case DocumentUnit::kMessage: return "messages";
    case DocumentUnit::kFrame: return "frames";
    case DocumentUnit::kDocument: break;
  }
  return "documents";
}

/// "0:01:30", "0:01:30.500"
std::string ShowTime(std::chrono::milliseconds time) {
  const int64_t seconds = time.count() / 1000;
  const int64_t rest = time.count() % 1000;
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60) +
         (rest == 0 ? "" : fmt::format(".{:03}", rest));
}

/// When the frame is shown, and what it says.
Json FrameFields(std::chrono::milliseconds time, const reader::Document& document) {
  const Json seconds =
      time.count() % 1000 == 0 ? Json(time.count() / 1000) : Json(static_cast<double>(time.count()) / 1000);
  return {{"seconds", seconds}, {"time", ShowTime(time)}, {"text", document.text}};
}

}  // namespace

std::vector<std::string> DocumentSource::Columns() const {
  if (options_.unit == DocumentUnit::kFrame) return {"seconds", "time", "text"};
  return options_.unit == DocumentUnit::kMessage ? MessageColumns() : std::vector<std::string>();
}

Result<std::string> DocumentSource::Manifest() {
  YK_TRY(std::vector<InputFile> files, ListFiles(options_.patterns, options_.base_dir, options_.stop));
  YK_TRY_VOID(DropOwnFiles(options_.own_files, options_.patterns, options_.base_dir, files));
  inputs_.clear();
  Hasher hasher;
  hasher.Field(NameOf(options_.unit)).Field(options_.limit);
  for (const InputFile& file : files) {
    YK_TRY_VOID(UnlessStopped(options_.stop));
    inputs_.push_back({file, HashOrEmpty(file.path)});
    hasher.Field(file.shown).Field(inputs_.back().sha256);
  }
  return fmt::format("{} files, sha256 {}", inputs_.size(), ToHex(hasher.Finish()));
}

std::string DocumentSource::NextPayload() {
  if (input_ >= inputs_.size() || (options_.limit > 0 && given_ >= options_.limit)) return {};
  const Input& input = inputs_[input_];
  if (members_.empty()) {
    members_ = reader_.Members(input.file);
    member_ = 0;
  }
  const MemberPath& member = members_[member_];
  Json payload = {{"file", input.file.shown}, {"sha256", input.sha256}};
  if (!member.empty()) payload["member"] = member;
  bool last = true;
  if (options_.unit == DocumentUnit::kPage || options_.unit == DocumentUnit::kFrame) {
    if (page_ == 0) {
      page_count_ = reader_.CountPages(input.file, member);
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
      return Fail(Code::kConflict, "the inputs have only {} {} now, but {} were there before; start the job with --new",
                  i, NameOf(options_.unit), rows);
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
  reader::ReadOptions options = reader_.Options(json.value("member", MemberPath()));
  row.file = ShownName(row.file, options.member);
  if (auto unchanged = unchanged_.Check(file, json.value("sha256", "")); !unchanged) {
    return Fail(std::move(unchanged).error().With(row.file));
  }
  options.want.spans = row_id < options_.rows_with_places;
  if (row.page > 0) options.limits.first_page = options.limits.last_page = row.page;
  auto read = reader_.Read(file, options);
  if (!read && options.want.spans && reader::ReasonOf(read.error()) == reader::Reason::kResourceLimit) {
    // A text may pass where the places of all its words do not.
    options.want.spans = false;
    read = reader_.Read(file, options);
  }
  YK_TRY(reader::Document document, std::move(read));
  if (options_.unit == DocumentUnit::kMessage) row.fields = MessageFields(document);
  if (options_.unit == DocumentUnit::kFrame) {
    row.fields = FrameFields(options_.frames_every * std::max(0, row.page - 1), document);
  }
  row.document = std::make_shared<const reader::Document>(std::move(document));
  return row;
}

}  // namespace yk::sources
