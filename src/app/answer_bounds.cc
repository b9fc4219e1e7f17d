// SPDX-License-Identifier: Apache-2.0
#include "app/answer_bounds.h"

#include <algorithm>
#include <limits>

#include "base/log.h"

namespace yk::app {

Result<void> BoundAnswers(store::AnswerStore& answers, store::JobStore& jobs, const Clock& clock, int64_t bytes_max) {
  YK_TRY(const store::AnswerStats stats, answers.Stats());
  if (stats.bytes <= bytes_max) return {};
  WallTime keep_since = clock.WallNow();
  store::JobFilter filter;
  filter.open_only = true;
  filter.limit = std::numeric_limits<int>::max();
  YK_TRY(const std::vector<store::JobRecord> open, jobs.List(filter));
  for (const store::JobRecord& job : open) keep_since = std::min(keep_since, job.created_at);
  YK_TRY(const int64_t gone, answers.Evict(bytes_max, keep_since));
  if (gone > 0) {
    log::Warn(
        "the stored answers had {:.1f} GB, and the {} that were not used for longest were dropped; 'answers_gb' in "
        "yakan.yaml says how much is kept",
        static_cast<double>(stats.bytes) / 1e9, gone);
  }
  return {};
}

}  // namespace yk::app
