// SPDX-License-Identifier: Apache-2.0
#include "app/run_summary.h"

#include <cstdio>

#include "app/progress_reporter.h"
#include "app/stage_reached.h"
#include "app/store_access.h"

namespace yk::app {
namespace {

constexpr int64_t kFailuresShown = 5;

std::string_view EndName(engine::RunEnd end) {
  switch (end) {
    case engine::RunEnd::kFinished: return "finished";
    case engine::RunEnd::kPaused: return "paused";
    case engine::RunEnd::kCancelled: return "cancelled";
    case engine::RunEnd::kInterrupted: return "interrupted";
  }
  return "finished";
}

std::string LedgerLine(const store::Ledger& l) {
  std::string line = fmt::format("rows: {}  ok {}", Thousands(l.rows), Thousands(l.ok));
  const auto add = [&](std::string_view name, int64_t count) {
    if (count > 0) line += fmt::format("  {} {}", name, Thousands(count));
  };
  add("null by policy", l.null_by_policy);
  add("filtered", l.filtered);
  add("failed", l.failed);
  add("quarantined", l.quarantined);
  add("waiting", l.pending + l.leased);
  add("cancelled", l.cancelled);
  return line;
}

/// What happened inside a model of this machine; zeros say nothing and are left out.
void PrintCounters(const RunSummary& summary) {
  for (const auto& [model, counters] : summary.counters) {
    std::string line;
    for (const auto& counter : counters) {
      if (counter.value != 0) line += fmt::format("  {}: {}", counter.name, Thousands(counter.value));
    }
    if (!line.empty()) fmt::print("model {}:{}\n", model, line);
  }
}

void PrintFailures(const RunSummary& summary, store::ResultLog& results) {
  const int stage = StageReached(summary.ledgers);
  const auto rows = results.Scan(summary.job.id, stage, 0, kFailuresShown, true);
  if (!rows) return;
  for (const auto& row : *rows) {
    const auto parsed = ParseJson(row.output);
    if (!parsed || !parsed->contains("_error")) continue;
    fmt::print("  row {}: {}\n", row.row_id, (*parsed)["_error"].value("message", ""));
  }
  const store::Ledger ledger = LedgerReached(summary.ledgers);
  if (const int64_t more = ledger.failed + ledger.quarantined - static_cast<int64_t>(rows->size()); more > 0) {
    fmt::print("  … and {} more: yakan results {} --errors{}\n", Thousands(more), summary.job.name, summary.store_flag);
  }
}

}  // namespace

Json SummaryJson(const RunSummary& summary) {
  Json out = Json::object();
  out["job"] = summary.job.name;
  out["id"] = summary.job.id.value;
  out["end"] = std::string(EndName(summary.end));
  if (!summary.reason.empty()) out["reason"] = summary.reason;
  out["resumed"] = summary.resumed;
  out["rows"] = LedgerToJson(LedgerReached(summary.ledgers));
  if (summary.ledgers.size() > 1) {
    Json& stages = out["stages"] = Json::array();
    for (const auto& ledger : summary.ledgers) stages.push_back(LedgerToJson(ledger));
  }
  out["model_calls"] = summary.stats.calls;
  out["cached"] = summary.stats.stored + summary.stats.stored_other_schema;
  out["shared"] = summary.stats.shared;
  out["tokens_in"] = summary.stats.usage.tokens_in;
  out["tokens_out"] = summary.stats.usage.tokens_out;
  for (const auto& [model, counters] : summary.counters) {
    for (const auto& counter : counters) out["models"][model][counter.name] = counter.value;
  }
  out["price_usd"] = summary.stats.usage.price;
  out["seconds"] = std::chrono::duration<double>(summary.elapsed).count();
  out["outputs"] = summary.end == engine::RunEnd::kFinished ? Json(summary.outputs) : Json::array();
  out["created_at"] = JobToJson(summary.job)["created_at"];
  return out;
}

void PrintSummary(const RunSummary& summary, bool json, store::ResultLog& results) {
  if (json) {
    fmt::print("{}\n", DumpJson(SummaryJson(summary)));
    return;
  }
  const store::Ledger ledger = LedgerReached(summary.ledgers);
  fmt::print("{}: {}{} in {}\n", summary.job.name, EndName(summary.end), summary.resumed ? " (resumed)" : "",
             HumanTime(summary.elapsed));
  fmt::print("{}\n", LedgerLine(ledger));
  const auto& stats = summary.stats;
  std::string cost = fmt::format("model calls: {}", stats.calls);
  if (const int64_t cached = stats.stored + stats.stored_other_schema + stats.shared; cached > 0)
    cost += fmt::format("  from stored answers: {}", cached);
  if (const int64_t tokens = stats.usage.tokens_in + stats.usage.tokens_out; tokens > 0)
    cost += fmt::format("  tokens: {}", Thousands(tokens));
  if (stats.usage.price > 0) cost += fmt::format("  cost: ${:.4f}", stats.usage.price);
  fmt::print("{}\n", cost);
  PrintCounters(summary);
  if (ledger.failed + ledger.quarantined > 0) {
    PrintFailures(summary, results);
    if (summary.job.stages > 1)
      fmt::print("try them again: yakan run {} --ask-again{}\n", summary.job_file, summary.store_flag);
    else
      fmt::print("try them again: yakan retry {}{}\n", summary.handle, summary.store_flag);
  }
  if (summary.end == engine::RunEnd::kFinished) {
    for (const auto& output : summary.outputs) fmt::print("wrote {}\n", output.substr(output.find(':') + 1));
  } else if (summary.end != engine::RunEnd::kCancelled) {
    if (summary.end == engine::RunEnd::kPaused && !summary.reason.empty())
      fmt::print("{}: {}\n", EndName(summary.end), summary.reason);
    fmt::print("nothing is lost; go on with: yakan resume {}{}\n", summary.handle, summary.store_flag);
  }
  std::fflush(stdout);
}

int ExitCode(const RunSummary& summary) {
  switch (summary.end) {
    case engine::RunEnd::kPaused:
    case engine::RunEnd::kCancelled: return 4;
    case engine::RunEnd::kInterrupted: return 130;
    case engine::RunEnd::kFinished: break;
  }
  const store::Ledger ledger = LedgerReached(summary.ledgers);
  return ledger.failed + ledger.quarantined > 0 ? 3 : 0;
}

}  // namespace yk::app
