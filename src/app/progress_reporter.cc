// SPDX-License-Identifier: Apache-2.0
#include "app/progress_reporter.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/say.h"
#include "text/utf8.h"

namespace yk::app {
namespace {

constexpr std::chrono::milliseconds kRedraw{250};
constexpr std::chrono::seconds kPlainLine{10};
constexpr int kPlainLinesOften = 6;  // the first minute; then a line a minute, so that a night's log stays readable
constexpr std::chrono::seconds kPlainLineLater{60};
constexpr std::chrono::seconds kRateWindow{15};

int TerminalWidth() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 100;
}

/// The line as far as it fits, without half a part at its end.
std::string WholeParts(const std::string& line, size_t columns) {
  std::string fitting = FitColumns(line, columns);
  const size_t bar = fitting.rfind(" | ");
  if (fitting.size() < line.size() && bar != std::string::npos) fitting.resize(bar);
  return fitting;
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
  if (seconds >= 10 || time % std::chrono::seconds(1) == Duration::zero()) return fmt::format("{} s", seconds);
  return fmt::format("{:.1f} s", std::chrono::duration<double>(time).count());
}

std::string FitColumns(std::string_view text, size_t columns) {
  size_t used = 0, at = 0;
  while (at < text.size()) {
    size_t next = at;
    used += text::NextCodePoint(text, &next) >= 0x1100 ? 2 : 1;  // at worst a narrow character leaves a gap
    if (used > columns) break;
    at = next;
  }
  return std::string(text.substr(0, at));
}

ProgressReporter::Style ProgressReporter::StyleFor(bool quiet) {
  if (quiet) return Style::kSilent;
  return ::isatty(STDERR_FILENO) == 1 ? Style::kTerminal : Style::kLines;
}

ProgressReporter::ProgressReporter(std::string job, Style style, const Clock& clock, const engine::Progress& progress,
                                   std::function<model::AskerStats()> stats)
    : job_(std::move(job)), style_(style), clock_(clock), progress_(progress), stats_(std::move(stats)) {
  marks_.push_back({clock_.Now(), progress_.rows_done_here});
  if (style_ != Style::kSilent) thread_ = std::jthread([this](std::stop_token stop) { Loop(stop); });
}

ProgressReporter::~ProgressReporter() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  if (style_ == Style::kTerminal) SayText("\r\x1b[K");
}

void ProgressReporter::Loop(std::stop_token stop) {
  for (int lines = 0;; ++lines) {
    const Duration every = style_ == Style::kTerminal ? Duration(kRedraw)
                           : lines < kPlainLinesOften ? Duration(kPlainLine)
                                                      : Duration(kPlainLineLater);
    if (!clock_.SleepUntil(clock_.Now() + every, stop)) return;
    const std::string line = Line();
    if (style_ == Style::kLines) {
      Say("{}\n", line);
    } else {
      // Overwrites the line before and wipes what it leaves over: no flicker, and warnings start on a clean line.
      Say("\r{}\x1b[K\r", WholeParts(line, static_cast<size_t>(TerminalWidth() - 1)));
    }
  }
}

double ProgressReporter::Rate() {
  const Mark now{clock_.Now(), progress_.rows_done_here};
  marks_.push_back(now);
  while (marks_.size() > 2 && marks_[1].at <= now.at - kRateWindow) marks_.pop_front();
  const double seconds = std::chrono::duration<double>(now.at - marks_.front().at).count();
  return seconds > 0 ? static_cast<double>(now.rows - marks_.front().rows) / seconds : 0;
}

std::string ProgressReporter::Line() {
  const int64_t done = progress_.rows_done;
  const int64_t total = progress_.stage_rows;
  const double rate = Rate();
  const model::AskerStats stats = stats_();
  std::string line =
      fmt::format("{}  {}/{}{} rows", job_, Thousands(done), Thousands(total), progress_.loading ? "+" : "");
  if (total > 0 && !progress_.loading) line += fmt::format(" {}%", 100 * done / total);
  if (progress_.stage > 0) line += fmt::format(" | part {}", progress_.stage + 1);
  line += fmt::format(" | {} rows/s", rate < 10 ? fmt::format("{:.1f}", rate) : Thousands(static_cast<int64_t>(rate)));
  if (rate > 0 && !progress_.loading && total > done) {
    line +=
        " | ETA " + HumanTime(std::chrono::seconds(static_cast<int64_t>(static_cast<double>(total - done) / rate) + 1));
  }
  if (progress_.rows_failed > 0) line += fmt::format(" | failed {}", Thousands(progress_.rows_failed));
  line += fmt::format(" | calls {}", Thousands(stats.calls));
  if (stats.in_flight > 0) line += fmt::format(" | in flight {}", Thousands(stats.in_flight));
  if (const int64_t cached = stats.stored + stats.stored_other_schema + stats.shared; cached > 0)
    line += fmt::format(" | cached {}", Thousands(cached));
  if (const int64_t tokens = stats.usage.tokens_in + stats.usage.tokens_out; tokens > 0)
    line += fmt::format(" | tokens {}", Thousands(tokens));
  if (stats.usage.price > 0) line += fmt::format(" | ${:.2f}", stats.usage.price);
  return line;
}

}  // namespace yk::app
