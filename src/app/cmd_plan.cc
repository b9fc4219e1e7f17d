// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "app/commands.h"
#include "app/job_file.h"
#include "app/model_profile.h"
#include "app/model_set.h"
#include "app/own_files.h"
#include "app/plan_builder.h"
#include "app/progress_reporter.h"
#include "app/question_count.h"
#include "app/store_access.h"
#include "store/memory_store.h"
#include "text/passages.h"

namespace yk::app {
namespace fs = std::filesystem;
namespace {

/// What only a run can tell: what a `map` behind a barrier or behind another `map` will be asked.
int64_t MapsNotCounted(const pipeline::JobSpec& spec, const BuiltSteps& steps) {
  const auto maps =
      std::count_if(spec.steps.begin(), spec.steps.end(), [](const auto& step) { return step.kind == "map"; });
  return maps - (steps.maps.empty() ? 0 : 1);
}

void Print(const std::string& name, const QuestionCount& e, int64_t maps_not_counted, const ModelSettings& model,
           const std::optional<ModelProfile>& profile, bool json) {
  const int64_t calls = e.questions - e.duplicates - e.stored;
  // The texts of questions that are answered already are left out in proportion.
  const int64_t asked_tokens = calls > 0 ? e.row_tokens * calls / (e.questions - e.duplicates) : 0;
  const double seconds = profile ? SecondsFor(*profile, calls, asked_tokens) : 0;
  const int64_t tokens_in = e.tokens_in - e.stored_tokens;
  const double price = static_cast<double>(tokens_in) * model.price_in / 1e6;
  if (json) {
    fmt::print("{}\n", DumpJson({{"job", name},
                                 {"rows", e.rows},
                                 {"unreadable", e.unreadable},
                                 {"questions", e.questions},
                                 {"duplicates", e.duplicates},
                                 {"stored", e.stored},
                                 {"calls", calls},
                                 {"maps_not_counted", maps_not_counted},
                                 {"tokens_in", tokens_in},
                                 {"price_usd", price},
                                 {"seconds", profile ? Json(seconds) : Json()}}));
    return;
  }
  fmt::print("{}: a plan, nothing was asked\n", name);
  fmt::print("rows: {}\n", Thousands(e.rows));
  if (e.unreadable > 0) fmt::print("cannot be read: {} (they will be listed as failed)\n", Thousands(e.unreadable));
  fmt::print("questions: {}  duplicates: {}  answered before: {}\n", Thousands(e.questions), Thousands(e.duplicates),
             Thousands(e.stored));
  fmt::print("model calls: {}  prompt tokens, about: {}\n", calls, Thousands(tokens_in));
  if (maps_not_counted > 0) {
    fmt::print(
        "not counted: {} map step{} behind dedupe, reduce or another map, whose questions are known when those are "
        "done\n",
        maps_not_counted, maps_not_counted == 1 ? "" : "s");
  }
  if (profile) {
    fmt::print("time, about: {} (by what `yakan model bench` measured)\n",
               HumanTime(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds))));
  }
  if (price > 0) fmt::print("prompt cost, about: ${:.4f}\n", price);
}

}  // namespace

Result<int> CmdPlan(const CommandContext& context, const RunCommand& command) {
  YK_TRY(pipeline::JobSpec spec, ReadJobFile(command.job_file, command.sets));
  YK_TRY(const Settings settings, LoadSettings(spec.base_dir));
  YK_TRY(const fs::path db, StorePath(settings, context.store_flag, spec.base_dir));
  // A plan only looks: without a store yet, an empty one in memory says that nothing was answered before.
  store::MemoryStore empty(context.clock);
  std::unique_ptr<sqlite::SqliteStore> existing;
  if (std::error_code error; fs::exists(db, error)) {
    YK_TRY(existing, OpenToRead(db, context.clock));
  }
  store::AnswerStore& answers = existing ? *existing : static_cast<store::AnswerStore&>(empty);
  store::ResultLog& results = existing ? *existing : static_cast<store::ResultLog&>(empty);

  StoredSpec stored;
  for (const auto& input : command.inputs) stored.inputs.push_back(fs::absolute(input).string());
  stored.limit = command.limit;
  AddStoreFiles(db, settings, spec);
  YK_TRY_VOID(
      CheckOutputFiles(spec, stored, existing ? *existing : static_cast<store::JobStore&>(empty), context.stop));
  std::unique_ptr<reader::ReaderPool> readers;
  if (spec.input.contains("files") || spec.input.contains("xlsx")) {
    YK_TRY(readers, reader::ReaderPool::Open(settings.readers));
  }
  ModelSet models(settings, answers, context.clock, {});
  YK_TRY(const auto source, BuildSource(spec, stored, {readers.get(), db.string() + ".spool", context.stop}));
  YK_TRY(const std::string manifest, source->Manifest());
  YK_TRY(const BuiltSteps steps, BuildSteps(spec, source->Columns(), models));
  YK_TRY(const auto sinks, BuildSinks(spec, steps, store::JobRecord{}, results));
  YK_TRY(const ModelSettings model, FindModel(settings, ModelOfFirstMap(spec)));
  const model::BackendInfo info = steps.maps.empty() ? model::BackendInfo{} : models.Info(ModelOfFirstMap(spec));
  YK_TRY(const QuestionCount estimate, CountQuestions(steps, *source, info, answers, context.stop));
  const auto profile =
      model.kind == "llama" ? ProfileOf(model.llama, settings.hub.models_dir) : std::optional<ModelProfile>();
  Print(spec.name, estimate, MapsNotCounted(spec, steps), model, profile, context.json);
  return 0;
}

}  // namespace yk::app
