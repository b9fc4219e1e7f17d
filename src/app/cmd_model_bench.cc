// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app/commands.h"
#include "app/model_profile.h"
#include "app/settings.h"
#include "base/json.h"
#include "hub/model_file.h"
#include "llama/model_digest.h"

namespace yk::app {
namespace {

Json ToJson(const llama::Speed& speed) {
  return {{"parallel", speed.parallel},
          {"batch", speed.batch},
          {"streams", speed.streams},
          {"rows_per_second", speed.rows_per_second},
          {"prompt_tokens_per_second", speed.prompt_tokens_per_second},
          {"answer_tokens_per_second", speed.answer_tokens_per_second}};
}

void PrintLine(const llama::Speed& speed) {
  fmt::print("{:>8}  {:>6}  {:>7}  {:>10.2f}  {:>10.0f}  {:>10.0f}\n", speed.parallel, speed.batch,
             speed.streams ? "yes" : "no", speed.rows_per_second, speed.prompt_tokens_per_second,
             speed.answer_tokens_per_second);
  std::fflush(stdout);
}

}  // namespace

Result<int> CmdModelBench(const CommandContext& context, const ModelBenchCommand& command) {
  YK_TRY(const Settings settings, LoadSettings(std::filesystem::current_path()));
  YK_TRY(const ModelSettings model, FindModel(settings, command.name));
  if (model.kind != "llama") {
    return Fail(Code::kInvalid,
                "the model '{}' is not a model file, and only those are run here; `yakan model list` shows "
                "which are",
                command.name);
  }
  YK_TRY(const hub::ModelOnDisk file, hub::InspectModel(model.path));
  YK_TRY(const std::string digest, llama::ModelDigest(file));
  const llama::Shape shape{command.prefix, command.row, command.answer};
  if (!context.json) {
    fmt::print("{}: rows of {} tokens behind a shared beginning of {}, answers of {}\n\n", command.name, shape.row,
               shape.prefix, shape.answer);
    fmt::print("{:>8}  {:>6}  {:>7}  {:>10}  {:>10}  {:>10}\n", "parallel", "batch", "streams", "rows/s", "prompt t/s",
               "answer t/s");
  }
  const auto tell = [&](const llama::Speed& speed) {
    if (!context.json) PrintLine(speed);
  };
  YK_TRY(const llama::Measured measured,
         llama::Measure(model.llama, shape, std::chrono::seconds(command.seconds), context.clock, context.stop, tell));
  YK_TRY_VOID(WriteProfile(settings.hub.models_dir, digest, {measured.best, shape}));
  if (context.json) {
    Json tried = Json::array();
    for (const auto& speed : measured.tried) tried.push_back(ToJson(speed));
    Json out = {{"model", command.name}, {"tried", std::move(tried)}, {"best", ToJson(measured.best)}};
    if (measured.streams) out["streams"] = ToJson(*measured.streams);
    fmt::print("{}\n", DumpJson(out));
    return 0;
  }
  fmt::print(
      "\nbest: {} rows at a time, {} tokens a step. Runs use that where 'parallel' and 'batch' are not set, and "
      "`yakan plan` says how long a job takes.\n",
      measured.best.parallel, measured.best.batch);
  if (measured.streams) {
    fmt::print(
        "With 'streams: true', a cache for each row, and 'parallel: {}' it is {:.1f} times as many rows. Each row then "
        "has to fit into its share of 'context'.\n",
        measured.streams->parallel, measured.streams->rows_per_second / measured.best.rows_per_second);
  }
  return 0;
}

}  // namespace yk::app
