// SPDX-License-Identifier: Apache-2.0
#include "model/answer_key.h"

#include <bit>

#include "base/json.h"

namespace yk::model {
namespace {

std::string_view View(const Digest& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

/// Bits, so that 0.1 and the double nearest to it are one thing on every machine; -0.0 is 0.0.
int64_t Bits(double value) { return std::bit_cast<int64_t>(value == 0 ? 0.0 : value); }

/// What a schema asks, without what it demands of the answer: field names in order, and the words that explain them.
/// Types, enums, bounds and required fields are left out: a stored answer can be held against them.
Json QuestionOf(const Json& schema) {
  if (schema.is_array()) {
    Json out = Json::array();
    for (const auto& part : schema) out.push_back(QuestionOf(part));
    return out;
  }
  if (!schema.is_object()) return nullptr;
  Json out = Json::object();
  for (const auto& [key, value] : schema.items()) {
    if (key == "title" || key == "description" || key.starts_with("x-")) {
      out[key] = value;
    } else if (key == "properties" || key == "$defs" || key == "definitions") {
      Json& members = out[key] = Json::object();
      for (const auto& [name, member] : value.items()) members[name] = QuestionOf(member);
    } else if (value.is_object() || key == "anyOf" || key == "oneOf" || key == "allOf" || key == "prefixItems") {
      out[key] = QuestionOf(value);
    }
  }
  return out;
}

}  // namespace

store::AnswerKey AnswerKeys::Of(const Request& request) {
  // Bound by name and not picked out: a field added to Request or Sampling does not compile until somebody has decided
  // here whether it changes the answer.
  const auto& [id, parts, schema, sampling, deadline] = request;
  const auto& [temperature, top_p, min_p, tokens_max, seed, logprobs] = sampling;
  static_cast<void>(id);
  static_cast<void>(deadline);
  static_cast<void>(tokens_max);

  Hasher ask;
  ask.Field("yakan answer key 1").Field(identity_).Field(static_cast<int64_t>(parts.size()));
  for (const auto& [kind, text, name] : parts) ask.Field(static_cast<int64_t>(kind)).Field(name).Field(text);
  ask.Field(Bits(temperature)).Field(Bits(top_p)).Field(seed).Field(static_cast<int64_t>(logprobs));
  // Added later: at its default it leaves the keys of stored answers as they are.
  if (min_p != 0) ask.Field("min_p").Field(Bits(min_p));

  const SchemaDigests schema_digests = schema ? OfSchema(schema) : SchemaDigests{};
  ask.Field(View(schema_digests.question));

  store::AnswerKey key;
  key.k_ask = ask.Finish();
  Hasher req;
  req.Field("with schema").Field(View(key.k_ask)).Field(static_cast<int64_t>(schema != nullptr));
  if (schema) req.Field(View(schema_digests.whole));
  key.k_req = req.Finish();
  return key;
}

AnswerKeys::SchemaDigests AnswerKeys::OfSchema(const std::shared_ptr<const Json>& schema) {
  {
    MutexLock lock(mutex_);
    if (last_schema_ == schema) return last_digests_;
  }
  // Key order is part of what is sent, and models answer in that order; so it is hashed as it stands, not sorted.
  const SchemaDigests digests{Sha256(DumpJson(*schema)), Sha256(DumpJson(QuestionOf(*schema)))};
  MutexLock lock(mutex_);
  last_schema_ = schema;
  last_digests_ = digests;
  return digests;
}

}  // namespace yk::model
