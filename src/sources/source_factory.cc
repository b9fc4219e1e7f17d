// SPDX-License-Identifier: Apache-2.0
#include "sources/source_factory.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/file.h"
#include "base/json.h"
#include "incidents/time_window.h"
#include "logs/header_format.h"
#include "logs/mask_rules.h"
#include "pipeline/spec_reader.h"
#include "sources/document_source.h"
#include "sources/log_source.h"
#include "sources/row_source.h"
#include "sources/stdin_spool.h"
#include "sources/table_source.h"

namespace yk::sources {
namespace fs = std::filesystem;
namespace {

using pipeline::ObjectReader;
using SourcePtr = std::unique_ptr<pipeline::Source>;

constexpr std::array<std::string_view, 6> kKinds = {"files", "csv", "xlsx", "jsonl", "logs", "stdin"};

/// --input is what a person typed in a shell: relative to where they stand, not to the job file.
std::vector<std::string> Patterns(std::vector<std::string> spec, const SourceContext& context) {
  if (context.overrides.empty()) return spec;
  std::vector<std::string> out;
  for (const std::string& path : context.overrides) out.push_back(fs::absolute(path).lexically_normal().string());
  return out;
}

/// The paths that a job names; at least one, and none of them empty, which would be the job's folder.
Result<std::vector<std::string>> TakePatterns(ObjectReader& spec, std::string_view key, std::string_view what) {
  YK_TRY(std::vector<std::string> patterns, spec.Strings(key));
  if (patterns.empty() || std::find(patterns.begin(), patterns.end(), "") != patterns.end())
    return spec.Wrong(key, fmt::format("must name at least one {}", what));
  return patterns;
}

Result<SourcePtr> MakeRows(RowKind kind, std::vector<std::string> patterns, char delimiter,
                           const SourceContext& context) {
  RowSourceOptions options;
  options.kind = kind;
  options.delimiter = delimiter;
  options.patterns = std::move(patterns);
  options.base_dir = context.base_dir;
  options.own_files = context.own_files;
  options.stop = context.stop;
  options.limit = context.limit;
  return SourcePtr(std::make_unique<RowSource>(std::move(options)));
}

/// Tables of files, or rows of them: `sheet`, `header_rows` and `skip_rows` say which and how.
/// "env:NAME" names the environment variable that holds the password, so that the stored job does not.
Result<std::vector<std::string>> TakePasswords(ObjectReader& spec) {
  YK_TRY(std::vector<std::string> passwords, spec.Strings("passwords"));
  for (std::string& password : passwords) {
    if (!password.starts_with("env:")) {
      return spec.Wrong("passwords",
                        "must name environment variables, for example 'env:PDF_PASSWORD': passwords do not "
                        "belong into files");
    }
    const std::string name = password.substr(4);
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) {
      return spec.Wrong("passwords", fmt::format("names the environment variable {}, which is not set; set it", name));
    }
    password = value;
  }
  return passwords;
}

Result<SourcePtr> MakeTables(ObjectReader& spec, std::vector<std::string> patterns, bool rows,
                             const SourceContext& context) {
  TableOptions options;
  options.rows = rows;
  YK_TRY(options.sheets, spec.Strings("sheet"));
  if (rows) {
    YK_TRY(const int64_t header_rows, spec.Integer("header_rows", -1, 0, 100));
    YK_TRY(const int64_t skip_rows, spec.Integer("skip_rows", 0, 0, 1'000'000));
    options.shape = {static_cast<int>(skip_rows), static_cast<int>(header_rows)};
  }
  YK_TRY(options.passwords, TakePasswords(spec));
  YK_TRY_VOID(spec.Finish());
  if (context.readers == nullptr) return Fail(Code::kInternal, "tables need a reader pool");
  options.patterns = Patterns(std::move(patterns), context);
  options.base_dir = context.base_dir;
  options.own_files = context.own_files;
  options.stop = context.stop;
  options.readers = context.readers;
  options.limit = context.limit;
  return SourcePtr(std::make_unique<TableSource>(std::move(options)));
}

Result<SourcePtr> MakeFiles(ObjectReader& spec, const SourceContext& context) {
  YK_TRY(std::vector<std::string> patterns, TakePatterns(spec, "files", "file, folder or pattern"));
  constexpr std::array<std::string_view, 7> kUnits = {"document", "page", "message", "frame", "line", "table", "row"};
  YK_TRY(const std::string unit, spec.OneOf("as", "document", kUnits));
  if (unit == "table" || unit == "row") return MakeTables(spec, std::move(patterns), unit == "row", context);
  YK_TRY(std::vector<std::string> passwords, TakePasswords(spec));
  std::chrono::milliseconds frames_every{0};
  if (unit == "frame") {
    YK_TRY(frames_every, spec.Time("every", std::chrono::seconds(10)));
    if (frames_every < std::chrono::milliseconds(100)) return spec.Wrong("every", "must be at least 100ms");
  }
  YK_TRY_VOID(spec.Finish());
  patterns = Patterns(std::move(patterns), context);
  if (unit == "line") return MakeRows(RowKind::kLines, std::move(patterns), 0, context);
  if (context.readers == nullptr) return Fail(Code::kInternal, "documents need a reader pool");
  DocumentOptions options;
  options.patterns = std::move(patterns);
  options.base_dir = context.base_dir;
  options.own_files = context.own_files;
  options.stop = context.stop;
  options.readers = context.readers;
  options.unit = unit == "page"      ? DocumentUnit::kPage
                 : unit == "message" ? DocumentUnit::kMessage
                 : unit == "frame"   ? DocumentUnit::kFrame
                                     : DocumentUnit::kDocument;
  options.limit = context.limit;
  options.rows_with_places = context.rows_with_places;
  options.passwords = std::move(passwords);
  options.frames_every = frames_every;
  return SourcePtr(std::make_unique<DocumentSource>(std::move(options)));
}

Result<char> TakeDelimiter(ObjectReader& spec) {
  YK_TRY(const std::string text, spec.String("delimiter", ""));
  if (text.empty()) return char{0};
  if (text == "tab" || text == "\\t") return '\t';
  if (text.size() == 1 && text != "\"" && text != "\n") return text.front();
  return spec.Wrong("delimiter", "must be one character, or 'tab'");
}

/// "text" keeps the lines as they are, "auto" looks at the first character: an object means JSONL, else lines.
Result<RowKind> StdinKind(const std::string& wish, const fs::path& path) {
  if (wish == "csv") return RowKind::kCsv;
  if (wish == "jsonl") return RowKind::kJsonl;
  if (wish == "lines" || wish == "text") return RowKind::kLines;
  YK_TRY(LineReader lines, LineReader::Open(path));
  YK_TRY(const std::optional<RawLine> first, lines.Next());
  if (first && first->bytes.starts_with('{')) {
    const auto parsed = ParseJson(first->bytes);
    if (parsed && parsed->is_object()) return RowKind::kJsonl;
  }
  return RowKind::kLines;
}

/// Standard input as a source: copied to a file at the first look, then read like one.
class StdinSource final : public pipeline::Source {
 public:
  StdinSource(std::string wish, char delimiter, SourceContext context)
      : wish_(std::move(wish)), delimiter_(delimiter), context_(std::move(context)) {
    if (context_.base_dir.empty()) context_.base_dir = fs::current_path();
  }

