// SPDX-License-Identifier: Apache-2.0
// From file names to findings: what `yakan logs` and jobs over logs have in common.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "incidents/report.h"
#include "logs/mine.h"
#include "sources/log_files.h"

namespace yk::sources {

struct LogAnalysisOptions {
  std::vector<std::string> patterns, baseline;
  LogFilesOptions files;
  logs::MineOptions mine;
  std::string since, until;  ///< as incidents::ParseMoment reads them; empty: no bound
  size_t top = 10;
  logs::Micros now = logs::kNoTime;  ///< mine.year is this year: lines without a year are not from the future
  uint64_t tail_bytes = 0;           ///< look only at the last bytes of each file; 0: at all
  bool whole_lines = false;          ///< leave out last lines that have no end yet; only with tail_bytes
};

/// Everything about one log. Moves; the parts refer to each other.
struct LogAnalysis {
  LogFiles files;
  std::vector<logs::LogInput> inputs;        ///< what was analysed: the files, or the parts of them within the time
  std::unique_ptr<const logs::Mined> mined;  ///< of `inputs`; its line numbers count within them
  logs::LogSummary summary;                  ///< with line numbers of the files
  incidents::Findings findings;
  std::vector<std::string> notes;
  std::vector<uint64_t> lines_before;  ///< of the whole log, before each file
  bool half_line = false;              ///< a last line was left out, see LogAnalysisOptions::whole_lines

  /// Where the part of a file that `mined` has read begins.
  struct Part {
    uint32_t file = 0;
    uint64_t lines_before = 0;  ///< of the file
    uint64_t mined_before = 0;  ///< lines of `mined` before it
  };
  std::vector<Part> parts;  ///< one for each of `inputs`

  incidents::Subject Subject() const { return {summary, findings, files.Names(), notes, lines_before}; }

  /// The number in its file of a line as `mined` counts it.
  uint64_t LineInFile(const logs::LinePlace& place) const {
    const Part& part = parts[place.input];
    return place.line - part.mined_before + part.lines_before;
  }
};

/// Reads again, up to three times, when a file became shorter meanwhile.
Result<LogAnalysis> AnalyseLogs(const LogAnalysisOptions& options);

/// Mask rules from a list of {name, match, contains}. kInvalid names the rule.
Result<std::vector<logs::MaskRule>> MaskRulesFromJson(const Json& list);

}  // namespace yk::sources
