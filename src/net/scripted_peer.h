// SPDX-License-Identifier: Apache-2.0
// Servers for the tests of this folder that keep to no protocol.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/file.h"

namespace yk::net {

/// A socket on loopback that says what it is told: one script per accepted connection, each a list of pieces of which
/// one is sent for each request head that arrives, then the connection is closed.
class ScriptedPeer {
 public:
  explicit ScriptedPeer(std::vector<std::vector<std::string>> scripts) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    YK_CHECK(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0, "a test peer cannot listen");
    YK_CHECK(::listen(listener_.get(), 16) == 0, "a test peer cannot listen");
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, scripts = std::move(scripts)] {
      for (const auto& script : scripts) Play(script);
    });
  }
  ~ScriptedPeer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

 private:
  void Play(const std::vector<std::string>& script) {
    const Fd fd(::accept(listener_.get(), nullptr, nullptr));
    if (!fd.valid()) return;
    std::string in;
    for (const std::string& answer : script) {
      while (in.find("\r\n\r\n") == std::string::npos) {
        char buffer[4096];
        const ssize_t n = ::recv(fd.get(), buffer, sizeof(buffer), 0);
        if (n <= 0) return;
        in.append(buffer, static_cast<size_t>(n));
      }
      in.clear();
      ::send(fd.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }

  Fd listener_;
  uint16_t port_ = 0;
  std::thread thread_;
};

/// Answers one request in two segments, the second only when the kernel has handed over the first.
class SplitPeer {
 public:
  SplitPeer(std::string first, std::string second) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    YK_CHECK(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0, "a test peer cannot listen");
    YK_CHECK(::listen(listener_.get(), 1) == 0, "a test peer cannot listen");
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, first = std::move(first), second = std::move(second)] {
      const Fd fd(::accept(listener_.get(), nullptr, nullptr));
      char buffer[4096];
      if (!fd.valid() || ::recv(fd.get(), buffer, sizeof(buffer), 0) <= 0) return;
      const int on = 1;
      ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      ::send(fd.get(), first.data(), first.size(), MSG_NOSIGNAL);
      std::this_thread::yield();
      ::send(fd.get(), second.data(), second.size(), MSG_NOSIGNAL);
    });
  }
  ~SplitPeer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

 private:
  Fd listener_;
  uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace yk::net
