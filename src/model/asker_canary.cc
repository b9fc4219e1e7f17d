// SPDX-License-Identifier: Apache-2.0
// Whether a server is dead or a question breaks it: the dispatcher's way to find out.
#include <algorithm>

#include "model/asker_core.h"

namespace yk::model {
namespace {

constexpr int kCanaryTokens = 8;
constexpr Duration kCanaryTime = std::chrono::seconds(30);

}  // namespace

/// A question that broke off more than once is no fair probe: what asks whether the server lives is one that any model
/// can answer.
void Asker::Core::SendCanary(const RouteTicket& ticket) {
  const uint64_t id = ++next_id_;
  Request request;
  request.id = RequestId{++next_request_};
  request.parts = {{Part::Kind::kFixed, "Answer with the word OK.", ""}};
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
  if (!outcome.answer) return true;
  for (auto& [other, flight] : flights_) flight.suspect = flight.suspect || flight.broke > 0;
  return true;
}

}  // namespace yk::model
