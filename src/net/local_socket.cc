// SPDX-License-Identifier: Apache-2.0
#include "net/local_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "base/log.h"

namespace yk::net {
namespace {

constexpr size_t kLineMax = size_t{4} << 20;
constexpr size_t kPeersMax = 64;

using std::chrono::steady_clock;

Result<sockaddr_un> AddressOf(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& text = path.native();
  if (text.empty() || text.size() >= sizeof(address.sun_path)) {
    return Fail(Code::kInvalid,
                "the socket path {} is longer than the {} bytes the system allows; use a shorter folder", text,
                sizeof(address.sun_path) - 1);
  }
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

Fd NewSocket() { return Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)); }

int ConnectTo(int fd, const sockaddr_un& address) {
  return ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ? 0 : errno;
}

/// A socket file that nobody listens on is removed; anything else in the way is an error.
Result<void> ClearStale(const std::filesystem::path& path, const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode)) {
    return Fail(Code::kConflict, "{} is in the way: it is not a socket; move it elsewhere", path.string());
  }
  Fd probe = NewSocket();
  const int error = ConnectTo(probe.get(), address);
  if (error == 0 || error == EAGAIN) {
    return Fail(Code::kConflict, "another process already listens on {}", path.string());
  }
  if (error != ECONNREFUSED && error != ENOENT) return Fail(ErrnoError("cannot probe", path, error));
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return Fail(ErrnoError("cannot remove", path, errno));
  return {};
}

bool TrustedPeer(int fd) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == ::geteuid() || peer.uid == 0;
}

struct Peer {
  Fd fd;
  std::string in, out;
  bool closing = false;
};

}  // namespace

class LocalServer::Impl {
 public:
  Impl(std::filesystem::path path, Handler handler) : path_(std::move(path)), handler_(std::move(handler)) {}

  ~Impl() {
    if (!thread_.joinable()) return;
    ::eventfd_write(wake_.get(), 1);
    thread_.join();
    struct stat status {};
    if (::lstat(path_.c_str(), &status) == 0 && status.st_ino == inode_ && status.st_dev == device_)
      ::unlink(path_.c_str());
  }

  Result<void> Start() {
    YK_TRY(const sockaddr_un address, AddressOf(path_));
    YK_TRY_VOID(ClearStale(path_, address));
    listener_ = NewSocket();
    wake_ = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!listener_.valid() || !wake_.valid()) return Fail(ErrnoError("cannot open a socket for", path_, errno));
    // On the descriptor, before bind: the file never exists with wider rights, and the process's umask stays alone.
    ::fchmod(listener_.get(), 0600);
    if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      return Fail(ErrnoError("cannot listen on", path_, errno));
    }
    struct stat status {};
    if (::chmod(path_.c_str(), 0600) != 0 || ::lstat(path_.c_str(), &status) != 0) {
      return Fail(ErrnoError("cannot protect", path_, errno));
    }
    inode_ = status.st_ino;
    device_ = status.st_dev;
    if (::listen(listener_.get(), 64) != 0) return Fail(ErrnoError("cannot listen on", path_, errno));
    thread_ = std::thread([this] {
      ::pthread_setname_np(::pthread_self(), "local-socket");
      Run();
    });
    return {};
  }

 private:
  void Run() {
    for (;;) {
      std::vector<pollfd> polled{{wake_.get(), POLLIN, 0}, {listener_.get(), 0, 0}};
      if (peers_.size() < kPeersMax) polled[1].events = POLLIN;
      for (const Peer& peer : peers_) {
        polled.push_back({peer.fd.get(), static_cast<short>(peer.out.empty() ? POLLIN : POLLOUT), 0});
      }
      if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return;
      if (polled[0].revents != 0) return;
      for (size_t i = 0; i < peers_.size(); ++i) {
        if (polled[i + 2].revents != 0) Serve(peers_[i]);
      }
      std::erase_if(peers_, [](const Peer& peer) { return peer.closing; });
      if (polled[1].revents != 0) AcceptPeers();
    }
  }

  void AcceptPeers() {
    while (peers_.size() < kPeersMax) {
      Fd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!fd.valid()) return;
      if (!TrustedPeer(fd.get())) continue;
      peers_.push_back(Peer{std::move(fd), {}, {}, false});
    }
  }

  void Serve(Peer& peer) {
    if (!peer.out.empty()) return Flush(peer);
    char buffer[16384];
    const ssize_t n = ::recv(peer.fd.get(), buffer, sizeof(buffer), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
      peer.closing = true;
      return;
    }
    peer.in.append(buffer, static_cast<size_t>(n));
    AnswerLine(peer);
    if (peer.in.size() > kLineMax) peer.closing = true;
  }

  /// One line at a time: the next one is looked at when the answer has left, which bounds what a peer can pile up.
  void AnswerLine(Peer& peer) {
    const size_t end = peer.in.find('\n');
    if (end == std::string::npos) return;
    Result<Json> request = ParseJson(std::string_view(peer.in).substr(0, end));
    peer.in.erase(0, end + 1);
    Json answer;
    try {
      answer = request ? handler_(*request) : Json{{"error", "the line is not JSON: " + request.error().ToString()}};
    } catch (const std::exception& e) {
      log::Error("a command on {} failed: {}", path_.string(), e.what());
      answer = Json{{"error", e.what()}};
    }
    peer.out = DumpJson(answer) + "\n";
    Flush(peer);
  }

  void Flush(Peer& peer) {
    const ssize_t n = ::send(peer.fd.get(), peer.out.data(), peer.out.size(), MSG_NOSIGNAL);
    if (n < 0) {
      peer.closing = errno != EAGAIN && errno != EINTR;
      return;
    }
    peer.out.erase(0, static_cast<size_t>(n));
    if (peer.out.empty()) AnswerLine(peer);
  }

  const std::filesystem::path path_;
  const Handler handler_;
  Fd listener_, wake_;
  ino_t inode_ = 0;
  dev_t device_ = 0;
  std::vector<Peer> peers_;
  std::thread thread_;
};

