// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace yk {

/// A SHA-256 digest (FIPS 180-4).
using Digest = std::array<uint8_t, 32>;

std::string ToHex(const Digest& digest);

/// SHA-256 over a sequence of fields, each preceded by its length, so that ("ab","c") and ("a","bc") differ.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  Hasher& Field(std::string_view bytes);
  Hasher& Field(int64_t value);
  Digest Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// SHA-256 of the bytes alone, as `sha256sum` prints it when given to ToHex.
Digest Sha256(std::string_view bytes);

/// A running SHA-256 of raw bytes, for files larger than memory.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  void Update(std::string_view bytes);
  Digest Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// 63 random bits, never 0: lease ids, worker ids.
int64_t RandomId();

}  // namespace yk
