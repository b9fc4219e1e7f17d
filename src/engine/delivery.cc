// SPDX-License-Identifier: Apache-2.0
#include "engine/delivery.h"

#include <algorithm>
#include <limits>

#include "engine/caught.h"

namespace yk::engine {

Delivery::Delivery(store::ResultLog& log, const Clock& clock, Progress& progress, Options options,
                   std::function<void(Error)> on_fatal)
    : log_(log), clock_(clock), progress_(progress), options_(options), on_fatal_(std::move(on_fatal)) {}

Delivery::~Delivery() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

Result<void> Delivery::Open(std::vector<std::unique_ptr<pipeline::Sink>>& sinks, store::JobId job, int stage,
                            bool resume) {
  job_ = job;
  stage_ = stage;
  for (auto& sink : sinks) {
    std::optional<store::DeliveryCursor> cursor;
    if (resume) {
      YK_TRY(cursor, log_.LoadCursor(job, sink->Name()));
    }
    auto opened = Caught([&] { return sink->Open(cursor); });
    if (!opened) return Fail(std::move(opened).error());
    lines_.push_back({sink.get(), cursor ? cursor->next_row : 0, false});
  }
  return {};
}

void Delivery::Start() {
  last_flush_ = clock_.Now();
  thread_ = std::jthread([this](std::stop_token stop) { Loop(stop); });
}

void Delivery::Loop(std::stop_token stop) {
  while (!stop.stop_requested()) {
    auto moved = Caught([this] { return Deliver(); });
    Result<void> flushed;
    if (moved && clock_.Now() >= last_flush_ + options_.flush_every) flushed = Caught([this] { return FlushAll(); });
    if (!moved || !flushed) {
      on_fatal_((!moved ? std::move(moved).error() : std::move(flushed).error()).With("delivering results"));
      return;
    }
    if (!*moved) clock_.SleepUntil(clock_.Now() + options_.poll_every, stop);
  }
}

Result<bool> Delivery::Deliver() {
  if (lines_.empty()) return false;
  // All sinks usually stand at the same row, so the rows are read once for the lowest and shared by those beside it.
  const auto lowest = std::min_element(lines_.begin(), lines_.end(),
                                       [](const Line& a, const Line& b) { return a.next_row < b.next_row; });
  const int64_t from = lowest->next_row;
  YK_TRY(const std::vector<store::RowResult> rows, log_.Read(job_, stage_, from, options_.batch_rows));
  if (rows.empty()) return false;
  for (Line& line : lines_) {
    if (line.next_row != from) continue;
    YK_TRY_VOID(line.sink->Write(rows));
    line.next_row = rows.back().row_id + 1;
    line.dirty = true;
  }
  return true;
}

Result<void> Delivery::FlushAll() {
  last_flush_ = clock_.Now();
  int64_t lowest = std::numeric_limits<int64_t>::max();
  for (Line& line : lines_) {
    if (line.dirty) {
      YK_TRY(store::DeliveryCursor cursor, line.sink->Flush());
      YK_TRY_VOID(log_.SaveCursor(job_, line.sink->Name(), cursor));
      line.dirty = false;
    }
    lowest = std::min(lowest, line.next_row);
  }
  if (!lines_.empty()) progress_.rows_delivered = lowest;
  return {};
}

Result<void> Delivery::Stop(bool complete, const Json& summary) {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  return Caught([&] { return DeliverRest(complete, summary); });
}

Result<void> Delivery::DeliverRest(bool complete, const Json& summary) {
  for (bool more = true; more;) {
    YK_TRY(more, Deliver());
  }
  YK_TRY_VOID(FlushAll());
  if (!complete) return {};
  for (Line& line : lines_) YK_TRY_VOID(line.sink->Close(summary));
  return {};
}

}  // namespace yk::engine
