// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <functional>
#include <set>

#include "app/commands.h"
#include "app/job_identity.h"
#include "app/stage_reached.h"
#include "app/store_access.h"
#include "sinks/columns.h"
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

/// Rows as CSV. The columns are those of all rows, so every row is shown to Look before the first is printed.
class CsvPrinter {
 public:
  void Look(const Json& row) {
    for (const auto& [name, value] : row.items()) {
      if (name == "_confidence" && value.is_object()) {
        Add("_confidence");
        for (const auto& [field, sure] : value.items()) Add("_confidence." + field);
        continue;
      }
      if (name != "_evidence" && name != "_source") Add(name);
    }
  }
  void Header() const {
    std::vector<std::string> cells;
    for (const auto& name : columns_) cells.push_back(sinks::EscapeFormula(name));
    Print(cells);
  }
  void Row(const Json& row) const {
    std::vector<std::string> cells;
    for (const auto& name : columns_) {
      const Json value = ValueOf(row, name);
      cells.push_back(value.is_number() ? Cell(value) : sinks::EscapeFormula(Cell(value)));
    }
    Print(cells);
  }

 private:
  void Add(const std::string& name) {
    if (known_.insert(name).second) columns_.push_back(name);
  }
  /// The fields that passages or rows disagree about.
  static Json FieldsOf(const Json& row) {
    Json fields = Json::array();
    const Json conflicts = sinks::Member(row, "_conflicts");
    if (!conflicts.is_object()) return nullptr;
    for (const auto& [field, others] : conflicts.items()) fields.push_back(field);
    return fields;
  }
  static Json ValueOf(const Json& row, const std::string& name) {
    constexpr std::string_view kConfidence = "_confidence.";
    if (name == "_confidence") return sinks::LeastConfidence(row);
    if (name == "_conflicts") return FieldsOf(row);
    if (name.starts_with(kConfidence)) return sinks::ConfidenceOf(row, name.substr(kConfidence.size()));
    return sinks::Member(row, name);
  }
  static void Print(const std::vector<std::string>& cells) {
    const std::string line = text::CsvLine(cells);
    std::fwrite(line.data(), 1, line.size(), stdout);
  }
  std::vector<std::string> columns_;
  std::set<std::string> known_;
};

using UseRow = std::function<Result<void>(const store::RowResult&)>;

/// What is shown of a job: the rows of the stage that it has reached.
struct ShownStage {
  store::JobId job;
  int stage = 0;
  bool before_barrier = false;  ///< more follows; its rows hold what the barrier compares
};

Result<std::string> WithoutTextKey(const std::string& output) {
  YK_TRY(Json row, ParseJson(output));
  row.erase("_text_key");
  return DumpJson(row);
}

/// Calls `use` with the rows that the command asks for, in order.
Result<void> ForEachRow(store::ResultLog& results, const ShownStage& shown, const ResultsCommand& command,
                        const UseRow& use) {
  int64_t left = command.limit > 0 ? command.limit : INT64_MAX;
  for (int64_t from = 0; left > 0;) {
    YK_TRY(std::vector<store::RowResult> rows,
           results.Scan(shown.job, shown.stage, from, std::min(left, kBatch), command.errors));
    if (rows.empty()) break;
    for (auto& row : rows) {
      if (shown.before_barrier) {
        YK_TRY(row.output, WithoutTextKey(row.output));
      }
      YK_TRY_VOID(use(row));
    }
    from = rows.back().row_id + 1;
    left -= static_cast<int64_t>(rows.size());
  }
  return {};
}

Result<void> PrintCsv(store::ResultLog& results, const ShownStage& shown, const ResultsCommand& command) {
  CsvPrinter csv;
  YK_TRY_VOID(ForEachRow(results, shown, command, [&](const store::RowResult& row) -> Result<void> {
    YK_TRY(const Json parsed, ParseJson(row.output));
    csv.Look(parsed);
    return {};
  }));
  csv.Header();
  return ForEachRow(results, shown, command, [&](const store::RowResult& row) -> Result<void> {
    YK_TRY(const Json parsed, ParseJson(row.output));
    csv.Row(parsed);
    return {};
  });
}

}  // namespace

Result<int> CmdResults(const CommandContext& context, const ResultsCommand& command) {
  YK_TRY(const Settings settings, LoadSettings(fs::current_path()));
  YK_TRY(const fs::path db, StorePath(settings, context.store_flag, fs::current_path()));
  YK_TRY(const auto store, OpenToRead(db, context.clock));
  YK_TRY(const store::JobRecord job, FindJob(*store, command.job));
  // Of a job that stands before a barrier, what was found so far.
  YK_TRY(const std::vector<store::Ledger> ledgers, store->Count(job.id));
  const int stage = StageReached(ledgers);
  const ShownStage shown{job.id, stage, stage < job.stages - 1};
  if (command.format == "csv" && !context.json) {
    YK_TRY_VOID(PrintCsv(*store, shown, command));
    return 0;
  }
  if (context.json) fmt::print("{{\"job\":{},\"rows\":[", DumpJson(JobToJson(job)));
  const char* separator = "";
  YK_TRY_VOID(ForEachRow(*store, shown, command, [&](const store::RowResult& row) -> Result<void> {
    if (context.json) {
      fmt::print("{}{}", separator, row.output);
      separator = ",";
    } else {
      fmt::print("{}\n", row.output);
    }
    return {};
  }));
  if (context.json) fmt::print("]}}\n");
  return 0;
}

}  // namespace yk::app
