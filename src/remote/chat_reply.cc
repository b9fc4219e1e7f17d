// SPDX-License-Identifier: Apache-2.0
#include "remote/chat_reply.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/json_text.h"
#include "net/retry_after.h"
#include "net/url.h"
#include "text/utf8.h"

namespace yk::remote {
namespace {

using model::FailureClass;
using model::Outcome;

constexpr size_t kComplaintBytesMax = 400;

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

template <size_t N>
bool MentionsAny(const std::string& text, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return text.find(word) != std::string::npos; });
}

const Json* Find(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::string StringAt(const Json& object, const char* key) {
  const Json* value = Find(object, key);
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? value->get<std::string>() : DumpJson(*value);
}

int64_t CountAt(const Json* object, const char* key) {
  const Json* value = object == nullptr ? nullptr : Find(*object, key);
  return value != nullptr && value->is_number() ? std::max<int64_t>(0, value->get<int64_t>()) : 0;
}

/// A content that is a string, or a list of {"type": "text", "text": …}.
std::string ContentText(const Json* content) {
  if (content == nullptr) return "";
  if (content->is_string()) return content->get<std::string>();
  std::string text;
  if (content->is_array()) {
    for (const auto& piece : *content) text += StringAt(piece, "text");
  }
  return text;
}

model::Finish ReadFinish(const std::string& reason) {
  if (reason == "length" || reason == "max_tokens" || reason == "model_length") return model::Finish::kLength;
  if (reason == "content_filter" || reason == "safety" || reason == "recitation" || reason == "refusal") {
    return model::Finish::kContentFilter;
  }
  if (reason == "tool_calls" || reason == "function_call" || reason == "error" || reason == "abort") {
    return model::Finish::kOther;
  }
  return model::Finish::kStop;  // "stop", "eos", "end_turn", "", …: it ended by itself
}

model::Usage Priced(model::Usage usage, const TokenPrices& prices) {
  usage.tokens_cached = std::min(usage.tokens_in, usage.tokens_cached);
  const double cached_price = prices.cached > 0 ? prices.cached : prices.in;
  usage.price =
      (static_cast<double>(usage.tokens_in - usage.tokens_cached) * prices.in +
       static_cast<double>(usage.tokens_cached) * cached_price + static_cast<double>(usage.tokens_out) * prices.out) /
      1e6;
  return usage;
}

model::Usage ReadUsage(const Json& reply, const TokenPrices& prices) {
  model::Usage usage;
  const Json* counts = Find(reply, "usage");
  if (counts == nullptr || !counts->is_object()) return usage;
  usage.tokens_in = CountAt(counts, "prompt_tokens");
  usage.tokens_out = CountAt(counts, "completion_tokens");
  usage.tokens_cached = CountAt(Find(*counts, "prompt_tokens_details"), "cached_tokens");
  return Priced(usage, prices);
}

/// The bytes of a token, which may be a part of a character; the text of such a token is of no use.
std::string TokenBytes(const Json& token) {
  const Json* bytes = Find(token, "bytes");
  if (bytes == nullptr || !bytes->is_array()) return StringAt(token, "token");
  std::string out;
  for (const auto& byte : *bytes) {
    if (byte.is_number_unsigned()) out.push_back(static_cast<char>(byte.get<unsigned>()));
  }
  return out;
}

/// None when the tokens do not write the body: some servers list those of the thinking too, or cut them off.
std::optional<model::Doubts> ReadDoubts(const Json& choice, std::string_view body) {
  const Json* logprobs = Find(choice, "logprobs");
  const Json* content = logprobs == nullptr ? nullptr : Find(*logprobs, "content");
  if (content == nullptr || !content->is_array()) return std::nullopt;
  model::DoubtList doubts;
  for (const auto& token : *content) {
    const Json* value = Find(token, "logprob");
    const std::string bytes = TokenBytes(token);
    if (value == nullptr || !value->is_number() || !body.substr(doubts.bytes()).starts_with(bytes)) return std::nullopt;
    doubts.Add(bytes.size(), value->get<double>());
  }
  return doubts.bytes() == body.size() ? std::optional(doubts.Take()) : std::nullopt;
}

Outcome Failed(FailureClass failure_class, Code code, std::string message) {
  Outcome outcome;
  outcome.failure = model::ModelFailure{failure_class, {code, std::move(message), {}}, std::nullopt};
  return outcome;
}

/// The server took the question and broke off.
Outcome Broken(Code code, std::string message) {
  Outcome outcome = Failed(FailureClass::kTransport, code, std::move(message));
  outcome.failure->reached = true;
  return outcome;
}

/// The "error" of a reply, which servers give as an object or a string, or the reply itself where it is the error.
std::string ErrorText(const Json& reply) {
  if (reply.is_array() && !reply.empty()) return ErrorText(reply.front());
  const Json* error = Find(reply, "error");
  if (error != nullptr && error->is_string()) return error->get<std::string>();
  const Json& holder = error != nullptr && error->is_object() ? *error : reply;
  std::string text;
  for (const char* key : {"message", "detail", "code", "type", "param"}) {
    const std::string value = StringAt(holder, key);
    if (!value.empty() && text.find(value) == std::string::npos) text += (text.empty() ? "" : "; ") + value;
  }
  return text;
}

std::string Cleaned(std::string text, const ReplyContext& context) {
  if (!context.key.empty()) {
    for (size_t at = 0; (at = text.find(context.key, at)) != std::string::npos;)
      text.replace(at, context.key.size(), "***");
  }
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text::RepairUtf8(text::TruncateBytes(text, kComplaintBytesMax));
}

Outcome Unauthorized(int status, const std::string& said, const ReplyContext& context) {
  const std::string remedy = context.key_name.empty() ? "give this model a key (`key: env:NAME` in yakan.yaml)"
                                                      : "put a valid key into " + context.key_name;
  return Failed(FailureClass::kQuota, Code::kUnauthorized,
                fmt::format("{} refuses the key (HTTP {}: {}); {}", context.endpoint, status, said, remedy));
}

Outcome ReadClientError(int status, const std::string& said, const ReplyContext& context) {
  static constexpr std::array<std::string_view, 6> kTooLong = {
      "context_length", "maximum context", "context size", "context window", "too many tokens", "prompt is too long"};
  static constexpr std::array<std::string_view, 6> kFiltered = {
      "content_filter", "content_policy", "content management policy",
      "safety system",  "safety filter",  "safety reasons"};
  // A complaint about the schema quotes the names of its fields.
  static constexpr std::array<std::string_view, 2> kAboutFormat = {"response_format", "json_schema"};
  static constexpr std::array<std::string_view, 2> kBadKey = {"api key not valid", "api_key_invalid"};
  const std::string text = Lower(said);
  if (status == 400 && MentionsAny(text, kBadKey)) return Unauthorized(status, said, context);
  if (status == 413 || MentionsAny(text, kTooLong)) {
    return Failed(FailureClass::kRequest, Code::kInvalid,
                  fmt::format("the row is too long for the model ({}); let `split` make smaller passages", said));
  }
  if (MentionsAny(text, kFiltered) && !MentionsAny(text, kAboutFormat)) {
    return Failed(FailureClass::kRefusal, Code::kInvalid,
                  fmt::format("{} filtered the question: {}", context.endpoint, said));
  }
  return Failed(FailureClass::kRequest, Code::kInvalid,
                fmt::format("{} refuses the request (HTTP {}): {}", context.endpoint, status, said));
}

Outcome ReadError(int status, const std::string& said, const ReplyContext& context) {
  static constexpr std::array<std::string_view, 4> kNoMoney = {"insufficient_quota", "exceeded your current quota",
                                                               "billing", "payment"};
  // Some servers add an address of their billing page to what is a limit of requests in a minute.
  static constexpr std::array<std::string_view, 5> kRate = {"rate limit", "rate_limit", "rate-limit", "try again in",
                                                            "retry in"};
  static constexpr std::array<std::string_view, 4> kBusy = {"overloaded", "busy", "too many requests", "capacity"};
  const std::string text = Lower(said);
  if (status == 401 || status == 403) return Unauthorized(status, said, context);
  const bool no_money = text.find("insufficient_quota") != std::string::npos ||
                        (MentionsAny(text, kNoMoney) && !MentionsAny(text, kRate));
  if (status == 402 || (status == 429 && no_money)) {
    return Failed(
        FailureClass::kQuota, Code::kExhausted,
        fmt::format("the quota at {} is used up (HTTP {}: {}); raise it or wait until it is renewed, then resume",
                    context.endpoint, status, said));
  }
  if (status == 404) {
    return Failed(FailureClass::kQuota, Code::kNotFound,
                  fmt::format("{} does not know this model or path (HTTP 404: {}); correct `model:` or the URL",
                              context.endpoint, said));
  }
  if (status == 429 || status == 503 || status == 529 || (status == 500 && MentionsAny(text, kBusy))) {
    Outcome busy = Failed(FailureClass::kCapacity, Code::kUnavailable,
                          fmt::format("{} is busy (HTTP {}): {}", context.endpoint, status, said));
    busy.failure->busy = status != 429;
    return busy;
  }
  if (status == 408 || status == 409 || status == 425 || status >= 500) {
    return Broken(status == 408 || status == 504 ? Code::kTimeout : Code::kUnavailable,
                  fmt::format("{} failed (HTTP {}): {}", context.endpoint, status, said));
  }
  if (status >= 300 && status < 400) {
    return Failed(FailureClass::kQuota, Code::kNotFound,
                  fmt::format("{} answers with a redirect (HTTP {}{}{}); correct the URL", context.endpoint, status,
                              said.empty() ? "" : " to ", said));
  }
  return ReadClientError(status, said, context);
}

Outcome ReadCompletion(const Json& reply, const ReplyContext& context) {
  const Json* choices = Find(reply, "choices");
  if (choices == nullptr || !choices->is_array() || choices->empty()) {
    if (const Json* error = Find(reply, "error"); error != nullptr && !error->is_null()) {
      const Json* code = Find(*error, "code");
      const int status = code != nullptr && code->is_number_integer() ? code->get<int>() : 500;
      return ReadError(status, Cleaned(ErrorText(reply), context), context);
    }
    return Broken(Code::kUnavailable,
                  fmt::format("{} answered with something that is not a chat completion", context.endpoint));
  }
  const Json& choice = choices->front();
  const Json* message = Find(choice, "message");
  Outcome outcome;
  outcome.answer = model::Answer{ContentText(message == nullptr ? nullptr : Find(*message, "content")),
                                 ReadFinish(Lower(StringAt(choice, "finish_reason")))};
  outcome.answer->doubts = ReadDoubts(choice, outcome.answer->body);
  if (outcome.answer->body.empty() && message != nullptr) {
    const std::string refusal = StringAt(*message, "refusal");
    if (!refusal.empty()) outcome.answer = model::Answer{refusal, model::Finish::kContentFilter};
  }
  return outcome;
}

/// The reply as nearly all are, read without building the rest of it: one text that ended somehow, and counts. Nothing
/// when there is anything else to it.
std::optional<Outcome> ReadUsual(std::string_view body, const ReplyContext& context) {
  enum { kContent, kReason, kLogprobs, kTokensIn, kTokensOut, kTokensCached };
  static constexpr const char* kPlaces[] = {"/choices/0/message/content", "/choices/0/finish_reason",
                                            "/choices/0/logprobs",        "/usage/prompt_tokens",
                                            "/usage/completion_tokens",   "/usage/prompt_tokens_details/cached_tokens"};
  auto found = PickJson(body, kPlaces);
  if (!found) return std::nullopt;
  std::vector<Json>& at = *found;
  const auto is_count = [](const Json& value) { return value.is_null() || value.is_number_unsigned(); };
  if (!at[kContent].is_string() || at[kContent].get_ref<const std::string&>().empty() || !at[kReason].is_string() ||
      !at[kLogprobs].is_null() || !std::all_of(at.begin() + kTokensIn, at.end(), is_count)) {
    return std::nullopt;
  }
  const auto count = [&](int place) { return at[place].is_null() ? 0 : at[place].get<int64_t>(); };
  Outcome outcome;
  outcome.answer = model::Answer{std::move(at[kContent].get_ref<std::string&>()),
                                 ReadFinish(Lower(at[kReason].get_ref<const std::string&>()))};
  outcome.usage = Priced({count(kTokensIn), count(kTokensOut), count(kTokensCached), 0}, context.prices);
  return outcome;
}

/// A web page stands at a wrong address, and asking once more does not mend that.
Outcome NotJson(const net::HttpResponse& response, const Error& why, const ReplyContext& context) {
  const std::string_view body = response.body;
  const size_t begin = std::min(body.find_first_not_of(" \t\r\n\xEF\xBB\xBF"), body.size());
  if (body.substr(begin).starts_with('<')) {
    return Failed(
        FailureClass::kQuota, Code::kNotFound,
        fmt::format("{} answers with a web page instead of JSON; correct the URL, it is that of another service "
                    "or lacks a path",
                    context.endpoint));
  }
  return Broken(Code::kUnavailable,
                fmt::format("{} answered with something that is not JSON ({})", context.endpoint, why.message));
}

std::optional<double> Number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 0) return std::nullopt;
  return value;
}

