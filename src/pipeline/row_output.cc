// SPDX-License-Identifier: Apache-2.0
#include "pipeline/row_output.h"

#include <algorithm>
#include <array>

#include "base/json_text.h"

namespace yk::pipeline {
namespace {

ObjectText Head(int64_t row_id, const std::string& file, int page, store::RowStatus status) {
  ObjectText source;
  AppendJson(file.empty() ? Json() : Json(file), source.Member("file"));
  AppendJson(page > 0 ? Json(page) : Json(), source.Member("page"));
  ObjectText out;
  AppendJson(row_id, out.Member("_id"));
  out.Member("_source") += std::move(source).Take();
  AppendJsonText(store::RowStatusName(status), out.Member("_status"));
  return out;
}

Json ErrorJson(const Error& error, const std::string& error_class) {
  Json out = Json::object();
  out["code"] = std::string(CodeName(error.code));
  if (!error_class.empty()) out["class"] = error_class;
  out["message"] = error.ToString();
  return out;
}

/// What CodeName named; kInternal for a name that is none.
Code CodeNamed(std::string_view name) {
  int code = 0;
  while (code < static_cast<int>(Code::kInternal) && CodeName(static_cast<Code>(code)) != name) ++code;
  return static_cast<Code>(code);
}

/// Empty when there is nothing to say.
std::string Meta(const RowTask& task) {
  ObjectText meta;
  if (task.cost.model_calls > 0) AppendJson(task.cost.model_calls, meta.Member("model_calls"));
  if (task.cost.cached > 0) AppendJson(task.cost.cached, meta.Member("cached"));
  if (task.cost.tokens_in > 0) AppendJson(task.cost.tokens_in, meta.Member("tokens_in"));
  if (task.cost.tokens_out > 0) AppendJson(task.cost.tokens_out, meta.Member("tokens_out"));
  if (task.cost.price > 0) AppendJson(task.cost.price, meta.Member("price"));
  if (!task.notes.empty()) AppendJson(task.notes, meta.Member("notes"));
  return meta.empty() ? std::string() : std::move(meta).Take();
}

}  // namespace

bool IsReservedName(std::string_view name) {
  constexpr std::array<std::string_view, 11> kReserved = {"_id",     "_source",   "_file",        "_page",
                                                          "_status", "_evidence", "_confidence",  "_conflicts",
                                                          "_error",  "_reason",   "_derived_from"};
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

std::string_view WhyNotThere(std::string_view field) {
  return IsReservedName(field) ? "is a key of the program's own; give the column another name"
                               : "no earlier step makes";
}

bool IsOwnKey(std::string_view name) { return IsReservedName(name) || name == "_text_key"; }

store::RowResult MakeResult(const RowTask& task, const StepOutcome& end) {
  store::RowResult result;
  result.row_id = task.row.row_id;
  result.status = end.kind == StepOutcome::Kind::kEnd ? end.status : store::RowStatus::kOk;
  ObjectText out = Head(task.row.row_id, task.row.file, task.row.page, result.status);
  for (const auto& [name, value] : task.values.items()) {
    if (!IsReservedName(name) && (task.text_key.empty() || name != "_text_key")) AppendJson(value, out.Member(name));
  }
  if (store::IsError(result.status)) {
    AppendJson(ErrorJson(end.error.value_or(Error{Code::kInternal, "the step gave no reason", {}}), end.error_class),
               out.Member("_error"));
  } else {
    // For the barrier that follows; it ends there.
    if (!task.text_key.empty()) AppendJsonText(task.text_key, out.Member("_text_key"));
    if (task.derived_from >= 0) AppendJson(task.derived_from, out.Member("_derived_from"));
    if (!task.evidence.empty()) AppendJson(task.evidence, out.Member("_evidence"));
    if (!task.confidence.empty()) AppendJson(task.confidence, out.Member("_confidence"));
    if (!task.conflicts.empty()) AppendJson(task.conflicts, out.Member("_conflicts"));
    if (end.error) AppendJsonText(end.error->ToString(), out.Member("_reason"));
  }
  result.output = std::move(out).Take();
  result.meta = Meta(task);
  return result;
}

StepOutcome OutcomeOf(store::RowStatus status, const Json& output) {
  StepOutcome end = StepOutcome::Filtered();
  end.status = status;
  if (const auto error = output.find("_error"); error != output.end() && error->is_object()) {
    end.error = Error{CodeNamed(error->value("code", "")), error->value("message", "failed in an earlier stage"), {}};
    end.error_class = error->value("class", "");
  } else if (const auto reason = output.find("_reason"); reason != output.end() && reason->is_string()) {
    end.error = Error{Code::kInvalid, reason->get<std::string>(), {}};
  }
  return end;
}

store::RowResult MakeLoadFailure(int64_t row_id, const std::string& file, const Error& error) {
  store::RowResult result;
  result.row_id = row_id;
  result.status = store::RowStatus::kFailed;
  ObjectText out = Head(row_id, file, 0, result.status);
  AppendJson(ErrorJson(error, "input"), out.Member("_error"));
  result.output = std::move(out).Take();
  return result;
}

}  // namespace yk::pipeline
