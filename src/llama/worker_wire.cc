// SPDX-License-Identifier: Apache-2.0
#include "llama/worker_wire.h"

#include <algorithm>

namespace yk::llama {

Json OptionsToJson(const Options& o) {
  return {{"path", o.path.string()},
          {"context", o.context},
          {"parallel", o.parallel},
          {"own_tokens", o.own_tokens},
          {"batch", o.batch},
          {"threads", o.threads},
          {"gpu_layers", o.gpu_layers},
          {"device", o.device},
          {"streams", o.streams ? Json(*o.streams) : Json(nullptr)},
          {"cache_q8", o.cache_q8},
          {"deterministic", o.deterministic},
          {"fast_forward", o.fast_forward},
          {"thinking_tokens", o.thinking_tokens},
          {"chat_template", o.chat_template},
          {"prefix_dir", o.prefix_dir.string()}};
}

Options OptionsFromJson(const Json& json) {
  Options o;
  o.path = json.value("path", "");
  o.context = json.value("context", o.context);
  o.parallel = json.value("parallel", o.parallel);
  o.own_tokens = json.value("own_tokens", o.own_tokens);
  o.batch = json.value("batch", o.batch);
  o.threads = json.value("threads", o.threads);
  o.gpu_layers = json.value("gpu_layers", o.gpu_layers);
  o.device = json.value("device", "");
  if (const auto streams = json.find("streams"); streams != json.end() && streams->is_boolean())
    o.streams = streams->get<bool>();
  o.cache_q8 = json.value("cache_q8", false);
  o.deterministic = json.value("deterministic", false);
  o.fast_forward = json.value("fast_forward", true);
  o.thinking_tokens = json.value("thinking_tokens", 0);
  o.chat_template = json.value("chat_template", "");
  o.prefix_dir = json.value("prefix_dir", "");
  return o;
}

Json ErrorToJson(const Error& error) {
  return {{"code", static_cast<int>(error.code)}, {"message", error.message}, {"context", error.context}};
}

Error ErrorFromJson(const Json& json) {
  return {static_cast<Code>(json.value("code", static_cast<int>(Code::kInternal))), json.value("message", ""),
          json.value("context", std::vector<std::string>())};
}

Json InfoToJson(const model::BackendInfo& info) {
  return {{"kind", info.kind},
          {"model", info.model},
          {"identity", info.identity},
          {"context_tokens", info.context_tokens},
          {"in_flight_max", info.in_flight_max},
          {"local", info.local},
          {"enforces_schema", info.enforces_schema},
          {"notes", info.notes}};
}

model::BackendInfo InfoFromJson(const Json& json) {
  return {json.value("kind", ""),
          json.value("model", ""),
          json.value("identity", ""),
          json.value("context_tokens", int64_t{0}),
          json.value("in_flight_max", 0),
          json.value("local", false),
          json.value("enforces_schema", false),
          json.value("notes", std::vector<std::string>())};
}

Json RequestToJson(const model::Request& request, MonoTime now) {
  Json parts = Json::array();
  for (const auto& part : request.parts) parts.push_back({static_cast<int>(part.kind), part.name, part.text});
  const model::Sampling& s = request.sampling;
  Json out = {{"parts", std::move(parts)},
              {"sampling", {s.temperature, s.top_p, s.min_p, s.tokens_max, s.seed, s.logprobs}}};
  if (request.deadline != MonoTime::max()) out["nanoseconds_left"] = (request.deadline - now).count();
  return out;
}

model::Request RequestFromJson(const Json& json, MonoTime now) {
  model::Request request;
  for (const auto& part : json.at("parts")) {
    request.parts.push_back({static_cast<model::Part::Kind>(part.at(0).get<int>()), part.at(2).get<std::string>(),
                             part.at(1).get<std::string>()});
  }
  const Json& s = json.at("sampling");
  request.sampling = {s.at(0), s.at(1), s.at(2), s.at(3), s.at(4), s.at(5)};
  if (const auto left = json.find("nanoseconds_left"); left != json.end())
    request.deadline = now + Duration(left->get<int64_t>());
  return request;
}

Json OutcomeToJson(const model::Outcome& outcome) {
  const model::Usage& u = outcome.usage;
  Json out = {{"usage", {u.tokens_in, u.tokens_out, u.tokens_cached, u.price}}};
  if (outcome.answer) {
    out["answer"] = {{"body", outcome.answer->body},
                     {"finish", static_cast<int>(outcome.answer->finish)},
                     {"doubts", model::WriteDoubts(outcome.answer->doubts)}};
  }
  if (outcome.failure) {
    out["failure"] = {{"class", static_cast<int>(outcome.failure->failure_class)},
                      {"error", ErrorToJson(outcome.failure->error)}};
  }
  return out;
}

model::Outcome OutcomeFromJson(const Json& json) {
  model::Outcome outcome;
  const Json& u = json.at("usage");
  outcome.usage = {u.at(0), u.at(1), u.at(2), u.at(3)};
  if (const auto answer = json.find("answer"); answer != json.end()) {
    outcome.answer.emplace();
    outcome.answer->body = answer->at("body").get<std::string>();
    outcome.answer->finish = static_cast<model::Finish>(answer->at("finish").get<int>());
    outcome.answer->doubts = model::ReadDoubts(answer->at("doubts").get<std::string>());
  }
  if (const auto failure = json.find("failure"); failure != json.end()) {
    outcome.failure = model::ModelFailure{static_cast<model::FailureClass>(failure->at("class").get<int>()),
                                          ErrorFromJson(failure->at("error")), std::nullopt};
  }
  return outcome;
}

Json CountersToJson(const std::vector<model::Counter>& counters) {
  Json out = Json::array();
  for (const auto& counter : counters) out.push_back({counter.name, counter.value});
  return out;
}

std::vector<model::Counter> CountersFromJson(const Json& json) {
  std::vector<model::Counter> out;
  for (const auto& counter : json) out.push_back({counter.at(0).get<std::string>(), counter.at(1).get<int64_t>()});
  return out;
}

std::vector<model::Counter> AddCounters(std::vector<model::Counter> sum, const std::vector<model::Counter>& more) {
  if (sum.empty()) return more;
  for (size_t i = 0; i < sum.size() && i < more.size(); ++i) {
    const bool most = sum[i].name == "rows at once";
    sum[i].value = most ? std::max(sum[i].value, more[i].value) : sum[i].value + more[i].value;
  }
  return sum;
}

}  // namespace yk::llama