std::optional<std::chrono::milliseconds> RetryAfter(const net::HttpResponse& response, WallTime now) {
  if (const auto ms = response.Header("retry-after-ms")) {
    if (const auto value = Number(*ms); value && *value < 86'400'000) {
      return std::chrono::milliseconds(static_cast<int64_t>(*value));
    }
  }
  const auto header = response.Header("retry-after");
  return header ? net::ParseRetryAfter(*header, now) : std::nullopt;
}

/// Retry-After has whole seconds only. Where the used-up window says its end more exactly, and the two agree but for
/// the rounding, the exact time is the one to wait for.
std::optional<std::chrono::milliseconds> Exact(std::optional<std::chrono::milliseconds> asked,
                                               const model::RateHeaders& rate) {
  using std::chrono::milliseconds, std::chrono::seconds;
  if (!asked || *asked % seconds(1) != milliseconds::zero()) return asked;
  milliseconds reset{0};
  if (rate.requests_remaining && *rate.requests_remaining < 1) reset = rate.requests_reset.value_or(reset);
  if (rate.tokens_remaining && *rate.tokens_remaining < 1) reset = std::max(reset, rate.tokens_reset.value_or(reset));
  return reset > milliseconds::zero() && reset <= *asked && *asked - reset < seconds(1) ? reset : asked;
}

}  // namespace

