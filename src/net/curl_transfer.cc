// SPDX-License-Identifier: Apache-2.0
#include "net/curl_transfer.h"

#include <charconv>

#include "base/check.h"

namespace yk::net {
namespace {

HttpFailureKind KindOf(CURLcode code, bool began) {
  switch (code) {
    case CURLE_URL_MALFORMAT: return HttpFailureKind::kInvalid;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return HttpFailureKind::kResolve;
    case CURLE_COULDNT_CONNECT: return HttpFailureKind::kConnect;
    case CURLE_OPERATION_TIMEDOUT: return HttpFailureKind::kTimeout;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS: return HttpFailureKind::kTls;
    case CURLE_PARTIAL_FILE: return HttpFailureKind::kCutBody;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2_STREAM:
    case CURLE_GOT_NOTHING: return began ? HttpFailureKind::kCutBody : HttpFailureKind::kReset;
    case CURLE_ABORTED_BY_CALLBACK: return HttpFailureKind::kCancelled;
    default: return HttpFailureKind::kProtocol;
  }
}

}  // namespace

Transfer::~Transfer() {
  curl_slist_free_all(own_headers);
  if (easy != nullptr) curl_easy_cleanup(easy);
}

void Transfer::Configure(TargetState& target, const Shared& shared) {
  if (easy == nullptr) easy = curl_easy_init();
  YK_CHECK(easy != nullptr, "no memory for a request");
  curl_easy_reset(easy);
  state = &target;
  const HttpTarget& t = *target.target;
  curl_easy_setopt(easy, CURLOPT_URL, t.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, target.headers);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, shared.user_agent->c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_SHARE, shared.share);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, shared.on_close);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, shared.loop);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(t.connect_timeout).count()));
  // Without a proxy in the environment libcurl would still look for one before every request.
  if (!shared.proxies) curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                   static_cast<long>(target.host->multiplexed ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  // Thousands of requests at once must wait for the first TLS connection instead of opening one each.
  if (target.host->multiplexed) curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
  if (t.compressed) curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  if (!t.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, t.ca_file.c_str());
  if (t.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (t.method == "POST") {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
  } else if (t.method != "GET") {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, t.method.c_str());
  }
  if (t.redirects_max > 0 && (t.method == "GET" || t.method == "HEAD")) {
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, static_cast<long>(t.redirects_max));
  }
}

void Transfer::SetBody() {
  const std::string& method = state->target->method;
  if (method == "POST" || !pending.request.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(pending.request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, pending.request.body.data());
  } else if (method != "GET" && method != "HEAD") {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
  }
  if (pending.request.headers.empty()) return;
  for (const HttpHeader& h : state->target->headers) {
    own_headers = curl_slist_append(own_headers, (h.name + ": " + h.value).c_str());
  }
  for (const HttpHeader& h : pending.request.headers) {
    own_headers = curl_slist_append(own_headers, (h.name + ": " + h.value).c_str());
  }
  own_headers = curl_slist_append(own_headers, "Expect:");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, own_headers);
}

void Transfer::Reset() {
  if (own_headers != nullptr) {
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, state->headers);
    curl_slist_free_all(own_headers);
    own_headers = nullptr;
  }
  Clear();
  shard = nullptr;
  error_text[0] = '\0';
}

size_t Transfer::OnHeader(char* data, size_t size, size_t count, void* self) {
  auto* t = static_cast<Transfer*>(self);
  const std::string_view line(data, size * count);
  // A status line starts over: what came before it was 1xx or a redirect.
  if (line.starts_with("HTTP/")) {
    int status = 0;
    const size_t blank = line.find(' ');
    if (blank != std::string_view::npos && line.size() >= blank + 4) {
      std::from_chars(line.data() + blank + 1, line.data() + blank + 4, status);
    }
    t->StartHead(status);
  } else if (t->head.ends_with("\r\n\r\n") || t->head.ends_with("\n\n")) {
    return line.size();  // trailers, which come behind the body and would open the head again (RFC 9112, 7.1.2)
  }
  return t->TakeHead(line) ? line.size() : 0;
}

size_t Transfer::OnBody(char* data, size_t size, size_t count, void* self) {
  auto* t = static_cast<Transfer*>(self);
  return t->TakeBody({data, size * count}) ? size * count : CURL_WRITEFUNC_ERROR;
}

HttpOutcome Transfer::Finish(CURLcode code, MonoTime now) {
  // libcurl calls a head that broke off a whole answer with an empty body.
  if (code == CURLE_OK && !head.ends_with("\r\n\r\n") && !head.ends_with("\n\n")) code = CURLE_PARTIAL_FILE;
  if (code == CURLE_OK) return Success(now);
  const std::string detail = error_text[0] != '\0' ? error_text : curl_easy_strerror(code);
  return Failure(KindOf(code, status != 0), detail);
}

}  // namespace yk::net
