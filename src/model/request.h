// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/id.h"
#include "base/json_fwd.h"
#include "model/doubts.h"

namespace yk::model {

using RequestId = Id<struct RequestIdTag>;

/// A prompt is a list of parts, not one string: what is fixed over the rows of a job can be shared as a prefix, and
/// what comes from a row is data, never instruction (backends escape control text in it).
struct Part {
  enum class Kind { kFixed, kRow };
  Kind kind = Kind::kFixed;
  std::string text;
  std::string name;  ///< for row parts: the field it came from ("text", "file", a column)
};

struct Sampling {
  double temperature = 0;
  double top_p = 1;       ///< nucleus: draw from the likeliest tokens that together have this probability
  double min_p = 0;       ///< draw from the tokens that are at least this many times as likely as the likeliest
  int tokens_max = 1024;  ///< answer length limit
  int64_t seed = 0;
  bool logprobs = false;  ///< the answer is to say where the model was not sure
};

/// One question to a model.
struct Request {
  RequestId id;
  std::vector<Part> parts;
  std::shared_ptr<const Json> schema;  ///< JSON Schema the answer must satisfy; null: free text
  Sampling sampling;
  MonoTime deadline = MonoTime::max();
};

/// Token counts of one try; filled for failed tries too, as far as known.
struct Usage {
  int64_t tokens_in = 0, tokens_out = 0, tokens_cached = 0;
  double price = 0;  ///< US dollars
  Usage& operator+=(const Usage& other) {
    tokens_in += other.tokens_in;
    tokens_out += other.tokens_out;
    tokens_cached += other.tokens_cached;
    price += other.price;
    return *this;
  }
};

enum class Finish { kStop, kLength, kContentFilter, kOther };
std::string_view FinishName(Finish finish);
Finish FinishFromName(std::string_view name);

struct Answer {
  std::string body;  ///< raw text as the model gave it
  Finish finish = Finish::kStop;
  std::optional<Doubts> doubts{};  ///< set when asked for and offered
};

/// What decides about a retry (engine.md 5.5); Code is for users.
enum class FailureClass { kTransport, kCapacity, kQuota, kRequest, kTruncation, kInvalid, kRefusal };
std::string_view FailureClassName(FailureClass c);

struct ModelFailure {
  FailureClass failure_class = FailureClass::kTransport;
  Error error;
  std::optional<std::chrono::milliseconds> retry_after{};  ///< as the server asked
  /// kCapacity: it said that it is busy (503), not that we ask too much (429). Without a time to wait it may concern
  /// this one request alone.
  bool busy = false;
  /// kTransport: the server had taken the question, so that the question itself may be what breaks it.
  bool reached = false;
};

/// Limits a server stated in its headers, for the pacer; absent values are unset.
struct RateHeaders {
  std::optional<double> requests_limit, requests_remaining, tokens_limit, tokens_remaining;
  std::optional<std::chrono::milliseconds> requests_reset, tokens_reset;
};

struct Outcome {
  std::optional<Answer> answer;  ///< exactly one of answer, failure
  std::optional<ModelFailure> failure;
  Usage usage;
  RateHeaders rate;
};

/// Called exactly once per submitted request, on a thread of the backend; must return quickly and not throw.
using Done = std::function<void(Outcome)>;

}  // namespace yk::model
