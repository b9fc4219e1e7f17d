// SPDX-License-Identifier: Apache-2.0
#include "sources/table_source.h"

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/json.h"
#include "reader/table_text.h"
#include "sources/folder_walk.h"
#include "sources/own_files.h"

namespace yk::sources {
namespace {

constexpr size_t kByValueMax = 8192;

/// Workbooks are read sheet by sheet; what else has tables is read at once, because a table may cross pages.
bool IsWorkbook(const std::filesystem::path& name) {
  constexpr std::array<std::string_view, 8> kEndings = {".xlsx", ".xlsm", ".xltx", ".xltm",
                                                        ".xls",  ".xlt",  ".ods",  ".ots"};
  std::string ending = name.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

std::string NameOf(const reader::Table& table, size_t index) {
  return table.name.empty() ? fmt::format("table {}", index + 1) : fmt::format("sheet '{}'", table.name);
}

/// A document of one table, whose text is the table's.
std::shared_ptr<const reader::Document> Alone(const reader::Document& document, const reader::Table& table) {
  reader::TableText text = reader::TextOf(table);
  reader::Document out;
  out.file = document.file;
  out.mime = document.mime;
  out.title = document.title;
  out.text = std::move(text.text);
  out.pages.push_back({.number = std::max(1, table.page), .begin = 0, .end = text.code_points});
  if (text.code_points > 0) {
    out.blocks.push_back({.kind = reader::BlockKind::kTable, .begin = 0, .end = text.code_points - 1, .table = 0});
  }
  out.tables.push_back(table);
  return std::make_shared<const reader::Document>(std::move(out));
}

}  // namespace

Json TableSource::Input::Place() const {
  Json place = {{"file", file.shown}};
  if (!member.empty()) place["member"] = member;
  return place;
}

Result<TableSource::DocumentPtr> TableSource::Read(const InputFile& file, const MemberPath& member, int page) const {
  const std::string name = fmt::format("{}:{}", page, ShownName(file.shown, member));
  {
    MutexLock lock(mutex_);
    if (cached_name_ == name) return cached_;
  }
  reader::ReadOptions options = reader_.Options(member);
  options.want.tables = true;
  if (page > 0) options.limits.first_page = options.limits.last_page = page;
  YK_TRY(reader::Document document, reader_.Read(file, options));
  auto out = std::make_shared<const reader::Document>(std::move(document));
  MutexLock lock(mutex_);
  cached_name_ = name;
  cached_ = out;
  return out;
}

bool TableSource::Wants(const reader::Table& table) const {
  if (options_.sheets.empty()) return !table.hidden;
  return std::any_of(options_.sheets.begin(), options_.sheets.end(), [&](const std::string& wish) {
    return wish == table.name || (!table.hidden && MatchesGlob(wish, table.name));
  });
}

Result<void> TableSource::CheckSheets(const Input& input, const std::vector<std::string>& names) const {
  for (const std::string& wish : options_.sheets) {
    if (std::any_of(names.begin(), names.end(),
                    [&](const std::string& name) { return wish == name || MatchesGlob(wish, name); })) {
      continue;
    }
    std::string list;
    for (size_t i = 0; i < names.size() && i < 20; ++i) list += (i == 0 ? "'" : ", '") + names[i] + "'";
    return Fail(Code::kNotFound, "{} has no sheet '{}'; its sheets are {}{}", input.shown, wish,
                list.empty() ? "not to be read" : list, names.size() > 20 ? " and others" : "");
  }
  return {};
}

template <typename Each>
Result<void> TableSource::ForEachPage(const Input& input, Each each) const {
  int pages = 1;
  if (input.workbook) pages = reader_.CountPages(input.file, input.member);  // with none, its row says why
  for (int page = 1; page <= pages; ++page) {
    YK_TRY_VOID(UnlessStopped(options_.stop));
    const auto document = Read(input.file, input.member, input.workbook ? page : 0);
    if (document) YK_TRY_VOID(each(**document));
  }
  return {};
}

Result<void> TableSource::FindColumns() {
  columns_ = {"table", "sheet"};
  if (!options_.rows && options_.sheets.empty()) return {};
  std::vector<std::string> found;
  for (const Input& input : inputs_) {
    std::vector<std::string> names;
    YK_TRY_VOID(ForEachPage(input, [&](const reader::Document& document) -> Result<void> {
      for (size_t i = 0; i < document.tables.size(); ++i) {
        const reader::Table& table = document.tables[i];
        names.push_back(table.name);
        if (!options_.rows || !Wants(table)) continue;
        auto rows = RowsOf(table, options_.shape);
        if (!rows) return Fail(std::move(rows).error().With(NameOf(table, i)).With(input.shown));
        for (const std::string& column : rows->columns) {
          if (std::find(found.begin(), found.end(), column) == found.end()) found.push_back(column);
        }
      }
      return {};
    }));
    if (!names.empty()) YK_TRY_VOID(CheckSheets(input, names));
  }
  if (options_.rows) columns_ = std::move(found);
  return {};
}

Result<std::string> TableSource::Manifest() {
  YK_TRY(std::vector<InputFile> files, ListFiles(options_.patterns, options_.base_dir, options_.stop));
  YK_TRY_VOID(DropOwnFiles(options_.own_files, options_.patterns, options_.base_dir, files));
  inputs_.clear();
  Hasher hasher;
  hasher.Field(options_.rows ? "table rows" : "tables").Field(options_.limit);
  hasher.Field(int64_t{options_.shape.skip_rows}).Field(int64_t{options_.shape.header_rows});
  for (const std::string& sheet : options_.sheets) hasher.Field(sheet);
  for (const InputFile& file : files) {
    YK_TRY_VOID(UnlessStopped(options_.stop));
    const std::string sha256 = HashOrEmpty(file.path);
    hasher.Field(file.shown).Field(sha256);
    for (MemberPath& member : reader_.Members(file)) {
      std::string shown = ShownName(file.shown, member);
      const bool workbook = IsWorkbook(shown);
      inputs_.push_back({file, sha256, std::move(member), std::move(shown), workbook});
    }
  }
  YK_TRY_VOID(FindColumns());
  return fmt::format("{} files, sha256 {}", files.size(), ToHex(hasher.Finish()));
}

void TableSource::AddProblem(const Input& input, const std::string& sentence) {
  Json payload = input.Place();
  payload["error"] = sentence;
  ready_.push_back(DumpJson(payload));
  ++file_rows_;
}

void TableSource::AddRows(const Input& input, int page, size_t index, const reader::Table& table) {
  auto rows = RowsOf(table, options_.shape);
  if (!rows) return AddProblem(input, std::move(rows).error().With(NameOf(table, index)).With(input.shown).ToString());
  for (TableRow& row : rows->rows) {
    Json payload = input.Place();
    payload.update({{"page", table.page}, {"sheet", table.name}, {"row", row.row + 1}});
    payload["values"] = std::move(row.values);
    std::string text = DumpJson(payload);
    if (text.size() > kByValueMax) {
      Json place = input.Place();
      place.update({{"sha256", input.sha256}, {"table", index}, {"row", row.row + 1}});
      if (page > 0) place["page"] = page;
      text = DumpJson(place);
    }
    ready_.push_back(std::move(text));
    ++file_rows_;
  }
}

void TableSource::AddTables(const Input& input, int page) {
  const auto document = Read(input.file, input.member, page);
  if (!document) return AddProblem(input, document.error().ToString());
  for (size_t i = 0; i < (*document)->tables.size(); ++i) {
    const reader::Table& table = (*document)->tables[i];
    if (!Wants(table) || table.cells.empty()) continue;
    if (options_.rows) {
      AddRows(input, page, i, table);
      continue;
    }
    Json payload = input.Place();
    payload.update({{"sha256", input.sha256}, {"table", i}});
    if (page > 0) payload["page"] = page;
    ready_.push_back(DumpJson(payload));
    ++file_rows_;
  }
}

bool TableSource::ReadAhead() {
  ready_.clear();
  ready_at_ = 0;
  while (ready_.empty() && input_ < inputs_.size()) {
    const Input& input = inputs_[input_];
    if (page_ == 0) {
      page_count_ = 1;
      file_rows_ = 0;
      page_ = 1;
      // A file that cannot be read is one row, which fails with the reason.
      if (input.workbook) page_count_ = std::max(1, reader_.CountPages(input.file, input.member));
    }
    if (page_ <= page_count_) AddTables(input, input.workbook ? page_ : 0);
    if (++page_ <= page_count_) continue;
    if (file_rows_ == 0) {
      AddProblem(input, fmt::format("{}: there is no table{} in the file; leave it out, or read it as a document",
                                    input.shown, options_.rows ? " with rows below a header" : " with a value"));
    }
    ++input_;
    page_ = 0;
  }
  return !ready_.empty();
}

Result<std::vector<std::string>> TableSource::Next(size_t max) {
  std::vector<std::string> payloads;
  while (payloads.size() < max && (options_.limit == 0 || given_ < options_.limit)) {
    if (ready_at_ >= ready_.size() && !ReadAhead()) break;
    payloads.push_back(std::move(ready_[ready_at_++]));
    ++given_;
  }
  return payloads;
}

Result<void> TableSource::Skip(int64_t rows) {
  for (int64_t left = rows; left > 0;) {
    YK_TRY(const std::vector<std::string> some, Next(static_cast<size_t>(std::min<int64_t>(left, 1000))));
    if (some.empty()) {
      return Fail(Code::kConflict,
                  "the inputs have only {} rows now, but {} were there before; start the job with --new", rows - left,
                  rows);
    }
    left -= static_cast<int64_t>(some.size());
  }
  return {};
}

Result<pipeline::Row> TableSource::Load(int64_t row_id, const std::string& payload) const {
  YK_TRY(Json json, ParseJson(payload));
  if (json.contains("error")) return Fail(Code::kInvalid, json.value("error", ""));
  pipeline::Row row;
  row.row_id = row_id;
  const InputFile file = Locate(json.value("file", ""), options_.base_dir);
  const MemberPath member = json.value("member", MemberPath());
  row.file = ShownName(file.shown, member);
  row.page = json.value("page", 0);
  if (json.contains("values")) {
    row.fields = std::move(json["values"]);
    return row;
  }
  if (auto unchanged = unchanged_.Check(file, json.value("sha256", "")); !unchanged) {
    return Fail(std::move(unchanged).error().With(row.file));
  }
  YK_TRY(const DocumentPtr document, Read(file, member, row.page));
  const auto index = json.value("table", size_t{0});
  if (index >= document->tables.size())
    return Fail(Code::kCorrupt, "{}: the stored place of the table is damaged", row.file);
  const reader::Table& table = document->tables[index];
  const int workbook_page = row.page;
  row.page = table.page;
  if (!json.contains("row")) {
    row.document = Alone(*document, table);
    row.fields = {{"table", workbook_page > 0 ? workbook_page : static_cast<int>(index) + 1}, {"sheet", table.name}};
    return row;
  }
  YK_TRY(TableRows rows, RowsOf(table, options_.shape));
  for (TableRow& found : rows.rows) {
    if (found.row + 1 != json.value("row", 0)) continue;
    row.fields = std::move(found.values);
    return row;
  }
  return Fail(Code::kCorrupt, "{}: {} has no row {}", row.file, NameOf(table, index), json.value("row", 0));
}

}  // namespace yk::sources
