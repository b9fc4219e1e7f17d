// SPDX-License-Identifier: Apache-2.0
#include "app/log_follow.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>

#include "base/hash.h"
#include "base/json.h"
#include "sources/file_list.h"

namespace yk::app {
namespace {

constexpr uint64_t kFollowWindow = uint64_t{256} << 20;
constexpr Duration kPause = std::chrono::seconds(1);
/// Of the time, at most one part in six goes into looking.
constexpr int kRest = 5;

/// What the files are now: names and sizes. Equal as long as nothing was written.
Result<Digest> StateOf(const sources::LogAnalysisOptions& options) {
  YK_TRY(const auto files, sources::ListFiles(options.patterns, options.base_dir));
  Hasher hasher;
  for (const auto& file : files) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file.path, error);
    hasher.Field(file.shown).Field(error ? int64_t{-1} : static_cast<int64_t>(size));
  }
  return hasher.Finish();
}

class Follower {
 public:
  Follower(const CommandContext& context, sources::LogAnalysisOptions options)
      : context_(context), options_(std::move(options)) {
    options_.tail_bytes = kFollowWindow;
  }

  Result<int> Run() {
    Digest state{};
    bool first = true;
    while (true) {
      const MonoTime began = context_.clock.Now();
      auto now = StateOf(options_);
      // Between a rotation's two steps there is no file; it will come.
      if (!now && first) return Fail(std::move(now).error());
      if (now && (first || *now != state)) {
        state = *now;
        auto looked = Look(first);
        if (!looked && first) return Fail(std::move(looked).error());
        first = false;
      }
      const Duration took = context_.clock.Now() - began;
      if (!context_.clock.SleepUntil(context_.clock.Now() + std::max(kPause, took * kRest), context_.stop)) return 0;
    }
  }

 private:
  Result<void> Look(bool first) {
    YK_TRY(const sources::LogAnalysis analysis, sources::AnalyseLogs(options_));
    const incidents::Subject subject = analysis.Subject();
    if (first && !context_.json) {
      fmt::print("{}", incidents::ReportText(subject));
      fmt::print("\nfollowing; Ctrl-C ends it\n");
    }
    for (const incidents::Incident& incident : analysis.findings.incidents) {
      const auto key = std::pair(analysis.summary.templates[incident.parts.front().template_id].key,
                                 static_cast<int>(incident.kind));
      if (!told_.insert(key).second) continue;
      if (context_.json) {
        fmt::print("{}\n", DumpJson(incidents::IncidentJson(subject, incident)));
      } else if (!first) {
        fmt::print("{}", incidents::CardText(subject, incident));
      }
    }
    std::fflush(stdout);
    return {};
  }

  const CommandContext& context_;
  sources::LogAnalysisOptions options_;
  std::set<std::pair<std::string, int>> told_;
};

}  // namespace

Result<int> FollowLog(const CommandContext& context, const LogsCommand& command,
                      const sources::LogAnalysisOptions& options) {
  if (std::find(command.files.begin(), command.files.end(), "-") != command.files.end()) {
    return Fail(Code::kInvalid, "standard input cannot be followed: it is read to its end; name the files");
  }
  const bool more = !command.structured.empty() || !command.templates.empty() || !command.extract.empty() ||
                    !command.out.empty() || !command.report.empty() || !command.model.empty();
  if (more) return Fail(Code::kInvalid, "with --follow only incidents are told; leave out the other outputs");
  return Follower(context, options).Run();
}

}  // namespace yk::app
