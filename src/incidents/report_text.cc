// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "incidents/log_place.h"

namespace yk::incidents {
namespace {

/// How much of a card is written; the report takes the most that fits.
struct Detail {
  size_t template_bytes, example_bytes, examples, parts, changes;
};
constexpr Detail kDetails[] = {
    {140, 220, 2, 4, 5}, {110, 160, 1, 3, 4}, {90, 110, 1, 2, 3}, {80, 0, 0, 1, 2}, {60, 0, 0, 1, 0}};

std::string Plural(uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", Grouped(count), count == 1 ? one : many);
}

class TextReport {
 public:
  TextReport(const Subject& subject, const std::vector<Explanation>& said, Detail detail)
      : log_(subject.log), subject_(subject), said_(said), detail_(detail) {}

  std::string Write() {
    Head();
    const Findings& findings = subject_.findings;
    if (findings.incidents.empty()) {
      out_ += "\nNothing stands out: no incident.\n";
    } else if (findings.found > findings.incidents.size()) {
      Line("\n{} of {} incidents, the strongest first:", findings.incidents.size(), findings.found);
    } else {
      Line("\n{}, the strongest first:", Plural(findings.found, "incident", "incidents"));
    }
    for (const Incident& incident : findings.incidents) Card(incident);
    Changes();
    SteadyErrors();
    return std::move(out_);
  }

  std::string WriteCard(const Incident& incident) {
    Card(incident);
    return std::move(out_);
  }

 private:
  template <typename... Args>
  void Line(fmt::format_string<Args...> format, Args&&... args) {
    out_ += fmt::format(format, std::forward<Args>(args)...) + "\n";
  }

  const logs::Template& At(uint32_t id) const { return log_.templates[id]; }

  void Head() {
    std::string names;
    for (size_t i = 0; i < subject_.names.size() && i < 5; ++i) names += (i > 0 ? ", " : "") + subject_.names[i];
    if (subject_.names.size() > 5) names += fmt::format(" and {} more", subject_.names.size() - 5);
    Line("{}: {}, {} MB, {}{}", names, Plural(log_.lines, "line", "lines"),
         fmt::format("{:.1f}", static_cast<double>(log_.bytes) / 1e6),
         Plural(log_.templates.size(), "template", "templates"),
         log_.first_time == logs::kNoTime ? ", no times" : ", " + SpanText(log_.first_time, log_.last_time));
    std::string levels;
    for (size_t i = logs::kLevels; i-- > 1;) {
      if (log_.levels[i] == 0) continue;
      levels += fmt::format("{}{} {}", levels.empty() ? "" : ", ", Grouped(log_.levels[i]),
                            logs::LevelName(static_cast<logs::Level>(i)));
    }
    if (!levels.empty()) Line("levels: {}", levels);
    std::string odd;
    const auto add = [&](uint64_t count, std::string_view what) {
      if (count > 0) odd += fmt::format("{}{} {}", odd.empty() ? "" : ", ", Grouped(count), what);
    };
    add(log_.empty, "empty");
    add(log_.cut, "too long and cut");
    add(log_.invalid, "with bytes that are no text");
    add(log_.with_nul, "with NUL bytes");
    add(log_.time_backward, "earlier than the line before");
    add(log_.rare.lines, "of too many kinds to tell apart");
    if (!odd.empty()) Line("lines: {}", odd);
    for (const std::string& note : subject_.notes) Line("note: {}", note);
  }

  void Card(const Incident& incident) {
    const Part& lead = incident.parts.front();
    Line("\n{:2}. {}{}{}", incident.rank, SpanText(incident.from, incident.to),
         incident.from == logs::kNoTime ? "" : "  ", incident.service.empty() ? "" : "[" + incident.service + "]");
    Line("    {}: {}", TemplateName(lead.template_id),
         OneLine(PatternText(At(lead.template_id)), detail_.template_bytes));
    for (const std::string& what : lead.what) Line("    {}", OneLine(what, 160));
    for (size_t i = 1; i < incident.parts.size() && i < detail_.parts; ++i) {
      const Part& part = incident.parts[i];
      Line("    + {}: {}", OneLine(PatternText(At(part.template_id)), detail_.template_bytes / 2),
           OneLine(part.what.front(), 100));
    }
    if (!incident.spark.empty()) {
      Line("    {}{}", SparkText(incident.spark, 48),
           incident.peak == logs::kNoTime ? "" : "  peak " + logs::FormatTime(incident.peak));
    }
    size_t shown = 0;
    bool first_shown = false;
    for (const Evidence& one : incident.evidence) {
      if (shown++ >= detail_.examples) break;
      Line("    {}: {}", PlaceText(subject_, one.line), OneLine(one.text, detail_.example_bytes));
      first_shown = first_shown || one.line == incident.first_line;
    }
    if (!first_shown && !incident.missing) Line("    first at {}", PlaceText(subject_, incident.first_line));
    const auto said =
        std::find_if(said_.begin(), said_.end(), [&](const Explanation& one) { return one.incident == incident.rank; });
    if (said == said_.end()) {
      Line("    next: {}", incident.next);
      return;
    }
    Line("    cause ({}): {}", said->confidence, OneLine(said->cause, 300));
    Line("    action (priority {}): {}", said->priority, OneLine(said->action, 300));
  }

  void Changes() {
    const auto& changes = subject_.findings.changes;
    if (changes.empty() || detail_.changes == 0) return;
    out_ += "\nMore of what does not say that anything failed:\n";
    for (size_t i = 0; i < changes.size() && i < detail_.changes; ++i) {
      Line("    {}  {}: {}", SpanText(changes[i].from, changes[i].to),
           OneLine(PatternText(At(changes[i].parts.front().template_id)), detail_.template_bytes / 2),
           OneLine(changes[i].parts.front().what.front(), 90));
    }
  }

  void SteadyErrors() {
    if (subject_.findings.steady.empty()) return;
    out_ += "\nErrors that come all the time:\n";
    for (const Steady& steady : subject_.findings.steady) {
      const logs::Template& tmpl = At(steady.template_id);
      Line("    {}{}  {}", Plural(tmpl.count, "line", "lines"),
           steady.per_hour > 0 ? fmt::format(", {:.3g} an hour", steady.per_hour) : "",
           OneLine(PatternText(tmpl), detail_.template_bytes));
    }
  }

  const logs::LogSummary& log_;
  const Subject& subject_;
  const std::vector<Explanation> said_;
  const Detail detail_;
  std::string out_;
};

}  // namespace

std::string ReportText(const Subject& subject, const std::vector<Explanation>& said, size_t bytes_max) {
  std::string text;
  for (const Detail& detail : kDetails) {
    text = TextReport(subject, said, detail).Write();
    if (text.size() <= bytes_max) break;
  }
  return text;
}

std::string CardText(const Subject& subject, const Incident& incident) {
  return TextReport(subject, {}, kDetails[0]).WriteCard(incident);
}

}  // namespace yk::incidents
