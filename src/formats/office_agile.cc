// SPDX-License-Identifier: Apache-2.0
// [MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15.
#include <algorithm>
#include <array>
#include <pugixml.hpp>

#include "base/base64.h"
#include "base/cipher.h"
#include "formats/little_endian.h"
#include "formats/office_scheme.h"
#include "formats/zip_package.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using namespace std::string_view_literals;
using reader::Reason;

constexpr size_t kBlock = 16;
constexpr size_t kSegment = 4096;
constexpr uint64_t kRoundsMax = 10'000'000;  ///< the most that the specification allows

constexpr auto kVerifierInput = "\xFE\xA7\xD2\x76\x3B\x4B\x9E\x79"sv;
constexpr auto kVerifierValue = "\xD7\xAA\x0F\x6D\x30\x61\x34\x4E"sv;
constexpr auto kPackageKey = "\x14\x6E\x0B\xE7\xAB\xAC\xD0\xD6"sv;
constexpr auto kHmacKey = "\x5F\xB2\xAD\x01\x0C\xB9\xE1\xF6"sv;
constexpr auto kHmacValue = "\xA0\x67\x7F\x02\xB2\x2C\x84\x33"sv;

Failure Damaged() {
  return Fail(
      reader::ReasonError(Reason::kCorrupt,
                          "the file is encrypted, and what says how is damaged; get it again or save it without a "
                          "password"));
}

/// What <keyData> and <encryptedKey> have in common.
struct Parameters {
  DigestKind digest = DigestKind::kSha512;
  size_t key_bytes = 0;
  std::string salt;
};

/// As the specification makes keys and vectors out of digests: cut, or filled up with 0x36.
std::string Fitted(std::string bytes, size_t size) {
  bytes.resize(size, '\x36');
  return bytes;
}

Result<Parameters> ReadParameters(const pugi::xml_node& node) {
  constexpr std::array<std::pair<std::string_view, DigestKind>, 6> kDigests = {{{"SHA1", DigestKind::kSha1},
                                                                                {"SHA-1", DigestKind::kSha1},
                                                                                {"SHA256", DigestKind::kSha256},
                                                                                {"SHA384", DigestKind::kSha384},
                                                                                {"SHA512", DigestKind::kSha512},
                                                                                {"SHA-512", DigestKind::kSha512}}};
  const std::string_view cipher = node.attribute("cipherAlgorithm").value();
  const std::string_view chaining = node.attribute("cipherChaining").value();
  const std::string_view digest = node.attribute("hashAlgorithm").value();
  const unsigned bits = node.attribute("keyBits").as_uint();
  const auto* const known =
      std::find_if(kDigests.begin(), kDigests.end(), [&](const auto& one) { return one.first == digest; });
  if (cipher != "AES" || chaining != "ChainingModeCBC" || known == kDigests.end() ||
      (bits != 128 && bits != 192 && bits != 256)) {
    return Fail(reader::ReasonError(
        Reason::kUnsupported,
        fmt::format("the file is encrypted by {} ({} bits, {}, {}), which is not read; save it without a password",
                    cipher.substr(0, 20), bits, chaining.substr(0, 20), digest.substr(0, 20))));
  }
  const auto salt = DecodeBase64(node.attribute("saltValue").value());
  if (!salt || salt->empty()) return Damaged();
  return Parameters{known->second, bits / 8, *salt};
}

/// A value in base64 that is whole blocks of the cipher.
Result<std::string> Blocks(const pugi::xml_node& node, const char* name) {
  auto value = DecodeBase64(node.attribute(name).value());
  if (!value || value->empty() || value->size() % kBlock != 0) return Damaged();
  return *std::move(value);
}

std::string Decrypted(std::string_view key, std::string_view iv, std::string_view bytes) {
  return AesDecrypt(CipherMode::kCbc, key, iv, bytes).value();
}