  Result<std::string> Manifest() override {
    fs::path path = context_.spooled_stdin;
    if (path.empty()) {
      YK_TRY(path, SpoolStdin(context_.stdin_fd, context_.spool_dir));
    }
    YK_TRY_VOID(Use(path));
    spool_ = path;
    return rows_->Manifest();
  }
  std::string Spool() const override { return spool_.string(); }
  std::vector<std::string> Columns() const override { return rows_ ? rows_->Columns() : std::vector<std::string>(); }
  Result<std::vector<std::string>> Next(size_t max) override { return rows_->Next(max); }
  Result<void> Skip(int64_t rows) override { return rows_->Skip(rows); }
  Result<pipeline::Row> Load(int64_t row_id, const std::string& payload) const override {
    auto row = rows_ ? rows_->Load(row_id, payload) : LoadAlone(row_id, payload);
    if (row) row->file = "stdin";
    return row;
  }

 private:
  /// In a run that resumes without reading standard input: the payload says where the row is.
  Result<pipeline::Row> LoadAlone(int64_t row_id, const std::string& payload) const {
    YK_TRY(const Json json, ParseJson(payload));
    RowSourceOptions options = Options(json.value("file", ""));
    if (json.contains("at")) {
      YK_TRY(options.kind, StdinKind(wish_, Locate(options.patterns.front(), options.base_dir).path));
    }
    return RowSource(std::move(options)).Load(row_id, payload);
  }

  RowSourceOptions Options(std::string path) const {
    RowSourceOptions options;
    options.delimiter = delimiter_;
    options.patterns = {std::move(path)};
    options.base_dir = context_.base_dir;
    options.limit = context_.limit;
    return options;
  }
  Result<void> Use(const fs::path& path) {
    RowSourceOptions options = Options(path.string());
    YK_TRY(options.kind, StdinKind(wish_, path));
    rows_ = std::make_unique<RowSource>(std::move(options));
    return {};
  }

