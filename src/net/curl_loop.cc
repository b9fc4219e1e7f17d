// SPDX-License-Identifier: Apache-2.0
#include "net/curl_loop.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <optional>

#include "base/check.h"
#include "base/log.h"

namespace yk::net {
namespace {

constexpr int kEventsMax = 256;

bool ProxyInEnvironment() {
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return true;
  }
  return false;
}

}  // namespace

CurlHttpClient::Loop::~Loop() {
  Stop();
  transfers_.clear();  // before the multi handles, whose pools still close connections through the handles' callbacks
  for (auto& shard : shards_) {
    if (shard->multi != nullptr) curl_multi_cleanup(shard->multi);
  }
  if (share_ != nullptr) curl_share_cleanup(share_);
}

Result<void> CurlHttpClient::Loop::Start() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  epoll_ = Fd(::epoll_create1(EPOLL_CLOEXEC));
  wake_ = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!epoll_.valid() || !wake_.valid()) {
    return Fail(Code::kExhausted, "no file descriptor is left for HTTP requests; raise `ulimit -n`");
  }
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_.get();
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event);

  proxies_ = ProxyInEnvironment();
  share_ = curl_share_init();
  // One thread uses the share, so it needs no lock functions.
  curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
  curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  for (int i = 0; i < std::max(1, options_.shards); ++i) {
    auto shard = std::make_unique<Shard>();
    shard->loop = this;
    shard->multi = curl_multi_init();
    YK_CHECK(shard->multi != nullptr, "no memory for the HTTP client");
    curl_multi_setopt(shard->multi, CURLMOPT_SOCKETFUNCTION, &Loop::OnSocket);
    curl_multi_setopt(shard->multi, CURLMOPT_SOCKETDATA, shard.get());
    curl_multi_setopt(shard->multi, CURLMOPT_TIMERFUNCTION, &Loop::OnTimer);
    curl_multi_setopt(shard->multi, CURLMOPT_TIMERDATA, shard.get());
    curl_multi_setopt(shard->multi, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.in_flight_max));
    shards_.push_back(std::move(shard));
  }
  thread_ = std::thread([this] {
    ::pthread_setname_np(::pthread_self(), "io");
    Run();
  });
  return {};
}

HttpRequestId CurlHttpClient::Loop::Submit(HttpRequest request, HttpDone done) {
  PendingRequest pending{HttpRequestId{next_id_.fetch_add(1, std::memory_order_relaxed)}, std::move(request),
                         std::move(done)};
  const HttpRequestId id = pending.id;
  open_.fetch_add(1, std::memory_order_relaxed);
  bool wake = false;
  std::optional<PendingRequest> refused;
  {
    MutexLock lock(mutex_);
    if (stopped_) {
      refused = std::move(pending);
    } else {
      inbox_.submitted.push_back(std::move(pending));
      // One wake-up serves every submission until the thread has looked.
      wake = std::exchange(asleep_, false);
    }
  }
  if (wake) ::eventfd_write(wake_.get(), 1);
  if (refused) Refuse(std::move(*refused), HttpFailureKind::kCancelled, "the client has stopped");
  return id;
}

void CurlHttpClient::Loop::Cancel(HttpRequestId id) {
  bool wake = false;
  {
    MutexLock lock(mutex_);
    if (stopped_) return;
    inbox_.cancelled.push_back(id);
    wake = std::exchange(asleep_, false);
  }
  if (wake) ::eventfd_write(wake_.get(), 1);
}

void CurlHttpClient::Loop::Stop() {
  {
    MutexLock lock(mutex_);
    inbox_.stop = true;
    asleep_ = false;
  }
  if (wake_.valid()) ::eventfd_write(wake_.get(), 1);
  if (thread_.joinable()) thread_.join();
}

CurlHttpClient::Loop::Inbox CurlHttpClient::Loop::TakeInbox() {
  Inbox taken;
  MutexLock lock(mutex_);
  taken.stop = inbox_.stop;
  std::swap(taken.submitted, inbox_.submitted);
  std::swap(taken.cancelled, inbox_.cancelled);
  return taken;
}