class AgileScheme final : public OfficeScheme {
 public:
  static Result<std::unique_ptr<OfficeScheme>> Make(std::string_view info) {
    pugi::xml_document document;
    YK_TRY_VOID(ParseXml(info, "EncryptionInfo", document));
    auto scheme = std::make_unique<AgileScheme>();
    const pugi::xml_node root = document.document_element();
    for (const pugi::xml_node& node : root.children()) {
      if (LocalName(node) == "keyData") {
        YK_TRY(scheme->package_, ReadParameters(node));
      } else if (LocalName(node) == "dataIntegrity" && node.attribute("encryptedHmacKey")) {
        YK_TRY(scheme->hmac_key_, Blocks(node, "encryptedHmacKey"));
        YK_TRY(scheme->hmac_value_, Blocks(node, "encryptedHmacValue"));
      } else if (LocalName(node) == "keyEncryptors") {
        for (const pugi::xml_node& encryptor : node.children()) YK_TRY_VOID(scheme->ReadEncryptor(encryptor));
      }
    }
    const bool complete = !scheme->package_.salt.empty() && !scheme->password_.salt.empty() &&
                          scheme->package_key_.size() >= scheme->package_.key_bytes;
    if (!complete) return Damaged();
    return std::unique_ptr<OfficeScheme>(std::move(scheme));
  }

  std::string KeyFor(std::string_view password) const override {
    DigestMaker digest(password_.digest);
    std::string hash = digest.Add(password_.salt).Add(password).Finish();
    for (uint64_t round = 0; round < rounds_; ++round) hash = digest.Add(LittleEndian(round, 4)).Add(hash).Finish();
    const std::string iv = Fitted(password_.salt, kBlock);
    const auto opened = [&](std::string_view purpose, std::string_view value) {
      return Decrypted(Fitted(digest.Add(hash).Add(purpose).Finish(), password_.key_bytes), iv, value);
    };
    // Filled up to whole blocks: only the salt's length is meant.
    const std::string input = opened(kVerifierInput, verifier_input_).substr(0, password_.salt.size());
    const std::string expected = opened(kVerifierValue, verifier_value_).substr(0, DigestBytes(password_.digest));
    if (digest.Add(input).Finish() != expected) return {};
    return opened(kPackageKey, package_key_).substr(0, package_.key_bytes);
  }

  std::string Decrypt(std::string_view key, std::string_view encrypted) const override {
    DigestMaker digest(package_.digest);
    std::string out;
    out.reserve(encrypted.size());
    for (uint64_t segment = 0; segment * kSegment < encrypted.size(); ++segment) {
      const std::string iv = Fitted(digest.Add(package_.salt).Add(LittleEndian(segment, 4)).Finish(), kBlock);
      out += Decrypted(key, iv, encrypted.substr(segment * kSegment, kSegment));
    }
    return out;
  }

  bool IsIntact(std::string_view key, std::string_view stream) const override {
    if (hmac_key_.empty()) return true;
    DigestMaker digest(package_.digest);
    const auto opened = [&](std::string_view purpose, std::string_view value) {
      const std::string iv = Fitted(digest.Add(package_.salt).Add(purpose).Finish(), kBlock);
      return Decrypted(key, iv, value).substr(0, DigestBytes(package_.digest));
    };
    return Hmac(package_.digest, opened(kHmacKey, hmac_key_), stream) == opened(kHmacValue, hmac_value_);
  }

 private:
  /// One of them holds the key under a password; others, under certificates, are left alone.
  Result<void> ReadEncryptor(const pugi::xml_node& encryptor) {
    constexpr auto kPassword = "http://schemas.microsoft.com/office/2006/keyEncryptor/password"sv;
    if (encryptor.attribute("uri").value() != kPassword) return {};
    const pugi::xml_node node = encryptor.first_child();
    YK_TRY(password_, ReadParameters(node));
    rounds_ = node.attribute("spinCount").as_ullong(kRoundsMax + 1);
    if (rounds_ > kRoundsMax) return Damaged();
    YK_TRY(verifier_input_, Blocks(node, "encryptedVerifierHashInput"));
    YK_TRY(verifier_value_, Blocks(node, "encryptedVerifierHashValue"));
    YK_TRY(package_key_, Blocks(node, "encryptedKeyValue"));
    return {};
  }

  Parameters package_, password_;
  uint64_t rounds_ = 0;
  std::string verifier_input_, verifier_value_, package_key_;
  std::string hmac_key_, hmac_value_;  ///< empty: the file does not tell
};

}  // namespace

Result<std::unique_ptr<OfficeScheme>> MakeAgileScheme(std::string_view info) { return AgileScheme::Make(info); }

}  // namespace yk::formats
