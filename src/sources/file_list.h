// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace yk::sources {

/// One input file. `shown` is what users, payloads and results see: relative to the job file where it lies below it.
/// Bytes of a name that are not UTF-8 are written as "\x83", so that `shown` is UTF-8 and still says which file it is.
struct InputFile {
  std::filesystem::path path;
  std::string shown;
};

/// Whether `path` ('/' between parts) fits `pattern`: `*` and `?` stay within a part, `**` stands for any number of
/// whole parts, `[a-z]` and `[!a-z]` for one character.
bool MatchesGlob(std::string_view pattern, std::string_view path);

/// The files that patterns name, each once, sorted by what is shown: equal folders give equal lists on any day. A
/// folder means all files in it and below, links followed; hidden files and folders count only when a pattern names
/// them. kNotFound / kInvalid: a pattern that fits nothing, a missing file, an empty folder, with what to do;
/// kCancelled once a stop is asked for.
Result<std::vector<InputFile>> ListFiles(const std::vector<std::string>& patterns,
                                         const std::filesystem::path& base_dir, const std::stop_token& stop = {});

/// The file that a payload or spec calls `shown`.
InputFile Locate(const std::string& shown, const std::filesystem::path& base_dir);

}  // namespace yk::sources
