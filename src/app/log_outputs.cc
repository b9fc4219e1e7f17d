// SPDX-License-Identifier: Apache-2.0
#include "app/log_outputs.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>

#include "app/own_files.h"
#include "sources/file_list.h"

namespace yk::app {
namespace fs = std::filesystem;
namespace {

struct Output {
  std::string_view flag;
  fs::path path;
  std::string_view beginning;  ///< of what is written there; no log begins so
};

std::vector<Output> OutputsOf(const LogsCommand& command) {
  std::vector<Output> outputs = {{"--out", command.out, "{\n"},
                                 {"--report", command.report, "<!doctype html>"},
                                 {"--structured", command.structured, "LineId,"},
                                 {"--templates", command.templates, "EventId,"}};
  std::erase_if(outputs, [](const Output& output) { return output.path.empty(); });
  return outputs;
}

bool WrittenByUs(const Output& output) {
  std::ifstream file(output.path, std::ios::binary);
  std::string head(output.beginning.size(), '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  return file.gcount() == static_cast<std::streamsize>(head.size()) && head == output.beginning;
}

}  // namespace

std::vector<fs::path> LogOutputs(const LogsCommand& command) {
  std::vector<fs::path> paths;
  for (const Output& output : OutputsOf(command)) paths.push_back(output.path);
  return paths;
}

Result<void> CheckLogOutputs(const LogsCommand& command, const fs::path& base_dir) {
  const std::vector<Output> outputs = OutputsOf(command);
  for (size_t i = 0; i < outputs.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (!SameFile(outputs[i].path, outputs[j].path)) continue;
      return Fail(Code::kInvalid, "{} and {} both write to {}; give one of them another name", outputs[j].flag,
                  outputs[i].flag, outputs[i].path.string());
    }
  }
  std::vector<std::string> patterns;
  for (const auto* some : {&command.files, &command.baseline}) {
    std::copy_if(some->begin(), some->end(), std::back_inserter(patterns),
                 [](const std::string& pattern) { return pattern != "-"; });
  }
  for (const Output& output : outputs) {
    std::error_code error;
    if (!fs::is_regular_file(output.path, error)) continue;
    const auto is_output = [&](const fs::path& path) { return SameFile(base_dir / path, output.path); };
    bool log = std::any_of(patterns.begin(), patterns.end(), is_output);
    if (!log && !patterns.empty() && !WrittenByUs(output)) {
      // What the patterns do not find is said when the logs are opened.
      if (const auto files = sources::ListFiles(patterns, base_dir); files) {
        log = std::any_of(files->begin(), files->end(), [&](const auto& file) { return is_output(file.path); });
      }
    }
    if (!command.masks.empty() && SameFile(command.masks, output.path)) {
      return Fail(Code::kInvalid, "{} holds the mask rules, and {} would overwrite it; give {} another name",
                  output.path.string(), output.flag, output.flag);
    }
    if (!log) continue;
    return Fail(Code::kInvalid, "{} is one of the logs, and {} would overwrite it; give {} another name",
                output.path.string(), output.flag, output.flag);
  }
  return {};
}

}  // namespace yk::app
