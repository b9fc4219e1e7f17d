// SPDX-License-Identifier: Apache-2.0
#include "app/commands.h"
#include "app/job_file.h"
#include "app/own_files.h"
#include "app/run_job.h"
#include "app/store_access.h"
#include "base/log.h"

namespace yk::app {
namespace fs = std::filesystem;

namespace {

Result<Settings> SettingsFor(const fs::path& dir) {
  YK_TRY(Settings settings, LoadSettings(dir));
  if (settings.log_level == "debug") log::SetLevel(log::Level::kDebug);
  if (settings.log_level == "info") log::SetLevel(log::Level::kInfo);
  if (settings.log_level == "error") log::SetLevel(log::Level::kError);
  return settings;
}

}  // namespace

Result<int> CmdRun(const CommandContext& context, const RunCommand& command) {
  if (command.dry_run) return CmdPlan(context, command);
  YK_TRY(pipeline::JobSpec spec, ReadJobFile(command.job_file, command.sets));
  YK_TRY(const Settings settings, SettingsFor(spec.base_dir));
  YK_TRY(const fs::path db, StorePath(settings, context.store_flag, spec.base_dir));
  StoredSpec stored;
  stored.spec = spec.document;
  stored.base_dir = spec.base_dir.string();
  stored.own_files = spec.own_files;
  AddStoreFiles(db, settings, spec);
  for (const auto& input : command.inputs) stored.inputs.push_back(fs::absolute(input).string());
  stored.limit = command.limit;
  const RunFlags flags{
      .json = context.json, .quiet = command.quiet, .force_new = command.force_new, .ask_again = command.ask_again};
  return RunNewOrOpenJob({settings, context.clock, db, context.stop}, std::move(spec), std::move(stored), flags);
}

Result<int> CmdGoOn(const CommandContext& context, const std::string& job_name, bool retry_failed, bool quiet) {
  YK_TRY(const Settings settings, SettingsFor(fs::current_path()));
  YK_TRY(const fs::path db, StorePath(settings, context.store_flag, fs::current_path()));
  YK_TRY(const auto looked, OpenToRead(db, context.clock));
  YK_TRY(const store::JobRecord known, FindJob(*looked, job_name));
  auto store = OpenAsOwner(db, context.clock);
  if (!store && store.error().code == Code::kConflict && !retry_failed) {
    // Another process runs jobs here. If it holds this one paused, it can take it up again itself.
    YK_TRY(const Json job, AskOwner(db, "resume", job_name));
    if (context.json)
      fmt::print("{}\n", DumpJson(job));
    else
      fmt::print("{}: {}\n", job.value("name", ""), job.value("state", ""));
    return 0;
  }
  if (!store) return Fail(std::move(store).error());
  if (!retry_failed && store::IsFinal(known.state)) {
    if (known.state == store::JobState::kCancelled) {
      return Fail(Code::kConflict, "the job '{}' was cancelled, for good: run it again with `yakan run`", known.name);
    }
    return Fail(Code::kConflict,
                "the job '{}' is {}: there is nothing to resume. Run it again with `yakan run`, or try its failed rows "
                "with `yakan retry {}`",
                known.name, store::JobStateName(known.state), known.name);
  }
  const RunFlags flags{.json = context.json, .quiet = quiet, .retry_failed = retry_failed};
  return RunStoredJob({settings, context.clock, db, context.stop}, **store, known, flags);
}

}  // namespace yk::app
