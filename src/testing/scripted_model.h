// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "model/backend.h"

namespace yk::testing {

/// A ModelBackend that answers by script, on its own thread, after delays on the given clock; it records what it was
/// asked. Thread-safe.
class ScriptedModel final : public model::ModelBackend {
 public:
  /// `nth`: how often this text (all parts together) has been asked before, from 0.
  using Script = std::function<model::Outcome(const model::Request& request, int nth)>;
  /// How long the answer takes.
  using Delay = std::function<Duration(const model::Request& request, int nth)>;

  struct Options {
    model::BackendInfo info{"scripted", "script-1", "scripted script-1", 0, 0, false, false};
    Delay delay;           ///< none: at once
    bool inline_ = false;  ///< answer inside Submit, on the caller's thread
    Result<void> probe = {};
  };

  ScriptedModel(const Clock& clock, Script script, Options options);
  ScriptedModel(const Clock& clock, Script script) : ScriptedModel(clock, std::move(script), Options{}) {}
  ~ScriptedModel() override;

  model::BackendInfo Info() const override { return options_.info; }
  Result<void> Probe(MonoTime deadline) override;
  void Submit(model::Request request, model::Done done) override YK_EXCLUDES(mutex_);
  void Cancel(model::RequestId id) override YK_EXCLUDES(mutex_);

  /// Keeps all outcomes back until Release, so that a test can look at what is in flight.
  void Hold() YK_EXCLUDES(mutex_);
  void Release() YK_EXCLUDES(mutex_);
  /// Blocks until at least `count` requests have been submitted since the start.
  void WaitForRequests(size_t count) YK_EXCLUDES(mutex_);

  std::vector<model::Request> requests() const YK_EXCLUDES(mutex_);
  size_t request_count() const YK_EXCLUDES(mutex_);
  int open_max() const YK_EXCLUDES(mutex_);  ///< most requests that were open at one time

 private:
  struct Pending {
    MonoTime due;
    model::Request request;
    model::Done done;
    int nth = 0;
  };
  void Run(std::stop_token stop);
  bool Step(std::stop_token stop) YK_EXCLUDES(mutex_);
  void Wake() YK_REQUIRES(mutex_);

  const Clock& clock_;
  const Script script_;
  const Options options_;
  mutable Mutex mutex_;
  CondVar changed_;
  std::multimap<MonoTime, Pending> pending_ YK_GUARDED_BY(mutex_);
  std::vector<Pending> cancelled_ YK_GUARDED_BY(mutex_);
  std::vector<model::Request> requests_ YK_GUARDED_BY(mutex_);
  std::map<std::string, int> asked_ YK_GUARDED_BY(mutex_);
  std::optional<std::stop_source> sleeper_ YK_GUARDED_BY(mutex_);
  bool held_ YK_GUARDED_BY(mutex_) = false;
  int open_ YK_GUARDED_BY(mutex_) = 0, open_max_ YK_GUARDED_BY(mutex_) = 0;
  std::jthread thread_;
};

/// All parts of a request after each other: what scripts look at.
std::string PromptText(const model::Request& request);

/// Outcomes for scripts.
model::Outcome Answered(std::string body, model::Finish finish = model::Finish::kStop,
                        model::Usage usage = {10, 5, 0, 0});
model::Outcome Failed(model::FailureClass failure_class, Code code = Code::kUnavailable,
                      std::string message = "scripted");

}  // namespace yk::testing
