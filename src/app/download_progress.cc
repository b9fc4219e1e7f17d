// SPDX-License-Identifier: Apache-2.0
#include "app/download_progress.h"

#include <fmt/format.h>

#include "base/say.h"
#include "hub/words.h"

namespace yk::app {
namespace {

constexpr std::chrono::seconds kPlainLine{10}, kPlainLineLater{60}, kRateWindow{15};
constexpr int kPlainLinesOften = 6;  // as ProgressReporter does it

}  // namespace

DownloadProgress::~DownloadProgress() { Wipe(); }

void DownloadProgress::Wipe() {
  if (drawn_) SayText("\r\x1b[K");
  drawn_ = false;
}

void DownloadProgress::Told(const std::string& sentence) {
  if (style_ == ProgressReporter::Style::kSilent) return;
  Wipe();
  Say("{}\n", sentence);
}

std::string DownloadProgress::Line(const std::string& file, uint64_t done, uint64_t total) {
  const Mark& first = marks_.front();
  const double seconds = std::chrono::duration<double>(marks_.back().at - first.at).count();
  const double rate = seconds > 0 ? static_cast<double>(done - first.done) / seconds : 0;
  std::string line = fmt::format("{}  {}", file, hub::SpokenBytes(done));
  if (total > 0) line += fmt::format(" of {} {}%", hub::SpokenBytes(total), done * 100 / total);
  if (rate > 0) line += fmt::format(" | {}/s", hub::SpokenBytes(static_cast<uint64_t>(rate)));
  if (rate > 0 && total > done) {
    line +=
        " | ETA " + HumanTime(std::chrono::seconds(static_cast<int64_t>(static_cast<double>(total - done) / rate) + 1));
  }
  return line;
}

void DownloadProgress::Progress(const std::string& file, uint64_t done, uint64_t total) {
  if (style_ == ProgressReporter::Style::kSilent) return;
  const MonoTime now = clock_.Now();
  // A download that begins anew has fewer bytes than a moment ago.
  if (file != file_ || (!marks_.empty() && done < marks_.back().done)) {
    if (file != file_) next_line_ = now + kPlainLine;
    file_ = file;
    marks_.clear();
  }
  marks_.push_back({now, done});
  while (marks_.size() > 2 && marks_[1].at <= now - kRateWindow) marks_.pop_front();
  const bool whole = total > 0 && done == total;
  if (style_ == ProgressReporter::Style::kLines) {
    if (now < next_line_ && !whole) return;
    next_line_ = now + (++lines_ < kPlainLinesOften ? kPlainLine : kPlainLineLater);
    Say("{}\n", Line(file, done, total));
    return;
  }
  Say("\r{}\x1b[K\r", FitColumns(Line(file, done, total), 78));
  drawn_ = true;
}

}  // namespace yk::app
