// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "net/http_client.h"

namespace yk::hub {

/// Who asks a hub, and how patiently.
struct HubClientOptions {
  Duration stall = std::chrono::seconds(30);             ///< an answer without a new byte for so long is given up
  Duration look_every = std::chrono::milliseconds(250);  ///< how often `tick` is called and a stall looked for
  int redirects_max = 10;
};

/// A question to a hub.
struct HubRequest {
  std::string method = "GET";
  std::string url;
  std::vector<net::HttpHeader> headers;
  std::string token;  ///< sent to the origin of `url` only, wherever redirects lead
  size_t bytes_max = size_t{8} << 20;
  net::HttpOnHead on_head;     ///< as in HttpRequest
  net::HttpChunk on_chunk;     ///< as in HttpRequest
  std::function<void()> tick;  ///< now and then while waiting, on the caller's thread
  /// Set: asked of each answer that leads elsewhere; true ends the walk with it.
  std::function<bool(const net::HttpResponse&)> enough;
};

/// What came of it.
struct HubAnswer {
  net::HttpOutcome outcome;
  std::string url;         ///< of the last answer
  bool elsewhere = false;  ///< another origin than asked gave it
};

/// Asks hubs over HTTP: one request at a time, redirects followed by hand, so that a token goes to its own origin only
/// and never from https to http. Blocks its caller; a stop ends the wait with kCancelled.
class HubClient {
 public:
  HubClient(net::HttpClient& http, const Clock& clock, std::stop_token stop, HubClientOptions options = {})
      : http_(http), clock_(clock), stop_(std::move(stop)), options_(options) {}

  HubAnswer Ask(const HubRequest& request);

  const Clock& clock() const { return clock_; }
  const std::stop_token& stop() const { return stop_; }

 private:
  net::HttpOutcome AskOnce(const HubRequest& request, const std::string& url, bool with_token);

  net::HttpClient& http_;
  const Clock& clock_;
  const std::stop_token stop_;
  const HubClientOptions options_;
};

}  // namespace yk::hub
