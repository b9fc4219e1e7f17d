// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "incidents/series.h"
#include "incidents/signal.h"
#include "logs/log_summary.h"

namespace yk::incidents {

/// What is worth knowing about one template before looking for anything.
struct TemplateView {
  Series counts;          ///< by coarse bin
  Series rhythm;          ///< what its counts follow when nothing happens: the traffic, or the clock
  double dispersion = 1;  ///< of the counts around the rhythm
  double failure = 0;     ///< FailureWeight of its words
  double importance = 0;  ///< by level and words: .3 for good news, above 2 for fatal errors
  std::string service;    ///< the component that writes most of its lines; empty: several or unknown
};

/// A summary, prepared: series, the traffic, importances. Refers to the summary, which must outlive it.
class LogView {
 public:
  explicit LogView(const logs::LogSummary& log);

  const logs::LogSummary& log() const { return log_; }
  const logs::Template& at(uint32_t id) const { return log_.templates[id]; }
  const TemplateView& view(uint32_t id) const { return views_[id]; }
  size_t size() const { return views_.size(); }

  /// Coarse bins; 0: no line has a time.
  size_t bins() const { return log_.grid.coarse; }
  /// How busy the log was in each bin, 1 on average: what most kinds of lines did, so that a burst of one of them
  /// does not make the others look rare.
  const Series& traffic() const { return traffic_; }

  /// How much of each bin the log covers, 1 on average: less than the others for its first and its last one.
  const Series& clock() const { return clock_; }

  /// Coarse series of a list that is by coarse bin already.
  Series Coarse(const std::vector<logs::BinCount>& bins) const { return Dense(bins, this->bins(), 1); }

  logs::Micros StartOf(uint32_t coarse) const { return log_.grid.StartOf(coarse * log_.grid.fine_per_coarse); }

  /// Sets times of the signal from its coarse bins, sharpened by the fine counts of its template: the edges are moved
  /// by up to one coarse bin to where the rate changes most.
  void SetTimes(Signal* signal, bool sharpen) const;

 private:
  void FindTraffic();
  void FindClock();

  const logs::LogSummary& log_;
  std::vector<TemplateView> views_;
  Series traffic_, clock_;
};

}  // namespace yk::incidents
