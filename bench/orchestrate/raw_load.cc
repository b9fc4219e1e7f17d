// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <string_view>

#include "base/file.h"
#include "load.h"

namespace yk::bench {
namespace {

struct Lane {
  Fd fd;
  std::string in;
  bool busy = false;
};

/// Total length of the response at the start of `in`, once its head is there; 0 before.
size_t ResponseSize(std::string_view in, int& status, int64_t& body) {
  const size_t head = in.find("\r\n\r\n");
  if (head == std::string_view::npos || in.size() < 12) return 0;
  std::from_chars(in.data() + 9, in.data() + 12, status);
  constexpr std::string_view kLength = "Content-Length: ";
  const size_t at = in.find(kLength);
  body = 0;
  if (at != std::string_view::npos && at < head) {
    std::from_chars(in.data() + at + kLength.size(), in.data() + head + 2, body);
  }
  return head + 4 + static_cast<size_t>(body);
}

class RawLoad {
 public:
  explicit RawLoad(const LoadPlan& plan) : plan_(plan) {}

  Result<LoadCount> Run() {
    epoll_ = Fd(::epoll_create1(EPOLL_CLOEXEC));
    Prepare();
    lanes_.resize(static_cast<size_t>(std::min(plan_.in_flight, plan_.requests)));
    for (size_t i = 0; i < lanes_.size(); ++i) {
      YK_TRY_VOID(Open(i));
      YK_TRY_VOID(Ask(lanes_[i]));
    }
    epoll_event events[512];
    while (count_.ok + count_.other < plan_.requests) {
      const int n = ::epoll_wait(epoll_.get(), events, 512, 30'000);
      if (n == 0) return Fail(Code::kTimeout, "the server stopped answering");
      for (int i = 0; i < n; ++i) YK_TRY_VOID(Take(lanes_[events[i].data.u64]));
    }
    return count_;
  }

 private:
  void Prepare() {
    for (const std::string& body : plan_.bodies) {
      requests_.push_back(
          fmt::format("POST {} HTTP/1.1\r\nHost: {}:{}\r\nContent-Type: application/json\r\n"
                      "Accept: */*\r\nContent-Length: {}\r\n\r\n{}",
                      plan_.path, plan_.host, plan_.port, body.size(), body));
    }
  }

  Result<void> Open(size_t index) {
    Lane& lane = lanes_[index];
    lane.fd = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(plan_.port);
    ::inet_pton(AF_INET, plan_.host.c_str(), &address.sin_addr);
    if (::connect(lane.fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
      return Fail(Code::kUnavailable, "cannot connect to {}:{}", plan_.host, plan_.port);
    }
    const int on = 1;
    ::setsockopt(lane.fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = index;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, lane.fd.get(), &event);
    return {};
  }

  Result<void> Ask(Lane& lane) {
    if (sent_ >= plan_.requests) return {};
    const std::string& request = requests_[static_cast<size_t>(sent_++) % requests_.size()];
    lane.busy = true;
    for (size_t at = 0; at < request.size();) {
      const ssize_t n = ::send(lane.fd.get(), request.data() + at, request.size() - at, MSG_NOSIGNAL);
      if (n <= 0) return Fail(Code::kUnavailable, "the server closed a connection");
      at += static_cast<size_t>(n);
    }
    return {};
  }

  Result<void> Take(Lane& lane) {
    char buffer[16384];
    const ssize_t n = ::recv(lane.fd.get(), buffer, sizeof(buffer), MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) return {};
    if (n <= 0) return Fail(Code::kUnavailable, "the server closed a connection");
    lane.in.append(buffer, static_cast<size_t>(n));
    int status = 0;
    int64_t body = 0;
    const size_t size = ResponseSize(lane.in, status, body);
    if (size == 0 || lane.in.size() < size || !lane.busy) return {};
    ++(status == 200 ? count_.ok : count_.other);
    count_.bytes += body;
    lane.in.erase(0, size);
    lane.busy = false;
    return Ask(lane);
  }

  const LoadPlan& plan_;
  Fd epoll_;
  std::vector<std::string> requests_;
  std::vector<Lane> lanes_;
  int64_t sent_ = 0;
  LoadCount count_;
};

}  // namespace

Result<LoadCount> RunRaw(const LoadPlan& plan) { return RawLoad(plan).Run(); }

}  // namespace yk::bench
