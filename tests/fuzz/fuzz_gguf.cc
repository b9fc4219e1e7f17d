// SPDX-License-Identifier: Apache-2.0
// Headers of model files: no bytes may crash the reader, hold it up, or make it take more memory than they are long; a
// file that is accepted holds what its header announces.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string_view>

#include "hub/gguf_header.h"
#include "hub/memory_need.h"

namespace {

void Promise(bool held, const char* what) {
  if (held) return;
  std::cerr << "broken promise: " << what << "\n";
  std::abort();
}

/// Gives the bytes in pieces of at most `piece`, as a slow disk may.
yk::hub::GgufBytes In(std::string_view bytes, size_t piece) {
  return {bytes.size(), [bytes, piece](uint64_t offset, char* to, size_t size) {
            Promise(offset < bytes.size(), "reads stay within the file");
            const size_t got = std::min({size, piece, bytes.size() - static_cast<size_t>(offset)});
            std::memcpy(to, bytes.data() + offset, got);
            return got;
          }};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = yk::hub::ParseGgufHeader(In(bytes, size), "m.gguf");
  const auto pieces = yk::hub::ParseGgufHeader(In(bytes, 7), "m.gguf");
  Promise(whole.has_value() == pieces.has_value(), "the reading depends on the bytes only");
  if (!whole) {
    Promise(whole.error().ToString() == pieces.error().ToString(), "so does the refusal");
    Promise(whole.error().ToString().find('\x1b') == std::string::npos, "no escape reaches a terminal");
    return 0;
  }
  Promise(whole->bytes_min <= size && whole->bytes_min == pieces->bytes_min, "the tensors lie in the file");
  (void)yk::hub::KvCacheBytes(*whole, UINT64_MAX);
  // What is cut off the last tensor is missed.
  if (whole->tensor_count > 0 && whole->bytes_min > 0) {
    const auto cut = yk::hub::ParseGgufHeader(In(bytes.substr(0, whole->bytes_min - 1), 4096), "m.gguf");
    Promise(!cut.has_value(), "a truncated file is refused");
  }
  return 0;
}
