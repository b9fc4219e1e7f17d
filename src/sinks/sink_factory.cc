// SPDX-License-Identifier: Apache-2.0
#include "sinks/sink_factory.h"

#include <algorithm>
#include <array>
#include <map>

#include "pipeline/spec_reader.h"
#include "sinks/built_file.h"
#include "sinks/columns.h"
#include "sinks/html_sink.h"
#include "sinks/line_sink.h"
#include "sinks/xlsx_sink.h"

namespace yk::sinks {
namespace fs = std::filesystem;
namespace {

using pipeline::ObjectReader;
using SinkPtr = std::unique_ptr<pipeline::Sink>;

constexpr std::array<std::string_view, 4> kKinds = {"jsonl", "csv", "xlsx", "html"};

struct Made {
  SinkPtr sink;
  std::vector<fs::path> files;  ///< what it writes
};

Result<fs::path> TakePath(ObjectReader& spec, std::string_view kind, const SinkContext& context, std::string& name) {
  YK_TRY(const std::string text, spec.String(kind, ""));
  if (text.empty()) return spec.Wrong(kind, "must be the path of a file");
  name = fmt::format("{}:{}", kind, text);
  fs::path path = (context.base_dir / text).lexically_normal();
  std::error_code error;
  if (!path.has_filename() || fs::is_directory(path, error)) {
    return spec.Wrong(kind, fmt::format("names the folder {}; name a file in it", text));
  }
  return path;
}

Result<bool> TakeInlineErrors(ObjectReader& spec) {
  constexpr std::array<std::string_view, 2> kPlaces = {"beside", "inline"};
  YK_TRY(const std::string place, spec.OneOf("errors", "beside", kPlaces));
  return place == "inline";
}

Result<Made> MakeJsonl(ObjectReader& spec, const SinkContext& context) {
  LineSink::Options options;
  YK_TRY(options.path, TakePath(spec, "jsonl", context, options.name));
  YK_TRY(options.inline_errors, TakeInlineErrors(spec));
  YK_TRY_VOID(spec.Finish());
  const fs::path path = options.path;
  std::vector<fs::path> files = {path};
  if (!options.inline_errors) files.push_back(ErrorsPath(path));
  return Made{std::make_unique<LineSink>(std::move(options), MakeJsonlFormat()), std::move(files)};
}

Result<Made> MakeCsv(ObjectReader& spec, const SinkContext& context) {
  LineSink::Options options;
  CsvFormatOptions format;
  YK_TRY(options.path, TakePath(spec, "csv", context, options.name));
  YK_TRY(options.inline_errors, TakeInlineErrors(spec));
  YK_TRY(format.bom, spec.Bool("bom", false));
  constexpr std::array<std::string_view, 2> kFormulas = {"escape", "raw"};
  YK_TRY(const std::string formulas, spec.OneOf("formulas", "escape", kFormulas));
  YK_TRY_VOID(spec.Finish());
  format.escape_formulas = formulas == "escape";
  format.inline_errors = options.inline_errors;
  format.confidence = context.confidence;
  for (const Column& column : AllColumns(context.extra_columns, context.schema)) format.columns.push_back(column.name);
  const fs::path path = options.path;
  std::vector<fs::path> files = {path};
  if (!options.inline_errors) files.push_back(ErrorsPath(path));
  return Made{std::make_unique<LineSink>(std::move(options), MakeCsvFormat(std::move(format))), std::move(files)};
}

Result<Made> MakeXlsx(ObjectReader& spec, const SinkContext& context) {
  XlsxOptions options;
  YK_TRY(options.path, TakePath(spec, "xlsx", context, options.name));
  YK_TRY(options.sheet, spec.String("sheet", ""));
  YK_TRY_VOID(spec.Finish());
  options.job = context.job;
  options.job_name = context.job_name;
  options.created_at = context.created_at;
  options.results = context.results;
  options.stage = context.stage;
  options.columns = AllColumns(context.extra_columns, context.schema);
  options.confidence = context.confidence;
  const fs::path path = options.path;
  return Made{std::make_unique<XlsxSink>(std::move(options)), {path}};
}

Result<Made> MakeHtml(ObjectReader& spec, const SinkContext& context) {
  HtmlOptions options;
  YK_TRY(options.path, TakePath(spec, "html", context, options.name));
  YK_TRY(options.rows_max, spec.Integer("rows", kHtmlRowsUsual, 1, kHtmlRowsMax));
  YK_TRY_VOID(spec.Finish());
  options.base_dir = context.base_dir;
  options.others = context.whole_outputs;
  options.job = context.job;
  options.job_name = context.job_name;
  options.created_at = context.created_at;
  options.results = context.results;
  options.stage = context.stage;
  options.columns = AllColumns(context.extra_columns, context.schema);
  const fs::path path = options.path;
  return Made{std::make_unique<HtmlSink>(std::move(options)), {path}};
}

Result<Made> MakeOne(const Json& output_spec, const std::string& pointer, const SinkContext& context) {
  static const pipeline::Places kNowhere;
  const pipeline::Places& places = context.places != nullptr ? *context.places : kNowhere;
  YK_TRY(ObjectReader spec, ObjectReader::Open(output_spec, pointer, places, "output"));
  if (spec.Has("jsonl")) return MakeJsonl(spec, context);
  if (spec.Has("csv")) return MakeCsv(spec, context);
  if (spec.Has("xlsx")) return MakeXlsx(spec, context);
  if (spec.Has("html")) return MakeHtml(spec, context);
  for (const auto& [key, value] : output_spec.items()) {
    if (std::find(kKinds.begin(), kKinds.end(), key) != kKinds.end())
      return spec.Wrong(key, "must be the path of a file");
    const std::string near = pipeline::Nearest(key, kKinds);
    if (near.empty()) continue;
    return Fail(Code::kInvalid, "{}: output: the key '{}' is unknown; did you mean '{}'?",
                places.Of(pointer + "/" + key), key, near);
  }
  return Fail(Code::kInvalid, "{}: output: say where results go with one of: jsonl, csv, xlsx, html",
              places.Of(pointer));
}

/// Two names of one file: the nearest existing folder is resolved, links and all.
fs::path Canonical(const fs::path& path) {
  std::error_code error;
  fs::path canonical = fs::weakly_canonical(path, error);
  return error ? path : canonical;
}

}  // namespace

Result<SinkPtr> MakeSink(const Json& output_spec, const SinkContext& context) {
  YK_TRY(Made made, MakeOne(output_spec, "/output", context));
  return std::move(made.sink);
}

std::vector<fs::path> OutputFiles(const Json& output_spec, const fs::path& base_dir) {
  std::vector<fs::path> files;
  for (const std::string_view kind : kKinds) {
    const Json text = Member(output_spec, kind);
    if (!text.is_string() || text.get_ref<const std::string&>().empty()) continue;
    files.push_back((base_dir / text.get<std::string>()).lexically_normal());
    const bool errors_beside = Member(output_spec, "errors") != "inline";
    if ((kind == "jsonl" || kind == "csv") && errors_beside) files.push_back(ErrorsPath(files.front()));
    break;
  }
  for (size_t i = files.size(); i > 0; --i) files.push_back(PartialOf(files[i - 1]));
  return files;
}

Result<std::vector<SinkPtr>> MakeSinks(const Json& output_specs, SinkContext context) {
  std::vector<SinkPtr> sinks;
  for (const Json& spec : output_specs) {
    for (const char* kind : {"jsonl", "csv", "xlsx"}) {
      if (const Json path = Member(spec, kind); path.is_string()) context.whole_outputs.push_back(path);
    }
  }
  std::map<fs::path, size_t> writers;
  for (size_t i = 0; i < output_specs.size(); ++i) {
    YK_TRY(Made made, MakeOne(output_specs[i], fmt::format("/output/{}", i), context));
    for (const fs::path& file : made.files) {
      const auto [other, fresh] = writers.emplace(Canonical(file), i);
      if (!fresh) {
        return Fail(Code::kInvalid, "output {} and output {} both write {}; give each its own file", other->second + 1,
                    i + 1, file.string());
      }
    }
    sinks.push_back(std::move(made.sink));
  }
  return sinks;
}

}  // namespace yk::sinks
