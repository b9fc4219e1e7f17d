// SPDX-License-Identifier: Apache-2.0
#include "hub/download.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <optional>
#include <vector>

#include "hub/words.h"

namespace yk::hub {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kMagic = "GGUF";

/// "bytes 100-199/1000" (RFC 9110 14.4); `total` 0 for "*".
struct ContentRange {
  uint64_t first = 0, total = 0;
};

std::optional<ContentRange> ParseContentRange(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  if (!text.starts_with(kUnit)) return std::nullopt;
  text.remove_prefix(kUnit.size());
  ContentRange range;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, range.first);
  const size_t slash = text.find('/');
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '-' || slash == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view total = text.substr(slash + 1);
  if (total == "*") return range;
  const auto whole = std::from_chars(total.data(), end, range.total);
  if (whole.ec != std::errc() || whole.ptr != end) return std::nullopt;
  return range;
}

/// A weak ETag may stand for other bytes, so it is no ground to go on upon (RFC 9110 13.1.5).
std::string StrongTag(std::optional<std::string_view> etag) {
  return etag && etag->starts_with('"') ? std::string(*etag) : std::string();
}

/// One file on its way. OnHead and OnChunk run on the client's io thread while the owner waits for the answer.
class Fetching {
 public:
  Fetching(HubClient& client, const Download& download, const RetryRules& rules, DownloadListener& listener,
           PartFile part)
      : client_(client),
        download_(download),
        rules_(rules),
        listener_(listener),
        part_(std::move(part)),
        total_(download.remote.bytes) {}

  Result<std::string> Run() {
    YK_TRY_VOID(TakeUp());
    Retries retries(rules_, client_.clock(), true);
    uint64_t furthest = part_.size();
    while (!Whole()) {
      if (client_.stop().stop_requested()) return Fail(Stopped());
      const HubAnswer answer = Attempt();
      for (const std::string& note : notes_) listener_.Told(note);
      notes_.clear();
      if (error_) return Fail(std::move(*error_));
      if (answer.outcome.response && answer.outcome.response->status / 100 == 2 && !refused_ && Arrived()) break;
      // Only what was never reached before counts: a server that always breaks off at the same place is no progress.
      if (part_.size() > furthest) retries.Progress();
      furthest = std::max<uint64_t>(furthest, part_.size());
      YK_TRY_VOID(Again(answer, retries));
    }
    listener_.Progress(download_.name, part_.size(), total_);
    return Conclude();
  }

  /// Leaves no empty part behind.
  void TidyUp() {
    if (part_.size() == 0) part_.Remove();
  }

 private:
  PartMark Mark() const {
    const RemoteFile& remote = download_.remote;
    return {remote.url, remote.bytes, remote.sha256, remote.version, ""};
  }

  bool Whole() const { return total_ > 0 && part_.size() == total_; }
  /// After an answer that ended well.
  bool Arrived() const { return total_ == 0 ? part_.size() > 0 : part_.size() == total_; }

  Error Stopped() const {
    return Error{Code::kCancelled,
                 fmt::format("stopped; {} of {} are kept, and the same command goes on from there",
                             SpokenBytes(part_.size()), download_.name),
                 {}};
  }

  /// Decides what becomes of the bytes that an earlier process left.
  Result<void> TakeUp() {
    const bool some = part_.size() > 0;
    if (some && part_.mark().SameFile(Mark()) && (total_ == 0 || part_.size() <= total_)) {
      listener_.Told(fmt::format("{}: going on after {}", download_.name, SpokenBytes(part_.size())));
      return part_.HashWhatIsThere();
    }
    if (some) {
      listener_.Told(fmt::format("{}: the file has changed on the server since its download began; starting anew",
                                 download_.name));
    }
    return part_.Restart(Mark());
  }

  HubAnswer Attempt() {
    HubRequest request;
    request.url = download_.remote.url;
    request.token = download_.token;
    request.bytes_max = SIZE_MAX;
    at_ = part_.size();
    refused_ = false;
    done_ = at_;
    if (at_ > 0) {
      request.headers.push_back({"Range", fmt::format("bytes={}-", at_)});
      if (!part_.mark().served_as.empty()) request.headers.push_back({"If-Range", part_.mark().served_as});
    }
    request.on_head = [this](const net::HttpHead& head) { return Held(OnHead(head)); };
    request.on_chunk = [this](std::string_view bytes) { return Held(OnChunk(bytes)); };
    request.tick = [this] { listener_.Progress(download_.name, done_, total_); };
    return client_.Ask(request);
  }

  bool Held(Result<void> result) {
    if (!result) error_ = std::move(result).error();
    return !error_ && !refused_;
  }

  /// The bytes to come are not those that belong behind the ones that are here.
  Result<void> BeginAnew(std::string why) {
    notes_.push_back(fmt::format("{}: {}", download_.name, why));
    at_ = 0;
    done_ = 0;
    total_ = download_.remote.bytes;
    return part_.Restart(Mark());
  }

