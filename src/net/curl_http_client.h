// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "net/http_client.h"

namespace yk::net {

struct CurlHttpClientOptions {
  int in_flight_max = 4096;     ///< transfers at once; more wait inside the client
  int per_host_max = 2048;      ///< transfers, so with HTTP/1.1 connections, at once to one scheme, host and port
  size_t queued_max = 1 << 20;  ///< waiting requests beyond this end at once with kQueueFull
  int shards = 16;              ///< connection pools: looking up a free connection costs O(connections / shards)
  bool plain_http = true;       ///< false: libcurl also serves what needs neither TLS, proxy nor name service
  std::string user_agent = "yakan/" YAKAN_VERSION;
};

/// HttpClient on libcurl, one io thread. http:// speaks HTTP/1.1 with keep-alive, https:// HTTP/2 where the server
/// offers it. Proxies come from http_proxy, https_proxy, all_proxy, no_proxy as they stand when the client is made.
/// http:// to a host named by its address (or localhost), without proxy, redirects or compression, goes over
/// connections of our own that cost a fraction of libcurl's time; the contract is the same.
///
/// One thread, `io`, owns every socket and calls every callback. Stop (and the destructor) ends what is open with
/// kCancelled and returns after the last callback; a later Submit is answered kCancelled at once, by the caller's
/// thread. Deadlines are kept by the client itself and hold even where libcurl's own timeouts fail.
class CurlHttpClient final : public HttpClient {
 public:
  /// Errors: no descriptor left for the event loop (kExhausted).
  static Result<std::unique_ptr<CurlHttpClient>> Create(CurlHttpClientOptions options, const Clock& clock);
  ~CurlHttpClient() override;

  HttpRequestId Submit(HttpRequest request, HttpDone done) override;
  void Cancel(HttpRequestId id) override;
  void Stop();

  /// Requests submitted and not yet answered.
  int64_t open() const;

 private:
  class Loop;
  explicit CurlHttpClient(std::unique_ptr<Loop> loop);
  std::unique_ptr<Loop> loop_;
};

}  // namespace yk::net
