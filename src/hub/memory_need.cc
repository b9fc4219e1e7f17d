// SPDX-License-Identifier: Apache-2.0
#include "hub/memory_need.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/file.h"

namespace yk::hub {
namespace {

uint64_t Times(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

/// The number that follows `label` in a file of the kernel; `fallback` when there is none, as in "max".
uint64_t NumberIn(const char* path, std::string_view label, uint64_t fallback) {
  const auto text = ReadFile(path, 1 << 20);
  if (!text) return fallback;
  const size_t at = text->find(label);
  if (at == std::string::npos) return fallback;
  const size_t digit = text->find_first_not_of(" \t", at + label.size());
  if (digit == std::string::npos) return fallback;
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text->data() + digit, text->data() + text->size(), number);
  return error == std::errc() ? number : fallback;
}

}  // namespace

uint64_t KvCacheBytes(const GgufHeader& header, uint64_t tokens) {
  constexpr uint64_t kBytesPerNumber = 2;
  const uint64_t numbers = std::min(header.key_length, UINT64_MAX / 2) + std::min(header.value_length, UINT64_MAX / 2);
  return Times(Times(Times(header.kv_heads, numbers), kBytesPerNumber), tokens);
}

uint64_t AvailableMemory() {
  const uint64_t machine = Times(NumberIn("/proc/meminfo", "MemAvailable:", 0), 1024);
  const uint64_t limit = NumberIn("/sys/fs/cgroup/memory.max", "", UINT64_MAX);
  if (limit == UINT64_MAX) return machine;
  // Pages of files count as used there, and are given up when something else wants the room.
  const uint64_t used = NumberIn("/sys/fs/cgroup/memory.current", "", 0);
  const uint64_t files = NumberIn("/sys/fs/cgroup/memory.stat", "inactive_file", 0);
  const uint64_t taken = used - std::min(used, files);
  return std::min(machine, limit - std::min(limit, taken));
}

}  // namespace yk::hub
