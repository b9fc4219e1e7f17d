// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace yk::llama {

/// What suits a CPU; `yakan model bench` finds out what suits a machine.
inline constexpr int kParallelUsual = 16;
inline constexpr int kBatchUsual = 512;
inline constexpr int64_t kOwnTokensUsual = 2048, kOwnTokensGpu = 8192;

/// How a model file is run. The defaults suit a machine that does nothing else.
struct Options {
  std::filesystem::path path;
  /// Tokens the cache holds for all rows together, shared prefix included. 0: as many as `parallel` rows of common size
  /// need, within the model's training context and a quarter of the free memory.
  int64_t context = 0;
  /// Rows answered at the same time. More keep the weights busier and need more cache. 0: kParallelUsual, and fewer
  /// while rows are long, unless attention_device computes.
  int parallel = 0;
  /// Tokens of the rows at work, beside what they share, up to which rows together were found to pay. Beyond it, and
  /// beyond kOwnTokensUsual or kOwnTokensGpu, no further row starts. 0: not measured; no bound where `parallel` is set.
  /// Without meaning where attention_device computes: there other rows cost a row nothing.
  int64_t own_tokens = 0;
  /// Tokens computed in one step. More prefill faster and make each step longer. 0: kBatchUsual.
  int batch = 0;
  int threads = 0;      ///< 0: one for each physical core this process may use
  int gpu_layers = -1;  ///< layers on the GPU where there is one; -1: all
  std::string device;   ///< name of the GPU as `yakan doctor` prints it; empty: the library chooses
  /// A cache of its own for each row instead of one for all, which every token of every row passes over: pays where
  /// rows are long beside what they share and where copying the shared prefix is cheap. Unset: one for all.
  std::optional<bool> streams;
  bool cache_q8 = false;       ///< cache in 8 bits: half the memory, a little less exact
  bool deterministic = false;  ///< one row at a time, so that an answer never depends on its neighbours' rounding
  bool fast_forward = true;    ///< tokens that have to come are not asked for; off only for measuring what that gains
  int thinking_tokens = 0;  ///< reasoning models: how many tokens they may think before the answer; 0: thinking is off
  std::string chat_template;         ///< Jinja source that replaces the one in the file
  std::filesystem::path prefix_dir;  ///< where computed prefixes are kept for the next run; empty: nowhere

  bool operator==(const Options&) const = default;
};

}  // namespace yk::llama
