// SPDX-License-Identifier: Apache-2.0
#include "net/flight.h"

#include <curl/curl.h>

#include "base/check.h"
#include "net/url.h"

namespace yk::net {
namespace {

constexpr size_t kHeadMax = size_t{1} << 20;

Code CodeOf(HttpFailureKind kind) {
  switch (kind) {
    case HttpFailureKind::kInvalid: return Code::kInvalid;
    case HttpFailureKind::kTimeout: return Code::kTimeout;
    case HttpFailureKind::kCancelled: return Code::kCancelled;
    case HttpFailureKind::kTooLarge:
    case HttpFailureKind::kQueueFull: return Code::kExhausted;
    default: return Code::kUnavailable;
  }
}

std::string_view Sentence(HttpFailureKind kind) {
  switch (kind) {
    case HttpFailureKind::kInvalid: return "the address cannot be used; it should look like http://host:port/path";
    case HttpFailureKind::kResolve: return "the host name has no address; check the spelling and the name service";
    case HttpFailureKind::kConnect: return "nobody answers there; check that the server runs and the port is right";
    case HttpFailureKind::kTls: return "no trusted TLS connection could be made";
    case HttpFailureKind::kTimeout: return "no whole answer in time";
    case HttpFailureKind::kReset: return "the server ended the connection without an answer";
    case HttpFailureKind::kCutBody: return "the answer broke off in the middle";
    case HttpFailureKind::kTooLarge: return "the answer is longer than allowed";
    case HttpFailureKind::kProtocol: return "the server's answer is not proper HTTP";
    case HttpFailureKind::kCancelled: return "the request was cancelled";
    case HttpFailureKind::kQueueFull: return "too many requests wait already; submit fewer at once";
  }
  return "the request failed";
}

}  // namespace

TargetState::~TargetState() { curl_slist_free_all(headers); }

Error SentenceFor(HttpFailureKind kind, const std::string& url, std::string_view detail) {
  std::string text = fmt::format("{}: {}", url.empty() ? "a request" : WithoutUserInfo(url), Sentence(kind));
  if (!detail.empty()) text.append(" (").append(detail).append(")");
  return Error{CodeOf(kind), std::move(text), {}};
}

bool Flight::TakeBody(std::string_view piece) {
  received += piece.size();
  if (received > state->target->response_bytes_max) {
    too_large = true;
    return false;
  }
  const HttpRequest& request = pending.request;
  if (request.on_chunk && status >= 200 && status < 300) {
    if (request.on_head && !head_given) refused = !request.on_head({status, head});
    head_given = true;
    refused = refused || !request.on_chunk(piece);
    return !refused;
  }
  body.append(piece);
  return true;
}

bool Flight::TakeHead(std::string_view piece) {
  if (head.size() + piece.size() > kHeadMax) {
    too_large = true;
    return false;
  }
  head.append(piece);
  return true;
}

void Flight::StartHead(int new_status) {
  head.clear();
  head.reserve(512);
  body.clear();
  received = 0;
  head_given = false;
  status = new_status;
}

void Flight::Clear() {
  pending = {};
  limit = MonoTime::max();
  status = 0;
  received = 0;
  too_large = refused = head_given = false;
  head.clear();
  body.clear();
}

HttpOutcome Flight::Success(MonoTime now) {
  HttpOutcome outcome;
  outcome.response.emplace();
  outcome.response->status = status;
  outcome.response->head = std::move(head);
  outcome.response->body = std::move(body);
  outcome.response->elapsed = now - started;
  return outcome;
}

HttpOutcome Flight::Failure(HttpFailureKind kind, std::string_view detail) {
  if (too_large)
    kind = HttpFailureKind::kTooLarge;
  else if (refused)
    kind = HttpFailureKind::kCancelled;
  const std::string limit_text = too_large ? fmt::format("more than {} bytes", state->target->response_bytes_max) : "";
  HttpOutcome outcome;
  outcome.failure =
      HttpFailure{kind, SentenceFor(kind, url(), too_large ? limit_text : detail), status, std::move(body)};
  return outcome;
}

Result<UrlParts> SplitUrl(const std::string& url) {
  CURLU* parsed = curl_url();
  YK_CHECK(parsed != nullptr, "no memory for a URL");
  const auto get = [&](CURLUPart part) {
    char* text = nullptr;
    std::string out;
    if (curl_url_get(parsed, part, &text, CURLU_DEFAULT_PORT) == CURLUE_OK) out = text;
    curl_free(text);
    return out;
  };
  const CURLUcode code = curl_url_set(parsed, CURLUPART_URL, url.c_str(), 0);
  UrlParts parts{get(CURLUPART_SCHEME), get(CURLUPART_HOST), get(CURLUPART_PORT), get(CURLUPART_PATH), false};
  const std::string query = get(CURLUPART_QUERY);
  if (!query.empty()) parts.path += "?" + query;
  parts.user = !get(CURLUPART_USER).empty() || !get(CURLUPART_PASSWORD).empty();
  curl_url_cleanup(parsed);
  if (code != CURLUE_OK || (parts.scheme != "http" && parts.scheme != "https") || parts.host.empty()) {
    return Fail(Code::kInvalid, "{} is not an address this program can call; write http://host:port/path or https://…",
                url.empty() ? "an empty text" : WithoutUserInfo(url));
  }
  return parts;
}

}  // namespace yk::net
