// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "store/result_log.h"

namespace yk::sinks {

/// Results in memory; `fail_after` breaks the reading after so many calls.
class ListLog final : public store::ResultLog {
 public:
  std::vector<store::RowResult> rows;
  int fail_after = -1;

  Result<std::vector<store::RowResult>> Read(store::JobId job, int stage, int64_t from, int64_t max) override {
    return Scan(job, stage, from, max, false);
  }
  Result<std::vector<store::RowResult>> Scan(store::JobId, int, int64_t from, int64_t max, bool errors_only) override {
    if (fail_after >= 0 && fail_after-- == 0) return Fail(Code::kUnavailable, "the store is gone");
    std::vector<store::RowResult> out;
    for (const auto& row : rows) {
      if (row.row_id < from || static_cast<int64_t>(out.size()) >= max) continue;
      if (!errors_only || store::IsError(row.status)) out.push_back(row);
    }
    return out;
  }
  Result<std::string> Input(store::JobId, int, int64_t) override { return std::string(); }
  Result<void> SaveCursor(store::JobId, const std::string&, const store::DeliveryCursor&) override { return {}; }
  Result<std::optional<store::DeliveryCursor>> LoadCursor(store::JobId, const std::string&) override {
    return std::optional<store::DeliveryCursor>();
  }

  void Ok(const std::string& fields, const std::string& evidence = "{}") {
    const auto id = static_cast<int64_t>(rows.size());
    rows.push_back(
        {id, store::RowStatus::kOk,
         fmt::format(R"({{"_id":{},"_source":{{"file":"契約{}.pdf","page":null}},"_status":"ok",{},"_evidence":{}}})",
                     id, id, fields, evidence),
         ""});
  }
  void Failed(const std::string& message) {
    const auto id = static_cast<int64_t>(rows.size());
    Json output = {{"_id", id},
                   {"_source", {{"file", "bad.pdf"}, {"page", Json()}}},
                   {"_status", "failed"},
                   {"_error", {{"code", "invalid"}, {"message", message}}}};
    rows.push_back({id, store::RowStatus::kFailed, DumpJson(output), ""});
  }
};

}  // namespace yk::sinks
