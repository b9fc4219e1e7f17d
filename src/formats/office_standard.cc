// SPDX-License-Identifier: Apache-2.0
// [MS-OFFCRYPTO] 2.3.4.5 to 2.3.4.9.
#include <algorithm>

#include "base/cipher.h"
#include "formats/little_endian.h"
#include "formats/office_scheme.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Reason;

constexpr uint64_t kAes128 = 0x660E, kAes192 = 0x660F, kAes256 = 0x6610;
constexpr uint64_t kRounds = 50'000;
constexpr size_t kSalt = 16, kVerifier = 16, kVerifierHash = 32;

class StandardScheme final : public OfficeScheme {
 public:
  /// `verifier`: EncryptionVerifier.
  StandardScheme(size_t key_bytes, std::string_view verifier)
      : key_bytes_(key_bytes),
        salt_(verifier.substr(4, kSalt)),
        input_(verifier.substr(4 + kSalt, kVerifier)),
        value_(verifier.substr(8 + kSalt + kVerifier, kVerifierHash)) {}

  std::string KeyFor(std::string_view password) const override {
    DigestMaker digest(DigestKind::kSha1);
    std::string hash = digest.Add(salt_).Add(password).Finish();
    for (uint64_t round = 0; round < kRounds; ++round) hash = digest.Add(LittleEndian(round, 4)).Add(hash).Finish();
    hash = digest.Add(hash).Add(LittleEndian(0, 4)).Finish();
    std::string key;
    for (const char pad : {'\x36', '\x5C'}) {
      std::string block(64, pad);
      for (size_t i = 0; i < hash.size(); ++i) block[i] = static_cast<char>(block[i] ^ hash[i]);
      key += digest.Add(block).Finish();
    }
    key.resize(key_bytes_);
    const std::string expected = Decrypt(key, value_).substr(0, hash.size());
    return digest.Add(Decrypt(key, input_)).Finish() == expected ? key : std::string();
  }

  std::string Decrypt(std::string_view key, std::string_view encrypted) const override {
    return AesDecrypt(CipherMode::kEcb, key, {}, encrypted).value();
  }

 private:
  const size_t key_bytes_;
  const std::string salt_, input_, value_;
};

}  // namespace

Result<std::unique_ptr<OfficeScheme>> MakeStandardScheme(std::string_view info) {
  const uint64_t header_size = LittleEndianNumber(info, 0, 4);
  const std::string_view header = info.substr(std::min<size_t>(info.size(), 4));
  if (header.size() < 32 || header_size < 32 || header_size + 8 + kSalt + kVerifier + kVerifierHash > header.size()) {
    return Fail(reader::ReasonError(Reason::kCorrupt,
                                    "the file is encrypted, and what says how is damaged; get it again or save it "
                                    "without a password"));
  }
  const uint64_t algorithm = LittleEndianNumber(header, 8, 4);
  const uint64_t bits = LittleEndianNumber(header, 16, 4);
  const bool aes = (algorithm == kAes128 && bits == 128) || (algorithm == kAes192 && bits == 192) ||
                   (algorithm == kAes256 && bits == 256);
  if (!aes || LittleEndianNumber(header, header_size, 4) != kSalt) {
    return Fail(reader::ReasonError(
        Reason::kUnsupported,
        fmt::format("the file is encrypted by a cipher that is not read (number {:#x}, {} bits); save it without a "
                    "password",
                    algorithm, bits)));
  }
  return std::unique_ptr<OfficeScheme>(std::make_unique<StandardScheme>(bits / 8, header.substr(header_size)));
}

}  // namespace yk::formats
