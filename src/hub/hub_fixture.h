// SPDX-License-Identifier: Apache-2.0
// Hubs for tests: two servers that speak the protocols of the Hugging Face Hub and of the Ollama registry, one for
// names and one for bytes, and that fail as told.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/hash.h"
#include "hub/add_model.h"
#include "hub/gguf_fixture.h"
#include "net/curl_http_client.h"
#include "net/http_server.h"
#include "testing/temp_dir.h"

namespace yk::hub {

/// Time goes on as usual, and who wants to sleep is told that it is over. Remembers for how long they wanted to.
class SleeplessClock final : public Clock {
 public:
  MonoTime Now() const override { return clock_.Now(); }
  WallTime WallNow() const override { return clock_.WallNow(); }
  bool SleepUntil(MonoTime t, std::stop_token stop) const override {
    slept.push_back(t - Now());
    return !stop.stop_requested();
  }
  mutable std::vector<Duration> slept;

 private:
  const SystemClock clock_{};
};

/// Keeps what is told.
class ListenerOfNotes final : public DownloadListener {
 public:
  void Progress(const std::string&, uint64_t done, uint64_t total) override {
    if (on_progress) on_progress(done, total);
  }
  void Told(const std::string& sentence) override { told += sentence + "\n"; }
  std::string told;
  std::function<void(uint64_t, uint64_t)> on_progress;
};

class HubTest : public ::testing::Test {
 protected:
  using Exchange = std::shared_ptr<net::HttpExchange>;
  /// Answers one request for bytes in place of the storage; false: the storage does.
  using Fault = std::function<bool(const Exchange&)>;

  HubTest() {
    storage_ = std::move(*net::HttpServer::Start({}, [this](const Exchange& e) { Store(e); }));
    hub_ = std::move(*net::HttpServer::Start({}, [this](const Exchange& e) { Name(e); }));
    settings_.models_dir = dir_ / "models";
    settings_.huggingface.base = settings_.ollama.base = hub_->url();
    http_ = std::move(*net::CurlHttpClient::Create({}, clock_));
  }
  ~HubTest() override {
    http_->Stop();
    hub_->Stop(Duration::zero());
    storage_->Stop(Duration::zero());
  }

  Result<AddedModel> Add(const std::string& name, const std::string& source, bool replace = false) {
    HubClient client(*http_, clock_, stop_.get_token(), client_options_);
    AddOptions options{name, source, replace, rules_, free_bytes_};
    return AddModel(client, settings_, options, listener_);
  }
  std::string Refusal(const std::string& name, const std::string& source) {
    const auto added = Add(name, source);
    EXPECT_FALSE(added) << source;
    return added ? "" : added.error().ToString();
  }
  static std::string ShaOf(const std::string& bytes) { return ToHex(Sha256(bytes)); }
  std::string FileAt(const std::string& path) {
    auto bytes = ReadFile(dir_ / ("models/" + path));
    return bytes ? *bytes : bytes.error().ToString();
  }
  /// What was asked, "hub HEAD /path" or "storage GET /path bytes=5- \"tag\"", a token marked by " token".
  std::vector<std::string> Asked() {
    std::lock_guard lock(mutex_);
    return asked_;
  }
  std::vector<std::string> AskedOfStorage() {
    std::vector<std::string> out;
    for (const auto& line : Asked()) {
      if (line.starts_with("storage ")) out.push_back(line.substr(8));
    }
    return out;
  }
  /// The storage's answer, but for its end.
  Fault CutAfter(size_t bytes) {
    return [this, bytes](const Exchange&) {
      cut_ = bytes;
      return false;
    };
  }
  static Fault Answer(net::HttpReply reply) {
    return [reply](const Exchange& e) { return e->Send(reply), true; };
  }

  /// What the hub has: "owner/repo/file" or "sha256:…".
  std::map<std::string, std::string> files_;
  std::string commit_ = "c0ffee";
  std::function<bool(const Exchange&)> at_hub_;  ///< answers in place of the hub, when true
  std::deque<Fault> faults_;                     ///< one for each request for bytes
  bool ranges_ = true;
  std::string storage_tag_ = "\"v1\"";

  const testing::TempDir dir_;
  const SleeplessClock clock_;
  HubSettings settings_;
  HubClientOptions client_options_;
  RetryRules rules_;
  std::function<Result<uint64_t>(const std::filesystem::path&)> free_bytes_ = FreeBytes;
  ListenerOfNotes listener_;
  std::stop_source stop_;
  std::vector<Exchange> held_;  ///< of the storage's thread
  std::unique_ptr<net::HttpServer> storage_, hub_;
  std::unique_ptr<net::CurlHttpClient> http_;

 private:
  void Remember(const char* server, const Exchange& e) {
    std::string line = fmt::format("{} {} {}", server, e->method(), e->target());
    for (const char* header : {"range", "if-range"}) {
      if (const auto value = e->Header(header)) line += " " + std::string(*value);
    }
    if (e->Header("authorization")) line += " token";
    std::lock_guard lock(mutex_);
    asked_.push_back(std::move(line));
  }

  void Name(const Exchange& e);
  void Store(const Exchange& e);

  std::optional<size_t> cut_;  ///< of the storage's thread
  std::mutex mutex_;
  std::vector<std::string> asked_;
};

inline void HubTest::Name(const Exchange& e) {
  Remember("hub", e);
  if (at_hub_ && at_hub_(e)) return;
  std::string path(e->path());
  if (path.starts_with("/v2/") && path.find("/blobs/") != std::string::npos) {
    return e->Send({.status = 307, .headers = {{"Location", storage_->url() + path.substr(path.rfind('/'))}}});
  }
  const size_t resolve = path.find("/resolve/");
  const size_t name = resolve == std::string::npos ? resolve : path.find('/', resolve + 9);
  const std::string file = name == std::string::npos ? path : path.substr(1, resolve - 1) + path.substr(name);
  const auto found = files_.find(file);
  if (found == files_.end()) return e->Send({.status = 404, .headers = {{"X-Error-Code", "EntryNotFound"}}});
  e->Send({.status = 302,
           .headers = {{"Location", storage_->url() + "/" + file + "?signed=1"},
                       {"X-Repo-Commit", commit_},
                       {"X-Linked-Size", std::to_string(found->second.size())},
                       {"X-Linked-Etag", "\"" + ShaOf(found->second) + "\""}}});
}

inline void HubTest::Store(const Exchange& e) {
  Remember("storage", e);
  if (!faults_.empty()) {
    const Fault fault = std::move(faults_.front());
    faults_.pop_front();
    if (fault(e)) return;
  }
  const auto found = files_.find(std::string(e->path().substr(1)));
  if (found == files_.end()) return e->Send({.status = 404});
  const std::string& bytes = found->second;
  const std::string range(e->Header("range").value_or(""));
  const auto if_range = e->Header("if-range");
  net::HttpReply reply{.headers = {{"ETag", storage_tag_}}, .body = bytes};
  if (ranges_ && range.starts_with("bytes=") && (!if_range || *if_range == storage_tag_)) {
    const size_t first = std::stoull(range.substr(6));
    if (first >= bytes.size()) return e->Send({.status = 416});
    reply.status = 206;
    reply.headers.push_back({"Content-Range", fmt::format("bytes {}-{}/{}", first, bytes.size() - 1, bytes.size())});
    reply.body = bytes.substr(first);
  }
  reply.cut_after = std::exchange(cut_, std::nullopt);
  e->Send(std::move(reply));
}

}  // namespace yk::hub