void CurlHttpClient::Loop::Run() {
  for (;;) {
    Inbox inbox = TakeInbox();
    for (PendingRequest& pending : inbox.submitted) Admit(std::move(pending));
    if (!inbox.cancelled.empty()) ApplyCancels(std::move(inbox.cancelled));
    if (inbox.stop) {
      CancelAll();
      MutexLock lock(mutex_);
      if (inbox_.submitted.empty()) {
        stopped_ = true;
        return;
      }
      continue;
    }
    const MonoTime now = clock_.Now();
    RunTimers(now);
    Collect();
    CheckDeadlines(now);
    Pump();
    bool busy = false;
    {
      MutexLock lock(mutex_);
      busy = !inbox_.submitted.empty() || !inbox_.cancelled.empty() || inbox_.stop;
      asleep_ = !busy;
    }
    WaitAndDispatch(busy);
    Collect();
  }
}

int CurlHttpClient::Loop::WaitMilliseconds(MonoTime now) const {
  MonoTime next = next_deadline_;
  for (const auto& shard : shards_) next = std::min(next, shard->timer);
  if (next == MonoTime::max()) return -1;
  if (next <= now) return 0;
  // Rounded up: a wake-up just before the time would spin.
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(next - now).count();
  return static_cast<int>(std::min<int64_t>(ms, 60'000));
}

void CurlHttpClient::Loop::WaitAndDispatch(bool busy) {
  epoll_event events[kEventsMax];
  const int count = ::epoll_wait(epoll_.get(), events, kEventsMax, busy ? 0 : WaitMilliseconds(clock_.Now()));
  if (!busy) {
    MutexLock lock(mutex_);
    asleep_ = false;
  }
  for (int i = 0; i < count; ++i) {
    const int fd = events[i].data.fd;
    if (fd == wake_.get()) {
      eventfd_t ignored = 0;
      ::eventfd_read(fd, &ignored);
      continue;
    }
    Socket& socket = sockets_[static_cast<size_t>(fd)];
    if (socket.plain != nullptr) {
      OnPlainReady(*socket.plain, events[i].events);
      continue;
    }
    if (socket.wanted == 0) {
      // An idle connection was closed by its server or sends nonsense: libcurl finds out when it next looks at it.
      if (socket.registered != 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
      socket.registered = 0;
      continue;
    }
    int mask = 0;
    if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLRDHUP)) mask |= CURL_CSELECT_IN;
    if (events[i].events & EPOLLOUT) mask |= CURL_CSELECT_OUT;
    if (events[i].events & EPOLLERR) mask |= CURL_CSELECT_ERR;
    int running = 0;
    Shard* shard = socket.shard;
    shard->dirty = true;
    curl_multi_socket_action(shard->multi, fd, mask, &running);
  }
}

void CurlHttpClient::Loop::RunTimers(MonoTime now) {
  for (auto& shard : shards_) {
    if (shard->timer > now) continue;
    shard->timer = MonoTime::max();
    shard->dirty = true;
    int running = 0;
    curl_multi_socket_action(shard->multi, CURL_SOCKET_TIMEOUT, 0, &running);
  }
}

void CurlHttpClient::Loop::Collect() {
  for (auto& shard : shards_) {
    if (!shard->dirty) continue;
    shard->dirty = false;
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(shard->multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      Transfer* transfer = nullptr;
      const CURLcode code = message->data.result;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      End(*transfer, transfer->Finish(code, clock_.Now()));
    }
  }
}

// The bound next_deadline_ is kept low cheaply and made exact only when it comes due, so that a request with a
// deadline far away costs one comparison and not a place in a heap.
void CurlHttpClient::Loop::CheckDeadlines(MonoTime now) {
  if (now < next_deadline_) return;
  std::vector<Flight*> late;
  MonoTime next = MonoTime::max();
  for (Flight* flight : active_) {
    if (flight->limit <= now)
      late.push_back(flight);
    else
      next = std::min(next, flight->limit);
  }
  std::vector<PendingRequest> late_waiting = TakeWaiting([&](const PendingRequest& p) {
    if (p.request.deadline > now) next = std::min(next, p.request.deadline);
    return p.request.deadline <= now;
  });
  // At most a thousand looks a second, however close together deadlines lie.
  next_deadline_ = next == MonoTime::max() ? next : std::max(next, now + std::chrono::milliseconds(1));
  for (Flight* flight : late) End(*flight, flight->Failure(HttpFailureKind::kTimeout, ""));
  for (PendingRequest& pending : late_waiting) Refuse(std::move(pending), HttpFailureKind::kTimeout);
}

std::vector<PendingRequest> CurlHttpClient::Loop::TakeWaiting(
    const std::function<bool(const PendingRequest&)>& wanted) {
  std::vector<PendingRequest> taken;
  for (auto& [key, host] : hosts_) {
    auto& waiting = host->waiting;
    const auto end =
        std::stable_partition(waiting.begin(), waiting.end(), [&](const PendingRequest& p) { return !wanted(p); });
    queued_ -= static_cast<size_t>(waiting.end() - end);
    std::move(end, waiting.end(), std::back_inserter(taken));
    waiting.erase(end, waiting.end());
  }
  return taken;
}

void CurlHttpClient::Loop::ApplyCancels(std::vector<HttpRequestId> ids) {
  std::sort(ids.begin(), ids.end());
  const auto hit = [&](HttpRequestId id) { return std::binary_search(ids.begin(), ids.end(), id); };
  std::vector<Flight*> flights;
  std::copy_if(active_.begin(), active_.end(), std::back_inserter(flights),
               [&](const Flight* f) { return hit(f->pending.id); });
  std::vector<PendingRequest> waiting = TakeWaiting([&](const PendingRequest& p) { return hit(p.id); });
  for (Flight* flight : flights) End(*flight, flight->Failure(HttpFailureKind::kCancelled, ""));
  for (PendingRequest& pending : waiting) Refuse(std::move(pending), HttpFailureKind::kCancelled);
}

void CurlHttpClient::Loop::CancelAll() {
  std::vector<PendingRequest> waiting = TakeWaiting([](const PendingRequest&) { return true; });
  while (!active_.empty())
    End(*active_.back(), active_.back()->Failure(HttpFailureKind::kCancelled, "the client stops"));
  for (PendingRequest& pending : waiting) Refuse(std::move(pending), HttpFailureKind::kCancelled, "the client stops");
}

int CurlHttpClient::Loop::OnTimer(CURLM*, long timeout_ms, void* data) {
  auto* shard = static_cast<Shard*>(data);
  shard->timer = timeout_ms < 0 ? MonoTime::max() : shard->loop->clock_.Now() + std::chrono::milliseconds(timeout_ms);
  return 0;
}

int CurlHttpClient::Loop::OnSocket(CURL*, curl_socket_t fd, int what, void* data, void*) {
  auto* shard = static_cast<Shard*>(data);
  Socket& socket = shard->loop->SocketAt(fd);
  socket.shard = shard;
  uint32_t wanted = 0;
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) wanted |= EPOLLIN;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) wanted |= EPOLLOUT;
  shard->loop->Watch(socket, fd, wanted);
  return 0;
}

