// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace yk::engine {

/// Counters of a run, written by its threads and read by whoever shows progress. Rows count once they are committed.
struct Progress {
  std::atomic<int64_t> rows_loaded{0};  ///< of stage 0, enqueued
  std::atomic<bool> loading{true};
  std::atomic<int> stage{0};
  std::atomic<int64_t> stage_rows{0};   ///< rows of the running stage, as far as known
  std::atomic<int64_t> rows_done{0};    ///< of the running stage, committed, all outcomes, earlier processes included
  std::atomic<int64_t> rows_failed{0};  ///< failed or quarantined among them
  std::atomic<int64_t> rows_delivered{0};  ///< lowest cursor over the sinks
  std::atomic<int64_t> rows_done_here{0};  ///< committed by this process, for the rate
};

}  // namespace yk::engine
