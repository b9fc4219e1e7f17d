// SPDX-License-Identifier: Apache-2.0
#include "net/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

#include "base/check.h"
#include "net/flight.h"

namespace yk::net {
namespace {

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string Escape(std::string_view text, std::string_view kept) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (unreserved || kept.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
  }
  return out;
}

}  // namespace

Result<std::string> ResolveUrl(const std::string& base, const std::string& reference) {
  const std::unique_ptr<CURLU, UrlDeleter> url(curl_url());
  YK_CHECK(url != nullptr, "no memory for a URL");
  // Setting an address on top of one that is there resolves it.
  char* text = nullptr;
  if (curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
      curl_url_set(url.get(), CURLUPART_URL, reference.c_str(), 0) != CURLUE_OK ||
      curl_url_get(url.get(), CURLUPART_URL, &text, 0) != CURLUE_OK) {
    return Fail(Code::kInvalid, "'{}' leads nowhere: it is not an address", reference);
  }
  std::string resolved = text;
  curl_free(text);
  YK_TRY(const UrlParts parts, SplitUrl(resolved));
  return resolved;
}

Result<std::string> OriginOf(const std::string& url) {
  YK_TRY(const UrlParts parts, SplitUrl(url));
  std::string origin = parts.scheme + "://" + parts.host + ":" + parts.port;
  std::transform(origin.begin(), origin.end(), origin.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return origin;
}

std::string EscapeSegment(std::string_view text) { return Escape(text, "-._~"); }

std::string EscapePath(std::string_view path) { return Escape(path, "-._~/"); }

std::string WithoutUserInfo(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const size_t host = scheme + 3;
  const size_t end = std::min(url.find_first_of("/?#", host), url.size());
  size_t at = url.substr(0, end).rfind('@');
  // What stands where a port should, and is none, is a password that holds one of these signs.
  const size_t colon = url.substr(0, end).rfind(':');
  const bool port = colon == std::string_view::npos || colon < host || url[host] == '[' ||
                    url.substr(colon + 1, end - colon - 1).find_first_not_of("0123456789") == std::string_view::npos;
  if (at == std::string_view::npos && !port) at = url.rfind('@');
  if (at == std::string_view::npos || at < host) return std::string(url);
  return std::string(url.substr(0, host)) + std::string(url.substr(at + 1));
}

}  // namespace yk::net
