// SPDX-License-Identifier: Apache-2.0
#include "model/router.h"

#include <algorithm>
#include <utility>

namespace yk::model {

struct Router::Slot {
  Slot(Endpoint endpoint, BreakerOptions breaker_options)
      : name(std::move(endpoint.name)),
        backend(std::move(endpoint.backend)),
        governor(endpoint.governor),
        breaker(breaker_options) {}
  std::string name;
  std::unique_ptr<ModelBackend> backend;
  Governor governor;
  Breaker breaker;
  bool broke_off = false;  ///< its last failure was that of a question it had taken
  bool answered = false;   ///< at least once
  double load() const { return static_cast<double>(governor.in_flight()) / governor.limit(); }
};

namespace {

GovernorOptions Fitted(GovernorOptions options, const BackendInfo& info, uint64_t seed) {
  options.seed += seed;
  if (info.in_flight_max > 0) options.limit_max = std::min(options.limit_max, info.in_flight_max);
  // Inside this process nobody refuses and nothing is learned from latency: the backend knows how many it can carry.
  if (info.local && options.fixed == 0) options.fixed = info.in_flight_max > 0 ? info.in_flight_max : 64;
  return options;
}

GovernorOutcome ForGovernor(const Outcome& outcome) {
  GovernorOutcome out;
  out.tokens_in = outcome.usage.tokens_in;
  out.tokens_out = outcome.usage.tokens_out;
  out.rate = outcome.rate;
  if (outcome.answer) {
    out.kind = GovernorOutcome::Kind::kSuccess;
  } else if (outcome.failure && outcome.failure->failure_class == FailureClass::kCapacity) {
    using Kind = GovernorOutcome::Kind;
    out.kind = outcome.failure->busy ? Kind::kBusy : Kind::kRefused;
    out.retry_after = outcome.failure->retry_after;
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<Router>> Router::Open(std::vector<Endpoint> endpoints, uint64_t seed) {
  if (endpoints.empty()) return Fail(Code::kInvalid, "a model needs at least one endpoint");
  const std::string identity = endpoints.front().backend->Info().identity;
  for (const auto& endpoint : endpoints) {
    const std::string other = endpoint.backend->Info().identity;
    if (other == identity) continue;
    return Fail(Code::kInvalid,
                "the endpoints {} and {} serve different models ({} and {}); one name may only stand for one model, "
                "because its answers are kept under that name",
                endpoints.front().name, endpoint.name, identity, other);
  }
  return std::unique_ptr<Router>(new Router(std::move(endpoints), seed));
}

Router::Router(std::vector<Endpoint> endpoints, uint64_t seed)
    : info_(endpoints.front().backend->Info()), random_(seed * 2 + 1) {
  for (auto& endpoint : endpoints) {
    ++seed;
    endpoint.governor = Fitted(endpoint.governor, endpoint.backend->Info(), seed);
    BreakerOptions breaker;
    breaker.seed = seed;
    slots_.push_back(std::make_unique<Slot>(std::move(endpoint), breaker));
  }
}

Router::~Router() = default;

Result<void> Router::Probe(MonoTime deadline) {
  std::vector<std::pair<std::string, ModelBackend*>> backends;
  {
    MutexLock lock(mutex_);
    for (const auto& slot : slots_) backends.emplace_back(slot->name, slot->backend.get());
  }
  std::optional<Error> first;
  for (const auto& [name, backend] : backends) {
    auto probed = backend->Probe(deadline);
    if (probed) return {};
    if (!first) first = std::move(probed).error();
  }
  return Fail(std::move(*first));
}

std::vector<size_t> Router::UsableFor(MonoTime now, Admission& admission, std::vector<size_t>& probes) {
  std::vector<size_t> usable;
  for (size_t i = 0; i < slots_.size(); ++i) {
    const Breaker::Gate gate = slots_[i]->breaker.Ask(now);
    if (gate == Breaker::Gate::kProbe) probes.push_back(i);
    if (gate == Breaker::Gate::kPass) usable.push_back(i);
    if (gate == Breaker::Gate::kWait) admission.retry_at = std::min(admission.retry_at, slots_[i]->breaker.probe_at());
  }
  return usable;
}

size_t Router::Pick(const std::vector<size_t>& usable, const Load& load) {
  if (usable.size() == 1) return usable[0];
  auto next = [this]() YK_REQUIRES(mutex_) {  // SplitMix64: two draws per request need no more
    uint64_t z = (random_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  };
  const size_t a = usable[next() % usable.size()];
  size_t b = usable[next() % (usable.size() - 1)];
  if (b == a) b = usable.back();
  const double difference = slots_[a]->load() - slots_[b]->load();
  if (difference > 0.1) return b;
  if (difference < -0.1) return a;
  return load.prefix_hash % slots_.size() == b ? b : a;
}

Admission Router::TryAdmit(MonoTime now, const Load& load) {
  MutexLock lock(mutex_);
  Admission admission;
  std::vector<size_t> probes;
  std::vector<size_t> usable = UsableFor(now, admission, probes);
  if (load.avoid && usable.size() > 1) std::erase(usable, *load.avoid);
  for (size_t next = 0; next < probes.size() || !usable.empty();) {
    // A probe goes first, so that an endpoint that is back is found even while others have room; when its governor
    // still holds it back, the others, those to be probed among them, must not wait for it.
    const bool is_probe = next < probes.size();
    const size_t i = is_probe ? probes[next++] : Pick(usable, load);
    Slot& slot = *slots_[i];
    auto decision = slot.governor.TryAdmit(now, load.prompt_bytes, load.tokens_max);
    if (decision.ticket) {
      slot.breaker.OnSent(now);
      admission.ticket = RouteTicket{i, slot.backend.get(), *decision.ticket, load.ask, is_probe, false, load.suspect};
      admission.ticket->canary = is_probe && slot.broke_off && slot.breaker.several() && !load.suspect;
      return admission;
    }
    admission.retry_at = std::min(admission.retry_at, decision.retry_at);
    std::erase(usable, i);
  }
  return admission;
}

OutcomeVerdict Router::OnOutcome(MonoTime now, const RouteTicket& ticket, const Outcome& outcome) {
  MutexLock lock(mutex_);
  Slot& slot = *slots_[ticket.endpoint];
  if (ticket.canary) {
    slot.governor.Release(ticket.governor);
  } else {
    slot.governor.OnOutcome(now, ticket.governor, ForGovernor(outcome));
  }
  if (outcome.answer || !outcome.failure) {
    ticket.canary ? slot.breaker.OnCanaryAlive() : slot.breaker.OnAlive();
    slot.answered = true;
    return {};
  }
  const ModelFailure& failure = *outcome.failure;
  switch (failure.failure_class) {
    case FailureClass::kTransport:
      if (failure.error.code == Code::kCancelled) {
        slot.breaker.OnNothing();
      } else if (ticket.suspect && failure.reached) {
        if (ticket.probe) slot.breaker.OnNothing();
        return {};
      } else {
        slot.broke_off = failure.reached;
        slot.breaker.OnDead(now, ticket.ask, failure.error);
      }
      break;
    case FailureClass::kQuota:
      // A server that has answered has the right address and model: it is away for a while, behind a page of others.
      if (slot.answered && failure.error.code == Code::kNotFound) {
        slot.broke_off = false;
        slot.breaker.OnDead(now, ticket.ask, failure.error);
      } else {
        slot.breaker.OnQuota(now, failure.error);
      }
      break;
    default: ticket.canary ? slot.breaker.OnCanaryAlive() : slot.breaker.OnAlive();
  }
  return {slot.breaker.open() && slot.breaker.several()};
}

void Router::Release(MonoTime, const RouteTicket& ticket) {
  MutexLock lock(mutex_);
  Slot& slot = *slots_[ticket.endpoint];
  slot.governor.Release(ticket.governor);
  slot.breaker.OnNothing();
}

size_t Router::endpoints() const {
  MutexLock lock(mutex_);
  return slots_.size();
}

int Router::limit() const {
  MutexLock lock(mutex_);
  int limit = 0;
  for (const auto& slot : slots_) limit += slot->breaker.open() ? 0 : slot->governor.limit();
  return limit;
}

std::vector<Counter> Router::Counters() const {
  MutexLock lock(mutex_);
  std::vector<Counter> sums;
  for (const auto& slot : slots_) {
    for (const Counter& counter : slot->backend->Counters()) {
      const auto same =
          std::find_if(sums.begin(), sums.end(), [&](const Counter& sum) { return sum.name == counter.name; });
      if (same == sums.end())
        sums.push_back(counter);
      else
        same->value += counter.value;
    }
  }
  return sums;
}

RouterHealth Router::Health(MonoTime now) const {
  MutexLock lock(mutex_);
  RouterHealth health;
  bool all_open = true, all_quota = true;
  MonoTime last_opened{};
  for (const auto& slot : slots_) {
    const bool open = slot->breaker.open();
    health.endpoints.push_back({slot->name, slot->governor.limit(), slot->governor.in_flight(), open});
    health.in_flight += slot->governor.in_flight();
    if (!open) health.limit += slot->governor.limit();
    health.refilling = health.refilling || slot->governor.blocked(now);
    all_open = all_open && open;
    all_quota = all_quota && open && slot->breaker.quota();
    if (open) last_opened = std::max(last_opened, *slot->breaker.opened_at());
  }
  if (all_open) {
    health.down_since = last_opened;
    health.quota = all_quota;
    health.reason = slots_.front()->breaker.reason();
  }
  return health;
}

}  // namespace yk::model
