// SPDX-License-Identifier: Apache-2.0
#include "app/plan_builder.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <optional>

#include "app/own_files.h"
#include "app/schema_hints.h"
#include "constrain/grammar.h"
#include "pipeline/row_output.h"
#include "pipeline/spec_reader.h"
#include "sinks/html_sink.h"
#include "steps/evidence_context.h"
#include "steps/step_factory.h"
#include "steps/text_key_step.h"

namespace yk::app {
namespace fs = std::filesystem;
namespace {

/// The source's and sinks' own messages do not know where in the job file they stand.
Failure AtPlace(Error error, const pipeline::Places& places, const std::string& pointer) {
  const bool placed =
      error.message.starts_with("--set ") || (!places.file().empty() && error.message.starts_with(places.file() + ":"));
  if (placed || error.code != Code::kInvalid) return Fail(std::move(error));
  return Fail(std::move(error).With(places.Of(pointer)));
}

/// What a row of `files` is; empty for other sources. As the source reads it: what is left empty is the default.
std::string UnitOf(const Json& input) {
  if (!input.contains("files")) return "";
  const auto unit = input.find("as");
  const bool named = unit != input.end() && unit->is_string() && !unit->get_ref<const std::string&>().empty();
  return named ? unit->get<std::string>() : "document";
}

bool RowIsFile(const Json& input) { return UnitOf(input) == "document"; }

/// Rows are documents or parts of them: their text is no column.
bool RowsHaveText(const Json& input) {
  const std::string unit = UnitOf(input);
  return !unit.empty() && unit != "line" && unit != "row";
}

void AddOnce(std::vector<std::string>& list, const std::string& text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
}

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

/// Columns that rows carry into the result: those of data rows and messages. A document is not copied into every row
/// about it.
std::vector<std::string> CarriedFields(const std::vector<std::string>& columns, const Json& input) {
  const std::string unit = UnitOf(input);
  if (unit == "document" || unit == "page") return {};
  std::vector<std::string> carried;
  std::copy_if(columns.begin(), columns.end(), std::back_inserter(carried),
               [](const std::string& name) { return !pipeline::IsReservedName(name); });
  return carried;
}

/// A field of a step that has a column's name would take the column's place without a word.
Result<void> CheckKeepsColumns(const pipeline::Step& step, const std::vector<std::string>& columns,
                               const std::string& place) {
  for (const std::string& field : step.Makes()) {
    if (std::find(columns.begin(), columns.end(), field) == columns.end()) continue;
    return Fail(Code::kInvalid,
                "{}: the field '{}' has the name of the input column '{}' and would take its place in the results; "
                "give the field another name",
                place, field, field);
  }
  return {};
}

/// Rows whose evidence gets its surroundings, for reports; 0: there is none. Behind a barrier rows have other numbers,
/// and a filter takes some away, so that with one nobody can tell which will be shown.
int64_t RowsWithContext(const pipeline::JobSpec& spec) {
  int64_t rows = 0;
  for (const Json& output : spec.outputs) {
    if (!output.is_object() || !output.contains("html")) continue;
    const auto wish = output.find("rows");
    const bool said = wish != output.end() && wish->is_number_integer();
    rows = std::max(rows, said ? wish->get<int64_t>() : sinks::kHtmlRowsUsual);
  }
  const bool others = std::any_of(spec.steps.begin(), spec.steps.end(), [](const pipeline::StepSpec& step) {
    return step.kind == "dedupe" || step.kind == "reduce" || step.kind == "filter";
  });
  return rows > 0 && others ? sinks::kHtmlRowsMax : rows;
}

/// A file's folder must be there or be makeable. Asked before a job exists, so that a night is not spent first.
Result<void> CheckOutputFolder(const Json& output, const pipeline::JobSpec& spec, const std::string& pointer) {
  for (const char* kind : {"jsonl", "csv", "xlsx", "html"}) {
    const auto path = output.find(kind);
    if (path == output.end() || !path->is_string()) continue;
    fs::path folder = (spec.base_dir / path->get<std::string>()).lexically_normal().parent_path();
    std::error_code error;
    while (!fs::exists(fs::symlink_status(folder, error)) && folder.has_relative_path()) folder = folder.parent_path();
    const std::string place = spec.places.Of(pointer + "/" + kind);
    if (!fs::is_directory(folder, error)) {
      return Fail(Code::kInvalid,
                  "{}: the output {} cannot be written, because {} is not a folder; choose another path", place,
                  path->get<std::string>(), folder.string());
    }
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
      return Fail(Code::kUnauthorized,
                  "{}: the output {} cannot be written, because the folder {} is closed to you ({}); make it writable "
                  "or choose another path",
                  place, path->get<std::string>(), folder.string(), std::strerror(errno));
    }
  }
  return {};
}

/// Opens the model of a map step, and takes its name out of the step.
Result<steps::MapContext> MapContextOf(pipeline::StepSpec& step, const pipeline::JobSpec& spec, ModelSet& models) {
  if (const auto schema = step.config.find("schema"); schema != step.config.end()) {
    auto hints = CheckSchemaHints(*schema);
    if (!hints) return AtPlace(std::move(hints).error().With("the schema of step map"), spec.places, step.pointer);
  }
  const Json schema = step.config.value("schema", Json());
  const std::string model_pointer = step.config.contains("model") ? step.pointer + "/model" : "/model";
  YK_TRY(const std::string name, TakeModel(step, spec));
  auto asker = models.Open(name);
  if (!asker) return AtPlace(std::move(asker).error(), spec.places, model_pointer);
  // What the model writes is bound to the schema: one that nothing fits would fail every row, each by itself.
  if (models.Info(name).enforces_schema && schema.is_object()) {
    auto grammar = constrain::Grammar::Compile(schema);
    if (!grammar) return AtPlace(std::move(grammar).error().With("the schema of step map"), spec.places, step.pointer);
  }
  steps::MapContext context;
  context.asker = *asker;
  const bool builtin = models.Info(name).kind == "builtin";
  context.states_places = builtin;
  context.states_confidence = builtin;
  context.repairs_max = spec.run.retries;
  context.repairs_at_any_cost = spec.run.retries_said;
  return context;
}

}  // namespace

