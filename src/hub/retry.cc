// SPDX-License-Identifier: Apache-2.0
#include "hub/retry.h"

#include <algorithm>

#include "hub/words.h"
#include "net/retry_after.h"

namespace yk::hub {
namespace {

constexpr int kAttemptsUnreached = 3;  // a host that swallows everything is more often misspelt or forbidden than busy

/// 501 and 505 say what a server cannot do, not how it is.
bool MayGoBetter(int status) {
  return status == 408 || status == 429 || (status >= 500 && status != 501 && status != 505);
}

bool MayGoBetter(net::HttpFailureKind kind, bool reached) {
  switch (kind) {
    case net::HttpFailureKind::kTimeout:
    case net::HttpFailureKind::kReset:
    case net::HttpFailureKind::kCutBody: return true;
    case net::HttpFailureKind::kConnect:
    case net::HttpFailureKind::kResolve:
    case net::HttpFailureKind::kTls:
    case net::HttpFailureKind::kProtocol: return reached;
    default: return false;
  }
}

}  // namespace

std::optional<Duration> Retries::After(const net::HttpOutcome& outcome) {
  Duration asked = Duration::zero();
  if (outcome.response) {
    reached_ = true;
    if (outcome.response->status >= 400 && !MayGoBetter(outcome.response->status)) return std::nullopt;
    if (const auto header = outcome.response->Header("retry-after")) {
      asked = net::ParseRetryAfter(*header, clock_.WallNow()).value_or(std::chrono::milliseconds(0));
    }
  } else {
    reached_ = reached_ || outcome.failure->status != 0;
    if (!MayGoBetter(outcome.failure->kind, reached_)) return std::nullopt;
  }
  const int most = reached_ ? rules_.attempts_max : std::min(rules_.attempts_max, kAttemptsUnreached);
  if (++failed_ >= most || asked > rules_.asked_pause_max) return std::nullopt;
  Duration pause = rules_.pause;
  for (int i = 1; i < failed_ && pause < rules_.pause_max; ++i) pause *= 2;
  return std::max(asked, std::min(pause, rules_.pause_max));
}

HubAnswer AskWithRetries(HubClient& client, const HubRequest& request, const RetryRules& rules, const Note& note) {
  Retries retries(rules, client.clock());
  for (;;) {
    HubAnswer answer = client.Ask(request);
    if (answer.outcome.response && answer.outcome.response->status < 400) return answer;
    const auto pause = retries.After(answer.outcome);
    if (!pause || client.stop().stop_requested()) return answer;
    note(fmt::format("{}; asking again in {}", Described(answer.outcome), SpokenTime(*pause)));
    if (!client.clock().SleepUntil(client.clock().Now() + *pause, client.stop())) return answer;
  }
}

std::string Described(const net::HttpOutcome& outcome) {
  if (outcome.response) return fmt::format("the server answers {}", outcome.response->status);
  switch (outcome.failure->kind) {
    case net::HttpFailureKind::kTimeout: return "nothing came for a while";
    case net::HttpFailureKind::kReset:
    case net::HttpFailureKind::kCutBody: return "the connection broke off";
    case net::HttpFailureKind::kConnect:
    case net::HttpFailureKind::kResolve: return "the server cannot be reached";
    default: return outcome.failure->error.message;
  }
}

Error Unreachable(const net::HttpFailure& failure, const std::string& hub, const std::string& mirror_setting) {
  if (failure.kind == net::HttpFailureKind::kCancelled) {
    return Error{Code::kCancelled, "stopped; the same command goes on where it was", {}};
  }
  return Error{failure.error.code == Code::kTimeout ? Code::kTimeout : Code::kUnavailable,
               fmt::format("{} cannot be reached ({}); check the network, or name a mirror with {}", hub,
                           failure.error.message, mirror_setting),
               {}};
}

}  // namespace yk::hub
