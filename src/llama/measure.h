// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "llama/options.h"

namespace yk::llama {

/// What the rows of a job look like, in tokens.
struct Shape {
  int prefix = 1500;  ///< shared by all rows
  int row = 300;
  int answer = 40;
};

/// How fast a model file runs with one setting on this machine.
struct Speed {
  int parallel = 0, batch = 0;
  double rows_per_second = 0;
  double prompt_tokens_per_second = 0;  ///< of the rows' own texts and the prefix, computed many at a time
  double answer_tokens_per_second = 0;  ///< of `parallel` answers together
  bool streams = false;                 ///< Options::streams
};

/// Everything measured, in order.
struct Measured {
  std::vector<Speed> tried;
  Speed best;  ///< with Options::streams as given
  /// The best with a cache for each row, where it answers more rows. A user has to choose it, because every row then
  /// has to fit into its own share of the cache.
  std::optional<Speed> streams;
};

/// Runs made-up rows of the shape through the model with several settings, the rows at a time first and then the tokens
/// of a step, then a cache for each row where rows outweigh what they share, and says which one answers most rows a
/// second. Each setting gets about `budget`; `tell` hears of each. One that does not fit into memory is passed over.
/// The settings that `options` gives (not 0) are kept. Errors as OpenBackend; kCancelled.
Result<Measured> Measure(const Options& options, const Shape& shape, Duration budget, const Clock& clock,
                         std::stop_token stop, const std::function<void(const Speed&)>& tell);

}  // namespace yk::llama
