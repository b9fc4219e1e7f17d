// SPDX-License-Identifier: Apache-2.0
// The inner side of the dispatcher: from question to call, from outcome to retry or result. One thread.
#include <algorithm>
#include <cmath>

#include "base/log.h"
#include "model/asker_core.h"

namespace yk::model {
namespace {

constexpr int kEmptyAnswersMax = 2;
constexpr size_t kLookUpMax = 1024;

bool IsBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

size_t PromptBytes(const Request& request) {
  size_t bytes = 0;
  for (const Part& part : request.parts) bytes += part.text.size();
  return bytes;
}

uint64_t PrefixHash(const Request& request) {
  uint64_t hash = 0;
  for (const Part& part : request.parts) {
    if (part.kind != Part::Kind::kFixed) break;
    hash = hash * 31 + std::hash<std::string_view>{}(part.text);
  }
  return hash;
}

}  // namespace

void Asker::Core::TakeSettled(std::vector<Settled> settled, std::vector<IncomingAsk>& again) {
  for (auto& [id, error] : settled) {
    // An answer that is paid for and cannot be kept is the one thing not to repeat: nothing more is sent until Resume.
    if (error) halted_ = std::move(error);
    const auto found = flights_.find(id);
    if (found == flights_.end()) continue;
    Flight& flight = found->second;
    std::move(flight.latecomers.begin(), flight.latecomers.end(), std::back_inserter(again));
    (flight.bypass ? by_key_bypass_ : by_key_).erase(flight.key.k_req);
    flights_.erase(found);
  }
}

void Asker::Core::TakeAsks(std::vector<IncomingAsk> asks) {
  std::vector<uint64_t> look_up;
  for (IncomingAsk& ask : asks) {
    if (const auto id = Join(ask)) look_up.push_back(*id);
    if (look_up.size() == kLookUpMax) LookUp(std::exchange(look_up, {}));
  }
  if (!look_up.empty()) LookUp(look_up);
}

/// Joins the flight that already asks the same, or starts one; the id of one whose answer may be stored.
std::optional<uint64_t> Asker::Core::Join(IncomingAsk& ask) {
  const bool bypass = ask.question.bypass_cache;
  // A question that must not be answered from the store shares the flight of another such one, never of one that may.
  auto& flying = bypass ? by_key_bypass_ : by_key_;
  if (const auto found = flying.find(ask.key.k_req); found != flying.end()) {
    Flight& flight = flights_.at(found->second);
    if (flight.state == Flight::State::kStoring) {
      ask.question.bypass_cache = false;  // the answer being stored is the fresh one it wants
      flight.latecomers.push_back(std::move(ask));
    } else {
      flight.waiters.push_back(std::move(ask.done));
      ++delta_.shared;
    }
    return std::nullopt;
  }
  const uint64_t id = ++next_id_;
  Flight& flight = flights_[id];
  flight.id = id;
  flight.bypass = bypass;
  flight.key = ask.key;
  flight.request = std::move(ask.question.request);
  flight.acceptable = std::move(ask.question.acceptable);
  flight.waiters.push_back(std::move(ask.done));
  flight.prompt_bytes = PromptBytes(flight.request);
  flight.prefix_hash = PrefixHash(flight.request);
  flying[flight.key.k_req] = id;
  if (!bypass && !stop_by_ && !halted_) return id;
  Retry(flight, clock_.Now());
  return std::nullopt;
}

void Asker::Core::LookUp(const std::vector<uint64_t>& ids) {
  std::vector<store::AnswerKey> keys;
  keys.reserve(ids.size());
  for (const uint64_t id : ids) keys.push_back(flights_.at(id).key);
  auto got = answers_.Get(keys);
  if (!got) {
    // Asking anyway would pay for answers that may be stored already.
    halted_ = got.error().With("looking for stored answers");
    for (const uint64_t id : ids) Retry(flights_.at(id), clock_.Now());
    return;
  }
  for (size_t i = 0; i < ids.size(); ++i) {
    Flight& flight = flights_.at(ids[i]);
    auto& stored = (*got)[i];
    const bool exact = stored && stored->key.k_req == flight.key.k_req;
    if (stored && (exact || (flight.acceptable && flight.acceptable(stored->body)))) {
      ++(exact ? delta_.stored : delta_.stored_other_schema);
      AskResult result;
      result.status = AskStatus::kAnswered;
      result.answer = {std::move(stored->body), FinishFromName(stored->finish), ReadDoubts(stored->doubts)};
      result.source = exact ? AnswerSource::kStored : AnswerSource::kStoredOtherSchema;
      result.tokens_stored = stored->tokens_in + stored->tokens_out;
      Finish(flight, std::move(result));
    } else {
      Retry(flight, clock_.Now());
    }
  }
}

void Asker::Core::Retry(Flight& flight, MonoTime not_before) {
  flight.state = Flight::State::kReady;
  ready_.push({not_before, ++next_seq_, flight.id});
  sweep_at_ = std::min(sweep_at_, flight.request.deadline);
}

MonoTime Asker::Core::AfterBackoff(Duration first, Duration most, int failures) {
  const double doubled = static_cast<double>(first.count()) * std::exp2(failures - 1);
  const double top = std::min(static_cast<double>(most.count()), doubled);
  return clock_.Now() + Duration(static_cast<int64_t>(std::uniform_real_distribution<>(0, top)(random_)));
}

void Asker::Core::Admit() {
  admit_at_ = MonoTime{};
  give_up_at_ = MonoTime::max();
  if (stop_by_) return ParkReady({Code::kCancelled, "the run is stopping", {}}, FailureClass::kTransport);
  if (halted_) return ParkReady(*halted_, FailureClass::kTransport);
  bool wait = false;
  while (!wait && !ready_.empty() && ready_.top().not_before <= clock_.Now()) {
    const auto found = flights_.find(ready_.top().flight);
    if (found == flights_.end() || Send(found->second, wait)) ready_.pop();
  }
  if (!ready_.empty() && (refused_since_ || router_.limit() == 0)) ParkIfDown();
}

/// True: it is on its way. False and `wait`: no endpoint takes a request now.
bool Asker::Core::Send(Flight& flight, bool& wait) {
  const MonoTime now = clock_.Now();
  const Admission admission = router_.TryAdmit(now, {flight.prompt_bytes, flight.request.sampling.tokens_max,
                                                     flight.prefix_hash, flight.id, flight.avoid, flight.suspect});
  if (!admission.ticket) {
    admit_at_ = admission.retry_at;
    wait = true;
    return false;
  }
  if (admission.ticket->canary) {
    SendCanary(flight, *admission.ticket);
    return false;
  }
  flight.ticket = *admission.ticket;
  flight.state = Flight::State::kSent;
  flight.request.id = RequestId{++next_request_};
  if (++flight.calls > 1) ++delta_.retries;
  ++delta_.calls;
  ++in_flight_;
  Request request = flight.request;
  request.deadline = std::min(request.deadline, now + options_.try_timeout);
  flight.ticket.backend->Submit(std::move(request), [this, id = flight.id](Outcome outcome) {
    Post([&](Inbox& inbox) { inbox.outcomes.emplace_back(id, std::move(outcome)); });
  });
  return true;
}

void Asker::Core::ParkIfDown() {
  const MonoTime now = clock_.Now();
  const RouterHealth health = router_.Health(now);
  if (health.down_since) {
    give_up_at_ = *health.down_since + options_.give_up;
    if (health.quota || now >= give_up_at_) {
      ParkReady(*health.reason, health.quota ? FailureClass::kQuota : FailureClass::kTransport);
    }
  } else if (refused_since_) {
    // Alive, but busy for everybody all the time: as good as dead for this run.
    give_up_at_ = *refused_since_ + options_.give_up;
    if (now >= give_up_at_) {
      ParkReady({Code::kUnavailable,
                 fmt::format("the model refused every request for {} s; lower its other load or wait ({})",
                             options_.give_up / std::chrono::seconds(1), refused_why_.ToString()),
                 {}},
                FailureClass::kCapacity);
    }
  }
}

void Asker::Core::ParkReady(const Error& why, FailureClass failure_class) {
  for (; !ready_.empty(); ready_.pop()) {
    const auto found = flights_.find(ready_.top().flight);
    if (found != flights_.end()) Fail(found->second, {failure_class, why, std::nullopt}, AskStatus::kParked);
  }
  give_up_at_ = MonoTime::max();
  refused_since_.reset();
}

void Asker::Core::SweepDeadlines() {
  const MonoTime now = clock_.Now();
  if (now < sweep_at_) return;
  sweep_at_ = MonoTime::max();
  std::vector<uint64_t> late;
  for (const auto& [id, flight] : flights_) {
    if (flight.state != Flight::State::kReady) continue;
    if (flight.request.deadline <= now)
      late.push_back(id);
    else
      sweep_at_ = std::min(sweep_at_, flight.request.deadline);
  }
  // Their entries stay in the heap; Admit drops entries whose flight is gone.
  for (const uint64_t id : late) {
    Fail(
        flights_.at(id),
        {FailureClass::kTransport, {Code::kTimeout, "its deadline passed before it could be asked", {}}, std::nullopt});
  }
}

void Asker::Core::CancelSent() {
  cancelled_ = true;
  for (const auto& [id, flight] : flights_) {
    if (flight.state == Flight::State::kSent) flight.ticket.backend->Cancel(flight.request.id);
  }
  for (const auto& [id, canary] : canaries_) canary.first.backend->Cancel(canary.second);
}

void Asker::Core::TakeOutcome(uint64_t id, Outcome outcome) {
  if (TakeCanary(id, outcome)) return;
  Flight& flight = flights_.at(id);
  --in_flight_;
  const OutcomeVerdict verdict = router_.OnOutcome(clock_.Now(), flight.ticket, outcome);
  flight.usage += outcome.usage;
  delta_.usage += outcome.usage;
  if (outcome.answer) {
    ++meter_answers_;
    meter_tokens_ += outcome.usage.tokens_out;
    refused_since_.reset();
    return TakeAnswer(flight, std::move(*outcome.answer), outcome.usage);
  }
  if (!outcome.failure) {
    outcome.failure = {
        FailureClass::kTransport, {Code::kInternal, "the backend gave neither answer nor failure", {}}, {}};
  }
  TakeFailure(flight, std::move(*outcome.failure), verdict.endpoint_down);
}

void Asker::Core::TakeAnswer(Flight& flight, Answer answer, const Usage& usage) {
  const bool blank = IsBlank(answer.body);
  FailureClass failure_class = FailureClass::kInvalid;
  std::string why;
  if (answer.finish == Finish::kLength) {
    failure_class = FailureClass::kTruncation;
    why = fmt::format("the answer was cut off at {} tokens", flight.request.sampling.tokens_max);
  } else if (answer.finish == Finish::kContentFilter) {
    failure_class = FailureClass::kRefusal;
    why = "the model refused to answer (content filter)";
  } else if (blank) {
    why = "the model gave an empty answer";
  } else {
    AskResult result;
    result.status = AskStatus::kAnswered;
    auto stored = ToStore(flight, answer, usage);
    result.answer = std::move(answer);
    return Finish(flight, std::move(result), std::move(stored));
  }

  ++delta_.failures[static_cast<size_t>(failure_class)];
  auto stored = ToStore(flight, answer, usage);
  if (blank) stored.finish = "empty";
  const int longer = std::min(options_.tokens_max_cap, 2 * flight.request.sampling.tokens_max);
  const bool lengthen =
      failure_class == FailureClass::kTruncation && !flight.lengthened && longer > flight.request.sampling.tokens_max;
  const bool once_more = failure_class == FailureClass::kInvalid && ++flight.empty_answers < kEmptyAnswersMax;
  // A bypassing question may not replace a good answer by one that is never served.
  const bool keep = !flight.bypass;
  if (lengthen || once_more) {
    if (keep) entries_.push_back({std::move(stored), {}, 0});
    if (lengthen) {
      flight.lengthened = true;
      flight.request.sampling.tokens_max = longer;
    }
    return Retry(flight, clock_.Now());
  }
  AskResult result;
  result.status = AskStatus::kFailed;
  result.failure = {failure_class, {Code::kInvalid, std::move(why), {}}, std::nullopt};
  result.answer = std::move(answer);
  Finish(flight, std::move(result), keep ? std::optional(std::move(stored)) : std::nullopt);
}

void Asker::Core::TakeFailure(Flight& flight, ModelFailure failure, bool endpoint_down) {
  const MonoTime now = clock_.Now();
  if (failure.error.code == Code::kCancelled) return Retry(flight, now);
  ++delta_.failures[static_cast<size_t>(failure.failure_class)];
  switch (failure.failure_class) {
    case FailureClass::kCapacity:
      if (!refused_since_) refused_since_ = now;
      refused_why_ = failure.error;
      if (!failure.busy || failure.retry_after) return Retry(flight, now);  // the governor says when
      // Perhaps an accident of this request, and the governor lets the others pass.
      flight.avoid = flight.ticket.endpoint;
      return Retry(flight, AfterBackoff(options_.busy_backoff_min, options_.busy_backoff_max, ++flight.refusals));
    case FailureClass::kQuota: return Retry(flight, now);  // elsewhere, or it is parked
    case FailureClass::kTransport:
    case FailureClass::kInvalid: {
      flight.avoid = flight.ticket.endpoint;
      if (failure.reached) ++flight.broke;
      if (endpoint_down) return Retry(flight, now);  // the breaker says when
      if (++flight.transport_failures >= options_.transport_attempts_max) {
        failure.error = std::move(failure.error).With(fmt::format("tried {} times", flight.transport_failures));
        return Fail(flight, std::move(failure));
      }
      return Retry(flight, AfterBackoff(options_.backoff_min, options_.backoff_max, flight.transport_failures));
    }
    case FailureClass::kTruncation:
      if (const int longer = std::min(options_.tokens_max_cap, 2 * flight.request.sampling.tokens_max);
          !flight.lengthened && longer > flight.request.sampling.tokens_max) {
        flight.lengthened = true;
        flight.request.sampling.tokens_max = longer;
        return Retry(flight, now);
      }
      return Fail(flight, std::move(failure));
    case FailureClass::kRequest:
      if (!flight.refused_once && router_.endpoints() > 1) {
        flight.refused_once = true;
        flight.avoid = flight.ticket.endpoint;
        return Retry(flight, now);
      }
      return Fail(flight, std::move(failure));
    case FailureClass::kRefusal: return Fail(flight, std::move(failure));
  }
}

store::StoredAnswer Asker::Core::ToStore(const Flight& flight, const Answer& answer, const Usage& usage) const {
  return {flight.key,      answer.body,      std::string(FinishName(answer.finish)),
          usage.tokens_in, usage.tokens_out, usage.tokens_cached,
          usage.price,     clock_.WallNow(), WriteDoubts(answer.doubts)};
}

void Asker::Core::Fail(Flight& flight, ModelFailure failure, AskStatus status) {
  AskResult result;
  result.status = status;
  result.failure = std::move(failure);
  Finish(flight, std::move(result));
}

/// Hands the result to the journal thread, for every waiter; the flight is over, or waits for its answer to be durable.
void Asker::Core::Finish(Flight& flight, AskResult result, std::optional<store::StoredAnswer> stored) {
  JournalEntry entry;
  if (stored) result.answer.body.clear();  // it travels in `stored` and comes back after the commit
  result.usage = flight.usage;
  result.calls = flight.calls;
  entry.deliveries.reserve(flight.waiters.size());
  for (size_t i = 1; i < flight.waiters.size(); ++i) {
    AskResult shared = result;
    shared.usage = {};
    shared.calls = 0;
    if (shared.source == AnswerSource::kModel) shared.source = AnswerSource::kShared;
    entry.deliveries.push_back({std::move(flight.waiters[i]), std::move(shared)});
  }
  entry.deliveries.push_back({std::move(flight.waiters.front()), std::move(result)});
  flight.waiters.clear();
  if (stored) {
    flight.state = Flight::State::kStoring;
    entry.flight = flight.id;
    entry.answer = std::move(stored);
    entries_.push_back(std::move(entry));
    return;
  }
  entries_.push_back(std::move(entry));
  (flight.bypass ? by_key_bypass_ : by_key_).erase(flight.key.k_req);
  flights_.erase(flight.id);
}

}  // namespace yk::model
