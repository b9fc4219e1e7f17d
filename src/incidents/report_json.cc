// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"
#include "incidents/report.h"

namespace yk::incidents {
namespace {

Json TimeJson(logs::Micros time) { return time == logs::kNoTime ? Json() : Json(logs::FormatTime(time)); }

Json LevelsJson(const logs::LevelCounts& levels) {
  Json out = Json::object();
  for (size_t i = 0; i < logs::kLevels; ++i) {
    if (levels[i] > 0) out[std::string(logs::LevelName(static_cast<logs::Level>(i)))] = levels[i];
  }
  return out;
}

Json FactsJson(const Subject& subject) {
  const logs::LogSummary& log = subject.log;
  Json out = Json::object();
  out["inputs"] = Json::array();
  for (size_t i = 0; i < subject.names.size(); ++i) {
    Json input = {{"name", subject.names[i]}};
    if (i < log.input_lines.size()) input["lines"] = log.input_lines[i];
    if (i < log.charsets.size()) input["charset"] = log.charsets[i];
    out["inputs"].push_back(std::move(input));
  }
  out["lines"] = log.lines;
  out["bytes"] = log.bytes;
  out["from"] = TimeJson(log.first_time);
  out["to"] = TimeJson(log.last_time);
  out["templates"] = log.templates.size();
  out["levels"] = LevelsJson(log.levels);
  out["empty"] = log.empty;
  out["continuation"] = log.continuation;
  out["without_header"] = log.without_header;
  out["cut"] = log.cut;
  out["invalid"] = log.invalid;
  out["with_nul"] = log.with_nul;
  out["time_backward"] = log.time_backward;
  out["rare"] = log.rare.lines;
  out["layouts"] = Json::array();
  for (const auto& layout : log.layouts) out["layouts"].push_back({{"format", layout.format}, {"lines", layout.lines}});
  out["notes"] = subject.notes;
  return out;
}

Json ExplanationJson(const Explanation& said) {
  Json templates = Json::array();
  for (const uint32_t id : said.templates) templates.push_back(TemplateName(id));
  return {
      {"pattern", said.pattern},   {"cause", said.cause}, {"confidence", said.confidence},    {"action", said.action},
      {"priority", said.priority}, {"lines", said.lines}, {"templates", std::move(templates)}};
}

}  // namespace

Json IncidentJson(const logs::LogSummary& log, const Incident& incident) {
  const auto described = [&](uint32_t id) {
    const logs::Template& tmpl = log.templates[id];
    return Json{{"id", TemplateName(id)},
                {"key", tmpl.key},
                {"template", tmpl.text},
                {"pattern", PatternText(tmpl)},
                {"level", std::string(logs::LevelName(tmpl.main_level()))}};
  };
  Json out = Json::object();
  out["rank"] = incident.rank;
  out["kind"] = std::string(SignalName(incident.kind));
  out["score"] = static_cast<double>(static_cast<int64_t>(incident.score * 100 + .5)) / 100;
  out["service"] = incident.service;
  out["entities"] = incident.entities;
  out["from"] = TimeJson(incident.from);
  out["to"] = TimeJson(incident.to);
  out["peak"] = TimeJson(incident.peak);
  out["lines"] = incident.lines;
  out["missing"] = incident.missing;
  out["first_line"] = incident.first_line;
  out["templates"] = Json::array();
  for (const Part& part : incident.parts) {
    Json one = described(part.template_id);
    one["lines"] = part.lines;
    one["what"] = part.what;
    out["templates"].push_back(std::move(one));
  }
  out["together"] = Json::array();
  for (const uint32_t id : incident.together) out["together"].push_back(described(id));
  out["spark"] = Json::array();
  for (const double value : incident.spark) out["spark"].push_back(static_cast<uint64_t>(value));
  out["evidence"] = Json::array();
  for (const Evidence& one : incident.evidence) {
    out["evidence"].push_back({{"line", one.line},
                               {"template", TemplateName(one.template_id)},
                               {"time", TimeJson(one.time)},
                               {"text", one.text}});
  }
  out["next"] = incident.next;
  return out;
}

Json ReportJson(const Subject& subject, const std::vector<Explanation>& said) {
  Json out = {{"log", FactsJson(subject)}};
  out["found"] = subject.findings.found;
  out["incidents"] = Json::array();
  for (const Incident& incident : subject.findings.incidents) {
    Json card = IncidentJson(subject.log, incident);
    for (const Explanation& one : said) {
      if (one.incident == incident.rank) card["explanation"] = ExplanationJson(one);
    }
    out["incidents"].push_back(std::move(card));
  }
  out["changes"] = Json::array();
  for (const Incident& change : subject.findings.changes) out["changes"].push_back(IncidentJson(subject.log, change));
  out["steady"] = Json::array();
  for (const Steady& steady : subject.findings.steady) {
    const logs::Template& tmpl = subject.log.templates[steady.template_id];
    out["steady"].push_back(
        {{"id", TemplateName(tmpl.id)}, {"template", tmpl.text}, {"lines", tmpl.count}, {"per_hour", steady.per_hour}});
  }
  return out;
}

}  // namespace yk::incidents
