// SPDX-License-Identifier: Apache-2.0
#include "sources/message_source.h"

#include <utility>

#include "base/hash.h"
#include "base/json.h"

namespace yk::sources {
namespace {

/// All values of a metadata field; none when the document has no such field.
std::vector<std::string> Values(const reader::Document& document, std::string_view name) {
  for (const auto& field : document.metadata) {
    if (field.name == name) return field.values;
  }
  return {};
}

std::string Joined(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out.append(out.empty() ? "" : ", ").append(value);
  return out;
}

Json Fields(const reader::Document& document) {
  Json out = Json::object();
  for (const char* name : {"subject", "date", "message_id", "in_reply_to"}) out[name] = document.MetadataValue(name);
  out["from"] = Joined(Values(document, "from"));
  out["from_name"] = Joined(Values(document, "from_names"));
  out["to"] = Values(document, "to");
  out["cc"] = Values(document, "cc");
  Json& attachments = out["attachments"] = Json::array();
  for (const auto& attachment : document.attachments) attachments.push_back(attachment.name);
  // What is no mail has no words of its own apart from its text.
  out["body_text"] = document.mime == "message/rfc822" ? document.MetadataValue("body_text") : document.text;
  return out;
}

}  // namespace

Result<std::string> MessageSource::Manifest() {
  YK_TRY(const std::vector<InputFile> files, ListFiles(options_.patterns, options_.base_dir));
  inputs_.clear();
  Hasher hasher;
  hasher.Field("messages").Field(options_.limit);
  for (const InputFile& file : files) {
    inputs_.push_back({file, HashOrEmpty(file.path)});
    hasher.Field(file.shown).Field(inputs_.back().sha256);
  }
  return fmt::format("{} files, sha256 {}", inputs_.size(), ToHex(hasher.Finish()));
}

std::vector<std::string> MessageSource::Columns() const {
  return {"subject", "from", "from_name", "to", "cc", "date", "message_id", "in_reply_to", "attachments", "body_text"};
}

std::string MessageSource::NextPayload() {
  if (input_ >= inputs_.size() || (options_.limit > 0 && given_ >= options_.limit)) return {};
  const Input& input = inputs_[input_];
  if (!listed_) {
    // A file that cannot be read gets one row, which fails with the reason when it is loaded.
    auto members = options_.readers->List(input.file.path, options_.readers->defaults());
    members_ = members ? std::move(*members) : std::vector<reader::Member>();
    member_ = 0;
    listed_ = true;
  }
  Json payload = {{"file", input.file.shown}, {"sha256", input.sha256}};
  if (member_ < members_.size()) payload["member"] = members_[member_].path;
  if (++member_ >= members_.size()) {
    ++input_;
    listed_ = false;
  }
  ++given_;
  return DumpJson(payload);
}

Result<std::vector<std::string>> MessageSource::Next(size_t max) {
  std::vector<std::string> payloads;
  while (payloads.size() < max) {
    std::string payload = NextPayload();
    if (payload.empty()) break;
    payloads.push_back(std::move(payload));
  }
  return payloads;
}

Result<void> MessageSource::Skip(int64_t rows) {
  for (int64_t i = 0; i < rows; ++i) {
    if (NextPayload().empty()) {
      return Fail(Code::kConflict,
                  "the inputs have only {} messages now, but {} were there before; start the job with --new", i, rows);
    }
  }
  return {};
}

Result<pipeline::Row> MessageSource::Load(int64_t row_id, const std::string& payload) const {
  YK_TRY(const Json json, ParseJson(payload));
  const InputFile file = Locate(json.value("file", ""), options_.base_dir);
  if (auto unchanged = unchanged_.Check(file, json.value("sha256", "")); !unchanged) {
    return Fail(std::move(unchanged).error().With(file.shown));
  }
  reader::ReadOptions options = options_.readers->defaults();
  options.member = json.value("member", std::vector<std::string>());
  pipeline::Row row;
  row.row_id = row_id;
  row.file = file.shown;
  for (const std::string& name : options.member) row.file += "/" + name;
  auto document = options_.readers->Read(file.path, options);
  if (!document) {
    Error error = std::move(document).error();
    if (!error.context.empty() && error.context.back().starts_with(file.path.string())) error.context.back() = row.file;
    return Fail(std::move(error));
  }
  document->file = row.file;
  row.fields = Fields(*document);
  row.document = std::make_shared<const reader::Document>(std::move(*document));
  return row;
}

}  // namespace yk::sources
