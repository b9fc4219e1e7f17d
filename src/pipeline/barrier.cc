// SPDX-License-Identifier: Apache-2.0
#include "pipeline/barrier.h"

namespace yk::pipeline {

std::string StageRowToPayload(const StageRow& row) {
  Json payload = Json::object();
  payload["status"] = static_cast<int>(row.status);
  if (!row.source.empty()) payload["source"] = row.source;
  if (row.derived_from >= 0) payload["derived_from"] = row.derived_from;
  if (!row.first_values.is_null()) payload["first_values"] = row.first_values;
  payload["output"] = row.output;
  return DumpJson(payload);
}

Result<StageRow> StageRowFromPayload(const std::string& payload) {
  YK_TRY(Json parsed, ParseJson(payload));
  const auto status = parsed.find("status");
  const auto output = parsed.find("output");
  if (status == parsed.end() || !status->is_number_integer() || output == parsed.end()) {
    return Fail(Code::kCorrupt, "a row between two stages does not read back; run the job again with --new");
  }
  StageRow row;
  row.status = static_cast<store::RowStatus>(status->get<int>());
  row.source = parsed.value("source", "");
  row.derived_from = parsed.value("derived_from", int64_t{-1});
  row.first_values = parsed.value("first_values", Json());
  row.output = *output;
  return row;
}

}  // namespace yk::pipeline
