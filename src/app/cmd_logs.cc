// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "app/commands.h"
#include "app/log_follow.h"
#include "app/log_model.h"
#include "app/log_outputs.h"
#include "app/log_tables.h"
#include "app/yaml_file.h"
#include "base/file.h"
#include "base/json.h"
#include "sources/log_analysis.h"

namespace yk::app {
namespace {

/// For logs that leave the year out.
int YearOf(WallTime now) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(now));
  return static_cast<int>(date.year());
}

Result<sources::LogAnalysisOptions> OptionsOf(const CommandContext& context, const LogsCommand& command) {
  sources::LogAnalysisOptions options;
  options.patterns = command.files;
  options.baseline = command.baseline;
  options.files = {std::filesystem::current_path(), LogOutputs(command), context.stop};
  YK_TRY_VOID(CheckLogOutputs(command, options.files.base_dir));
  options.since = command.since;
  options.until = command.until;
  options.top = command.top;
  options.mine.header = command.header;
  options.mine.threads = command.threads;
  options.mine.year = YearOf(context.clock.WallNow());
  options.now = ToUnixMs(context.clock.WallNow()) * 1000;
  if (!command.masks.empty()) {
    YK_TRY(const YamlDocument rules, ReadYamlFile(command.masks));
    const Json& list = rules.value.is_object() && rules.value.contains("masks") ? rules.value["masks"] : rules.value;
    auto masks = sources::MaskRulesFromJson(list);
    if (!masks) return Fail(std::move(masks).error().With(command.masks));
    options.mine.masks = std::move(*masks);
  }
  return options;
}

Result<void> WriteTables(const LogsCommand& command, const sources::LogAnalysis& analysis) {
  if (!command.structured.empty()) YK_TRY_VOID(WriteStructured(analysis, command.structured));
  if (!command.templates.empty()) YK_TRY_VOID(WriteTemplates(analysis, command.templates));
  return {};
}

/// 3: some files could not be read, or not to their end, and they were named.
int CodeOf(const sources::LogAnalysis& analysis) { return analysis.files.incomplete() > 0 ? 3 : 0; }

}  // namespace

Result<int> CmdLogs(const CommandContext& context, const LogsCommand& command) {
  YK_TRY(const sources::LogAnalysisOptions options, OptionsOf(context, command));
  if (command.follow) return FollowLog(context, command, options);
  YK_TRY(sources::LogAnalysis analysis, sources::AnalyseLogs(options));
  YK_TRY_VOID(WriteTables(command, analysis));
  if (!command.extract.empty()) {
    YK_TRY(const uint32_t id, FindTemplate(analysis.summary, command.extract));
    PrintValues(analysis, id);
    return CodeOf(analysis);
  }
  std::vector<incidents::Explanation> said;
  if (!command.model.empty()) {
    YK_TRY(said, ExplainIncidents(context, command.model, &analysis));
  }
  const incidents::Subject subject = analysis.Subject();
  if (!command.report.empty()) YK_TRY_VOID(WriteFileAtomic(command.report, incidents::ReportHtml(subject, said)));
  if (!command.out.empty()) {
    YK_TRY_VOID(WriteFileAtomic(command.out, DumpJsonPretty(incidents::ReportJson(subject, said)) + "\n"));
  }
  if (context.json) {
    fmt::print("{}\n", DumpJson(incidents::ReportJson(subject, said)));
  } else {
    fmt::print("{}", incidents::ReportText(subject, said));
    for (const std::string& path : {command.structured, command.templates, command.out, command.report}) {
      if (!path.empty()) fmt::print("wrote {}\n", path);
    }
  }
  return CodeOf(analysis);
}

}  // namespace yk::app
