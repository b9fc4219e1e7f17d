// SPDX-License-Identifier: Apache-2.0
// A request inside libcurl; private to this folder.
#pragma once

#include <curl/curl.h>

#include <string>

#include "net/flight.h"

namespace yk::net {

/// A request carried by libcurl.
struct Transfer final : Flight {
  ~Transfer() override;

  /// Sets every option that all requests of a target share.
  struct Shared {
    CURLSH* share = nullptr;
    curl_closesocket_callback on_close = nullptr;
    void* loop = nullptr;
    const std::string* user_agent = nullptr;
    bool proxies = false;
  };
  void Configure(TargetState& target, const Shared& shared);
  void SetBody();
  void Reset();

  HttpOutcome Finish(CURLcode code, MonoTime now);

  CURL* easy = nullptr;
  curl_slist* own_headers = nullptr;  ///< set when the request brought headers beside those of the target
  void* shard = nullptr;
  char error_text[CURL_ERROR_SIZE] = {};

 private:
  static size_t OnHeader(char* data, size_t size, size_t count, void* self);
  static size_t OnBody(char* data, size_t size, size_t count, void* self);
};

}  // namespace yk::net
