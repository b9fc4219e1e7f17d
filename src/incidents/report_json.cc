// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"
#include "incidents/log_place.h"

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
    // With --since and --until some inputs may have no line within the time.
    if (log.input_lines.size() == subject.names.size()) input["lines"] = log.input_lines[i];
    if (log.charsets.size() == subject.names.size()) input["charset"] = log.charsets[i];
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

/// The line's number in its file, and the file where there are several.
void AddPlace(const Subject& subject, uint64_t line, const char* number, const char* file, Json* out) {
  const auto [place, in_file] = InFile(subject, line);
  (*out)[number] = in_file;
  if (subject.names.size() > 1 && place < subject.names.size()) (*out)[file] = subject.names[place];
}

Json ExplanationJson(const Subject& subject, const Explanation& said) {
  Json lines = Json::array();
  for (const uint64_t line : said.lines) {
    if (subject.names.size() > 1) {
      lines.push_back(PlaceText(subject, line));
    } else {
      lines.push_back(line);
    }
  }
  Json templates = Json::array();
  for (const uint32_t id : said.templates) templates.push_back(TemplateName(id));
  return {{"pattern", said.pattern},          {"cause", said.cause},
          {"confidence", said.confidence},    {"action", said.action},
          {"priority", said.priority},        {"lines", std::move(lines)},
          {"templates", std::move(templates)}};
}

}  // namespace

Json IncidentJson(const Subject& subject, const Incident& incident) {
  const logs::LogSummary& log = subject.log;
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
  AddPlace(subject, incident.first_line, "first_line", "first_file", &out);
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
    Json shown = Json::object();
    AddPlace(subject, one.line, "line", "file", &shown);
    shown["template"] = TemplateName(one.template_id);
    shown["time"] = TimeJson(one.time);
    shown["text"] = one.text;
    out["evidence"].push_back(std::move(shown));
  }
  out["next"] = incident.next;
  return out;
}

Json ReportJson(const Subject& subject, const std::vector<Explanation>& said) {
  Json out = {{"log", FactsJson(subject)}};
  out["found"] = subject.findings.found;
  out["incidents"] = Json::array();
  for (const Incident& incident : subject.findings.incidents) {
    Json card = IncidentJson(subject, incident);
    for (const Explanation& one : said) {
      if (one.incident == incident.rank) card["explanation"] = ExplanationJson(subject, one);
    }
    out["incidents"].push_back(std::move(card));
  }
  out["changes"] = Json::array();
  for (const Incident& change : subject.findings.changes) out["changes"].push_back(IncidentJson(subject, change));
  out["steady"] = Json::array();
  for (const Steady& steady : subject.findings.steady) {
    const logs::Template& tmpl = subject.log.templates[steady.template_id];
    out["steady"].push_back(
        {{"id", TemplateName(tmpl.id)}, {"template", tmpl.text}, {"lines", tmpl.count}, {"per_hour", steady.per_hour}});
  }
  return out;
}

}  // namespace yk::incidents
