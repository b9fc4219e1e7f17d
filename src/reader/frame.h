// SPDX-License-Identifier: Apache-2.0
// What passes between ReaderPool and yakan-reader: frames on a socket pair, each a fixed header, a JSON text and raw
// bytes; a request may carry one open file. The pool treats every byte it receives as hostile.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace yk::reader {

/// Grows with each change of the frames or of the JSON inside; both ends must agree.
inline constexpr uint16_t kFrameVersion = 2;

struct Frame {
  std::string json;   ///< request or answer
  std::string bytes;  ///< the document's text
};

struct FrameBounds {
  uint32_t json_bytes_max = 256u << 20;  ///< cells of large sheets travel here
  uint64_t bytes_max = uint64_t{64} << 20;
};

/// Child processes live in real time, so this is the machine's clock and not an injected one. nullopt = no deadline.
using FrameDeadline = std::optional<std::chrono::steady_clock::time_point>;

/// Sends one frame, with `file` (>= 0) travelling beside it. kTimeout, or kUnavailable when the peer is gone.
Result<void> SendFrame(int socket, const Frame& frame, int file, FrameDeadline deadline);

struct ReceivedFrame {
  Frame frame;
  Fd file;
};

/// kUnavailable: the peer is gone; kTimeout; kCorrupt: not a frame of ours, or one beyond the bounds.
Result<ReceivedFrame> ReceiveFrame(int socket, const FrameBounds& bounds, FrameDeadline deadline);

}  // namespace yk::reader
