// SPDX-License-Identifier: Apache-2.0
#include "app/run_job.h"

#include <algorithm>
#include <thread>

#include "app/answer_bounds.h"
#include "app/model_set.h"
#include "app/own_files.h"
#include "app/plan_builder.h"
#include "app/progress_reporter.h"
#include "app/question_count.h"
#include "app/run_summary.h"
#include "app/store_access.h"
#include "base/hash.h"
#include "base/log.h"
#include "engine/job_run.h"

namespace yk::app {
namespace {

/// Everything a run is made of, in the order in which it must go down again.
struct Workshop {
  std::unique_ptr<reader::ReaderPool> readers;
  std::unique_ptr<ModelSet> models;
  engine::RunPlan plan;
  BuiltSteps steps;
};

Result<std::unique_ptr<Workshop>> OpenWorkshop(const RunPlace& place, sqlite::SqliteStore& store,
                                               pipeline::JobSpec spec, const StoredSpec& stored) {
  auto shop = std::make_unique<Workshop>();
  if (spec.input.contains("files") || spec.input.contains("xlsx")) {
    YK_TRY(shop->readers, reader::ReaderPool::Open(place.settings.readers));
  }
  ModelSet::Options options;
  options.give_up = spec.run.give_up;
  options.in_flight_max = spec.run.in_flight_max;
  shop->models = std::make_unique<ModelSet>(place.settings, store, place.clock, options);
  YK_TRY(shop->plan.source, BuildSource(spec, stored, {shop->readers.get(), place.db.string() + ".spool", place.stop}));
  shop->plan.spec = std::move(spec);
  return shop;
}

/// What a later command in this folder must add to find the store: nothing when it finds it by itself.
std::string StoreFlag(const std::filesystem::path& db) {
  std::error_code error;
  const std::filesystem::path here = std::filesystem::current_path(error);
  if (const auto settings = LoadSettings(here)) {
    const auto found = StorePath(*settings, "", here);
    if (found && found->lexically_normal() == db.lexically_normal()) return "";
  }
  return " --store sqlite:" + db.lexically_normal().string();
}

/// A model that cannot be reached is no matter where every answer is stored.
Result<void> CheckModels(const RunPlace& place, sqlite::SqliteStore& store, Workshop& shop, const StoredSpec& stored,
                         bool ask_again) {
  auto reached = shop.models->Probe();
  if (reached || reached.error().code != Code::kUnavailable || ask_again) return reached;
  const pipeline::JobSpec& spec = shop.plan.spec;
  const auto maps =
      std::count_if(spec.steps.begin(), spec.steps.end(), [](const auto& step) { return step.kind == "map"; });
  // What a second map asks depends on what the first one is told.
  if (maps != 1 || shop.steps.maps.size() != 1) return reached;
  YK_TRY(const auto source, BuildSource(spec, stored, {shop.readers.get(), place.db.string() + ".spool", place.stop}));
  YK_TRY_VOID(source->Manifest());
  YK_TRY(const QuestionCount count, CountQuestions(shop.steps, *source, shop.models->Info(ModelOfFirstMap(spec)), store,
                                                   place.stop, {.until_missing = true}));
  if (count.questions > count.duplicates + count.stored) return reached;
  log::Warn("{}; every answer is stored, so the run does without it", reached.error().ToString());
  return {};
}

class Runner {
 public:
  Runner(const RunPlace& place, sqlite::SqliteStore& store, Workshop& shop, const RunFlags& flags)
      : place_(place), store_(store), shop_(shop), flags_(flags) {}

  Result<int> Run(const store::JobRecord& job, bool resumed) {
    YK_TRY(shop_.plan.sinks, BuildSinks(shop_.plan.spec, shop_.steps, job, store_));
    shop_.plan.stages = std::move(shop_.steps.stages);
    shop_.plan.fields = shop_.steps.fields;
    const MonoTime started = place_.clock.Now();

    engine::RunOptions options;
    options.threads = std::max(2, static_cast<int>(std::thread::hardware_concurrency()));
    options.deliver_anew = !resumed || flags_.retry_failed;
    engine::JobRun::Hooks hooks;
    hooks.cancel_models = [this] { shop_.models->Stop(); };
    hooks.summary = [&](const std::vector<store::Ledger>& ledgers) {
      return SummaryJson({job,
                          ledgers,
                          shop_.models->Stats(),
                          place_.clock.Now() - started,
                          engine::RunEnd::kFinished,
                          "",
                          resumed,
                          {},
                          {},
                          "",
                          job.name,
                          ""});
    };
    engine::JobRun run(shop_.plan, job, {store_, store_}, place_.clock, options, std::move(hooks));
    const auto commands = ServeCommands(place_.db, store_, {job.id, job.name, [&run] { return run.ending(); }});
    Result<engine::RunReport> report = [&] {
      const ProgressReporter reporter(job.name, ProgressReporter::StyleFor(flags_.quiet || flags_.json), place_.clock,
                                      run.progress(), [this] { return shop_.models->Stats(); });
      return run.Run(place_.stop);
    }();
    if (!report) {
      return Fail(std::move(report).error().With(
          fmt::format("the job '{}' stopped; what is done is kept, `yakan resume {}{}` goes on", job.name,
                      HandleOf(store_, job), StoreFlag(place_.db))));
    }
    RunSummary summary{job,
                       report->ledgers,
                       shop_.models->Stats(),
                       place_.clock.Now() - started,
                       report->end,
                       report->reason,
                       resumed,
                       {},
                       shop_.models->Counters(),
                       JobFileName(shop_.plan.spec.own_files),
                       HandleOf(store_, job),
                       StoreFlag(place_.db)};
    for (const auto& sink : shop_.plan.sinks) summary.outputs.push_back(sink->Name());
    if (report->end == engine::RunEnd::kCancelled) RemovePartials(job, store_);
    PrintSummary(summary, flags_.json, store_);
    const auto bytes_max = static_cast<int64_t>(place_.settings.answers_gb * 1e9);
    if (auto bounded = BoundAnswers(store_, store_, place_.clock, bytes_max); !bounded)
      log::Warn("stored answers beyond 'answers_gb' could not be dropped: {}", bounded.error().ToString());
    return ExitCode(summary);
  }

