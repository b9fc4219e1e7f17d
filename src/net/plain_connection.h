// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 over a TCP connection of our own; private to this folder. libcurl spends some 20 µs of its own on a request
// to a local model server; this spends 3. The response is read by Beast's parser.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/file.h"
#include "net/flight.h"

namespace yk::net {

/// One connection to a host named by address, and the request it carries now. The event loop calls it when its socket
/// is ready; it does no waiting of its own.
class PlainConnection final : public Flight {
 public:
  enum class Verdict {
    kWait,    ///< for wanted()
    kDone,    ///< the response is whole: take Success()
    kFailed,  ///< take Lost()
  };

  PlainConnection();
  ~PlainConnection() override;

  /// Starts to connect to one of the host's addresses.
  Verdict Connect(HostState& host);
  /// Sends the pending request over the open connection.
  Verdict Send();
  Verdict OnReady(uint32_t epoll_events);

  /// EPOLLIN and EPOLLOUT as the socket is to be watched for.
  uint32_t wanted() const;
  int fd() const { return fd_.get(); }
  HostState* host() const { return host_; }
  /// After kDone: may carry another request.
  bool reusable() const { return reusable_; }
  /// After kFailed: Connect may help, because the server had closed the idle connection or has another address.
  bool again() const { return again_; }
  HttpOutcome Lost() { return Failure(lost_kind_, lost_detail_); }
  /// Gives the descriptor up to be closed; Connect takes another.
  Fd Disconnect();

 private:
  struct Parser;

  Verdict Connected();
  Verdict NotConnected(int error);
  Verdict Write();
  Verdict Read();
  Verdict Parse(std::string_view bytes);
  Verdict AtEnd(int error);
  Verdict Lose(HttpFailureKind kind, std::string_view detail);

  Fd fd_;
  std::unique_ptr<Parser> parser_;
  bool connecting_ = false;
  bool used_ = false;   ///< carried a request before
  bool heard_ = false;  ///< something of the response came
  bool reusable_ = false;
  bool again_ = false;
  size_t address_ = 0;  ///< the one tried last
  HostState* host_ = nullptr;
  std::string out_head_;
  size_t sent_ = 0;       ///< of head and body together
  std::string unparsed_;  ///< the start of a head that is not whole yet
  HttpFailureKind lost_kind_ = HttpFailureKind::kReset;
  std::string lost_detail_;
};

/// The addresses of a host that needs no name service: an address, or localhost. Empty: it needs one.
std::vector<sockaddr_storage> LiteralAddresses(const UrlParts& url);

/// Request line and headers of every request to a target, but for Content-Length and the empty line.
std::string PlainHead(const HttpTarget& target, const UrlParts& url, std::string_view user_agent);

}  // namespace yk::net
