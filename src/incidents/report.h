// SPDX-License-Identifier: Apache-2.0
// What findings look like: for a terminal, for programs, for a browser. Pure: text out.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "incidents/incident.h"

namespace yk::incidents {

/// What a report is about.
struct Subject {
  const logs::LogSummary& log;
  const Findings& findings;
  std::vector<std::string> names;  ///< of the inputs, as the user wrote them
  std::vector<std::string> notes;  ///< sentences about inputs that were left out or changed
  /// How many lines of the whole log stand before each input: what makes "web2.log:17" of a line. Empty: not known.
  std::vector<uint64_t> lines_before{};
};

/// What a model said about an incident, checked.
struct Explanation {
  int incident = 0;  ///< rank
  std::string pattern, cause, confidence, action;
  int priority = 0;
  std::vector<uint64_t> lines;
  std::vector<uint32_t> templates;
};

/// At most `bytes_max` bytes: examples are shortened, then left out, before a card is.
std::string ReportText(const Subject& subject, const std::vector<Explanation>& said = {}, size_t bytes_max = 10'000);

/// One incident as the report has it, for those who tell incidents as they appear.
std::string CardText(const Subject& subject, const Incident& incident);

Json ReportJson(const Subject& subject, const std::vector<Explanation>& said = {});
/// Lines are given by their number in their file, and the file where there are several.
Json IncidentJson(const Subject& subject, const Incident& incident);

/// One file that needs no other: no script, no network, light and dark.
std::string ReportHtml(const Subject& subject, const std::vector<Explanation>& said = {});

/// The template's text with those values filled in that are the same in all its lines: "certificate for pay.example
/// expires in 2 days" where the miner has "certificate for <*> expires in <*> days".
std::string PatternText(const logs::Template& tmpl);
/// What users call a template: "T12".
std::string TemplateName(uint32_t id);
/// "1,234,567".
std::string Grouped(uint64_t number);
/// "▁▂█": one character per value, the highest one full.
std::string SparkText(const std::vector<double>& values, size_t width);
/// "2026-03-02 10:42 - 10:56": the date once, seconds only where they are not zero.
std::string SpanText(logs::Micros from, logs::Micros to);
/// The template's text on one line, at most so many bytes, "…" at the cut.
std::string OneLine(std::string_view text, size_t bytes_max);

}  // namespace yk::incidents
