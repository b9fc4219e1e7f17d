// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "engine/progress.h"
#include "pipeline/sink.h"
#include "store/result_log.h"

namespace yk::engine {

/// Follows the results of a job's last stage into its sinks, each by its own cursor. One thread, named delivery.
class Delivery {
 public:
  struct Options {
    std::chrono::milliseconds poll_every{200};
    std::chrono::milliseconds flush_every{500};
    int64_t batch_rows = 4096;
  };
  Delivery(store::ResultLog& log, const Clock& clock, Progress& progress, Options options,
           std::function<void(Error)> on_fatal);
  ~Delivery();

  /// Opens every sink at its stored cursor (`resume`), or anew.
  Result<void> Open(std::vector<std::unique_ptr<pipeline::Sink>>& sinks, store::JobId job, int stage, bool resume);

  void Start();

  /// Stops the thread; with `complete`, first delivers all that is there and closes the sinks with the summary.
  Result<void> Stop(bool complete, const Json& summary);

 private:
  struct Line {
    pipeline::Sink* sink = nullptr;
    int64_t next_row = 0;
    bool dirty = false;
  };
  void Loop(std::stop_token stop);
  /// Moves each sink as far as the results go. True: some row was moved.
  Result<bool> Deliver();
  Result<void> FlushAll();
  Result<void> DeliverRest(bool complete, const Json& summary);

  store::ResultLog& log_;
  const Clock& clock_;
  Progress& progress_;
  const Options options_;
  const std::function<void(Error)> on_fatal_;
  store::JobId job_;
  int stage_ = 0;
  std::vector<Line> lines_;
  MonoTime last_flush_{};
  std::jthread thread_;
};

}  // namespace yk::engine
