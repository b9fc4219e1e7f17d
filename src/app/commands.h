// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "app/settings.h"
#include "base/clock.h"
#include "base/result.h"

namespace yk::app {

/// What every command gets.
struct CommandContext {
  const Clock& clock;
  std::stop_token stop;    ///< Ctrl-C
  std::string store_flag;  ///< --store
  bool json = false;       ///< --json
};

struct RunCommand {
  std::string job_file;
  std::vector<std::string> inputs, sets;
  int64_t limit = 0;
  bool dry_run = false, force_new = false, ask_again = false, quiet = false;
};
struct ResultsCommand {
  std::string job, format = "jsonl";
  bool errors = false;
  int64_t limit = 0;
};
struct EvalCommand {
  std::string gold, pred, key;
  std::vector<std::string> map, match;
  bool misses = false;
};
struct ReadCommand {
  std::vector<std::string> files, passwords;
  bool text = false, tables = false, spans = false, no_ocr = false;
  int first_page = 1, last_page = 0;
};

struct LogsCommand {
  std::vector<std::string> files, baseline;
  std::string header, since, until, masks;     ///< how to read
  std::string structured, templates, extract;  ///< tables to write; `extract` is a template's id
  std::string out, report, model;              ///< JSON file, HTML file, who explains
  size_t top = 10;
  unsigned threads = 0;
  bool follow = false;
};

struct ModelAddCommand {
  std::string name, source;
  bool replace = false, quiet = false;
};

struct ModelBenchCommand {
  std::string name;
  int prefix = 1500, row = 300, answer = 40;  ///< tokens
  int seconds = 3;                            ///< for each setting
};

// Each returns the process's exit code; an Error is printed once, by the caller, and becomes 1 or 2.
Result<int> CmdRun(const CommandContext& context, const RunCommand& command);
Result<int> CmdPlan(const CommandContext& context, const RunCommand& command);
Result<int> CmdStatus(const CommandContext& context, const std::string& job);
Result<int> CmdJobs(const CommandContext& context);
Result<int> CmdAct(const CommandContext& context, const std::string& verb, const std::string& job);
/// Takes the job up again from its stored spec; `retry_failed` puts its failed rows back first.
Result<int> CmdGoOn(const CommandContext& context, const std::string& job, bool retry_failed, bool quiet);
Result<int> CmdResults(const CommandContext& context, const ResultsCommand& command);
Result<int> CmdEval(const CommandContext& context, const EvalCommand& command);
Result<int> CmdLogs(const CommandContext& context, const LogsCommand& command);
Result<int> CmdRead(const CommandContext& context, const ReadCommand& command);
Result<int> CmdModelAdd(const CommandContext& context, const ModelAddCommand& command);
Result<int> CmdModelList(const CommandContext& context);
Result<int> CmdModelBench(const CommandContext& context, const ModelBenchCommand& command);
Result<int> CmdBackup(const CommandContext& context, const std::string& path);
Result<int> CmdDoctor(const CommandContext& context);

}  // namespace yk::app
