// SPDX-License-Identifier: Apache-2.0
#include "hub/hub_client.h"

#include <atomic>
#include <future>
#include <memory>

#include "hub/words.h"
#include "net/url.h"

namespace yk::hub {
namespace {

bool IsRedirect(const net::HttpResponse& response) {
  switch (response.status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308: return response.Header("location").has_value();
    default: return false;
  }
}

net::HttpOutcome Failed(net::HttpFailureKind kind, Error error) {
  net::HttpOutcome outcome;
  outcome.failure = net::HttpFailure{kind, std::move(error), 0, {}};
  return outcome;
}

/// Shared with the callbacks, which may outlive the wait.
struct Waiting {
  std::promise<net::HttpOutcome> outcome;
  std::atomic<uint64_t> pieces{0};
};

}  // namespace

net::HttpOutcome HubClient::AskOnce(const HubRequest& asked, const std::string& url, bool with_token) {
  net::HttpTarget target;
  target.method = asked.method;
  target.url = url;
  target.headers = asked.headers;
  // A body that the server compresses has another length, and other ranges, than the file.
  target.headers.push_back({"Accept-Encoding", "identity"});
  if (with_token && !asked.token.empty()) target.headers.push_back({"Authorization", "Bearer " + asked.token});
  target.response_bytes_max = asked.bytes_max;
  net::HttpRequest request;
  request.target = std::make_shared<const net::HttpTarget>(std::move(target));
  const auto waiting = std::make_shared<Waiting>();
  if (asked.on_chunk) {
    request.on_head = asked.on_head;
    request.on_chunk = [waiting, take = asked.on_chunk](std::string_view bytes) {
      waiting->pieces.fetch_add(1, std::memory_order_relaxed);
      return take(bytes);
    };
  }
  std::future<net::HttpOutcome> future = waiting->outcome.get_future();
  const net::HttpRequestId id = http_.Submit(
      std::move(request), [waiting](net::HttpOutcome outcome) { waiting->outcome.set_value(std::move(outcome)); });
  const std::stop_callback on_stop(stop_, [this, id] { http_.Cancel(id); });
  bool stalled = false;
  uint64_t seen = 0;
  MonoTime since = clock_.Now();
  while (future.wait_for(options_.look_every) != std::future_status::ready) {
    if (asked.tick) asked.tick();
    const uint64_t pieces = waiting->pieces.load(std::memory_order_relaxed);
    const MonoTime now = clock_.Now();
    if (pieces != seen) {
      seen = pieces;
      since = now;
    } else if (now - since >= options_.stall && !stalled) {
      stalled = true;
      http_.Cancel(id);
    }
  }
  net::HttpOutcome outcome = future.get();
  if (outcome.failure && stalled && !stop_.stop_requested()) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.stall).count();
    return Failed(net::HttpFailureKind::kTimeout,
                  Error{Code::kTimeout, fmt::format("{}: nothing came for {} s", url, seconds), {}});
  }
  return outcome;
}

HubAnswer HubClient::Ask(const HubRequest& request) {
  HubAnswer answer;
  answer.url = request.url;
  const auto origin = net::OriginOf(request.url);
  if (!origin) {
    answer.outcome = Failed(net::HttpFailureKind::kInvalid, origin.error());
    return answer;
  }
  for (int hop = 0;; ++hop) {
    answer.outcome = AskOnce(request, answer.url, !answer.elsewhere);
    if (!answer.outcome.response || !IsRedirect(*answer.outcome.response)) return answer;
    if (request.enough && request.enough(*answer.outcome.response)) return answer;
    const std::string location(*answer.outcome.response->Header("location"));
    const auto next = net::ResolveUrl(answer.url, location);
    const auto next_origin = next ? net::OriginOf(*next) : Result<std::string>(Fail(next.error()));
    if (!next_origin) {
      const std::string sentence =
          fmt::format("{}: leads to '{}', which is not an address", answer.url, Shown(location));
      answer.outcome = Failed(net::HttpFailureKind::kInvalid, Error{Code::kUnavailable, sentence, {}});
      return answer;
    }
    const bool loses_tls = answer.url.starts_with("https:") && next->starts_with("http:");
    if (loses_tls || hop >= options_.redirects_max) {
      Error error{Code::kUnavailable, answer.url, {}};
      error.message += loses_tls ? ": leads from https to http, which is not followed"
                                 : fmt::format(": leads on and on, more than {} times", options_.redirects_max);
      answer.outcome = Failed(net::HttpFailureKind::kInvalid, std::move(error));
      return answer;
    }
    answer.elsewhere = answer.elsewhere || *next_origin != *origin;
    answer.url = *next;
  }
}

}  // namespace yk::hub