  Result<void> OnHead(const net::HttpHead& head) {
    const std::string served_as = StrongTag(head.Header("etag"));
    const std::string& known = part_.mark().served_as;
    const bool other = at_ > 0 && !known.empty() && !served_as.empty() && known != served_as;
    if (head.status == 206) {
      const auto range = ParseContentRange(head.Header("content-range").value_or(""));
      const bool fits = range && range->first == at_ && (range->total == 0 || total_ == 0 || range->total == total_);
      if (!fits || other) {
        refused_ = true;  // and the next attempt asks for the whole file
        return BeginAnew(other ? "the file has changed on the server; starting anew"
                               : "the server sends another part of the file than asked for; starting anew");
      }
      if (total_ == 0) total_ = range->total;
    } else if (at_ > 0) {
      // A page of some proxy must not cost what is here.
      if (head.status == 200 && download_.remote.bytes > 0)
        YK_TRY_VOID(CheckLength(head.Header("content-length").value_or("")));
      YK_TRY_VOID(BeginAnew(other ? "the file has changed on the server; starting anew"
                                  : "the server cannot go on where a download broke off; starting anew"));
    }
    if (head.status == 200) YK_TRY_VOID(CheckLength(head.Header("content-length").value_or("")));
    return part_.SetServedAs(served_as);
  }

  Result<void> CheckLength(std::string_view length) {
    uint64_t bytes = 0;
    std::from_chars(length.data(), length.data() + length.size(), bytes);
    if (total_ == 0) total_ = bytes;
    if (bytes == 0 || bytes == total_) return {};
    return Fail(Code::kCorrupt, "{}: the server sends {} bytes, where the hub says {}; try again later", download_.name,
                bytes, total_.load());
  }

  Result<void> OnChunk(std::string_view bytes) {
    if (total_ > 0 && bytes.size() > total_ - part_.size()) {
      return Fail(Code::kCorrupt, "the server sends more than the {} bytes that {} has; try again later", total_.load(),
                  download_.name);
    }
    if (part_.size() == 0 && bytes.size() >= kMagic.size() && !bytes.starts_with(kMagic)) {
      return Fail(Code::kInvalid, "what the server sends as {} is not a GGUF file; check its name", download_.name);
    }
    YK_TRY_VOID(part_.Append(bytes));
    done_ = part_.size();
    return {};
  }

  /// After an attempt that did not bring the file: says why, waits, or gives up.
  Result<void> Again(const HubAnswer& answer, Retries& retries) {
    if (client_.stop().stop_requested()) return Fail(Stopped());
    net::HttpOutcome outcome = answer.outcome;
    if (outcome.response && outcome.response->status == 416 && part_.size() > 0) {
      // There is nothing behind what we have, and we have not all of what was announced.
      total_ = download_.remote.bytes;
      YK_TRY_VOID(part_.Restart(Mark()));
      listener_.Told(fmt::format("{}: the file has changed on the server; starting anew", download_.name));
      outcome = Broken();
    } else if (refused_ || (outcome.response && outcome.response->status < 400)) {
      outcome = Broken();
    }
    const auto pause = retries.After(outcome);
    if (!pause && outcome.response) return Fail(download_.explain(*outcome.response, answer.elsewhere));
    if (!pause) {
      return Fail(Code::kUnavailable, "{} does not come ({}); {} are kept, and the same command goes on from there",
                  download_.name, outcome.failure->error.message, SpokenBytes(part_.size()));
    }
    if (!refused_) {
      listener_.Told(fmt::format("{}: {} after {}; going on in {}", download_.name, Described(outcome),
                                 SpokenBytes(part_.size()), SpokenTime(*pause)));
    }
    if (!client_.clock().SleepUntil(client_.clock().Now() + *pause, client_.stop())) return Fail(Stopped());
    return {};
  }

  /// An answer that was whole in HTTP's eyes and is not the file.
  net::HttpOutcome Broken() const {
    net::HttpOutcome outcome;
    outcome.failure = net::HttpFailure{
        net::HttpFailureKind::kCutBody,
        Error{Code::kUnavailable, fmt::format("{}: the file did not come whole", download_.remote.url), {}},
        200,
        {}};
    return outcome;
  }

  Result<std::string> Conclude() {
    YK_TRY(const Digest digest, part_.Sha256());
    const std::string is = ToHex(digest);
    const std::string& should = download_.remote.sha256;
    if (!should.empty() && is != should) {
      part_.Remove();
      return Fail(Code::kCorrupt,
                  "{} did not arrive as it was sent: its SHA-256 is {}, and the hub says {}; the part is removed, run "
                  "the same command again",
                  download_.name, is, should);
    }
    YK_TRY_VOID(part_.Finish());
    return is;
  }

  HubClient& client_;
  const Download& download_;
  const RetryRules rules_;
  DownloadListener& listener_;
  PartFile part_;
  std::atomic<uint64_t> total_;  ///< 0: not known yet
  uint64_t at_ = 0;              ///< where the present attempt began
  std::atomic<uint64_t> done_{0};
  bool refused_ = false;  ///< the present answer is of no use
  std::optional<Error> error_;
  std::vector<std::string> notes_;
};

}  // namespace

Result<std::string> FetchFile(HubClient& client, const Download& download, const RetryRules& rules,
                              DownloadListener& listener) {
  YK_TRY(PartFile part, PartFile::Open(download.destination));
  Fetching fetching(client, download, rules, listener, std::move(part));
  auto fetched = fetching.Run();
  if (!fetched) fetching.TidyUp();
  return fetched;
}

Result<uint64_t> FreeBytes(const fs::path& folder) {
  std::error_code error;
  fs::path there = fs::absolute(folder, error);
  while (!fs::exists(there, error) && there.has_relative_path()) there = there.parent_path();
  struct statvfs info {};
  if (::statvfs(there.c_str(), &info) != 0) return Fail(ErrnoError("look at the disk of", there, errno));
  return static_cast<uint64_t>(info.f_bavail) * info.f_frsize;
}

}  // namespace yk::hub
