// SPDX-License-Identifier: Apache-2.0
#include "app/progress_reporter.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

namespace yk::app {
namespace {

constexpr std::chrono::milliseconds kRedraw{250};
constexpr std::chrono::seconds kPlainLine{10};

int TerminalWidth() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 100;
}

}  // namespace

std::string Thousands(int64_t number) {
  std::string digits = std::to_string(number);
  for (int64_t at = static_cast<int64_t>(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return digits;
}

std::string HumanTime(Duration time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
  if (seconds >= 3600) return fmt::format("{} h {:02} min", seconds / 3600, seconds / 60 % 60);
  if (seconds >= 60) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  return fmt::format("{} s", seconds);
}

ProgressReporter::Style ProgressReporter::StyleFor(bool quiet) {
  if (quiet) return Style::kSilent;
  return ::isatty(STDERR_FILENO) == 1 ? Style::kTerminal : Style::kLines;
}

ProgressReporter::ProgressReporter(std::string job, Style style, const Clock& clock, const engine::Progress& progress,
                                   std::function<model::AskerStats()> stats)
    : job_(std::move(job)), style_(style), clock_(clock), progress_(progress), stats_(std::move(stats)), started_(clock.Now()) {
  if (style_ != Style::kSilent) thread_ = std::jthread([this](std::stop_token stop) { Loop(stop); });
}

ProgressReporter::~ProgressReporter() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  if (style_ == Style::kTerminal) std::fputs("\r\x1b[K", stderr);
}

void ProgressReporter::Loop(std::stop_token stop) {
  const Duration every = style_ == Style::kTerminal ? Duration(kRedraw) : Duration(kPlainLine);
  while (clock_.SleepUntil(clock_.Now() + every, stop)) {
    const std::string line = Line();
    if (style_ == Style::kLines) {
      fmt::print(stderr, "{}\n", line);
    } else {
      const auto width = static_cast<size_t>(TerminalWidth() - 1);
      fmt::print(stderr, "\r\x1b[K{}", line.substr(0, width));
      std::fflush(stderr);
    }
  }
}

std::string ProgressReporter::Line() const {
  const int64_t done = progress_.rows_done;
  const int64_t total = progress_.stage_rows;
  const double seconds = std::chrono::duration<double>(clock_.Now() - started_).count();
  const double rate = seconds > 0 ? static_cast<double>(progress_.rows_done_here) / seconds : 0;
  const model::AskerStats stats = stats_();
  std::string line = fmt::format("{}  {}/{}{} rows", job_, Thousands(done), Thousands(total), progress_.loading ? "+" : "");
  if (total > 0) line += fmt::format(" {}%", 100 * done / total);
  line += fmt::format(" | {} rows/s", rate < 10 ? fmt::format("{:.1f}", rate) : Thousands(static_cast<int64_t>(rate)));
  if (rate > 0 && !progress_.loading && total > done) {
    line += " | ETA " + HumanTime(std::chrono::seconds(static_cast<int64_t>(static_cast<double>(total - done) / rate) + 1));
  }
  line += fmt::format(" | calls {}", Thousands(stats.calls));
  if (const int64_t cached = stats.stored + stats.stored_other_schema + stats.shared; cached > 0) line += fmt::format(" | cached {}", Thousands(cached));
  if (const int64_t tokens = stats.usage.tokens_in + stats.usage.tokens_out; tokens > 0) line += fmt::format(" | tokens {}", Thousands(tokens));
  if (stats.in_flight > 0) line += fmt::format(" | in flight {}", Thousands(stats.in_flight));
  if (progress_.rows_failed > 0) line += fmt::format(" | failed {}", Thousands(progress_.rows_failed));
  return line;
}

}  // namespace yk::app
