// SPDX-License-Identifier: Apache-2.0
#include "app/store_access.h"

#include <ctime>

#include "app/job_identity.h"
#include "base/log.h"

namespace yk::app {
namespace fs = std::filesystem;
namespace {

fs::path SocketPath(const fs::path& db) { return db.string() + ".sock"; }

Result<store::Control> ControlOf(const std::string& verb) {
  if (verb == "pause") return store::Control::kPause;
  if (verb == "resume") return store::Control::kResume;
  if (verb == "cancel") return store::Control::kCancel;
  return Fail(Code::kInvalid, "the owner of the store does not know '{}'", verb);
}

Result<Json> Act(store::JobStore& store, const std::string& verb, const std::string& name) {
  YK_TRY(const store::Control control, ControlOf(verb));
  YK_TRY(const store::JobRecord job, FindJob(store, name));
  YK_TRY(const store::JobRecord changed, store.Act(job.id, control));
  if (control == store::Control::kCancel) {
    YK_TRY(const bool ended, store.Finish(job.id));
    if (ended) {
      YK_TRY(const store::JobRecord final_state, store.Get(job.id));
      return JobToJson(final_state);
    }
  }
  return JobToJson(changed);
}

/// A job that is resumed here must be the one this process works on, and still will.
Result<void> CheckResumable(const store::JobRecord& job, const RunningJob& running) {
  if (job.id != running.id) {
    return Fail(Code::kConflict, "another process runs '{}' in this store; resume '{}' when it has ended", running.name,
                job.name);
  }
  if (!running.ending()) return {};
  return Fail(Code::kConflict, "the process that runs '{}' is just ending that run; resume it once more when it has",
              running.name);
}

Result<Json> ActForOther(store::JobStore& store, const RunningJob& running, const Json& request) {
  const std::string verb = request.value("do", "");
  const std::string name = request.value("job", "");
  if (verb == "tell") return Json{{"id", running.id.value}};
  if (verb != "resume") return Act(store, verb, name);
  YK_TRY(const store::JobRecord job, FindJob(store, name));
  YK_TRY_VOID(CheckResumable(job, running));
  YK_TRY(Json resumed, Act(store, verb, std::to_string(job.id.value)));
  YK_TRY_VOID(CheckResumable(job, running));  // the run may have seen the pause in between
  return resumed;
}

Json Reply(Result<Json> result) {
  if (result) return {{"ok", true}, {"job", std::move(result).value()}};
  return {{"ok", false}, {"code", std::string(CodeName(result.error().code))}, {"message", result.error().ToString()}};
}

std::string TimeText(WallTime time) {
  const std::time_t seconds = static_cast<std::time_t>(ToUnixMs(time) / 1000);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

}  // namespace

Result<std::unique_ptr<sqlite::SqliteStore>> OpenAsOwner(const fs::path& db, const Clock& clock) {
  std::error_code error;
  if (db.has_parent_path()) fs::create_directories(db.parent_path(), error);
  return sqlite::SqliteStore::Open(db, clock, {sqlite::Access::kOwner, ""});
}

Result<std::unique_ptr<sqlite::SqliteStore>> OpenToRead(const fs::path& db, const Clock& clock) {
  std::error_code error;
  if (!fs::exists(db, error)) {
    return Fail(Code::kNotFound, "there is no store at {} yet; `yakan run JOB.yaml` makes one, --store names another",
                db.string());
  }
  auto store = sqlite::SqliteStore::Open(db, clock, {sqlite::Access::kReadOnly, ""});
  if (store || !sqlite::SqliteStore::IsOlder(db)) return store;
  // Who owns it brings it up to date. Where another does, that one has done so, or is about to.
  if (const auto owner = OpenAsOwner(db, clock); !owner && owner.error().code != Code::kConflict) {
    return Fail(owner.error());
  }
  return sqlite::SqliteStore::Open(db, clock, {sqlite::Access::kReadOnly, ""});
}

std::unique_ptr<net::LocalServer> ServeCommands(const fs::path& db, store::JobStore& store, RunningJob running) {
  auto server = net::LocalServer::Start(SocketPath(db), [&store, running = std::move(running)](const Json& request) {
    if (!request.is_object()) return Reply(Fail(Code::kInvalid, "a command is a JSON object"));
    return Reply(ActForOther(store, running, request));
  });
  if (server) return std::move(server).value();
  log::Warn("other processes cannot pause or cancel this run: {}", server.error().ToString());
  return nullptr;
}

Result<Json> ActOnJob(const fs::path& db, const Clock& clock, const std::string& verb, const std::string& job) {
  std::error_code missing;
  if (!fs::exists(db, missing))
    return Fail(Code::kNotFound, "there is no store at {}; --store names another", db.string());
  auto store = OpenAsOwner(db, clock);
  if (store) return Act(**store, verb, job);
  if (store.error().code != Code::kConflict) return Fail(std::move(store).error());
  return AskOwner(db, verb, job);
}

Result<Json> AskOwner(const fs::path& db, const std::string& verb, const std::string& job) {
  auto reply = net::LocalCall(SocketPath(db), {{"do", verb}, {"job", job}});
  if (!reply) return Fail(std::move(reply).error().With("asking the process that runs jobs in this store"));
  if (reply->value("ok", false)) return (*reply)["job"];
  return Fail(reply->value("code", "") == "not_found" ? Code::kNotFound : Code::kConflict,
              reply->value("message", "the owner of the store refused"));
}

Result<std::optional<store::JobId>> JobAtWork(const fs::path& db) {
  const auto reply = net::LocalCall(SocketPath(db), {{"do", "tell"}});
  if (!reply) {
    const bool nobody = reply.error().code == Code::kNotFound || reply.error().code == Code::kUnavailable;
    if (nobody) return std::optional<store::JobId>();
    return Fail(reply.error());
  }
  const auto job = reply->find("job");
  if (job == reply->end() || !job->is_object()) return Fail(Code::kUnavailable, "it does not tell what it works on");
  return std::optional(store::JobId{job->value("id", int64_t{0})});
}

Json JobToJson(const store::JobRecord& job) {
  Json out = {{"id", job.id.value},
              {"name", job.name},
              {"state", std::string(store::JobStateName(job.state))},
              {"rows", job.rows_total},
              {"created_at", TimeText(job.created_at)}};
  if (ToUnixMs(job.finished_at) > 0) out["finished_at"] = TimeText(job.finished_at);
  return out;
}

Json LedgerToJson(const store::Ledger& ledger) {
  return {{"rows", ledger.rows},         {"ok", ledger.ok},         {"null_by_policy", ledger.null_by_policy},
          {"filtered", ledger.filtered}, {"failed", ledger.failed}, {"quarantined", ledger.quarantined},
          {"pending", ledger.pending},   {"leased", ledger.leased}, {"cancelled", ledger.cancelled}};
}

}  // namespace yk::app
