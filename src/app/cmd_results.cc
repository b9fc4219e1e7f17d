// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <set>

#include "app/commands.h"
#include "app/job_identity.h"
#include "app/store_access.h"
#include "text/csv.h"

namespace yk::app {
namespace fs = std::filesystem;
namespace {

constexpr int64_t kBatch = 2000;

/// Lists are joined as every table of ours joins them.
std::string Cell(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return DumpJson(value);
  std::string out;
  for (const auto& item : value) out += (out.empty() ? "" : "; ") + Cell(item);
  return out;
}

/// Prints rows as CSV; the columns are those of the first row that has values.
class CsvPrinter {
 public:
  Result<void> Row(const Json& row) {
    if (columns_.empty()) {
      for (const auto& [name, value] : row.items()) {
        if (!name.starts_with("_evidence") && name != "_source") columns_.push_back(name);
      }
      Print(columns_);
    }
    std::vector<std::string> cells;
    for (const auto& name : columns_) cells.push_back(row.contains(name) ? Cell(row[name]) : "");
    Print(cells);
    return {};
  }

 private:
  static void Print(const std::vector<std::string>& cells) {
    const std::string line = text::CsvLine(cells);
    std::fwrite(line.data(), 1, line.size(), stdout);
  }
  std::vector<std::string> columns_;
};

}  // namespace

Result<int> CmdResults(const CommandContext& context, const ResultsCommand& command) {
  YK_TRY(const Settings settings, LoadSettings(fs::current_path()));
  YK_TRY(const fs::path db, StorePath(settings, context.store_flag, fs::current_path()));
  YK_TRY(const auto store, OpenToRead(db, context.clock));
  YK_TRY(const store::JobRecord job, FindJob(*store, command.job));
  CsvPrinter csv;
  if (context.json) fmt::print("{{\"job\":{},\"rows\":[", DumpJson(JobToJson(job)));
  const char* separator = "";
  int64_t left = command.limit > 0 ? command.limit : INT64_MAX;
  for (int64_t from = 0; left > 0;) {
    YK_TRY(const std::vector<store::RowResult> rows,
           store->Scan(job.id, job.stages - 1, from, std::min(left, kBatch), command.errors));
    if (rows.empty()) break;
    for (const auto& row : rows) {
      if (context.json) {
        fmt::print("{}{}", separator, row.output);
        separator = ",";
      } else if (command.format == "csv") {
        YK_TRY(const Json parsed, ParseJson(row.output));
        YK_TRY_VOID(csv.Row(parsed));
      } else {
        fmt::print("{}\n", row.output);
      }
    }
    from = rows.back().row_id + 1;
    left -= static_cast<int64_t>(rows.size());
  }
  if (context.json) fmt::print("]}}\n");
  return 0;
}

}  // namespace yk::app
