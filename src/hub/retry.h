// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "hub/hub_client.h"

namespace yk::hub {

struct RetryRules {
  int attempts_max = 8;                      ///< in a row; counted anew whenever one gets further
  Duration pause = std::chrono::seconds(1);  ///< after the first of them; doubled after each
  Duration pause_max = std::chrono::seconds(60);
  Duration asked_pause_max = std::chrono::minutes(15);  ///< a server that asks for a longer one is left for today
};

/// Counts attempts that failed and says whether and when to try again. What failed decides: overload (429, 5xx),
/// resets, cut and stalled answers may go better next time; a refusal does not. A host that was never reached in this
/// run is probably misspelt: an address without a server is no reason to wait, silence is one for two more attempts.
class Retries {
 public:
  /// `reached`: somebody has answered already.
  Retries(RetryRules rules, const Clock& clock, bool reached = false)
      : rules_(rules), clock_(clock), reached_(reached) {}

  /// How long to wait before the next attempt; nothing: it is no use.
  std::optional<Duration> After(const net::HttpOutcome& outcome);
  /// Something new came: patience begins anew.
  void Progress() { failed_ = 0; }

 private:
  const RetryRules rules_;
  const Clock& clock_;
  int failed_ = 0;
  bool reached_;
};

/// Told what happens, in sentences.
using Note = std::function<void(const std::string& sentence)>;

/// Asks until there is an answer worth having or patience ends; the last answer.
HubAnswer AskWithRetries(HubClient& client, const HubRequest& request, const RetryRules& rules, const Note& note);

/// "the connection broke off", "the server answers 503": for notes.
std::string Described(const net::HttpOutcome& outcome);

/// The error of an outcome without an answer, seen from somebody who wants something of `hub`.
Error Unreachable(const net::HttpFailure& failure, const std::string& hub, const std::string& mirror_setting);

}  // namespace yk::hub
