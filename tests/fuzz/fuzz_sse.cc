// SPDX-License-Identifier: Apache-2.0
// Event streams of model servers, cut anywhere: the events may not depend on where the pieces end.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <vector>

#include "net/sse.h"

namespace {

struct Reading {
  std::vector<std::string> events;
  bool failed = false;
  friend bool operator==(const Reading&, const Reading&) = default;
};

Reading Read(std::string_view bytes, size_t piece) {
  Reading reading;
  yk::net::SseParser parser(
      [&](const yk::net::SseEvent& event) {
        reading.events.push_back(event.type + "\n" + event.id + "\n" + event.data);
      },
      {.line_bytes_max = 512, .event_bytes_max = 2048});
  for (size_t at = 0; at < bytes.size() && !reading.failed; at += piece) {
    reading.failed = !parser.Feed(bytes.substr(at, piece)).has_value();
  }
  return reading;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Reading whole = Read(bytes, bytes.size());
  const Reading pieces = Read(bytes, 1 + data[0] % 7);
  if (!(whole == pieces)) {
    std::cerr << "broken promise: the events depend on where the pieces end\n";
    std::abort();
  }
  return 0;
}
