// SPDX-License-Identifier: Apache-2.0
// Reads the bytes of a GGUF header in order; private to this folder.
#pragma once

#include <bit>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "hub/gguf_header.h"

namespace yk::hub {

static_assert(std::endian::native == std::endian::little, "GGUF is read as it lies in memory");

/// A place in the bytes, with a buffer. Every read beyond the end or beyond the largest header is an error and not a
/// short read; nothing is allocated by a length that the bytes name without being checked first.
class GgufCursor {
 public:
  GgufCursor(const GgufBytes& bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}

  Result<void> Take(void* to, size_t size);
  Result<void> Skip(uint64_t size);
  template <typename T>
  Result<T> Number() {
    T value{};
    YK_TRY_VOID(Take(&value, sizeof value));
    return value;
  }
  /// A string with its length before it, of at most `max` bytes.
  Result<std::string> String(uint64_t max);
  Result<void> SkipString();

  uint64_t at() const { return at_; }
  uint64_t left() const { return bytes_.size - at_; }
  const std::string& name() const { return name_; }

  /// "x.gguf is damaged: <what>; copy or download it again"
  Failure Damaged(std::string_view what) const;
  /// For a length that goes beyond the file: most of these were cut while they were copied.
  Failure Cut() const;

 private:
  Result<void> Fits(uint64_t size) const;

  const GgufBytes& bytes_;
  const std::string name_;
  uint64_t at_ = 0;
  std::vector<char> buffer_;
  uint64_t buffer_at_ = 0;
};

}  // namespace yk::hub
