// SPDX-License-Identifier: Apache-2.0
#include "net/curl_http_client.h"

#include "net/curl_loop.h"

namespace yk::net {

Result<std::unique_ptr<CurlHttpClient>> CurlHttpClient::Create(CurlHttpClientOptions options, const Clock& clock) {
  auto loop = std::make_unique<Loop>(std::move(options), clock);
  YK_TRY_VOID(loop->Start());
  return std::unique_ptr<CurlHttpClient>(new CurlHttpClient(std::move(loop)));
}

CurlHttpClient::CurlHttpClient(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
CurlHttpClient::~CurlHttpClient() { Stop(); }

HttpRequestId CurlHttpClient::Submit(HttpRequest request, HttpDone done) {
  return loop_->Submit(std::move(request), std::move(done));
}
void CurlHttpClient::Cancel(HttpRequestId id) { loop_->Cancel(id); }
void CurlHttpClient::Stop() { loop_->Stop(); }
int64_t CurlHttpClient::open() const { return loop_->open(); }

}  // namespace yk::net