std::string Complaint(const net::HttpResponse& response, const ReplyContext& context) {
  if (auto reply = ParseJson(response.body)) {
    const std::string text = ErrorText(*reply);
    if (!text.empty()) return Cleaned(text, context);
  }
  return response.body.empty() ? "no explanation" : Cleaned(response.body.substr(0, 2 * kComplaintBytesMax), context);
}

Outcome ReadReply(const net::HttpResponse& response, const ReplyContext& context, WallTime now) {
  const bool success = response.status >= 200 && response.status < 300;
  if (auto usual = success ? ReadUsual(response.body, context) : std::nullopt) {
    usual->rate = ReadRateHeaders(response.head, now);
    return std::move(*usual);
  }
  Outcome outcome;
  model::Usage usage;
  if (success) {
    auto reply = ParseJson(response.body);
    if (reply) {
      outcome = ReadCompletion(*reply, context);
      usage = ReadUsage(*reply, context.prices);
    } else {
      outcome = NotJson(response, reply.error(), context);
    }
  } else if (response.status >= 300 && response.status < 400) {
    const auto location = response.Header("location");
    outcome = ReadError(response.status, location ? Cleaned(net::WithoutUserInfo(*location), context) : "", context);
  } else {
    outcome = ReadError(response.status, Complaint(response, context), context);
  }
  outcome.usage = usage;
  outcome.rate = ReadRateHeaders(response.head, now);
  if (outcome.failure) outcome.failure->retry_after = Exact(RetryAfter(response, now), outcome.rate);
  return outcome;
}

