// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace yk::net {

struct SseEvent {
  std::string type;  ///< "message" unless the stream named one
  std::string data;  ///< lines joined by LF
  std::string id;    ///< last event id so far
};

struct SseLimits {
  size_t line_bytes_max = size_t{1} << 20;
  size_t event_bytes_max = size_t{8} << 20;
};

/// Reads a text/event-stream (WHATWG HTML 9.2) from pieces cut anywhere. An event is given out when its blank line
/// arrives; an unfinished one at the end of the stream is dropped, as the standard says. Not thread-safe.
class SseParser {
 public:
  using OnEvent = std::function<void(const SseEvent&)>;
  explicit SseParser(OnEvent on_event, SseLimits limits = {});

  /// kExhausted: a line or an event is longer than its limit; the parser takes nothing more.
  Result<void> Feed(std::string_view bytes);

  /// Data of an event whose blank line has not arrived.
  bool incomplete() const { return has_data_ || !line_.empty(); }
  /// The reconnection time the server asked for last.
  std::optional<std::chrono::milliseconds> retry() const { return retry_; }

 private:
  Result<void> Append(std::string_view piece);
  Result<void> EndLine();
  void Dispatch();

  OnEvent on_event_;
  const SseLimits limits_;
  std::string line_;
  SseEvent event_;
  bool has_data_ = false;
  bool at_start_ = true;   ///< a byte order mark may still come
  bool after_cr_ = false;  ///< a LF now belongs to the line end already seen
  bool failed_ = false;
  std::optional<std::chrono::milliseconds> retry_;
};

}  // namespace yk::net
