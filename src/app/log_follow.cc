// SPDX-License-Identifier: Apache-2.0
#include "app/log_follow.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "sources/file_list.h"

namespace yk::app {
namespace {

constexpr uint64_t kFollowWindow = uint64_t{256} << 20;
constexpr Duration kPause = std::chrono::seconds(1);
/// Of the time, at most one part in six goes into looking.
constexpr int kRest = 5;
constexpr int kInterruptedExit = 130;
/// What comes again after so long is told again.
constexpr logs::Micros kQuiet = 10 * 60'000'000LL;

/// What the files are now: names and sizes. Equal as long as nothing was written.
Result<Digest> StateOf(const sources::LogAnalysisOptions& options) {
  YK_TRY(const auto files, sources::ListFiles(options.patterns, options.files.base_dir, options.files.stop));
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
    bool first = true, half_line = false;
    while (true) {
      const MonoTime began = context_.clock.Now();
      auto now = StateOf(options_);
      // Between a rotation's two steps there is no file; it will come.
      if (!now && first) return Fail(std::move(now).error());
      const bool changed = now && (first || *now != state);
      // What has not gone on since the last look is a line, with or without an end.
      if (changed || (now && half_line)) {
        state = *now;
        options_.whole_lines = changed;
        auto looked = Look(first);
        if (!looked && first) return Fail(std::move(looked).error());
        half_line = looked && *looked;
        first = false;
        if (std::fflush(stdout) != 0) {
          if (errno == EPIPE) return 0;  // the reader has seen what it wanted
          return Fail(ErrnoError("write", "standard output", errno));
        }
      }
      const Duration took = context_.clock.Now() - began;
      if (!context_.clock.SleepUntil(context_.clock.Now() + std::max(kPause, took * kRest), context_.stop)) {
        return kInterruptedExit;
      }
    }
  }

 private:
  /// Whether a line that has no end yet was left out.
  Result<bool> Look(bool first) {
    YK_TRY(const sources::LogAnalysis analysis, sources::AnalyseLogs(options_));
    const incidents::Subject subject = analysis.Subject();
    if (first && !context_.json) {
      fmt::print("{}", incidents::ReportText(subject));
      fmt::print("\nfollowing; Ctrl-C ends it\n");
    }
    const std::vector<Told> known = std::exchange(told_, {});
    std::vector<bool> seen(known.size(), false);
    for (const incidents::Incident& incident : analysis.findings.incidents) {
      if (!IsNews(known, analysis.summary, incident, &seen)) continue;
      if (context_.json) {
        fmt::print("{}\n", DumpJson(incidents::IncidentJson(subject, incident)));
      } else if (!first) {
        fmt::print("{}", incidents::CardText(subject, incident));
      }
    }
    // What is not among the findings of this look may come back into them; what is older than the log cannot.
    for (size_t i = 0; i < known.size(); ++i) {
      const bool gone = known[i].to != logs::kNoTime && known[i].to < analysis.summary.first_time;
      if (!seen[i] && !gone) told_.push_back(known[i]);
    }
    return analysis.half_line;
  }

  /// An incident as it was seen last. Incidents of one kind of line at one time are one incident.
  struct Told {
    std::pair<std::string, int> what;  ///< template and kind
    logs::Micros from = logs::kNoTime, to = logs::kNoTime;
    logs::Micros last_line = logs::kNoTime;  ///< of the template

    bool Meets(const Told& other) const {
      if (what != other.what) return false;
      if (to == logs::kNoTime || other.to == logs::kNoTime) return to == other.to;
      return from <= other.to + kQuiet && other.from <= to + kQuiet;
    }
  };

  /// Whether it was not told before this look, or has begun again since. Marks what was told as seen.
  bool IsNews(const std::vector<Told>& known, const logs::LogSummary& log, const incidents::Incident& incident,
              std::vector<bool>* seen) {
    using incidents::SignalKind;
    const logs::Template& tmpl = log.templates[incident.parts.front().template_id];
    // More of the same lines are a new kind of line at first.
    const bool more = incident.kind == SignalKind::kNew || incident.kind == SignalKind::kFailure;
    const int kind = static_cast<int>(more ? SignalKind::kBurst : incident.kind);
    const Told now{{tmpl.key, kind}, incident.from, incident.to, tmpl.last_time};
    const bool told = std::any_of(told_.begin(), told_.end(), [&](const Told& one) { return one.Meets(now); });
    told_.push_back(now);
    bool news = !told;
    for (size_t i = 0; i < known.size(); ++i) {
      if (!known[i].Meets(now)) continue;
      (*seen)[i] = true;
      news = news && HasBegunAgain(known[i], log, tmpl, incident);
    }
    return news;
  }

  /// The lines of both times may be taken together: then it was quiet between them.
  static bool HasBegunAgain(const Told& before, const logs::LogSummary& log, const logs::Template& tmpl,
                            const incidents::Incident& incident) {
    if (before.to == logs::kNoTime || incident.missing) return false;
    const auto next = std::find_if(tmpl.bins.begin(), tmpl.bins.end(), [&](const logs::BinCount& bin) {
      return log.grid.StartOf(bin.bin) > before.last_line;
    });
    return next != tmpl.bins.end() && log.grid.StartOf(next->bin) > before.last_line + kQuiet;
  }

  const CommandContext& context_;
  sources::LogAnalysisOptions options_;
  std::vector<Told> told_;
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
