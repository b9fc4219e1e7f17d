// SPDX-License-Identifier: Apache-2.0
#include "pipeline/job_spec.h"

#include <array>
#include <charconv>
#include <optional>

namespace yk::pipeline {
namespace {

Result<RunSpec> ParseRun(const Json& value, const Places& places) {
  RunSpec run;
  if (value.is_null()) return run;
  YK_TRY(ObjectReader reader, ObjectReader::Open(value, "/run", places, "run"));
  YK_TRY(const int64_t chunk_rows, reader.Integer("chunk_rows", run.chunk_rows, 1, 100000));
  YK_TRY(const int64_t retries, reader.Integer("retries", run.retries, 0, 20));
  YK_TRY(const int64_t in_flight, reader.Integer("in_flight", run.in_flight_max, 0, 100000));
  YK_TRY(run.give_up, reader.Time("give_up", run.give_up));
  YK_TRY_VOID(reader.Finish());
  run.retries_said = reader.Has("retries");
  run.chunk_rows = static_cast<int>(chunk_rows);
  run.retries = static_cast<int>(retries);
  run.in_flight_max = static_cast<int>(in_flight);
  return run;
}

Result<std::vector<StepSpec>> ParseSteps(const Json& value, const Places& places) {
  std::vector<StepSpec> steps;
  if (value.is_null()) return steps;
  if (!value.is_array()) return Fail(Code::kInvalid, "{}: 'steps' must be a list of steps", places.Of("/steps"));
  for (size_t i = 0; i < value.size(); ++i) {
    const std::string pointer = fmt::format("/steps/{}", i);
    const Json& step = value[i];
    if (step.is_string()) {
      steps.push_back({step.get<std::string>(), Json::object(), pointer});
      continue;
    }
    if (!step.is_object() || step.size() != 1) {
      return Fail(Code::kInvalid,
                  "{}: a step is written '- kind: {{options}}', for example '- split: {{tokens: 6000}}'",
                  places.Of(pointer));
    }
    const auto member = step.items().begin();
    steps.push_back(
        {member.key(), member.value().is_null() ? Json::object() : member.value(), pointer + "/" + member.key()});
  }
  return steps;
}

Result<std::vector<Json>> ParseOutputs(const Json& value, const Places& places) {
  std::vector<Json> outputs;
  if (value.is_null()) return outputs;
  if (value.is_object()) {
    outputs.push_back(value);
    return outputs;
  }
  if (!value.is_array()) {
    return Fail(Code::kInvalid, "{}: 'output' must be a list, for example '- {{jsonl: out/rows.jsonl}}'",
                places.Of("/output"));
  }
  for (const auto& item : value) {
    if (!item.is_object()) {
      return Fail(Code::kInvalid, "{}: each output is written '- {{jsonl: out/rows.jsonl}}'", places.Of("/output"));
    }
    outputs.push_back(item);
  }
  return outputs;
}

std::vector<std::string> SplitPath(std::string_view path) {
  std::vector<std::string> parts;
  size_t from = 0;
  for (size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', from)) {
    parts.emplace_back(path.substr(from, dot - from));
    from = dot + 1;
  }
  parts.emplace_back(path.substr(from));
  return parts;
}

struct Member {
  Json* value = nullptr;
  std::string pointer;  ///< below the list
};

/// A list's member by number, or by the one key it has ("map" of "- map: …"); null when there is none.
Member ListMember(Json& list, const std::string& part) {
  size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (error == std::errc() && end == part.data() + part.size()) {
    return index < list.size() ? Member{&list[index], fmt::format("/{}", index)} : Member{};
  }
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i].is_object() && list[i].contains(part)) return {&list[i][part], fmt::format("/{}/{}", i, part)};
  }
  return {};
}

}  // namespace

Result<JobSpec> ParseJobSpec(Json document, Places places, std::filesystem::path base_dir) {
  JobSpec spec;
  spec.document = std::move(document);
  spec.places = std::move(places);
  spec.base_dir = std::move(base_dir);
  YK_TRY(ObjectReader reader, ObjectReader::Open(spec.document, "", spec.places, "the job"));
  YK_TRY(spec.name, reader.String("name", ""));
  YK_TRY(spec.model, reader.String("model", "builtin"));
  spec.input = reader.Any("input");
  YK_TRY(spec.steps, ParseSteps(reader.Any("steps"), spec.places));
  YK_TRY(spec.outputs, ParseOutputs(reader.Any("output"), spec.places));
  YK_TRY(spec.run, ParseRun(reader.Any("run"), spec.places));
  YK_TRY_VOID(reader.Finish());
  if (spec.name.empty())
    return Fail(Code::kInvalid, "{}: the job needs a 'name', for example 'name: contract-risk'", spec.places.Of(""));
  if (!spec.input.is_object()) {
    return Fail(Code::kInvalid,
                "{}: the job needs an 'input', for example 'input: {{files: \"contracts/*.pdf\", as: document}}'",
                spec.places.Of("/input"));
  }
  return spec;
}

Result<std::string> SetSpecValue(Json& document, std::string_view assignment) {
  const auto equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return Fail(Code::kInvalid, "--set takes path=value, for example --set model=light, but got '{}'", assignment);
  }
  const std::string text(assignment.substr(equals + 1));
  auto parsed = ParseJson(text);
  Json* at = &document;
  std::string pointer;
  bool made = false;  // from the first thing that was not there, all below is new
  for (const auto& part : SplitPath(assignment.substr(0, equals))) {
    if (at->is_array()) {
      const Member member = ListMember(*at, part);
      if (member.value == nullptr) return Fail(Code::kInvalid, "--set {}: the list has no '{}'", assignment, part);
      at = member.value;
      pointer += member.pointer;
      continue;
    }
    if (at->is_null()) *at = Json::object();
    if (!at->is_object()) return Fail(Code::kInvalid, "--set {}: '{}' stands below a plain value", assignment, part);
    if (!made) pointer += "/" + part;
    made = made || !at->contains(part);
    at = &(*at)[part];
  }
  *at = parsed ? std::move(parsed).value() : Json(text);
  return pointer;
}

}  // namespace yk::pipeline