CurlHttpClient::Loop::Socket& CurlHttpClient::Loop::SocketAt(int fd) {
  const auto index = static_cast<size_t>(fd);
  if (index >= sockets_.size()) sockets_.resize(index + 64);
  return sockets_[index];
}

void CurlHttpClient::Loop::Watch(Socket& socket, int fd, uint32_t wanted) {
  socket.wanted = wanted;
  // A connection begins by waiting for room to write; the resolver's sockets only ever wait for input.
  if (wanted & EPOLLOUT) socket.connection = true;
  if (wanted == socket.registered) return;
  // Level triggered: waiting for input on an idle connection is free, waiting for room to write would spin.
  if (wanted == 0 && socket.registered == EPOLLIN && socket.connection) return;
  epoll_event event{};
  event.events = wanted;
  event.data.fd = fd;
  const int operation = wanted == 0 ? EPOLL_CTL_DEL : socket.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (::epoll_ctl(epoll_.get(), operation, fd, &event) != 0 && wanted != 0) {
    // A descriptor that libcurl's resolver duplicates or reuses behind our back: what counts is the present state.
    const int other = operation == EPOLL_CTL_ADD ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (::epoll_ctl(epoll_.get(), other, fd, &event) != 0) {
      log::Error("cannot watch a connection (errno {}); its request ends at its deadline", errno);
    }
  }
  socket.registered = wanted;
}

int CurlHttpClient::Loop::OnClose(void* data, curl_socket_t fd) {
  auto* loop = static_cast<Loop*>(data);
  // Closing takes the descriptor out of epoll; its number may come back as another connection.
  if (static_cast<size_t>(fd) < loop->sockets_.size()) loop->sockets_[static_cast<size_t>(fd)] = Socket{};
  return ::close(fd);
}

}  // namespace yk::net
