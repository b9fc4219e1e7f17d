// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "app/settings.h"
#include "base/clock.h"
#include "model/asker.h"
#include "model/router.h"
#include "net/http_client.h"
#include "store/answer_store.h"

namespace yk::app {

/// The models of one run: each alias opened once, with its endpoints, router and asker. Owns them and the HTTP client.
class ModelSet {
 public:
  struct Options {
    std::chrono::milliseconds give_up{600000};
    int in_flight_max = 0;  ///< of the job; 0: the governor decides
  };
  ModelSet(const Settings& settings, store::AnswerStore& answers, const Clock& clock, Options options);
  ~ModelSet();

  /// Opens the model without asking it anything.
  Result<model::Asker*> Open(const std::string& name);

  const model::BackendInfo& Info(const std::string& name) const;

  /// Asks every opened model whether it can answer: a sentence within 10 seconds when one cannot.
  Result<void> Probe();

  /// Sums over the models.
  model::AskerStats Stats() const;

  /// What the backends of each model counted; models that count nothing are left out.
  std::map<std::string, std::vector<model::Counter>> Counters() const;

  /// Every open question comes back at once.
  void Stop();

 private:
  struct Opened {
    std::unique_ptr<model::Router> router;
    std::unique_ptr<model::Asker> asker;
    std::string missing_key;  ///< the environment variable that should hold the key and does not
  };
  Result<std::unique_ptr<model::Router>> OpenRouter(const ModelSettings& model);
  Result<net::HttpClient*> Http();

  const Settings& settings_;
  store::AnswerStore& answers_;
  const Clock& clock_;
  const Options options_;
  std::unique_ptr<net::HttpClient> http_;
  std::map<std::string, Opened> opened_;
};

}  // namespace yk::app
