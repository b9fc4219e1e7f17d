// SPDX-License-Identifier: Apache-2.0
#include "sinks/results.h"

#include <chrono>
#include <vector>

namespace yk::sinks {

std::string DateText(WallTime time) {
  const auto days = std::chrono::floor<std::chrono::days>(time);
  // The civil calendar (Howard Hinnant's algorithm): this standard library has no year_month_day.
  const int64_t z = days.time_since_epoch().count() + 719'468;
  const int64_t era = (z >= 0 ? z : z - 146'096) / 146'097;
  const int64_t day_of_era = z - era * 146'097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted = (5 * day_of_year + 2) / 153;
  const int64_t day = day_of_year - (153 * shifted + 2) / 5 + 1;
  const int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  return fmt::format("{:04}-{:02}-{:02}", year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day);
}

Result<void> EachResult(store::ResultLog& results, store::JobId job, int stage,
                        const std::function<Result<bool>(const store::RowResult&)>& use) {
  constexpr int64_t kBatchRows = 2048;
  for (int64_t from = 0;;) {
    YK_TRY(const std::vector<store::RowResult> rows, results.Scan(job, stage, from, kBatchRows, false));
    if (rows.empty()) return {};
    for (const store::RowResult& row : rows) {
      YK_TRY(const bool more, use(row));
      if (!more) return {};
    }
    from = rows.back().row_id + 1;
  }
}

Result<Json> OutputOf(const store::RowResult& row) {
  YK_TRY(Json output, ParseJson(row.output.empty() ? "{}" : row.output));
  if (output.is_object()) return output;
  return Fail(Code::kCorrupt, "the result of row {} is no JSON object; the store is damaged", row.row_id);
}

}  // namespace yk::sinks
