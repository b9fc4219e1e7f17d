// SPDX-License-Identifier: Apache-2.0
// From a log's summary to a ranked list of what a person should look at. Pure: equal summaries give equal incidents.
#pragma once

#include <string>
#include <vector>

#include "incidents/signal.h"
#include "logs/log_summary.h"

namespace yk::incidents {

/// A line that shows the incident.
struct Evidence {
  uint64_t line = 0;
  uint32_t template_id = 0;
  logs::Micros time = logs::kNoTime;
  std::string text;  ///< as in the log; secrets are not masked here
};

/// A template's part in an incident.
struct Part {
  uint32_t template_id = 0;
  uint64_t lines = 0;             ///< within the incident's time
  std::vector<std::string> what;  ///< sentences of its signals, strongest first
};

/// A card: signals that belong together, because they happen at one time and share a service, a value or a session.
struct Incident {
  int rank = 0;  ///< from 1
  double score = 0;
  SignalKind kind = SignalKind::kBurst;  ///< of the strongest signal
  std::string service;                   ///< empty: unknown
  std::vector<std::string> entities;
  logs::Micros from = logs::kNoTime, to = logs::kNoTime;
  logs::Micros peak = logs::kNoTime;  ///< begin of the bin with most lines
  uint64_t lines = 0;                 ///< of its strongest signal; missing ones for silence, drop and sequence
  bool missing = false;               ///< `lines` are not there
  uint64_t first_line = 0;
  std::string entity;               ///< the value that its strongest signal is about; empty: all its lines
  int slot = -1;                    ///< whose values it is about, of the strongest template; -1: none
  double usual = 0, observed = 0;   ///< lines, or the slot's number
  std::vector<Part> parts;          ///< strongest first
  std::vector<uint32_t> together;   ///< other templates with most of their lines in the same time
  std::vector<double> spark;        ///< 48 values of its Course
  std::vector<logs::LinePlace> at;  ///< lines that are known to show it: AddEvidence reads them
  std::vector<Evidence> evidence;   ///< by time, as far as it is known, then line
  std::string next;                 ///< what to look at first, one sentence
};

/// Errors that are there all the time: no incident, but worth knowing.
struct Steady {
  uint32_t template_id = 0;
  double per_hour = 0;  ///< 0: no times
};

struct Findings {
  std::vector<Incident> incidents;
  size_t found = 0;  ///< incidents before `top` cut them
  /// More lines that say of nothing that it failed (a backup, a sale): changes, and no incidents. At most 5.
  std::vector<Incident> changes;
  std::vector<Steady> steady;
};

struct FindOptions {
  size_t top = 10;
  const logs::LogSummary* baseline = nullptr;  ///< a normal day to compare with
};

/// What an incident is about, as `values` numbers over the log's time: the numbers of its slot, the lines with its
/// value, or the lines of its strongest template. Empty for a log without times.
std::vector<double> Course(const logs::LogSummary& log, const Incident& incident, size_t values);

/// The lines of a template over the log's time.
std::vector<double> LinesOverTime(const logs::LogSummary& log, uint32_t template_id, size_t values);

Findings FindIncidents(const logs::LogSummary& log, const FindOptions& options = {});

}  // namespace yk::incidents
