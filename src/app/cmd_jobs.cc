// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app/commands.h"
#include "app/job_identity.h"
#include "app/own_files.h"
#include "app/progress_reporter.h"
#include "app/stage_reached.h"
#include "app/store_access.h"
#include "sqlite/backup.h"

namespace yk::app {
namespace fs = std::filesystem;
namespace {

constexpr const char* kInterrupted = "interrupted";

Result<fs::path> StoreHere(const CommandContext& context) {
  YK_TRY(const Settings settings, LoadSettings(fs::current_path()));
  return StorePath(settings, context.store_flag, fs::current_path());
}

using AtWork = Result<std::optional<store::JobId>>;

Result<Json> Described(store::JobStore& store, const store::JobRecord& job, const AtWork& at_work) {
  Json out = JobToJson(job);
  // The store says what a run has begun. Whether the run is still there, only its process can.
  const bool under_way = !store::IsFinal(job.state) && job.state != store::JobState::kPaused;
  if (under_way && at_work && *at_work != job.id) out["state"] = kInterrupted;
  YK_TRY(const std::vector<store::Ledger> ledgers, store.Count(job.id));
  out["ledger"] = LedgerToJson(LedgerReached(ledgers));
  if (ledgers.size() > 1) {
    Json& stages = out["stages"] = Json::array();
    for (const auto& ledger : ledgers) stages.push_back(LedgerToJson(ledger));
  }
  return out;
}

void PrintLine(const Json& job) {
  const Json& ledger = job["ledger"];
  const int64_t done = ledger.value("ok", int64_t{0}) + ledger.value("null_by_policy", int64_t{0}) +
                       ledger.value("filtered", int64_t{0});
  const int64_t failed = ledger.value("failed", int64_t{0}) + ledger.value("quarantined", int64_t{0});
  fmt::print("{:<19}  {:<24}  {:<10}  {:>11}/{:<11}  failed {:<8} {}\n", job.value("id", int64_t{0}),
             job.value("name", ""), job.value("state", ""), Thousands(done + failed),
             Thousands(ledger.value("rows", int64_t{0})), Thousands(failed), job.value("created_at", ""));
}

}  // namespace

Result<int> CmdJobs(const CommandContext& context) {
  YK_TRY(const fs::path db, StoreHere(context));
  YK_TRY(const auto store, OpenToRead(db, context.clock));
  YK_TRY(const std::vector<store::JobRecord> jobs, store->List({}));
  const AtWork at_work = JobAtWork(db);
  Json list = Json::array();
  for (const auto& job : jobs) {
    YK_TRY(Json described, Described(*store, job, at_work));
    list.push_back(std::move(described));
  }
  if (context.json) {
    fmt::print("{}\n", DumpJson({{"jobs", std::move(list)}}));
    return 0;
  }
  for (const auto& job : list) PrintLine(job);
  if (list.empty()) fmt::print("no jobs in {}\n", db.string());
  return 0;
}

Result<int> CmdStatus(const CommandContext& context, const std::string& name) {
  if (name.empty()) return CmdJobs(context);
  YK_TRY(const fs::path db, StoreHere(context));
  YK_TRY(const auto store, OpenToRead(db, context.clock));
  YK_TRY(const store::JobRecord job, FindJob(*store, name));
  YK_TRY(const Json described, Described(*store, job, JobAtWork(db)));
  if (context.json) {
    fmt::print("{}\n", DumpJson(described));
    return 0;
  }
  PrintLine(described);
  for (const auto& [outcome, count] : described["ledger"].items()) {
    if (count != 0) fmt::print("  {:<15} {}\n", outcome, Thousands(count.get<int64_t>()));
  }
  if (described.value("state", "") == kInterrupted) {
    fmt::print("nobody works on it; nothing is lost; go on with: yakan resume {}\n", HandleOf(*store, job));
  }
  return 0;
}

Result<int> CmdAct(const CommandContext& context, const std::string& verb, const std::string& name) {
  YK_TRY(const fs::path db, StoreHere(context));
  YK_TRY(const Json job, ActOnJob(db, context.clock, verb, name));
  // A run that is still going on tidies up itself.
  if (job.value("state", "") == "cancelled") {
    YK_TRY(const auto store, OpenToRead(db, context.clock));
    YK_TRY(const store::JobRecord cancelled, store->Get(store::JobId{job.value("id", int64_t{0})}));
    RemovePartials(cancelled, *store);
  }
  if (context.json)
    fmt::print("{}\n", DumpJson(job));
  else
    fmt::print("{}: {}\n", job.value("name", ""), job.value("state", ""));
  return 0;
}

Result<int> CmdBackup(const CommandContext& context, const std::string& path) {
  YK_TRY(const fs::path db, StoreHere(context));
  YK_TRY(const uint64_t bytes, sqlite::BackupStore(db, path));
  if (context.json)
    fmt::print("{}\n", DumpJson({{"path", path}, {"bytes", bytes}}));
  else
    fmt::print("wrote {} ({} bytes)\n", path, Thousands(static_cast<int64_t>(bytes)));
  return 0;
}

}  // namespace yk::app
