// SPDX-License-Identifier: Apache-2.0
#include "reader/frame.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

namespace yk::reader {
namespace {

constexpr uint32_t kMagic = 0x31524B59;  // "YKR1"

/// Both ends run on one machine, out of one build: no byte order to settle.
struct Header {
  uint32_t magic = kMagic;
  uint16_t version = kFrameVersion;
  uint16_t reserved = 0;
  uint32_t json_bytes = 0;
  uint32_t padding = 0;
  uint64_t bytes = 0;
};
static_assert(sizeof(Header) == 24);

Failure PeerGone() { return Fail(Code::kUnavailable, "the reader process ended"); }

Result<void> WaitFor(int socket, short events, FrameDeadline deadline) {
  for (;;) {
    int timeout = -1;
    if (deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return Fail(Code::kTimeout, "the reader process did not answer in time");
      timeout = static_cast<int>(std::min<int64_t>(left.count(), INT_MAX));
    }
    pollfd poll_fd{socket, events, 0};
    const int n = ::poll(&poll_fd, 1, timeout);
    if (n > 0) return {};
    if (n < 0 && errno != EINTR) return PeerGone();
  }
}

Result<void> SendBytes(int socket, std::string_view bytes, FrameDeadline deadline) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      YK_TRY_VOID(WaitFor(socket, POLLOUT, deadline));
    } else if (errno != EINTR) {
      return PeerGone();
    }
  }
  return {};
}

Result<void> ReceiveBytes(int socket, char* out, size_t size, FrameDeadline deadline) {
  while (size > 0) {
    YK_TRY_VOID(WaitFor(socket, POLLIN, deadline));
    const ssize_t n = ::recv(socket, out, size, MSG_DONTWAIT);
    if (n == 0) return PeerGone();
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) continue;
    if (n < 0) return PeerGone();
    out += n;
    size -= static_cast<size_t>(n);
  }
  return {};
}

/// The header goes in one message, because the file travels with its first byte.
Result<void> SendHeader(int socket, const Header& header, int file, FrameDeadline deadline) {
  iovec piece{const_cast<Header*>(&header), sizeof(header)};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  if (file >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(part), &file, sizeof(int));
  }
  for (;;) {
    const ssize_t n = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
      const std::string_view whole(reinterpret_cast<const char*>(&header), sizeof(header));
      return SendBytes(socket, whole.substr(static_cast<size_t>(n)), deadline);
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      YK_TRY_VOID(WaitFor(socket, POLLOUT, deadline));
    } else if (errno != EINTR) {
      return PeerGone();
    }
  }
}

Fd TakeFile(msghdr& message) {
  Fd file;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(part), sizeof(int));
    file = Fd(fd);
  }
  return file;
}

Result<Fd> ReceiveHeader(int socket, Header& header, FrameDeadline deadline) {
  for (;;) {
    YK_TRY_VOID(WaitFor(socket, POLLIN, deadline));
    iovec piece{&header, sizeof(header)};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t n = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) continue;
    if (n <= 0) return PeerGone();
    Fd file = TakeFile(message);
    auto* rest = reinterpret_cast<char*>(&header) + n;
    YK_TRY_VOID(ReceiveBytes(socket, rest, sizeof(header) - static_cast<size_t>(n), deadline));
    return file;
  }
}

/// Grows the buffer with what really arrives, so that a lying header cannot make us allocate its claim.
Result<std::string> ReceiveString(int socket, uint64_t size, FrameDeadline deadline) {
  constexpr uint64_t kStep = uint64_t{1} << 20;
  std::string out;
  while (out.size() < size) {
    const size_t have = out.size();
    out.resize(have + static_cast<size_t>(std::min(kStep, size - have)));
    YK_TRY_VOID(ReceiveBytes(socket, out.data() + have, out.size() - have, deadline));
  }
  return out;
}

}  // namespace

Result<void> SendFrame(int socket, const Frame& frame, int file, FrameDeadline deadline) {
  Header header;
  header.json_bytes = static_cast<uint32_t>(frame.json.size());
  header.bytes = frame.bytes.size();
  YK_TRY_VOID(SendHeader(socket, header, file, deadline));
  YK_TRY_VOID(SendBytes(socket, frame.json, deadline));
  return SendBytes(socket, frame.bytes, deadline);
}

Result<ReceivedFrame> ReceiveFrame(int socket, const FrameBounds& bounds, FrameDeadline deadline) {
  Header header;
  ReceivedFrame received;
  YK_TRY(received.file, ReceiveHeader(socket, header, deadline));
  if (header.magic != kMagic) return Fail(Code::kCorrupt, "the reader process sent something that is no frame");
  if (header.version != kFrameVersion) {
    return Fail(Code::kConflict,
                "yakan-reader speaks protocol version {}, this program {}; install both from one build", header.version,
                kFrameVersion);
  }
  if (header.json_bytes > bounds.json_bytes_max || header.bytes > bounds.bytes_max) {
    return Fail(Code::kExhausted, "the reader's answer of {} bytes is over the limit of {}",
                header.json_bytes + header.bytes, bounds.bytes_max);
  }
  YK_TRY(received.frame.json, ReceiveString(socket, header.json_bytes, deadline));
  YK_TRY(received.frame.bytes, ReceiveString(socket, header.bytes, deadline));
  return received;
}

}  // namespace yk::reader
