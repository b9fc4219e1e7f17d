// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace yk::testing {

/// What a fake model does instead of answering well.
enum class FaultKind {
  kError,          ///< HTTP error `status` (default 500) with an OpenAI error body
  kRateLimit,      ///< 429
  kStall,          ///< takes the request and never answers
  kReset,          ///< TCP reset instead of an answer
  kClose,          ///< orderly close instead of an answer
  kCut,            ///< half of the HTTP body under its full length, or half of a stream, then close
  kGarbage,        ///< 200 with a body that is no JSON
  kTruncatedJson,  ///< an answer whose content is half a JSON text, finish "stop"
  kLength,         ///< the same with finish "length"
  kWrongSchema,    ///< JSON of another shape
  kEmpty,          ///< empty content
  kRubbish,        ///< content that is no JSON
  kContentFilter,  ///< finish "content_filter"
};
std::string_view FaultName(FaultKind kind);

/// When a fault happens. All conditions that are set must hold; with none set it always happens.
struct FaultRule {
  FaultKind kind = FaultKind::kError;
  int status = 500;
  std::optional<double> probability;  ///< drawn anew for each request from the seed and the request's number
  int64_t every = 0;                  ///< requests number N, 2N, 3N, …
  std::string marker;                 ///< the row's text contains it
  int64_t attempts = 0;               ///< only the first so many tries at a row with this text; 0: all
  double from_s = 0, to_s = 0;        ///< seconds since the first request; to_s 0: no end
};

/// An answer given to rows whose text contains `match` (empty: to all).
struct ScriptedAnswer {
  std::string match;
  std::string content;
  std::string finish = "stop";
};

struct FakeModelScript {
  std::string model = "fake-1";
  bool strict_model = false;  ///< other model names get 404
  std::string key;            ///< bearer key; empty: none is asked for
  uint64_t seed = 1;
  int64_t context_tokens = 0;  ///< longer requests get 400 context_length_exceeded; 0: no limit
  int embedding_size = 64;

  double latency_ms = 0;     ///< fixed, or the median of a log-normal one
  double latency_sigma = 0;  ///< of its logarithm; 0: fixed

  double rate = 0;  ///< requests a second; 0: no limit
  double burst = 1;
  enum class RetryAfter { kNone, kSeconds, kDate } retry_after = RetryAfter::kNone;
  bool rate_headers = false;  ///< x-ratelimit-*-requests on every answer

  int64_t capacity = 0;  ///< requests served at once, others queue silently; 0: all

  double dip_from_s = 0, dip_to_s = 0;  ///< rate and capacity are multiplied by dip_factor in between
  double dip_factor = 0.5;

  std::vector<FaultRule> faults;        ///< the first that holds happens
  std::vector<ScriptedAnswer> answers;  ///< the first that matches is given

  std::string log_path;  ///< JSON lines, one when a request is taken and one when it is over; empty: none
  std::string row_key;   ///< what follows this text in a row, up to a blank or quote, is logged as "key"

  /// Unknown members and wrong types are errors that name them.
  static Result<FakeModelScript> FromJson(const Json& json);
};

}  // namespace yk::testing
