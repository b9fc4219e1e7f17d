// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include <future>

#include "net/header_block.h"

namespace yk::net {

std::optional<std::string_view> HttpHead::Header(std::string_view name) const { return FindHeader(head, name); }

std::optional<std::string_view> HttpResponse::Header(std::string_view name) const { return FindHeader(head, name); }

std::string_view HttpFailureKindName(HttpFailureKind kind) {
  switch (kind) {
    case HttpFailureKind::kInvalid: return "invalid";
    case HttpFailureKind::kResolve: return "resolve";
    case HttpFailureKind::kConnect: return "connect";
    case HttpFailureKind::kTls: return "tls";
    case HttpFailureKind::kTimeout: return "timeout";
    case HttpFailureKind::kReset: return "reset";
    case HttpFailureKind::kCutBody: return "cut_body";
    case HttpFailureKind::kTooLarge: return "too_large";
    case HttpFailureKind::kProtocol: return "protocol";
    case HttpFailureKind::kCancelled: return "cancelled";
    case HttpFailureKind::kQueueFull: return "queue_full";
  }
  return "protocol";
}

HttpOutcome Fetch(HttpClient& client, HttpRequest request) {
  // Shared: set_value may still be at work when this function has returned.
  auto promise = std::make_shared<std::promise<HttpOutcome>>();
  std::future<HttpOutcome> future = promise->get_future();
  client.Submit(std::move(request), [promise](HttpOutcome outcome) { promise->set_value(std::move(outcome)); });
  return future.get();
}

}  // namespace yk::net
