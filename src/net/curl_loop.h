// SPDX-License-Identifier: Apache-2.0
// The event loop behind CurlHttpClient; private to this folder.
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/file.h"
#include "base/mutex.h"
#include "net/curl_http_client.h"
#include "net/curl_transfer.h"
#include "net/plain_connection.h"

namespace yk::net {

class CurlHttpClient::Loop {
 public:
  Loop(CurlHttpClientOptions options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}
  ~Loop();
  Result<void> Start();
  HttpRequestId Submit(HttpRequest request, HttpDone done);
  void Cancel(HttpRequestId id);
  void Stop();
  int64_t open() const { return open_.load(std::memory_order_relaxed); }

 private:
  /// One libcurl multi handle with its own connection pool.
  struct Shard {
    Loop* loop = nullptr;
    CURLM* multi = nullptr;
    MonoTime timer = MonoTime::max();
    int active = 0;
    bool dirty = false;  ///< may have finished transfers to collect
  };
  /// What the event loop knows of a socket. libcurl drops its interest in a socket after every transfer and takes it
  /// up again with the next one; `registered` outlives that, which saves two system calls a request.
  struct Socket {
    Shard* shard = nullptr;
    PlainConnection* plain = nullptr;  ///< not libcurl's
    uint32_t wanted = 0;
    uint32_t registered = 0;
    bool connection = false;  ///< and not one of the resolver's, which libcurl closes without telling us
  };
  struct Inbox {
    std::vector<PendingRequest> submitted;
    std::vector<HttpRequestId> cancelled;
    bool stop = false;
  };

  void Run();
  Inbox TakeInbox();
  void WaitAndDispatch(bool busy);
  int WaitMilliseconds(MonoTime now) const;
  void RunTimers(MonoTime now);
  void Collect();
  void CheckDeadlines(MonoTime now);
  void ApplyCancels(std::vector<HttpRequestId> ids);
  void CancelAll();
  std::vector<PendingRequest> TakeWaiting(const std::function<bool(const PendingRequest&)>& wanted);

  void Admit(PendingRequest pending);
  void Pump();
  void BeginTransfer(TargetState& target, PendingRequest pending);
  void BeginPlain(TargetState& target, PendingRequest pending);
  void AddActive(Flight& flight, TargetState& target, PendingRequest pending);
  void OnPlainReady(PlainConnection& connection, uint32_t events);
  void Settle(PlainConnection& connection, PlainConnection::Verdict verdict);
  void CloseSocket(PlainConnection& connection);
  void Drop(PlainConnection* connection);
  Transfer* TakeTransfer(TargetState& target);
  void Release(Flight& flight);
  Shard& PickShard(const HostState& host);
  /// Takes the flight out of its engine and gives its one outcome.
  void End(Flight& flight, HttpOutcome outcome);
  void Refuse(PendingRequest pending, HttpFailureKind kind, std::string_view detail = {});
  Result<TargetState*> FindTarget(const std::shared_ptr<const HttpTarget>& target);
  void ForgetUnusedTargets();

  static int OnSocket(CURL* easy, curl_socket_t fd, int what, void* shard, void* ignored);
  static int OnTimer(CURLM* multi, long timeout_ms, void* shard);
  static int OnClose(void* loop, curl_socket_t fd);
  Socket& SocketAt(int fd);
  void Watch(Socket& socket, int fd, uint32_t wanted);

  const CurlHttpClientOptions options_;
  const Clock& clock_;

  // Owned by the io thread once it runs.
  Fd epoll_, wake_;
  CURLSH* share_ = nullptr;
  bool proxies_ = false;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<Socket> sockets_;  ///< by descriptor
  std::unordered_map<const HttpTarget*, std::unique_ptr<TargetState>> targets_;
  std::unordered_map<std::string, std::unique_ptr<HostState>> hosts_;
  std::vector<std::unique_ptr<Transfer>> transfers_;
  std::vector<Transfer*> spare_;  ///< configured for no target
  std::unordered_map<PlainConnection*, std::unique_ptr<PlainConnection>> plain_;
  std::vector<Flight*> active_;
  size_t queued_ = 0;
  MonoTime next_deadline_ = MonoTime::max();  ///< no open request's deadline is earlier

  std::atomic<int64_t> open_{0};
  std::atomic<int64_t> next_id_{1};
  Mutex mutex_;
  Inbox inbox_ YK_GUARDED_BY(mutex_);
  bool asleep_ YK_GUARDED_BY(mutex_) = false;
  bool stopped_ YK_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace yk::net
