// SPDX-License-Identifier: Apache-2.0
#include "hub/huggingface.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "hub/words.h"
#include "net/url.h"

namespace yk::hub {
namespace {

/// "abc" for "abc", W/"abc" and abc.
std::string BareTag(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.starts_with('"') && etag.ends_with('"')) etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

bool IsSha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// It becomes part of addresses and sentences.
bool IsCommit(std::string_view text) {
  return text.size() <= 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

uint64_t Number(std::optional<std::string_view> text) {
  uint64_t number = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

template <typename Head>
RemoteFile Read(const Head& head, int status, bool elsewhere) {
  RemoteFile file;
  const auto linked = head.Header("x-linked-etag");
  file.version = BareTag(linked ? *linked : head.Header("etag").value_or(""));
  // The storage's own ETag may be another kind of hash of the same length.
  if ((linked || !elsewhere) && IsSha256(file.version)) file.sha256 = file.version;
  file.bytes = Number(head.Header("x-linked-size"));
  if (file.bytes == 0 && status == 200) file.bytes = Number(head.Header("content-length"));
  if (const std::string_view commit = head.Header("x-repo-commit").value_or(""); IsCommit(commit))
    file.revision = commit;
  return file;
}

/// For servers that do not take HEAD: GET, and leave once its head is there.
struct Glimpse {
  HubAnswer answer;
  std::optional<net::HttpResponse> seen;
};
Glimpse LookByGet(HubClient& client, HubRequest request, const RetryRules& rules, const Note& note) {
  Glimpse glimpse;
  request.method = "GET";
  request.on_head = [&glimpse](const net::HttpHead& head) {
    glimpse.seen = net::HttpResponse{head.status, std::string(head.head), {}, {}};
    return false;
  };
  request.on_chunk = [](std::string_view) { return false; };
  glimpse.answer = AskWithRetries(client, request, rules, note);
  return glimpse;
}

}  // namespace

std::string HuggingFaceUrl(const HubEndpoint& hub, const HuggingFaceRef& ref) {
  return fmt::format("{}/{}/{}/resolve/{}/{}", hub.base, ref.owner, ref.repo, net::EscapeSegment(ref.revision),
                     net::EscapePath(ref.file));
}

Result<RemoteFile> LookUpHuggingFace(HubClient& client, const HubEndpoint& hub, const HuggingFaceRef& ref,
                                     const RetryRules& rules, const Note& note) {
  HubRequest request;
  request.method = "HEAD";
  request.url = HuggingFaceUrl(hub, ref);
  request.token = hub.token;
  // The storage is not asked: its addresses may be signed for GET only.
  request.enough = [](const net::HttpResponse& response) {
    return response.Header("x-linked-etag") && response.Header("x-linked-size");
  };
  HubAnswer answer = AskWithRetries(client, request, rules, note);
  const int status = answer.outcome.response ? answer.outcome.response->status : 0;
  if (status == 405 || status == 501 || (status == 403 && answer.elsewhere)) {
    Glimpse glimpse = LookByGet(client, request, rules, note);
    answer = std::move(glimpse.answer);
    if (glimpse.seen) answer.outcome = net::HttpOutcome{std::move(glimpse.seen), std::nullopt};
  }
  if (!answer.outcome.response) return Fail(Unreachable(*answer.outcome.failure, hub.base, hub.mirror_setting));
  const net::HttpResponse& response = *answer.outcome.response;
  if (response.status >= 400) return Fail(ExplainHuggingFace(hub, ref, response, answer.elsewhere));
  RemoteFile file = Read(response, response.status, answer.elsewhere);
  // The same commit for all that follows, however the branch moves meanwhile.
  HuggingFaceRef fixed = ref;
  if (!file.revision.empty()) fixed.revision = file.revision;
  file.url = HuggingFaceUrl(hub, fixed);
  return file;
}

Error ExplainHuggingFace(const HubEndpoint& hub, const HuggingFaceRef& ref, const net::HttpResponse& response,
                         bool elsewhere) {
  const std::string repo = ref.owner + "/" + ref.repo;
  const std::string page = hub.base + "/" + repo;
  const std::string_view code = response.Header("x-error-code").value_or("");
  const std::string said = Shown(response.Header("x-error-message").value_or(""));
  const bool token = !hub.token.empty();
  const auto error = [](Code kind, std::string sentence) { return Error{kind, std::move(sentence), {}}; };
  if (elsewhere) {
    return error(Code::kUnavailable, fmt::format("the storage that {} names for {} answers {}; run the same command "
                                                 "again, it goes on where it was",
                                                 hub.base, ref.file, response.status));
  }
  if (code == "GatedRepo" && !token) {
    return error(Code::kUnauthorized,
                 fmt::format("{} is given only to those who accept its terms: open {} in a browser and accept them, "
                             "make a token at {}/settings/tokens, put it into HF_TOKEN and run the same command again",
                             repo, page, hub.base));
  }
  if (code == "GatedRepo") {
    return error(Code::kUnauthorized,
                 fmt::format("{} is given only to those who accept its terms, and the account of the token in HF_TOKEN "
                             "has not been let in: open {} in a browser and ask for access",
                             repo, page));
  }
  if (response.status == 401 && token && code != "RepoNotFound") {
    return error(Code::kUnauthorized, fmt::format("{} does not accept the token in HF_TOKEN{}; make a new one at "
                                                  "{}/settings/tokens",
                                                  hub.base, said.empty() ? "" : fmt::format(" ({})", said), hub.base));
  }
  if (response.status == 401 || code == "RepoNotFound") {
    return error(response.status == 401 ? Code::kUnauthorized : Code::kNotFound,
                 fmt::format("{} knows no repository {}, or keeps it private; check the spelling{}", hub.base, repo,
                             token ? ", and that the token in HF_TOKEN may read it"
                                   : "; for a private one put a token into HF_TOKEN"));
  }
  if (code == "RevisionNotFound") {
    return error(Code::kNotFound, fmt::format("{} has no revision '{}'; its branches and tags are listed at {}", repo,
                                              ref.revision, page));
  }
  if (response.status == 404) {
    return error(Code::kNotFound,
                 fmt::format("{} has no file '{}' in revision '{}'; its files are listed at {}/tree/{}", repo, ref.file,
                             ref.revision, page, ref.revision));
  }
  const Code kind = response.status == 403 ? Code::kUnauthorized : Code::kUnavailable;
  return error(
      kind, fmt::format("{} answers {}{} when asked for {}; {}", hub.base, response.status,
                        said.empty() ? "" : fmt::format(" ({})", said), ref.file,
                        response.status == 403 ? "check that the token in HF_TOKEN may read it" : "try again later"));
}

}  // namespace yk::hub
