// SPDX-License-Identifier: Apache-2.0
#include "app/model_profile.h"

#include "base/file.h"
#include "base/json.h"
#include "hub/model_file.h"
#include "llama/model_digest.h"

namespace yk::app {
namespace {

constexpr uint64_t kBytesMax = uint64_t{16} << 20;

std::filesystem::path FileIn(const std::filesystem::path& models_dir) { return models_dir / "profiles.json"; }

Json ReadAll(const std::filesystem::path& models_dir) {
  const auto text = ReadFile(FileIn(models_dir), kBytesMax);
  if (!text) return Json::object();
  auto parsed = ParseJson(*text);
  return parsed && parsed->is_object() ? std::move(parsed).value() : Json::object();
}

/// The two kinds of cache are measured, and kept, each by itself.
std::string KeyOf(const std::string& digest, bool streams) { return streams ? digest + "/streams" : digest; }

/// A number that is missing or something else is 0.
double Number(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

}  // namespace

std::optional<ModelProfile> ReadProfile(const std::filesystem::path& models_dir, const std::string& digest,
                                        bool streams) {
  if (models_dir.empty()) return std::nullopt;
  const Json all = ReadAll(models_dir);
  const auto found = all.find(KeyOf(digest, streams));
  if (found == all.end() || !found->is_object()) return std::nullopt;
  ModelProfile profile;
  profile.speed.parallel = static_cast<int>(Number(*found, "parallel"));
  profile.speed.batch = static_cast<int>(Number(*found, "batch"));
  profile.speed.rows_per_second = Number(*found, "rows_per_second");
  profile.speed.prompt_tokens_per_second = Number(*found, "prompt_tokens_per_second");
  profile.speed.answer_tokens_per_second = Number(*found, "answer_tokens_per_second");
  profile.speed.streams = streams;
  profile.shape.prefix = static_cast<int>(Number(*found, "prefix_tokens"));
  profile.shape.row = static_cast<int>(Number(*found, "row_tokens"));
  profile.shape.answer = static_cast<int>(Number(*found, "answer_tokens"));
  if (profile.speed.parallel <= 0 || profile.speed.batch <= 0) return std::nullopt;
  return profile;
}

std::optional<ModelProfile> ProfileOf(const llama::Options& options, const std::filesystem::path& models_dir) {
  const auto model = hub::InspectModel(options.path);
  if (!model) return std::nullopt;
  const auto digest = llama::ModelDigest(*model);
  return digest ? ReadProfile(models_dir, *digest, options.streams.value_or(false)) : std::nullopt;
}

Result<void> WriteProfile(const std::filesystem::path& models_dir, const std::string& digest,
                          const ModelProfile& profile) {
  Json all = ReadAll(models_dir);
  const llama::Speed& speed = profile.speed;
  all[KeyOf(digest, speed.streams)] = {{"parallel", speed.parallel},
                                       {"batch", speed.batch},
                                       {"rows_per_second", speed.rows_per_second},
                                       {"prompt_tokens_per_second", speed.prompt_tokens_per_second},
                                       {"answer_tokens_per_second", speed.answer_tokens_per_second},
                                       {"prefix_tokens", profile.shape.prefix},
                                       {"row_tokens", profile.shape.row},
                                       {"answer_tokens", profile.shape.answer}};
  return WriteFileAtomic(FileIn(models_dir), DumpJsonPretty(all) + "\n");
}

llama::Options OptionsFor(const ModelProfile& profile, llama::Options options) {
  if (options.parallel == 0) {
    options.parallel = profile.speed.parallel;
    // A quarter more than measured: a template adds tokens, and no two rows are equally long.
    options.own_tokens = int64_t{profile.speed.parallel} * (profile.shape.row + profile.shape.answer) * 5 / 4;
  }
  if (options.batch == 0) options.batch = profile.speed.batch;
  return options;
}

double SecondsFor(const ModelProfile& profile, int64_t questions, int64_t row_tokens) {
  const llama::Speed& speed = profile.speed;
  if (speed.prompt_tokens_per_second <= 0 || speed.answer_tokens_per_second <= 0) return 0;
  return static_cast<double>(row_tokens) / speed.prompt_tokens_per_second +
         static_cast<double>(questions * profile.shape.answer) / speed.answer_tokens_per_second;
}

}  // namespace yk::app
