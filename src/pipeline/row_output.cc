// SPDX-License-Identifier: Apache-2.0
#include "pipeline/row_output.h"

#include <algorithm>
#include <array>

namespace yk::pipeline {
namespace {

Json Head(int64_t row_id, const std::string& file, int page, store::RowStatus status) {
  Json out = Json::object();
  out["_id"] = row_id;
  Json& source = out["_source"] = Json::object();
  source["file"] = file.empty() ? Json() : Json(file);
  source["page"] = page > 0 ? Json(page) : Json();
  out["_status"] = std::string(store::RowStatusName(status));
  return out;
}

Json ErrorJson(const Error& error, const std::string& error_class) {
  Json out = Json::object();
  out["code"] = std::string(CodeName(error.code));
  if (!error_class.empty()) out["class"] = error_class;
  out["message"] = error.ToString();
  return out;
}

Json Meta(const RowTask& task) {
  Json meta = Json::object();
  if (task.cost.model_calls > 0) meta["model_calls"] = task.cost.model_calls;
  if (task.cost.cached > 0) meta["cached"] = task.cost.cached;
  if (task.cost.tokens_in > 0) meta["tokens_in"] = task.cost.tokens_in;
  if (task.cost.tokens_out > 0) meta["tokens_out"] = task.cost.tokens_out;
  if (task.cost.price > 0) meta["price"] = task.cost.price;
  if (!task.notes.empty()) meta["notes"] = task.notes;
  return meta;
}

}  // namespace

bool IsReservedName(std::string_view name) {
  constexpr std::array<std::string_view, 7> kReserved = {"_id",    "_source", "_status",      "_evidence",
                                                         "_error", "_reason", "_derived_from"};
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

store::RowResult MakeResult(const RowTask& task, const StepOutcome& end) {
  store::RowResult result;
  result.row_id = task.row.row_id;
  result.status = end.kind == StepOutcome::Kind::kEnd ? end.status : store::RowStatus::kOk;
  Json out = Head(task.row.row_id, task.row.file, task.row.page, result.status);
  if (store::IsError(result.status)) {
    out["_error"] =
        ErrorJson(end.error.value_or(Error{Code::kInternal, "the step gave no reason", {}}), end.error_class);
  } else {
    for (const auto& [name, value] : task.values.items()) {
      if (!IsReservedName(name)) out[name] = value;
    }
    if (task.derived_from >= 0) out["_derived_from"] = task.derived_from;
    if (!task.evidence.empty()) out["_evidence"] = task.evidence;
    if (end.error) out["_reason"] = end.error->ToString();
  }
  result.output = DumpJson(out);
  const Json meta = Meta(task);
  if (!meta.empty()) result.meta = DumpJson(meta);
  return result;
}

store::RowResult MakeLoadFailure(int64_t row_id, const std::string& file, const Error& error) {
  store::RowResult result;
  result.row_id = row_id;
  result.status = store::RowStatus::kFailed;
  Json out = Head(row_id, file, 0, result.status);
  out["_error"] = ErrorJson(error, "input");
  result.output = DumpJson(out);
  return result;
}

}  // namespace yk::pipeline