Outcome ReadTransportFailure(const net::HttpFailure& failure, const ReplyContext& context) {
  using Kind = net::HttpFailureKind;
  FailureClass failure_class = FailureClass::kTransport;
  if (failure.kind == Kind::kInvalid || failure.kind == Kind::kTooLarge) failure_class = FailureClass::kRequest;
  if (failure.kind == Kind::kQueueFull) failure_class = FailureClass::kCapacity;
  Outcome outcome;
  outcome.failure = model::ModelFailure{failure_class, failure.error.With("asking " + context.endpoint), std::nullopt};
  outcome.failure->reached =
      failure.kind == Kind::kReset || failure.kind == Kind::kCutBody || failure.kind == Kind::kProtocol;
  if (failure.kind == Kind::kCancelled) outcome.failure->error.code = Code::kCancelled;
  return outcome;
}

model::RateHeaders ReadRateHeaders(std::string_view head, WallTime now) {
  model::RateHeaders rate;
  for (size_t begin = 0; begin < head.size();) {
    const size_t end = std::min(head.find('\n', begin), head.size());
    const std::string_view line = head.substr(begin, end - begin);
    begin = end + 1;
    // Most lines are not about rates: one look at the first letter decides.
    if (line.size() < 20 || ((line[0] | 0x20) != 'x' && (line[0] | 0x20) != 'a')) continue;
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string name = Lower(line.substr(0, colon));
    const size_t family = name.find("ratelimit-");
    if (family == std::string::npos) continue;
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    value = value.substr(0, value.find_last_not_of(" \t\r") + 1);
    const std::string_view what = std::string_view(name).substr(family + 10);
    if (what == "limit-requests" || what == "requests-limit")
      rate.requests_limit = Number(value);
    else if (what == "remaining-requests" || what == "requests-remaining")
      rate.requests_remaining = Number(value);
    else if (what == "reset-requests" || what == "requests-reset")
      rate.requests_reset = net::ParseResetInterval(value, now);
    else if (what == "limit-tokens" || what == "tokens-limit")
      rate.tokens_limit = Number(value);
    else if (what == "remaining-tokens" || what == "tokens-remaining")
      rate.tokens_remaining = Number(value);
    else if (what == "reset-tokens" || what == "tokens-reset")
      rate.tokens_reset = net::ParseResetInterval(value, now);
  }
  return rate;
}

}  // namespace yk::remote