  const std::string wish_;
  const char delimiter_;
  SourceContext context_;
  fs::path spool_;
  std::unique_ptr<RowSource> rows_;
};

Result<SourcePtr> MakeStdin(ObjectReader& spec, const SourceContext& context) {
  constexpr std::array<std::string_view, 5> kWishes = {"csv", "jsonl", "lines", "text", "auto"};
  YK_TRY(const std::string wish, spec.OneOf("stdin", "auto", kWishes));
  YK_TRY(const char delimiter, TakeDelimiter(spec));
  YK_TRY_VOID(spec.Finish());
  return SourcePtr(std::make_unique<StdinSource>(wish, delimiter, context));
}

/// What of a log's options can be refused without the log.
Result<void> CheckLogs(const LogAnalysisOptions& options, ObjectReader& spec) {
  for (const auto& [key, moment] : {std::pair("since", &options.since), std::pair("until", &options.until)}) {
    if (moment->empty() || incidents::IsMoment(*moment)) continue;
    return spec.Wrong(key,
                      fmt::format("is no time: '{}'; write for example '2026-03-02 10:42', '10:42' or '2h' (before "
                                  "the end)",
                                  *moment));
  }
  if (!options.mine.header.empty()) {
    const auto header = logs::HeaderFormat::Compile(options.mine.header);
    if (!header) return spec.Wrong("header", "cannot be used: " + header.error().message);
  }
  const auto masks = logs::MaskRules::Compile(options.mine.masks);
  if (!masks) return spec.Wrong("masks", "cannot be used: " + masks.error().message);
  return {};
}

/// Incidents of logs: the keys say what the flags of `yakan logs` say.
Result<SourcePtr> MakeLogs(ObjectReader& spec, const SourceContext& context) {
  LogAnalysisOptions options;
  YK_TRY(std::vector<std::string> patterns, TakePatterns(spec, "logs", "log file, folder or pattern"));
  YK_TRY(const int64_t top, spec.Integer("top", 10, 1, 1000));
  YK_TRY(options.baseline, spec.Strings("baseline"));
  YK_TRY(options.since, spec.String("since", ""));
  YK_TRY(options.until, spec.String("until", ""));
  YK_TRY(options.mine.header, spec.String("header", ""));
  YK_TRY(const int64_t year, spec.Integer("year", options.mine.year, 1970, 9999));
  if (const Json& masks = spec.Any("masks"); !masks.is_null()) {
    auto rules = MaskRulesFromJson(masks);
    if (!rules) return spec.Wrong("masks", rules.error().message);
    options.mine.masks = std::move(*rules);
  }
  YK_TRY_VOID(CheckLogs(options, spec));
  YK_TRY_VOID(spec.Finish());
  options.patterns = Patterns(std::move(patterns), context);
  options.files = {context.base_dir, context.own_files, context.stop};
  options.top = static_cast<size_t>(top);
  options.mine.year = static_cast<int>(year);
  options.mine.threads = 0;
  return SourcePtr(std::make_unique<LogSource>(std::move(options), context.limit));
}

Result<SourcePtr> MakeRecords(ObjectReader& spec, std::string_view key, const SourceContext& context) {
  YK_TRY(std::vector<std::string> patterns, TakePatterns(spec, key, "file"));
  const RowKind kind = key == "csv" ? RowKind::kCsv : RowKind::kJsonl;
  char delimiter = 0;
  if (kind == RowKind::kCsv) {
    YK_TRY(delimiter, TakeDelimiter(spec));
  }
  YK_TRY_VOID(spec.Finish());
  return MakeRows(kind, Patterns(std::move(patterns), context), delimiter, context);
}

}  // namespace

Result<SourcePtr> MakeSource(const Json& input_spec, const SourceContext& context) {
  static const pipeline::Places kNowhere;
  const pipeline::Places& places = context.places != nullptr ? *context.places : kNowhere;
  YK_TRY(ObjectReader spec, ObjectReader::Open(input_spec, "/input", places, "input"));
  std::vector<std::string_view> named;
  for (const std::string_view kind : kKinds) {
    if (spec.Has(kind)) named.push_back(kind);
  }
  if (named.size() > 1) {
    return Fail(Code::kInvalid, "{}: input: '{}' and '{}' exclude each other; keep one", places.Of("/input"), named[0],
                named[1]);
  }
  if (named.empty()) {
    for (const auto& [key, value] : input_spec.items()) {
      if (std::find(kKinds.begin(), kKinds.end(), key) != kKinds.end()) {
        return spec.Wrong(key, key == "stdin" ? "must say how to read it: csv, jsonl, lines, text or auto"
                                              : "must name at least one file");
      }
      const std::string near = pipeline::Nearest(key, kKinds);
      if (!near.empty()) {
        return Fail(Code::kInvalid, "{}: input: the key '{}' is unknown; did you mean '{}'?",
                    places.Of("/input/" + key), key, near);
      }
    }
    return Fail(Code::kInvalid, "{}: input: say where rows come from with one of: files, csv, xlsx, jsonl, logs, stdin",
                places.Of("/input"));
  }
  if (named.front() == "files") return MakeFiles(spec, context);
  if (named.front() == "stdin") return MakeStdin(spec, context);
  if (named.front() == "logs") return MakeLogs(spec, context);
  if (named.front() == "xlsx") {
    YK_TRY(std::vector<std::string> patterns, TakePatterns(spec, "xlsx", "workbook"));
    return MakeTables(spec, std::move(patterns), true, context);
  }
  return MakeRecords(spec, named.front(), context);
}

}  // namespace yk::sources
