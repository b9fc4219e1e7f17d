// SPDX-License-Identifier: Apache-2.0
// What both engines of the load generator share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace yk::bench {

struct LoadPlan {
  std::string host = "127.0.0.1";
  uint16_t port = 0;
  std::string path;
  std::vector<std::string> bodies;  ///< request i sends body i modulo their number
  int64_t requests = 0;
  int64_t in_flight = 1000;
};

struct LoadCount {
  int64_t ok = 0;  ///< 200 with a whole body
  int64_t other = 0;
  int64_t bytes = 0;  ///< of bodies
};

/// The least that can be done: one thread, epoll, blocking nothing, reading no more of HTTP than status and length.
Result<LoadCount> RunRaw(const LoadPlan& plan);

}  // namespace yk::bench
