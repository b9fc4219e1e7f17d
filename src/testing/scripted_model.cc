// SPDX-License-Identifier: Apache-2.0
#include "testing/scripted_model.h"

#include <utility>

namespace yk::testing {

using model::Outcome;

ScriptedModel::ScriptedModel(const Clock& clock, Script script, Options options)
    : clock_(clock),
      script_(std::move(script)),
      options_(std::move(options)),
      thread_([this](std::stop_token stop) { Run(stop); }) {}

ScriptedModel::~ScriptedModel() {
  thread_.request_stop();
  {
    MutexLock lock(mutex_);
    Wake();
  }
  thread_.join();
  std::vector<Pending> rest;
  {
    MutexLock lock(mutex_);
    for (auto& [due, pending] : pending_) rest.push_back(std::move(pending));
    for (auto& pending : cancelled_) rest.push_back(std::move(pending));
  }
  for (auto& pending : rest) pending.done(Failed(model::FailureClass::kTransport, Code::kCancelled, "closed"));
}

Result<void> ScriptedModel::Probe(MonoTime) { return options_.probe; }

void ScriptedModel::Submit(model::Request request, model::Done done) {
  Pending pending;
  {
    MutexLock lock(mutex_);
    const int nth = asked_[PromptText(request)]++;
    requests_.push_back(request);
    open_max_ = std::max(open_max_, ++open_);
    const MonoTime due = options_.delay ? clock_.Now() + options_.delay(request, nth) : MonoTime{};
    pending = {due, std::move(request), std::move(done), nth};
    if (!options_.inline_ || held_) {
      pending_.emplace(due, std::move(pending));
      Wake();
      return;
    }
    --open_;
  }
  pending.done(script_(pending.request, pending.nth));
}

void ScriptedModel::Cancel(model::RequestId id) {
  MutexLock lock(mutex_);
  for (auto it = pending_.begin(); it != pending_.end(); ++it) {
    if (it->second.request.id != id) continue;
    cancelled_.push_back(std::move(it->second));
    pending_.erase(it);
    Wake();
    return;
  }
}

void ScriptedModel::Hold() {
  MutexLock lock(mutex_);
  held_ = true;
}

void ScriptedModel::Release() {
  MutexLock lock(mutex_);
  held_ = false;
  Wake();
}

void ScriptedModel::WaitForRequests(size_t count) YK_THREAD_ATTRIBUTE(no_thread_safety_analysis) {
  MutexLock lock(mutex_);
  changed_.wait(mutex_, [&]() YK_REQUIRES(mutex_) { return requests_.size() >= count; });
}

std::vector<model::Request> ScriptedModel::requests() const {
  MutexLock lock(mutex_);
  return requests_;
}

size_t ScriptedModel::request_count() const {
  MutexLock lock(mutex_);
  return requests_.size();
}

int ScriptedModel::open_max() const {
  MutexLock lock(mutex_);
  return open_max_;
}

void ScriptedModel::Wake() {
  if (sleeper_) sleeper_->request_stop();
  changed_.notify_all();
}

void ScriptedModel::Run(std::stop_token stop) {
  while (Step(stop)) {
  }
}

/// One outcome, or one wait. False: stopped.
bool ScriptedModel::Step(std::stop_token stop) YK_THREAD_ATTRIBUTE(no_thread_safety_analysis) {
  std::optional<Pending> next;
  bool cancelled = false;
  std::stop_source source;
  MonoTime until{};
  {
    MutexLock lock(mutex_);
    changed_.wait(mutex_, [&]() YK_REQUIRES(mutex_) {
      return stop.stop_requested() || !cancelled_.empty() || (!pending_.empty() && !held_);
    });
    if (stop.stop_requested()) return false;
    if (!cancelled_.empty()) {
      next = std::move(cancelled_.back());
      cancelled_.pop_back();
      cancelled = true;
    } else if (const auto first = pending_.begin(); first->first <= clock_.Now()) {
      next = std::move(first->second);
      pending_.erase(first);
    } else {
      until = first->first;
      sleeper_ = source;
    }
    if (next) --open_;
  }
  if (next) {
    next->done(cancelled ? Failed(model::FailureClass::kTransport, Code::kCancelled, "cancelled")
                         : script_(next->request, next->nth));
    return true;
  }
  static_cast<void>(clock_.SleepUntil(until, source.get_token()));
  MutexLock lock(mutex_);
  sleeper_.reset();
  return true;
}

std::string PromptText(const model::Request& request) {
  std::string text;
  for (const auto& part : request.parts) text += part.text;
  return text;
}

Outcome Answered(std::string body, model::Finish finish, model::Usage usage) {
  Outcome outcome;
  outcome.answer = model::Answer{std::move(body), finish, {}};
  outcome.usage = usage;
  return outcome;
}

Outcome Failed(model::FailureClass failure_class, Code code, std::string message) {
  Outcome outcome;
  outcome.failure = model::ModelFailure{failure_class, {code, std::move(message), {}}, std::nullopt};
  return outcome;
}

}  // namespace yk::testing
