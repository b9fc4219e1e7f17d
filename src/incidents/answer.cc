// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/json.h"
#include "incidents/prompt.h"

namespace yk::incidents {
namespace {

/// What the prompt may have shown: a citation of anything else is made up, even when the log has such a line.
struct Citable {
  std::set<uint64_t> lines;
  std::set<uint64_t> templates;
  std::set<int64_t> incidents;

  explicit Citable(const Subject& subject) {
    for (const Incident& incident : subject.findings.incidents) {
      incidents.insert(incident.rank);
      lines.insert(incident.first_line);
      for (const Evidence& one : incident.evidence) lines.insert(one.line);
      for (const Part& part : incident.parts) templates.insert(part.template_id);
      templates.insert(incident.together.begin(), incident.together.end());
    }
    for (const auto& example : subject.log.rare.examples) lines.insert(example.place.line);
    for (size_t i = 0; i < subject.log.templates.size() && i < 60; ++i) templates.insert(i);
  }
};

const Json& ListOf(const Json& object, const char* key) {
  static const Json none = Json::array();
  const auto found = object.find(key);
  return found != object.end() && found->is_array() ? *found : none;
}

std::string TextOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

int64_t NumberOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

template <typename Number>
std::vector<Number> Cited(const Json& item, const char* key, const std::set<uint64_t>& known, std::string_view what,
                          std::vector<std::string>* wrong) {
  std::vector<Number> out;
  for (const Json& one : ListOf(item, key)) {
    const bool number = one.is_number_integer() && one.get<int64_t>() >= 0;
    if (number && known.contains(one.get<uint64_t>())) {
      out.push_back(static_cast<Number>(one.get<uint64_t>()));
    } else {
      wrong->push_back(
          fmt::format("incident {}: {} {} was not shown", NumberOf(item, "incident"), what, DumpJson(one)));
    }
  }
  return out;
}

}  // namespace

Json AnswerSchema() {
  const auto text = [](const std::string& description) {
    return Json{{"type", "string"}, {"description", description}};
  };
  const auto numbers = [](const std::string& description) {
    return Json{{"type", "array"}, {"items", {{"type", "integer"}, {"minimum", 0}}}, {"description", description}};
  };
  Json item = {{"type", "object"}};
  item["properties"] = {{"incident", {{"type", "integer"}, {"minimum", 1}, {"description", "number of the incident"}}},
                        {"pattern", text("what happens, in one sentence")},
                        {"lines", numbers("numbers of the lines that show it")},
                        {"templates", numbers("ids of the templates that show it")},
                        {"cause", text("probable root cause")},
                        {"confidence", {{"type", "string"}, {"enum", {"low", "medium", "high"}}}},
                        {"action", text("what to do")},
                        {"priority", {{"type", "integer"}, {"minimum", 1}, {"description", "1 is to be done first"}}}};
  item["required"] = {"incident", "pattern", "lines", "templates", "cause", "confidence", "action", "priority"};
  item["additionalProperties"] = false;
  Json schema = {{"type", "object"}};
  schema["properties"] = {{"incidents", {{"type", "array"}, {"items", item}}}};
  schema["required"] = {"incidents"};
  schema["additionalProperties"] = false;
  return schema;
}

std::vector<std::string> CheckAnswer(const Json& answer, const Subject& subject) {
  const Citable citable(subject);
  std::vector<std::string> wrong;
  std::set<int64_t> told;
  for (const Json& item : ListOf(answer, "incidents")) {
    const int64_t incident = NumberOf(item, "incident");
    if (!citable.incidents.contains(incident)) wrong.push_back(fmt::format("there is no incident {}", incident));
    if (!told.insert(incident).second) wrong.push_back(fmt::format("incident {} is answered twice", incident));
    const auto lines = Cited<uint64_t>(item, "lines", citable.lines, "line", &wrong);
    const auto templates = Cited<uint32_t>(item, "templates", citable.templates, "template", &wrong);
    if (lines.empty() && templates.empty()) {
      wrong.push_back(fmt::format("incident {}: no line or template that was shown is cited", incident));
    }
  }
  return wrong;
}

std::vector<Explanation> ReadAnswer(const Json& answer, const Subject& subject, std::vector<std::string>* dropped) {
  const Citable citable(subject);
  std::vector<Explanation> out;
  std::set<int64_t> told;
  for (const Json& item : ListOf(answer, "incidents")) {
    const int64_t incident = NumberOf(item, "incident");
    if (!citable.incidents.contains(incident) || !told.insert(incident).second) {
      dropped->push_back(
          fmt::format("the model's answer to incident {} was left out: there is no such incident, or it "
                      "was answered before",
                      incident));
      continue;
    }
    Explanation one;
    one.incident = static_cast<int>(incident);
    one.pattern = TextOf(item, "pattern");
    one.cause = TextOf(item, "cause");
    one.confidence = TextOf(item, "confidence");
    one.action = TextOf(item, "action");
    one.priority = static_cast<int>(NumberOf(item, "priority"));
    one.lines = Cited<uint64_t>(item, "lines", citable.lines, "line", dropped);
    one.templates = Cited<uint32_t>(item, "templates", citable.templates, "template", dropped);
    if (one.lines.empty() && one.templates.empty()) {
      dropped->push_back(
          fmt::format("the model's answer to incident {} was left out: it cites nothing that was shown", incident));
      continue;
    }
    out.push_back(std::move(one));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Explanation& a, const Explanation& b) { return a.priority < b.priority; });
  return out;
}

}  // namespace yk::incidents
