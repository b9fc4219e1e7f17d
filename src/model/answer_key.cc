// SPDX-License-Identifier: Apache-2.0
#include "model/answer_key.h"

#include <bit>

#include "base/json.h"

namespace yk::model {
namespace {

std::string_view View(const Digest& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

/// Bits, so that 0.1 and the double nearest to it are one thing on every machine; -0.0 is 0.0.
int64_t Bits(double value) { return std::bit_cast<int64_t>(value == 0 ? 0.0 : value); }

}  // namespace

store::AnswerKey AnswerKeys::Of(const Request& request) {
  // Bound by name and not picked out: a field added to Request or Sampling does not compile until somebody has decided
  // here whether it changes the answer.
  const auto& [id, parts, schema, sampling, deadline] = request;
  const auto& [temperature, top_p, tokens_max, seed, logprobs] = sampling;
  static_cast<void>(id);
  static_cast<void>(deadline);
  static_cast<void>(tokens_max);

  Hasher ask;
  ask.Field("yakan answer key 1").Field(identity_).Field(static_cast<int64_t>(parts.size()));
  for (const auto& [kind, text, name] : parts) ask.Field(static_cast<int64_t>(kind)).Field(name).Field(text);
  ask.Field(Bits(temperature)).Field(Bits(top_p)).Field(seed).Field(static_cast<int64_t>(logprobs));

  store::AnswerKey key;
  key.k_ask = ask.Finish();
  Hasher req;
  req.Field("with schema").Field(View(key.k_ask)).Field(static_cast<int64_t>(schema != nullptr));
  if (schema) req.Field(View(OfSchema(schema)));
  key.k_req = req.Finish();
  return key;
}

Digest AnswerKeys::OfSchema(const std::shared_ptr<const Json>& schema) {
  {
    MutexLock lock(mutex_);
    if (last_schema_ == schema) return last_digest_;
  }
  // Key order is part of what is sent, and models answer in that order; so it is hashed as it stands, not sorted.
  const Digest digest = Sha256(DumpJson(*schema));
  MutexLock lock(mutex_);
  last_schema_ = schema;
  last_digest_ = digest;
  return digest;
}

}  // namespace yk::model
