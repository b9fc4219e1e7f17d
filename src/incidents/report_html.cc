// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "incidents/html_parts.h"
#include "incidents/log_place.h"
#include "incidents/report.h"
#include "text/html_escape.h"

namespace yk::incidents {
namespace {

constexpr size_t kTemplatesMax = 200;
constexpr size_t kCardBars = 240, kTableBars = 64;

/// No script and nothing from elsewhere: what a log says cannot become more than text.
constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
)";

constexpr std::string_view kStyle = R"(<style>
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5c6670; --page: #f7f8f9; --card: #fff; --line: #dde1e5;
  --mark: #b3261e; --bar: #8a97a6; --warm: #fbe9e7; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #9aa4ae; --page: #14171a; --card: #1d2125;
  --line: #343a40; --mark: #ff8a7a; --bar: #66727f; --warm: #3a2320; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 68rem; margin: 0 auto; }
h1 { font-size: 1.4rem; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 0 0 .3rem; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 0 0 1rem; }
.card:target { border-color: var(--mark); }
.tag { display: inline-block; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .6rem; margin-right: .4rem;
  font-size: .85rem; }
code, pre { font: 13px/1.45 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
pre { margin: .4rem 0; padding: .5rem; background: var(--page); border-radius: .3rem; }
ul { margin: .3rem 0; padding-left: 1.2rem; }
summary { cursor: pointer; color: var(--soft); }
svg { display: block; width: 100%; }
svg .bar { fill: var(--bar); } svg .hot { fill: var(--mark); } svg .axis { stroke: var(--line); }
svg .span { fill: var(--warm); } svg text { fill: var(--soft); font-size: 11px; }
svg a:hover .hot { opacity: .7; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.s { width: 12rem; }
.wide { overflow-x: auto; }
.explained { border-left: 3px solid var(--mark); padding-left: .7rem; margin: .6rem 0; }
</style>
)";

class HtmlReport {
 public:
  HtmlReport(const Subject& subject, const std::vector<Explanation>& said)
      : subject_(subject), log_(subject.log), said_(said) {}

  std::string Write() {
    const std::string title = subject_.names.empty() ? "log" : subject_.names.front();
    out_ = std::string(kHead) + "<title>" + text::EscapeHtml(title) + " - incidents</title>\n" + std::string(kStyle) +
           "</head>\n<body>\n<main>\n";
    Head();
    const Findings& findings = subject_.findings;
    if (!findings.incidents.empty())
      out_ += "<h2>Timeline</h2>\n<div class=\"card\">" + TimelineSvg(log_, findings) + "</div>\n";
    out_ += fmt::format("<h2>{}</h2>\n",
                        findings.incidents.empty()
                            ? "Nothing stands out: no incident"
                            : fmt::format("Incidents ({} of {})", findings.incidents.size(), findings.found));
    for (const Incident& incident : findings.incidents) Card(incident, fmt::format("i{}", incident.rank));
    if (!findings.changes.empty()) out_ += "<h2>More of what does not say that anything failed</h2>\n";
    for (const Incident& change : findings.changes) Card(change, fmt::format("c{}", change.rank));
    Steadies();
    Templates();
    out_ += "</main>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  /// The line's number alone where there is one file.
  std::string Number(uint64_t line) const {
    const std::string place = text::EscapeHtml(PlaceText(subject_, line));
    return place.starts_with("line ") ? place.substr(5) : place;
  }

  void Head() {
    std::string names;
    for (size_t i = 0; i < subject_.names.size() && i < 5; ++i) names += (i > 0 ? ", " : "") + subject_.names[i];
    if (subject_.names.size() > 5) names += fmt::format(" and {} more", subject_.names.size() - 5);
    out_ += "<h1>" + text::EscapeHtml(names) + "</h1>\n<p class=\"soft\">";
    out_ += fmt::format("{} lines, {:.1f} MB, {} templates", Grouped(log_.lines), static_cast<double>(log_.bytes) / 1e6,
                        log_.templates.size());
    if (log_.first_time != logs::kNoTime) out_ += ", " + SpanText(log_.first_time, log_.last_time);
    for (size_t i = logs::kLevels; i-- > 1;) {
      if (log_.levels[i] > 0)
        out_ += fmt::format(", {} {}", Grouped(log_.levels[i]), logs::LevelName(static_cast<logs::Level>(i)));
    }
    out_ += "</p>\n";
    for (const std::string& note : subject_.notes) out_ += "<p class=\"soft\">" + text::EscapeHtml(note) + "</p>\n";
  }

  void Card(const Incident& incident, const std::string& id) {
    const Part& lead = incident.parts.front();
    out_ += fmt::format("<section class=\"card\" id=\"{}\">\n<h3>{}. {}</h3>\n<p>", id, incident.rank,
                        text::EscapeHtml(PatternText(log_.templates[lead.template_id])));
    out_ += "<span class=\"tag\">" + std::string(SignalName(incident.kind)) + "</span>";
    if (!incident.service.empty()) out_ += "<span class=\"tag\">" + text::EscapeHtml(incident.service) + "</span>";
    for (const std::string& entity : incident.entities)
      out_ += "<span class=\"tag\">" + text::EscapeHtml(entity) + "</span>";
    out_ += "<span class=\"soft\">" + SpanText(incident.from, incident.to) + "</span></p>\n";
    out_ += BarsSvg(log_, Course(log_, incident, kCardBars), {incident.from, incident.to}, 60);
    out_ += "<ul>\n";
    for (const Part& part : incident.parts) {
      for (const std::string& what : part.what) {
        const bool own = part.template_id == lead.template_id;
        out_ += "<li>" + text::EscapeHtml(what) +
                (own ? "" : ": <code>" + text::EscapeHtml(PatternText(log_.templates[part.template_id])) + "</code>") +
                "</li>\n";
      }
    }
    out_ += "</ul>\n";
    for (const Explanation& one : said_) {
      if (one.incident == incident.rank && id[0] == 'i') Explained(one);
    }
    out_ += "<p>" + text::EscapeHtml(incident.next) + "</p>\n";
    const size_t shown = incident.evidence.size();
    out_ += fmt::format("<details><summary>{} line{}, first at {}</summary>\n", shown, shown == 1 ? "" : "s",
                        text::EscapeHtml(PlaceText(subject_, incident.first_line)));
    for (const Evidence& line : incident.evidence) {
      out_ += fmt::format("<pre id=\"{}-l{}\"><span class=\"soft\">{}</span> {}</pre>\n", id, line.line,
                          Number(line.line), text::EscapeHtml(line.text));
    }
    out_ += "</details>\n";
    if (!incident.together.empty()) {
      out_ += "<details><summary>mostly at the same time</summary>\n<ul>\n";
      for (const uint32_t other : incident.together)
        out_ += "<li><code>" + text::EscapeHtml(PatternText(log_.templates[other])) + "</code></li>\n";
      out_ += "</ul></details>\n";
    }
    out_ += "</section>\n";
  }

  void Explained(const Explanation& one) {
    out_ += "<div class=\"explained\">" + text::EscapeHtml(one.pattern) + "<br><b>Cause</b> (" +
            text::EscapeHtml(one.confidence) + "): " + text::EscapeHtml(one.cause) +
            fmt::format("<br><b>Action</b> (priority {}): ", one.priority) + text::EscapeHtml(one.action) + "<br>";
    for (const uint64_t line : one.lines)
      out_ +=
          fmt::format("<a href=\"#i{}-l{}\">{}</a> ", one.incident, line, text::EscapeHtml(PlaceText(subject_, line)));
    out_ += "</div>\n";
  }

  void Steadies() {
    if (subject_.findings.steady.empty()) return;
    out_ += "<h2>Errors that come all the time</h2>\n<div class=\"card wide\"><table>\n";
    for (const Steady& steady : subject_.findings.steady) {
      const logs::Template& tmpl = log_.templates[steady.template_id];
      out_ += fmt::format("<tr><td class=\"n\">{}</td><td><code>{}</code></td></tr>\n", Grouped(tmpl.count),
                          text::EscapeHtml(tmpl.text));
    }
    out_ += "</table></div>\n";
  }

  void Templates() {
    const size_t shown = std::min(kTemplatesMax, log_.templates.size());
    out_ +=
        fmt::format("<h2>Templates ({} of {})</h2>\n<div class=\"card wide\"><table>\n", shown, log_.templates.size());
    out_ += "<tr><th class=\"n\">lines</th><th>level</th><th>over time</th><th>template and example lines</th></tr>\n";
    for (size_t i = 0; i < shown; ++i) {
      const logs::Template& tmpl = log_.templates[i];
      out_ += fmt::format(
          "<tr id=\"t{}\"><td class=\"n\">{}</td><td>{}</td><td "
          "class=\"s\">{}</td><td><details><summary>{} <code>{}</code></summary>\n",
          tmpl.id, Grouped(tmpl.count), logs::LevelName(tmpl.main_level()),
          BarsSvg(log_, LinesOverTime(log_, tmpl.id, kTableBars), {logs::kNoTime, logs::kNoTime}, 24),
          TemplateName(tmpl.id), text::EscapeHtml(tmpl.text));
      for (const logs::Example& example : tmpl.examples) {
        out_ += fmt::format("<pre><span class=\"soft\">{}</span> {}</pre>\n", Number(example.place.line),
                            text::EscapeHtml(example.text));
      }
      out_ += "</details></td></tr>\n";
    }
    out_ += "</table></div>\n";
  }

  const Subject& subject_;
  const logs::LogSummary& log_;
  const std::vector<Explanation>& said_;
  std::string out_;
};

}  // namespace

std::string ReportHtml(const Subject& subject, const std::vector<Explanation>& said) {
  return HtmlReport(subject, said).Write();
}

}  // namespace yk::incidents