std::string ModelOfFirstMap(const pipeline::JobSpec& spec) {
  for (const pipeline::StepSpec& step : spec.steps) {
    if (step.kind != "map") continue;
    const auto named = step.config.find("model");
    return named != step.config.end() && named->is_string() ? named->get<std::string>() : spec.model;
  }
  return spec.model;
}

Result<std::unique_ptr<pipeline::Source>> BuildSource(const pipeline::JobSpec& spec, const StoredSpec& stored,
                                                      const SourceNeeds& needs) {
  sources::SourceContext context;
  context.base_dir = spec.base_dir;
  context.own_files = OwnPaths(spec);
  context.readers = needs.readers;
  context.overrides = stored.inputs;
  context.limit = stored.limit;
  context.spool_dir = needs.spool_dir;
  context.stop = needs.stop;
  context.spooled_stdin = stored.spooled_stdin;
  context.places = &spec.places;
  context.rows_with_places = RowsWithContext(spec);
  auto source = sources::MakeSource(spec.input, context);
  if (!source) return AtPlace(std::move(source).error(), spec.places, "/input");
  return source;
}

Result<BuiltSteps> BuildSteps(const pipeline::JobSpec& spec, const std::vector<std::string>& columns, ModelSet& models,
                              bool replace_invalid_stored) {
  BuiltSteps built;
  built.stages.emplace_back();
  built.fields = CarriedFields(columns, spec.input);
  std::vector<std::string> known = columns;
  bool rows_have_text = RowsHaveText(spec.input);
  std::optional<pipeline::StepSpec> split;  // the last one that holds
  for (pipeline::StepSpec step : spec.steps) {
    steps::StepContext context;
    context.places = &spec.places;
    context.columns = columns;
    context.rows_have_text = rows_have_text;
    context.row_is_file = RowIsFile(spec.input) && built.stages.size() == 1;
    if (step.kind == "map") {
      YK_TRY(context.map, MapContextOf(step, spec, models));
      context.map.replace_invalid_stored = replace_invalid_stored;
    }
    YK_TRY(steps::MadeStep made, steps::MakeStep(step, context));
    if (made.nothing) continue;
    if (step.kind == "split") split = step;
    if (made.barrier) {
      // They end with the stage that reads the input.
      std::erase_if(known, pipeline::IsReservedName);
      YK_TRY(known, made.barrier->Fields(std::move(known)));
      if (made.barrier->ComparesText()) built.stages.back().steps.push_back(steps::MakeTextKeyStep());
      // A row that stands for several has no text of its own.
      if (step.kind == "reduce") {
        rows_have_text = false;
        split.reset();
      }
      built.stages.emplace_back();
      built.stages.back().barrier = std::move(made.barrier);
      // Passages do not cross a barrier: they are text, and the row's text is read anew behind it.
      if (split) {
        YK_TRY(steps::MadeStep again, steps::MakeStep(*split, context));
        built.stages.back().steps.push_back(std::move(again.step));
      }
      continue;
    }
    YK_TRY_VOID(CheckKeepsColumns(*made.step, columns, spec.places.Of(step.pointer)));
    const std::vector<std::string> before = known;
    YK_TRY(known, made.step->Fields(std::move(known)));
    for (const auto& field : known) {
      if (std::find(before.begin(), before.end(), field) == before.end()) built.fields.push_back(field);
    }
    if (const Json* schema = made.step->Schema()) built.schema = *schema;
    if (auto* map = dynamic_cast<steps::MapStep*>(made.step.get()); map != nullptr) {
      if (built.stages.size() == 1) built.maps.push_back(map);
      for (const auto& field : map->ConfidenceFields()) AddOnce(built.confidence, field);
    }
    built.stages.back().steps.push_back(std::move(made.step));
  }
  if (const int64_t rows = RowsWithContext(spec); rows > 0) {
    for (engine::Stage& stage : built.stages) stage.steps.push_back(steps::MakeContextStep(rows));
  }
  return built;
}

Result<std::vector<std::unique_ptr<pipeline::Sink>>> BuildSinks(const pipeline::JobSpec& spec, const BuiltSteps& steps,
                                                                const store::JobRecord& job,
                                                                store::ResultLog& results) {
  for (size_t i = 0; i < spec.outputs.size(); ++i) {
    YK_TRY_VOID(CheckOutputFolder(spec.outputs[i], spec, fmt::format("/output/{}", i)));
  }
  sinks::SinkContext context;
  context.base_dir = spec.base_dir;
  context.places = &spec.places;
  context.job = job.id;
  context.job_name = job.name;
  context.created_at = job.created_at;
  context.results = &results;
  context.stage = static_cast<int>(steps.stages.size()) - 1;
  context.schema = steps.schema;
  context.confidence = steps.confidence;
  const Json properties = steps.schema.value("properties", Json::object());
  for (const auto& field : steps.fields) {
    if (!properties.contains(field)) context.extra_columns.push_back(field);
  }
  auto sinks = sinks::MakeSinks(Json(spec.outputs), context);
  if (!sinks) return AtPlace(std::move(sinks).error(), spec.places, "/output");
  return sinks;
}

}  // namespace yk::app
