// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "llama/measure.h"
#include "llama/options.h"

namespace yk::app {

/// What `yakan model bench` found out about a model file on this machine.
struct ModelProfile {
  llama::Speed speed;
  llama::Shape shape;  ///< of the rows it was measured with
};

/// The profile of the model with this digest, with or without a cache for each row, from profiles.json in `models_dir`;
/// unset when it was never measured so or the file cannot be read: a run does without.
std::optional<ModelProfile> ReadProfile(const std::filesystem::path& models_dir, const std::string& digest,
                                        bool streams = false);

/// The profile of the model that the options name, as they run it; unset also when its file cannot be read.
std::optional<ModelProfile> ProfileOf(const llama::Options& options, const std::filesystem::path& models_dir);

/// Keeps it, in place of an older one. Errors name the file.
Result<void> WriteProfile(const std::filesystem::path& models_dir, const std::string& digest,
                          const ModelProfile& profile);

/// The options with what the user left open as it was found best. Rows longer than the measured ones run fewer at a
/// time.
llama::Options OptionsFor(const ModelProfile& profile, llama::Options options);

/// Seconds that so many questions take: tokens of their own texts, and answers of the measured length.
double SecondsFor(const ModelProfile& profile, int64_t questions, int64_t row_tokens);

}  // namespace yk::app
