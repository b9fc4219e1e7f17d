// SPDX-License-Identifier: Apache-2.0
// Whether a server is dead or a question breaks it: the dispatcher's way to find out.
#include <algorithm>

#include "model/asker_core.h"

namespace yk::model {
namespace {

constexpr int kCanaryTokens = 8;
constexpr Duration kCanaryTime = std::chrono::minutes(2);  ///< a long instruction takes a slow server its time

/// A refusal is an answer too: whoever gives it is not dead.
bool Answers(const Outcome& outcome) {
  if (outcome.answer) return true;
  if (!outcome.failure) return false;
  switch (outcome.failure->failure_class) {
    case FailureClass::kTransport:
    case FailureClass::kCapacity:
    case FailureClass::kQuota: return false;
    default: return true;
  }
}

}  // namespace

/// A question that broke off is no fair probe, and the next one may be like it. What asks whether the server lives is
/// the same question without the row: when that breaks off too, the server cannot do this job, whatever the row.
void Asker::Core::SendCanary(const Flight& flight, const RouteTicket& ticket) {
  const uint64_t id = ++next_id_;
  Request request = flight.request;
  request.id = RequestId{++next_request_};
  for (Part& part : request.parts) {
    if (part.kind == Part::Kind::kRow) part.text = "OK";
  }
  request.sampling.tokens_max = kCanaryTokens;
  request.deadline = clock_.Now() + std::min(options_.try_timeout, kCanaryTime);
  canaries_[id] = {ticket, request.id};
  ++delta_.calls;
  ++in_flight_;
  ticket.backend->Submit(std::move(request), [this, id](Outcome outcome) {
    Post([&](Inbox& inbox) { inbox.outcomes.emplace_back(id, std::move(outcome)); });
  });
}

/// When it is answered, the questions that broke off are to blame themselves: from now on their tries count.
bool Asker::Core::TakeCanary(uint64_t id, const Outcome& outcome) {
  const auto found = canaries_.find(id);
  if (found == canaries_.end()) return false;
  --in_flight_;
  delta_.usage += outcome.usage;
  static_cast<void>(router_.OnOutcome(clock_.Now(), found->second.first, outcome));
  canaries_.erase(found);
  if (!Answers(outcome)) return true;
  for (auto& [other, flight] : flights_) flight.suspect = flight.suspect || flight.broke > 0;
  return true;
}

}  // namespace yk::model
