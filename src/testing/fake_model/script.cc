// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_model/script.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json.h"

namespace yk::testing {
namespace {

constexpr std::array<std::pair<FaultKind, std::string_view>, 13> kFaultNames{{
    {FaultKind::kError, "error"},
    {FaultKind::kRateLimit, "rate_limit"},
    {FaultKind::kStall, "stall"},
    {FaultKind::kReset, "reset"},
    {FaultKind::kClose, "close"},
    {FaultKind::kCut, "cut"},
    {FaultKind::kGarbage, "garbage"},
    {FaultKind::kTruncatedJson, "truncated_json"},
    {FaultKind::kLength, "length"},
    {FaultKind::kWrongSchema, "wrong_schema"},
    {FaultKind::kEmpty, "empty"},
    {FaultKind::kRubbish, "rubbish"},
    {FaultKind::kContentFilter, "content_filter"},
}};

/// Reads members one by one and remembers the first mistake.
class Members {
 public:
  Members(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
    if (!json_.is_object()) Mistake("must be an object");
  }

  template <typename T>
  Members& Get(const char* name, T& out) {
    known_.emplace_back(name);
    const auto it = json_.is_object() ? json_.find(name) : json_.end();
    if (!json_.is_object() || it == json_.end()) return *this;
    try {
      out = it->template get<T>();
    } catch (const std::exception&) {
      Mistake(std::string(name) + " is of the wrong type");
    }
    return *this;
  }
  const Json* List(const char* name) {
    known_.emplace_back(name);
    if (!json_.is_object() || !json_.contains(name)) return nullptr;
    if (!json_[name].is_array()) Mistake(std::string(name) + " must be a list");
    return json_[name].is_array() ? &json_[name] : nullptr;
  }
  Result<void> Finish() {
    if (json_.is_object()) {
      for (const auto& [key, value] : json_.items()) {
        if (std::find(known_.begin(), known_.end(), key) == known_.end()) Mistake("does not know \"" + key + "\"");
      }
    }
    if (!mistake_.empty()) return Fail(Code::kInvalid, "{} {}", where_, mistake_);
    return {};
  }
  void Mistake(std::string text) {
    if (mistake_.empty()) mistake_ = std::move(text);
  }

 private:
  const Json& json_;
  const std::string where_;
  std::vector<std::string> known_;
  std::string mistake_;
};

Result<FaultRule> ReadFault(const Json& json) {
  FaultRule rule;
  std::string kind;
  double probability = -1;
  Members members(json, "a fault");
  members.Get("kind", kind).Get("status", rule.status).Get("probability", probability).Get("every", rule.every);
  members.Get("marker", rule.marker).Get("attempts", rule.attempts).Get("from_s", rule.from_s).Get("to_s", rule.to_s);
  YK_TRY_VOID(members.Finish());
  if (probability >= 0) rule.probability = probability;
  for (const auto& [value, name] : kFaultNames) {
    if (name != kind) continue;
    rule.kind = value;
    return rule;
  }
  return Fail(Code::kInvalid, "\"{}\" is not a kind of fault; the first is \"error\", see --help", kind);
}

Result<ScriptedAnswer> ReadAnswer(const Json& json) {
  ScriptedAnswer answer;
  Json content;
  Members members(json, "an answer");
  members.Get("match", answer.match).Get("content", content).Get("finish", answer.finish);
  YK_TRY_VOID(members.Finish());
  answer.content = content.is_string() ? content.get<std::string>() : DumpJson(content);
  return answer;
}

}  // namespace

std::string_view FaultName(FaultKind kind) {
  for (const auto& [value, name] : kFaultNames) {
    if (value == kind) return name;
  }
  return "error";
}

Result<FakeModelScript> FakeModelScript::FromJson(const Json& json) {
  FakeModelScript s;
  std::string retry_after = "none";
  Members members(json, "the script");
  members.Get("model", s.model).Get("strict_model", s.strict_model).Get("key", s.key).Get("seed", s.seed);
  members.Get("context_tokens", s.context_tokens).Get("embedding_size", s.embedding_size);
  members.Get("latency_ms", s.latency_ms).Get("latency_sigma", s.latency_sigma);
  members.Get("rate", s.rate).Get("burst", s.burst).Get("retry_after", retry_after).Get("rate_headers", s.rate_headers);
  members.Get("capacity", s.capacity).Get("dip_from_s", s.dip_from_s).Get("dip_to_s", s.dip_to_s);
  members.Get("dip_factor", s.dip_factor).Get("log", s.log_path).Get("row_key", s.row_key);
  if (retry_after == "seconds")
    s.retry_after = RetryAfter::kSeconds;
  else if (retry_after == "date")
    s.retry_after = RetryAfter::kDate;
  else if (retry_after != "none")
    members.Mistake("retry_after is none, seconds or date");
  if (const Json* faults = members.List("faults")) {
    for (const Json& fault : *faults) {
      YK_TRY(FaultRule rule, ReadFault(fault));
      s.faults.push_back(std::move(rule));
    }
  }
  if (const Json* answers = members.List("answers")) {
    for (const Json& one : *answers) {
      YK_TRY(ScriptedAnswer answer, ReadAnswer(one));
      s.answers.push_back(std::move(answer));
    }
  }
  if (s.embedding_size < 1 || s.embedding_size > 8192) members.Mistake("embedding_size is from 1 to 8192");
  YK_TRY_VOID(members.Finish());
  return s;
}

}  // namespace yk::testing
