// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/clock.h"
#include "model/request.h"
#include "net/http_client.h"

namespace yk::remote {

/// US dollars per million tokens.
struct TokenPrices {
  double in = 0, out = 0;
  double cached = 0;  ///< of input tokens served from the server's prompt cache; 0: as `in`
};

struct ReplyContext {
  std::string endpoint;  ///< how sentences name it, without user name or key
  std::string key;       ///< cut out of whatever the server says
  std::string key_name;  ///< what to correct when it is refused: "env:OPENAI_API_KEY"
  TokenPrices prices;
};

/// The outcome of a chat completion: the answer, or what class of failure the status and body mean. Never throws.
model::Outcome ReadReply(const net::HttpResponse& response, const ReplyContext& context, WallTime now);

/// No whole response came.
model::Outcome ReadTransportFailure(const net::HttpFailure& failure, const ReplyContext& context);

/// x-ratelimit-* and anthropic-ratelimit-* headers; values that do not parse are left out.
model::RateHeaders ReadRateHeaders(std::string_view head, WallTime now);

/// What the server says about an error, in one line of at most 400 bytes, without the key: the message of its JSON
/// body, else the beginning of the body.
std::string Complaint(const net::HttpResponse& response, const ReplyContext& context);

}  // namespace yk::remote
