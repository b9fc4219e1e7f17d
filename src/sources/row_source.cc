// SPDX-License-Identifier: Apache-2.0
#include "sources/row_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/hash.h"
#include "sources/folder_walk.h"
#include "sources/own_files.h"

namespace yk::sources {
namespace {

constexpr size_t kByValueMax = 8 << 10;
constexpr int kSampleRows = 1000;  ///< JSONL rows looked at for names of fields
constexpr size_t kParsersMax = 64;

std::string Joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

Result<std::string> ReadRange(const InputFile& file, uint64_t offset, uint64_t length) {
  const Fd fd(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return Fail(ErrnoError("read", file.path, errno));
  std::string bytes(length, '\0');
  size_t have = 0;
  while (have < length) {
    const ssize_t n = ::pread(fd.get(), bytes.data() + have, length - have, static_cast<off_t>(offset + have));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Fail(ErrnoError("read", file.path, errno));
    if (n == 0) break;
    have += static_cast<size_t>(n);
  }
  bytes.resize(have);
  return bytes;
}

}  // namespace

Result<std::string> RowSource::Manifest() {
  YK_TRY(std::vector<InputFile> files, ListFiles(options_.patterns, options_.base_dir, options_.stop));
  YK_TRY_VOID(DropOwnFiles(options_.own_files, options_.patterns, options_.base_dir, files));
  inputs_.clear();
  Hasher hasher;
  hasher.Field(static_cast<int64_t>(options_.kind)).Field(options_.limit);
  for (InputFile& file : files) {
    YK_TRY_VOID(UnlessStopped(options_.stop));
    YK_TRY(FileFacts facts, InspectFile(file.path, file.shown));
    hasher.Field(file.shown).Field(facts.sha256);
    inputs_.push_back({std::move(file), std::move(facts)});
  }
  const bool empty = std::all_of(inputs_.begin(), inputs_.end(), [](const Input& i) { return i.facts.size == 0; });
  if (empty) {
    return Fail(Code::kInvalid, "{} is empty; there are no rows to read",
                inputs_.size() == 1 ? inputs_.front().file.shown : "every input file");
  }
  YK_TRY_VOID(FindColumns());
  return fmt::format("{} files, sha256 {}", inputs_.size(), ToHex(hasher.Finish()));
}

Result<void> RowSource::FindColumns() {
  columns_.clear();
  if (options_.kind == RowKind::kLines) {
    columns_ = {"text"};
    return {};
  }
  const InputFile* first = nullptr;
  for (const Input& input : inputs_) {
    YK_TRY(const std::unique_ptr<RowFile> rows, Open(input));
    if (options_.kind == RowKind::kCsv) {
      if (first != nullptr && rows->header() != columns_) {
        return Fail(Code::kInvalid,
                    "{} and {} have different columns ({}; {}); put them into two jobs, or make them equal",
                    first->shown, input.file.shown, Joined(columns_), Joined(rows->header()));
      }
      columns_ = rows->header();
      first = &input.file;
      continue;
    }
    for (int i = 0; i < kSampleRows; ++i) {
      YK_TRY(const std::optional<FileRow> row, rows->Next());
      if (!row) break;
      for (const auto& [name, value] : row->values.items()) {
        if (std::find(columns_.begin(), columns_.end(), name) == columns_.end()) columns_.push_back(name);
      }
    }
  }
  return {};
}

Result<std::unique_ptr<RowFile>> RowSource::Open(const Input& input) const {
  return RowFile::Open(input.file.path, input.file.shown,
                       {.kind = options_.kind, .delimiter = options_.delimiter, .charset = input.facts.charset});
}

Result<std::optional<FileRow>> RowSource::NextRow() {
  while (input_ < inputs_.size() && (options_.limit == 0 || given_ < options_.limit)) {
    if (open_ == nullptr) {
      if (inputs_[input_].facts.size == 0 && options_.kind == RowKind::kCsv) {
        ++input_;
        continue;
      }
      YK_TRY(open_, Open(inputs_[input_]));
    }
    YK_TRY(std::optional<FileRow> row, open_->Next());
    if (row) {
      ++given_;
      return std::optional<FileRow>(std::move(row));
    }
    open_.reset();
    ++input_;
  }
  return std::optional<FileRow>();
}

std::string RowSource::Payload(const FileRow& row) const {
  const Input& input = inputs_[input_];
  Json payload = {{"file", input.file.shown}, {"line", row.line}};
  if (!row.problem.empty()) {
    payload["error"] = row.problem;
    return DumpJson(payload);
  }
  // Joined as text: a row put into `payload` would be copied first.
  std::string text = DumpJson(payload);
  text.pop_back();
  text.append(",\"row\":").append(DumpJson(row.values)).append("}");
  if (text.size() <= kByValueMax || row.length == 0) return text;
  auto bytes = ReadRange(input.file, row.offset, row.length);
  if (!bytes) return text;
  payload["at"] = {row.offset, row.length};
  payload["sha256"] = ToHex(Sha256(*bytes));
  payload["charset"] = input.facts.charset;
  return DumpJson(payload);
}

Result<std::vector<std::string>> RowSource::Next(size_t max) {
  std::vector<std::string> payloads;
  while (payloads.size() < max) {
    YK_TRY(const std::optional<FileRow> row, NextRow());
    if (!row) break;
    payloads.push_back(Payload(*row));
  }
  return payloads;
}

Result<void> RowSource::Skip(int64_t rows) {
  for (int64_t i = 0; i < rows; ++i) {
    YK_TRY(const std::optional<FileRow> row, NextRow());
    if (!row) {
      return Fail(Code::kConflict,
                  "the inputs have only {} rows now, but {} were there before; start the job with --new", i, rows);
    }
  }
  return {};
}

Result<std::shared_ptr<const RowFile>> RowSource::Parser(const InputFile& file, const RowFileOptions& options) const {
  MutexLock lock(mutex_);
  if (const auto found = parsers_.find(file.shown); found != parsers_.end()) return found->second;
  YK_TRY(std::unique_ptr<RowFile> rows, RowFile::Open(file.path, file.shown, options));
  std::shared_ptr<const RowFile> parser = std::move(rows);
  if (parsers_.size() >= kParsersMax) parsers_.clear();
  parsers_.emplace(file.shown, parser);
  return parser;
}

Result<Json> RowSource::LoadByReference(const std::string& shown, const Json& payload) const {
  const Json& at = payload["at"];
  if (!at.is_array() || at.size() != 2) return Fail(Code::kCorrupt, "the stored place of the row is damaged");
  const InputFile file = Locate(shown, options_.base_dir);
  YK_TRY(const std::string bytes, ReadRange(file, at[0].get<uint64_t>(), at[1].get<uint64_t>()));
  if (ToHex(Sha256(bytes)) != payload.value("sha256", "")) {
    return Fail(Code::kConflict,
                "{} line {}: the row changed after the job began; put the old file back and retry the row, "
                "or start the job with --new",
                shown, payload.value("line", int64_t{0}));
  }
  const RowFileOptions options{options_.kind, options_.delimiter, payload.value("charset", "UTF-8")};
  YK_TRY(const std::shared_ptr<const RowFile> parser, Parser(file, options));
  FileRow row = parser->Parse(bytes, payload.value("line", int64_t{1}));
  if (!row.problem.empty()) return Fail(Code::kInvalid, row.problem);
  return std::move(row.values);
}

Result<pipeline::Row> RowSource::Load(int64_t row_id, const std::string& payload) const {
  YK_TRY(Json json, ParseJson(payload));
  pipeline::Row row;
  row.row_id = row_id;
  row.file = json.value("file", "");
  if (json.contains("error")) return Fail(Code::kInvalid, json.value("error", ""));
  if (json.contains("at")) {
    YK_TRY(row.fields, LoadByReference(row.file, json));
  } else {
    row.fields = std::move(json["row"]);
  }
  return row;
}

}  // namespace yk::sources
