// SPDX-License-Identifier: Apache-2.0
#include "app/model_set.h"

#include <algorithm>
#include <thread>

#include "app/model_profile.h"
#include "base/check.h"
#include "builtin/backend.h"
#include "llama/backend.h"
#include "llama/worker_backend.h"
#include "net/curl_http_client.h"
#include "net/url.h"
#include "remote/openai_backend.h"

namespace yk::app {
namespace {
constexpr std::chrono::seconds kProbeTime{10};

llama::Options WithMeasured(const llama::Options& options, const std::filesystem::path& models_dir) {
  if (options.parallel > 0 && options.batch > 0) return options;
  const auto profile = ProfileOf(options, models_dir);
  return profile ? OptionsFor(*profile, options) : options;
}

}  // namespace

ModelSet::ModelSet(const Settings& settings, store::AnswerStore& answers, const Clock& clock, Options options)
    : settings_(settings), answers_(answers), clock_(clock), options_(options) {}

ModelSet::~ModelSet() = default;

Result<net::HttpClient*> ModelSet::Http() {
  if (http_ == nullptr) {
    YK_TRY(http_, net::CurlHttpClient::Create({}, clock_));
  }
  return http_.get();
}

Result<std::unique_ptr<model::Router>> ModelSet::OpenRouter(const ModelSettings& model) {
  std::vector<model::Router::Endpoint> endpoints;
  if (model.kind == "builtin") {
    model::Router::Endpoint endpoint;
    endpoint.name = "builtin";
    endpoint.backend = std::make_unique<builtin::BuiltinBackend>(builtin::BuiltinOptions{});
    endpoint.governor.fixed = std::max(1, endpoint.backend->Info().in_flight_max);
    endpoints.push_back(std::move(endpoint));
  } else if (model.kind == "openai") {
    YK_TRY(net::HttpClient * http, Http());
    for (const auto& url : model.urls) {
      remote::OpenAiOptions options;
      options.url = url;
      options.model = model.model;
      options.identity = model.identity;
      options.key = model.key;
      options.key_name = model.key_source;
      options.prices = {model.price_in, model.price_out};
      model::Router::Endpoint endpoint;
      endpoint.name = net::WithoutUserInfo(url);
      YK_TRY(endpoint.backend, remote::OpenAiBackend::Open(*http, clock_, std::move(options)));
      if (model.rpm > 0) endpoint.governor.requests_per_minute = model.rpm;
      if (model.tpm > 0) endpoint.governor.tokens_per_minute = model.tpm;
      if (const int most = model.in_flight_max > 0 ? model.in_flight_max : options_.in_flight_max; most > 0) {
        endpoint.governor.limit_max = most;
      }
      endpoints.push_back(std::move(endpoint));
    }
  } else {
    model::Router::Endpoint endpoint;
    endpoint.name = model.path;
    const llama::Options options = WithMeasured(model.llama, settings_.hub.models_dir);
    YK_TRY(endpoint.backend,
           model.own_process ? llama::OpenWorkerBackend(options, clock_) : llama::OpenBackend(options, clock_));
    endpoint.governor.fixed = std::max(1, endpoint.backend->Info().in_flight_max);
    endpoints.push_back(std::move(endpoint));
  }
  return model::Router::Open(std::move(endpoints));
}

Result<model::Asker*> ModelSet::Open(const std::string& name) {
  if (const auto found = opened_.find(name); found != opened_.end()) return found->second.asker.get();
  YK_TRY(const ModelSettings settings, FindModel(settings_, name));
  Opened opened;
  YK_TRY(opened.router, OpenRouter(settings));
  model::AskerOptions options;
  options.give_up = options_.give_up;
  opened.asker = std::make_unique<model::Asker>(*opened.router, answers_, clock_, options);
  if (settings.key.empty() && settings.key_source.starts_with("env:"))
    opened.missing_key = settings.key_source.substr(4);
  model::Asker* asker = opened.asker.get();
  opened_.emplace(name, std::move(opened));
  return asker;
}

const model::BackendInfo& ModelSet::Info(const std::string& name) const {
  const auto found = opened_.find(name);
  YK_CHECK(found != opened_.end(), "the model is open");
  return found->second.router->info();
}

Result<void> ModelSet::Probe() {
  for (auto& [name, opened] : opened_) {
    if (!opened.missing_key.empty()) {
      return Fail(Code::kUnauthorized,
                  "the model '{}' takes its key from the environment variable {}, which is empty; set it and run the "
                  "same command again",
                  net::WithoutUserInfo(name), opened.missing_key);
    }
    auto answered = opened.router->Probe(clock_.Now() + kProbeTime);
    if (!answered)
      return Fail(std::move(answered).error().With(fmt::format("the model '{}'", net::WithoutUserInfo(name))));
  }
  return {};
}

model::AskerStats ModelSet::Stats() const {
  model::AskerStats sum;
  for (const auto& [name, opened] : opened_) sum += opened.asker->stats();
  return sum;
}

std::map<std::string, std::vector<model::Counter>> ModelSet::Counters() const {
  std::map<std::string, std::vector<model::Counter>> out;
  for (const auto& [name, opened] : opened_) {
    if (auto counters = opened.router->Counters(); !counters.empty()) out.emplace(name, std::move(counters));
  }
  return out;
}

void ModelSet::Stop() {
  for (auto& [name, opened] : opened_) opened.asker->Stop();
}

}  // namespace yk::app
