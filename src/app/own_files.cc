// SPDX-License-Identifier: Apache-2.0
#include "app/own_files.h"

#include <algorithm>
#include <limits>

#include "sinks/sink_factory.h"
#include "sources/file_list.h"

namespace yk::app {
namespace fs = std::filesystem;
namespace {

fs::path Canonical(const fs::path& path) {
  std::error_code error;
  fs::path canonical = fs::weakly_canonical(fs::absolute(path, error), error);
  return error ? path : canonical;
}

/// Whether `path` is the folder or lies in it.
bool Below(const fs::path& path, const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return false;
  return Canonical(path).string().starts_with((Canonical(folder) / "").string());
}

std::vector<std::string> InputPatterns(const pipeline::JobSpec& spec, const StoredSpec& stored) {
  if (!stored.inputs.empty()) return stored.inputs;
  std::vector<std::string> patterns;
  for (const char* key : {"files", "csv", "xlsx", "jsonl", "logs", "baseline"}) {
    const auto value = spec.input.find(key);
    if (value == spec.input.end()) continue;
    for (const Json& text : value->is_array() ? *value : Json::array({*value})) {
      if (text.is_string()) patterns.push_back(text.get<std::string>());
    }
  }
  return patterns;
}

std::string Shown(const fs::path& path, const fs::path& base_dir) {
  return sources::Locate(path.string(), base_dir).shown;
}

/// What a stored job writes.
std::vector<fs::path> OutputsOf(const store::JobRecord& job) {
  std::vector<fs::path> files;
  const auto stored = StoredSpec::FromText(job.spec);
  if (!stored) return files;
  const Json output = stored->spec.value("output", Json());
  for (const Json& one : output.is_array() ? output : Json::array({output})) {
    for (fs::path& path : sinks::OutputFiles(one, stored->base_dir)) files.push_back(std::move(path));
  }
  return files;
}

/// Files that jobs of this store write.
Result<std::vector<fs::path>> WrittenBefore(store::JobStore& jobs) {
  store::JobFilter filter;
  filter.limit = std::numeric_limits<int>::max();
  YK_TRY(const std::vector<store::JobRecord> records, jobs.List(filter));
  std::vector<fs::path> written;
  for (const store::JobRecord& record : records) {
    for (fs::path& path : OutputsOf(record)) written.push_back(std::move(path));
  }
  return written;
}

struct Output {
  fs::path path;
  std::string place;  ///< in the job file
};

std::vector<Output> Outputs(const pipeline::JobSpec& spec) {
  std::vector<Output> outputs;
  for (size_t i = 0; i < spec.outputs.size(); ++i) {
    std::string pointer = fmt::format("/output/{}", i);
    for (const char* kind : {"jsonl", "csv", "xlsx", "html"}) {
      if (spec.outputs[i].contains(kind)) pointer += fmt::format("/{}", kind);
    }
    for (fs::path& path : sinks::OutputFiles(spec.outputs[i], spec.base_dir)) {
      outputs.push_back({std::move(path), spec.places.Of(pointer)});
    }
  }
  return outputs;
}

Result<void> CheckInputs(const pipeline::JobSpec& spec, const StoredSpec& stored, store::JobStore& jobs,
                         const std::stop_token& stop) {
  // What does not exist cannot be an input.
  std::vector<Output> outputs = Outputs(spec);
  std::erase_if(outputs, [](const Output& output) {
    std::error_code error;
    return !fs::exists(output.path, error);
  });
  if (outputs.empty()) return {};
  for (const std::string& pattern : InputPatterns(spec, stored)) {
    if (pattern == "-") continue;
    // What cannot be listed is named by the source, which knows more about it.
    const auto files = sources::ListFiles({pattern}, spec.base_dir, stop);
    if (!files && files.error().code == Code::kCancelled) return Fail(files.error());
    if (!files) continue;
    const bool named = files->size() == 1 && files->front().path == (spec.base_dir / pattern).lexically_normal();
    for (const sources::InputFile& file : *files) {
      const auto same = [&](const fs::path& path) {
        std::error_code error;
        return fs::equivalent(path, file.path, error);
      };
      const auto output =
          std::find_if(outputs.begin(), outputs.end(), [&](const Output& output) { return same(output.path); });
      if (output == outputs.end()) continue;
      YK_TRY(const std::vector<fs::path> written, WrittenBefore(jobs));
      if (!named && std::any_of(written.begin(), written.end(), same)) continue;
      return Fail(Code::kInvalid, "{}: the output {} would overwrite the input {}; give the output another path",
                  output->place, Shown(output->path, spec.base_dir), file.shown);
    }
  }
  return {};
}

}  // namespace

bool SameFile(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return a == b || fs::equivalent(a, b, error) || Canonical(a) == Canonical(b);
}

void AddStoreFiles(const fs::path& db, const Settings& settings, pipeline::JobSpec& spec) {
  for (const char* ending : {"", "-wal", "-shm", "-journal", ".lock", ".spool"}) {
    spec.own_files.push_back({"the store", db.string() + ending});
  }
  if (!settings.file.empty()) spec.own_files.push_back({"the settings", settings.file});
}

std::vector<fs::path> OwnPaths(const pipeline::JobSpec& spec) {
  std::vector<fs::path> paths;
  for (const auto& file : spec.own_files) paths.push_back(file.path);
  for (Output& output : Outputs(spec)) paths.push_back(std::move(output.path));
  return paths;
}

void RemovePartials(const store::JobRecord& cancelled, store::JobStore& jobs) {
  store::JobFilter filter;
  filter.open_only = true;
  filter.limit = std::numeric_limits<int>::max();
  const auto open = jobs.List(filter);
  if (!open) return;
  std::vector<fs::path> kept;
  for (const store::JobRecord& job : *open) {
    if (job.id == cancelled.id) continue;
    for (fs::path& path : OutputsOf(job)) kept.push_back(std::move(path));
  }
  for (const fs::path& path : OutputsOf(cancelled)) {
    if (path.extension() != ".partial" || std::find(kept.begin(), kept.end(), path) != kept.end()) continue;
    std::error_code ignored;
    fs::remove(path, ignored);
  }
}

std::string JobFileName(const std::vector<pipeline::NamedFile>& own_files) {
  std::error_code error;
  for (const auto& file : own_files) {
    if (file.what == "the job file") return Shown(file.path, fs::current_path(error));
  }
  return "JOB.yaml";
}

Result<void> CheckOutputFiles(const pipeline::JobSpec& spec, const StoredSpec& stored, store::JobStore& jobs,
                              const std::stop_token& stop) {
  for (const Output& output : Outputs(spec)) {
    for (const auto& own : spec.own_files) {
      if (!SameFile(output.path, own.path) && !Below(output.path, own.path)) continue;
      return Fail(Code::kInvalid, "{}: the output {} would overwrite {} {}; give the output another path", output.place,
                  Shown(output.path, spec.base_dir), own.what, Shown(own.path, spec.base_dir));
    }
  }
  return CheckInputs(spec, stored, jobs, stop);
}

}  // namespace yk::app