 private:
  const RunPlace& place_;
  sqlite::SqliteStore& store_;
  Workshop& shop_;
  const RunFlags flags_;
};

}  // namespace

Result<int> RunNewOrOpenJob(const RunPlace& place, pipeline::JobSpec spec, StoredSpec stored, const RunFlags& flags) {
  YK_TRY(const auto store, OpenAsOwner(place.db, place.clock));
  YK_TRY_VOID(CheckOutputFiles(spec, stored, *store, place.stop));
  const std::string name = spec.name;
  YK_TRY(const auto shop, OpenWorkshop(place, *store, std::move(spec), stored));
  YK_TRY(const std::string manifest, shop->plan.source->Manifest());
  stored.spooled_stdin = shop->plan.source->Spool();
  stored.columns = shop->plan.source->Columns();
  const Identity identity = IdentityOf(stored, ToHex(Sha256(manifest)));
  YK_TRY(const bool in_retry, GoesOnWithRetry(*store, name, identity));
  const bool ask_again = flags.ask_again || (in_retry && !flags.force_new);
  YK_TRY(shop->steps, BuildSteps(shop->plan.spec, stored.columns, *shop->models, ask_again));
  // What can be refused is refused before a job exists: outputs are checked against a job that is not stored yet.
  YK_TRY(const auto checked, BuildSinks(shop->plan.spec, shop->steps, store::JobRecord{}, *store));
  YK_TRY_VOID(CheckModels(place, *store, *shop, stored, ask_again));
  YK_TRY(const Found found,
         FindOrCreateJob(*store, name, stored, identity, static_cast<int>(shop->steps.stages.size()), flags.force_new));
  return Runner(place, *store, *shop, flags).Run(found.job, found.resumed);
}

Result<int> RunStoredJob(const RunPlace& place, sqlite::SqliteStore& store, const store::JobRecord& job,
                         const RunFlags& flags) {
  YK_TRY(const StoredSpec stored, StoredSpec::FromText(job.spec));
  if (flags.retry_failed && job.stages > 1) {
    return Fail(Code::kConflict,
                "the job '{}' has a step that looks at all rows at once (dedupe, reduce), so single rows cannot be "
                "tried again; "
                "`yakan run {} --ask-again` runs it anew and asks only what has no valid answer",
                job.name, JobFileName(stored.own_files));
  }
  YK_TRY_VOID(stored.CheckBarriers(job.name));
  YK_TRY(pipeline::JobSpec spec, pipeline::ParseJobSpec(stored.spec, pipeline::Places(), stored.base_dir));
  spec.own_files = stored.own_files;
  AddStoreFiles(place.db, place.settings, spec);
  YK_TRY_VOID(CheckOutputFiles(spec, stored, store, place.stop));
  YK_TRY(const auto shop, OpenWorkshop(place, store, std::move(spec), stored));
  YK_TRY(const std::vector<store::Ledger> ledgers, store.Count(job.id));
  // Inputs are read again only when they were not all taken in; rows that are in say themselves where they stand.
  if (ledgers.empty() || !ledgers[0].loaded) {
    YK_TRY(const std::string manifest, shop->plan.source->Manifest());
    if (IdentityOf(stored, ToHex(Sha256(manifest))).spec_hash != job.spec_hash) {
      return Fail(Code::kConflict,
                  "the inputs of the job '{}' changed before they were all taken in; drop it with `yakan cancel {}` "
                  "and run it again",
                  job.name, HandleOf(store, job));
    }
  }
  // A retry that was interrupted is still one: its rows have stored answers that were not good enough.
  const bool ask_again = flags.retry_failed || job.generation > 0;
  YK_TRY(shop->steps, BuildSteps(shop->plan.spec, stored.columns, *shop->models, ask_again));
  // The job changes its state only when nothing stands in its way any more.
  YK_TRY_VOID(shop->models->Probe());
  store::JobRecord open = job;
  if (flags.retry_failed) {
    YK_TRY(open, store.Act(job.id, store::Control::kRetryFailed));
  }
  if (open.state == store::JobState::kPaused) {
    YK_TRY(open, store.Act(job.id, store::Control::kResume));
  }
  return Runner(place, store, *shop, flags).Run(open, true);
}

}  // namespace yk::app
