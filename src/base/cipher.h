// SPDX-License-Identifier: Apache-2.0
// What files under a password are made of: message digests, their keyed form, AES. Results of SHA-256 as values are in
// base/hash.h.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace yk {

enum class DigestKind { kSha1, kSha256, kSha384, kSha512 };

size_t DigestBytes(DigestKind kind);  ///< 20, 32, 48, 64

/// Digests (FIPS 180-4) of raw bytes, one after the other: passwords are hashed 100,000 times and more.
class DigestMaker {
 public:
  explicit DigestMaker(DigestKind kind);
  ~DigestMaker();
  DigestMaker(const DigestMaker&) = delete;
  DigestMaker& operator=(const DigestMaker&) = delete;

  DigestMaker& Add(std::string_view bytes);
  /// The digest of what was added since the last call.
  std::string Finish();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

/// HMAC (RFC 2104) of the bytes.
std::string Hmac(DigestKind kind, std::string_view key, std::string_view bytes);

enum class CipherMode {
  kEcb,  ///< each block by itself; `iv` is not used
  kCbc,  ///< NIST SP 800-38A; `iv` has 16 bytes
};

/// AES (FIPS 197) without padding. kInvalid: a key that has not 16, 24 or 32 bytes, an iv that has not 16, or bytes
/// that are not whole blocks of 16.
Result<std::string> AesDecrypt(CipherMode mode, std::string_view key, std::string_view iv, std::string_view bytes);
Result<std::string> AesEncrypt(CipherMode mode, std::string_view key, std::string_view iv, std::string_view bytes);

}  // namespace yk