LocalServer::LocalServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LocalServer::~LocalServer() = default;

Result<std::unique_ptr<LocalServer>> LocalServer::Start(const std::filesystem::path& path, Handler handler) {
  auto impl = std::make_unique<Impl>(path, std::move(handler));
  YK_TRY_VOID(impl->Start());
  return std::unique_ptr<LocalServer>(new LocalServer(std::move(impl)));
}

namespace {

/// Waits for the events until the deadline; kTimeout when they do not come.
Result<void> WaitFor(int fd, short events, steady_clock::time_point deadline, const std::filesystem::path& path) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
    pollfd polled{fd, events, 0};
    const int n = left > 0 ? ::poll(&polled, 1, static_cast<int>(std::min<int64_t>(left, 1 << 30))) : 0;
    if (n > 0) return {};
    if (n == 0)
      return Fail(Code::kTimeout, "no answer on {} in time; the process that owns it may be stopped", path.string());
    if (errno != EINTR) return Fail(ErrnoError("cannot wait on", path, errno));
  }
}

}  // namespace

Result<Json> LocalCall(const std::filesystem::path& path, const Json& request, Duration timeout) {
  const auto deadline = steady_clock::now() + timeout;
  YK_TRY(const sockaddr_un address, AddressOf(path));
  Fd fd = NewSocket();
  if (!fd.valid()) return Fail(ErrnoError("cannot open a socket for", path, errno));
  for (int error = ConnectTo(fd.get(), address); error != 0; error = ConnectTo(fd.get(), address)) {
    if (error == ENOENT) return Fail(Code::kNotFound, "nobody listens on {}", path.string());
    if (error == ECONNREFUSED)
      return Fail(Code::kUnavailable, "the process that listened on {} is gone", path.string());
    if (error != EAGAIN && error != EINTR) return Fail(ErrnoError("cannot reach", path, error));
    // The listener's backlog is full for a moment.
    if (steady_clock::now() > deadline) return Fail(Code::kTimeout, "{} takes no connection in time", path.string());
    ::poll(nullptr, 0, 5);
  }
  std::string out = DumpJson(request) + "\n";
  for (size_t sent = 0; sent < out.size();) {
    const ssize_t n = ::send(fd.get(), out.data() + sent, out.size() - sent, MSG_NOSIGNAL);
    if (n > 0)
      sent += static_cast<size_t>(n);
    else if (errno == EAGAIN)
      YK_TRY_VOID(WaitFor(fd.get(), POLLOUT, deadline, path));
    else if (errno != EINTR)
      return Fail(ErrnoError("cannot send to", path, errno));
  }
  std::string in;
  for (;;) {
    YK_TRY_VOID(WaitFor(fd.get(), POLLIN, deadline, path));
    char buffer[16384];
    const ssize_t n = ::recv(fd.get(), buffer, sizeof(buffer), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (n <= 0) return Fail(Code::kUnavailable, "the process behind {} ended without an answer", path.string());
    in.append(buffer, static_cast<size_t>(n));
    const size_t end = in.find('\n');
    if (end != std::string::npos) {
      Result<Json> answer = ParseJson(std::string_view(in).substr(0, end));
      if (!answer)
        return Fail(Code::kCorrupt, "the answer on {} is not JSON: {}", path.string(), answer.error().ToString());
      return answer;
    }
    if (in.size() > 16 * kLineMax) return Fail(Code::kCorrupt, "the answer on {} does not end", path.string());
  }
}

}  // namespace yk::net
