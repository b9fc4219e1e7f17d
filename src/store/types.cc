// SPDX-License-Identifier: Apache-2.0
#include "store/types.h"

namespace yk::store {

std::string_view JobStateName(JobState state) {
  switch (state) {
    case JobState::kLoading: return "loading";
    case JobState::kRunning: return "running";
    case JobState::kPaused: return "paused";
    case JobState::kCancelling: return "cancelling";
    case JobState::kDone: return "done";
    case JobState::kCancelled: return "cancelled";
    case JobState::kFailed: return "failed";
  }
  return "unknown";
}

std::string_view RowStatusName(RowStatus status) {
  switch (status) {
    case RowStatus::kOk: return "ok";
    case RowStatus::kNullByPolicy: return "null_by_policy";
    case RowStatus::kFiltered: return "filtered";
    case RowStatus::kFailed: return "failed";
    case RowStatus::kQuarantined: return "quarantined";
  }
  return "unknown";
}

}  // namespace yk::store
