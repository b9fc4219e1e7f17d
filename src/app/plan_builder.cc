// SPDX-License-Identifier: Apache-2.0
#include "app/plan_builder.h"

#include <algorithm>

#include "pipeline/spec_reader.h"
#include "steps/step_factory.h"

namespace yk::app {
namespace {

/// The source's and sinks' own messages do not know where in the job file they stand.
Failure AtPlace(Error error, const pipeline::Places& places, const std::string& pointer) {
  const std::string place = places.Of(pointer);
  if (error.message.find(place) == std::string::npos && error.code == Code::kInvalid) return Fail(std::move(error).With(place));
  return Fail(std::move(error));
}

bool RowIsFile(const Json& input) { return input.contains("files") && input.value("as", "document") == "document"; }

/// A step may name a model of its own; the job's is the default.
Result<std::string> TakeModel(pipeline::StepSpec& step, const pipeline::JobSpec& spec) {
  const auto named = step.config.find("model");
  if (named == step.config.end()) return spec.model;
  if (!named->is_string()) {
    return Fail(Code::kInvalid, "{}: 'model' must be a name", spec.places.Of(step.pointer + "/model"));
  }
  const auto name = named->get<std::string>();
  step.config.erase(named);
  return name;
}

/// Columns that rows carry into the result: those of data rows. A document is not copied into every row about it.
std::vector<std::string> CarriedFields(const pipeline::Source& source, const Json& input) {
  if (input.contains("files") && input.value("as", "document") != "line") return {};
  return source.Columns();
}

}  // namespace

Result<std::unique_ptr<pipeline::Source>> BuildSource(const pipeline::JobSpec& spec, const StoredSpec& stored,
                                                      const reader::ReaderPool* readers,
                                                      const std::filesystem::path& spool_dir) {
  sources::SourceContext context;
  context.base_dir = spec.base_dir;
  context.readers = readers;
  context.overrides = stored.inputs;
  context.limit = stored.limit;
  context.spool_dir = spool_dir;
  context.spooled_stdin = stored.spooled_stdin;
  context.places = &spec.places;
  auto source = sources::MakeSource(spec.input, context);
  if (!source) return AtPlace(std::move(source).error(), spec.places, "/input");
  return source;
}

Result<BuiltSteps> BuildSteps(const pipeline::JobSpec& spec, const pipeline::Source& source, ModelSet& models) {
  BuiltSteps built;
  built.stages.emplace_back();
  built.fields = CarriedFields(source, spec.input);
  std::vector<std::string> known = source.Columns();
  for (pipeline::StepSpec step : spec.steps) {
    steps::StepContext context;
    context.places = &spec.places;
    context.row_is_file = RowIsFile(spec.input) && built.stages.size() == 1;
    if (step.kind == "map") {
      YK_TRY(const std::string name, TakeModel(step, spec));
      auto asker = models.Open(name);
      if (!asker) return AtPlace(std::move(asker).error(), spec.places, step.pointer);
      context.map.asker = *asker;
      context.map.rich_evidence = models.Info(name).kind == "builtin";
      context.map.repairs_max = spec.run.retries;
    }
    YK_TRY(steps::MadeStep made, steps::MakeStep(step, context));
    if (made.nothing) continue;
    if (made.barrier) {
      YK_TRY(known, made.barrier->Fields(std::move(known)));
      built.stages.emplace_back();
      built.stages.back().barrier = std::move(made.barrier);
      continue;
    }
    const std::vector<std::string> before = known;
    YK_TRY(known, made.step->Fields(std::move(known)));
    for (const auto& field : known) {
      if (std::find(before.begin(), before.end(), field) == before.end()) built.fields.push_back(field);
    }
    if (const Json* schema = made.step->Schema()) built.schema = *schema;
    if (auto* map = dynamic_cast<steps::MapStep*>(made.step.get()); map != nullptr && built.stages.size() == 1) {
      built.maps.push_back(map);
    }
    built.stages.back().steps.push_back(std::move(made.step));
  }
  return built;
}

Result<std::vector<std::unique_ptr<pipeline::Sink>>> BuildSinks(const pipeline::JobSpec& spec, const BuiltSteps& steps,
                                                                const store::JobRecord& job, store::ResultLog& results) {
  sinks::SinkContext context;
  context.base_dir = spec.base_dir;
  context.job = job.id;
  context.job_name = job.name;
  context.created_at = job.created_at;
  context.results = &results;
  context.stage = static_cast<int>(steps.stages.size()) - 1;
  context.schema = steps.schema;
  const Json properties = steps.schema.value("properties", Json::object());
  for (const auto& field : steps.fields) {
    if (!properties.contains(field)) context.extra_columns.push_back(field);
  }
  auto sinks = sinks::MakeSinks(Json(spec.outputs), context);
  if (!sinks) return AtPlace(std::move(sinks).error(), spec.places, "/output");
  return sinks;
}

}  // namespace yk::app
