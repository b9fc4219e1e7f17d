// SPDX-License-Identifier: Apache-2.0
// What the scheduler does when a step was not done. Nothing that was asked is lost: rows start over from their shared
// beginning and keep the answer they have so far.
#include <algorithm>

#include "base/log.h"
#include "llama/scheduler.h"

namespace yk::llama {

using model::FailureClass;

void Scheduler::Requeue(Lane& lane) {
  Row row = std::move(*lane.row);
  row.StartOver();
  Leave(lane);
  waiting_.push_front(std::move(row));
}

/// No cell was free although all were reserved: a window of the cache is fragmented. The youngest row makes room.
void Scheduler::Preempt() {
  ++stats_.no_room;
  Lane* youngest = nullptr;
  for (Lane& lane : lanes_) {
    if (lane.row && (youngest == nullptr || lane.since > youngest->since)) youngest = &lane;
  }
  if (youngest == nullptr) {
    if (!heads_.Evict()) Recover(StepResult::kNoRoom);
    return;
  }
  // With a row alone there is nobody to make room for; the context is made anew.
  if (running_ == 1 && !heads_.Evict()) return Recover(StepResult::kNoRoom);
  Requeue(*youngest);
  lanes_used_max_ = std::max<size_t>(1, running_);
}

/// Every row goes back and the cache is emptied, because nobody knows what a broken step has left in it.
void Scheduler::StartOver() {
  std::vector<Lane*> busy;
  for (Lane& lane : lanes_) {
    if (lane.row) busy.push_back(&lane);
  }
  // The oldest row ends up in front.
  std::sort(busy.begin(), busy.end(), [](const Lane* a, const Lane* b) { return a->since > b->since; });
  for (Lane* lane : busy) Requeue(*lane);
  for (Lane& lane : lanes_) {
    if (std::exchange(lane.copy, nullptr) != nullptr) compute_.Drop(lane.sequence);
  }
  heads_.Forget();
}

void Scheduler::Recover(StepResult result) {
  StartOver();
  const char* what = result == StepResult::kNoMemory ? "had no memory for a step"
                     : result == StepResult::kNoRoom ? "found no room in its cache"
                                                     : "failed in a step";
  ++failures_;
  good_steps_ = 0;
  if (failures_ == 1) {
    lanes_used_max_ = std::max<size_t>(1, lanes_used_max_ / 2);
    log::Info("the model {}; going on with {} rows at a time", what, lanes_used_max_);
    return;
  }
  if (failures_ == 2) {
    ++stats_.restarts;
    if (auto again = compute_.Restart(); again) return;
  }
  failures_ = 0;
  const model::ModelFailure failure{
      FailureClass::kTransport,
      {Code::kUnavailable,
       fmt::format("the model {} again after it was started anew; its device may be lost", what),
       {}},
      std::nullopt};
  std::vector<RowEnd> failed = FailAll(failure);
  std::move(failed.begin(), failed.end(), std::back_inserter(ended_));
}

/// A batch that is no valid one is a bug of ours: its rows fail, the others go on.
void Scheduler::FailBatch() {
  for (const Share& share : shares_) {
    if (share.lane == nullptr || !share.lane->row) continue;
    Fail(*share.lane->row, FailureClass::kRequest, {Code::kInternal, "the model refused the tokens of this row", {}});
    Leave(*share.lane);
  }
  for (const Share& share : shares_) {
    if (share.head == nullptr) continue;
    const auto& head = share.head->head;
    for (auto one = waiting_.begin(); one != waiting_.end();) {
      if (one->spec().prompt.head->tokens != head->tokens) {
        ++one;
        continue;
      }
      Fail(*one, FailureClass::kRequest,
           {Code::kInternal, "the model refused the tokens of this step's instruction", {}});
      one = waiting_.erase(one);
    }
  }
  StartOver();
}

}  // namespace yk::llama
