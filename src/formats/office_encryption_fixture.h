// SPDX-License-Identifier: Apache-2.0
// Encrypts packages as Office does, for tests: the way back of what office_agile.cc and office_standard.cc do.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/base64.h"
#include "base/cipher.h"
#include "formats/compound_fixture.h"
#include "formats/little_endian.h"
#include "text/charset.h"

namespace yk::formats {

inline std::string Filled(std::string bytes, size_t unit, char with = '\0') {
  bytes.resize((bytes.size() + unit - 1) / unit * unit, with);
  return bytes;
}

struct AgileChoice {
  DigestKind digest = DigestKind::kSha512;
  std::string digest_name = "SHA512";
  size_t key_bytes = 32;
  int rounds = 1000;  ///< Office: 100,000
};

/// [MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15.
inline std::string EncryptAgile(const std::string& package, const std::string& password,
                                const AgileChoice& choice = {}) {
  using namespace std::string_literals;
  const std::string salt = "salt of package.", password_salt = "salt of password", verifier = "sixteen letters.";
  const std::string key = std::string("the package's key, thirty-two...").substr(0, choice.key_bytes);
  DigestMaker digest(choice.digest);
  const auto fitted = [](std::string bytes, size_t size) { return bytes.resize(size, '\x36'), bytes; };
  const auto encrypt = [](const std::string& with, const std::string& iv, const std::string& bytes) {
    return AesEncrypt(CipherMode::kCbc, with, iv, Filled(bytes, 16)).value();
  };
  std::string stream = LittleEndian(package.size(), 8);
  for (size_t segment = 0; segment * 4096 < package.size(); ++segment) {
    const std::string iv = fitted(digest.Add(salt).Add(LittleEndian(segment, 4)).Finish(), 16);
    stream += encrypt(key, iv, package.substr(segment * 4096, 4096));
  }
  std::string hash = digest.Add(password_salt).Add(text::EncodeAs(password, "UTF-16LE").value()).Finish();
  for (int i = 0; i < choice.rounds; ++i)
    hash = digest.Add(LittleEndian(static_cast<uint64_t>(i), 4)).Add(hash).Finish();
  const auto under_password = [&](const std::string& purpose, const std::string& value) {
    return EncodeBase64(
        encrypt(fitted(digest.Add(hash).Add(purpose).Finish(), choice.key_bytes), password_salt, value));
  };
  const auto under_key = [&](const std::string& purpose, const std::string& value) {
    return EncodeBase64(encrypt(key, fitted(digest.Add(salt).Add(purpose).Finish(), 16), value));
  };
  const std::string hmac_key(DigestBytes(choice.digest), 'h');
  const std::string parameters = fmt::format(
      R"(saltSize="16" blockSize="16" keyBits="{}" hashSize="{}" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="{}")",
      choice.key_bytes * 8, DigestBytes(choice.digest), choice.digest_name);
  const std::string info = fmt::format(
      R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><keyData {0} saltValue="{1}"/><dataIntegrity encryptedHmacKey="{2}" encryptedHmacValue="{3}"/><keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><p:encryptedKey spinCount="{4}" {0} saltValue="{5}" encryptedVerifierHashInput="{6}" encryptedVerifierHashValue="{7}" encryptedKeyValue="{8}"/></keyEncryptor></keyEncryptors></encryption>)",
      parameters, EncodeBase64(salt), under_key("\x5F\xB2\xAD\x01\x0C\xB9\xE1\xF6"s, hmac_key),
      under_key("\xA0\x67\x7F\x02\xB2\x2C\x84\x33"s, Hmac(choice.digest, hmac_key, stream)), choice.rounds,
      EncodeBase64(password_salt), under_password("\xFE\xA7\xD2\x76\x3B\x4B\x9E\x79"s, verifier),
      under_password("\xD7\xAA\x0F\x6D\x30\x61\x34\x4E"s, digest.Add(verifier).Finish()),
      under_password("\x14\x6E\x0B\xE7\xAB\xAC\xD0\xD6"s, key));
  return MakeCompound({{"EncryptionInfo", LittleEndian(4, 2) + LittleEndian(4, 2) + LittleEndian(0x40, 4) + info},
                       {"EncryptedPackage", stream}});
}

/// [MS-OFFCRYPTO] 2.3.4.5 to 2.3.4.9.
inline std::string EncryptStandard(const std::string& package, const std::string& password, size_t key_bytes = 16) {
  const std::string salt = "sixteen of salt.", verifier = "sixteen letters.";
  DigestMaker digest(DigestKind::kSha1);
  std::string hash = digest.Add(salt).Add(text::EncodeAs(password, "UTF-16LE").value()).Finish();
  for (uint64_t i = 0; i < 50'000; ++i) hash = digest.Add(LittleEndian(i, 4)).Add(hash).Finish();
  hash = digest.Add(hash).Add(LittleEndian(0, 4)).Finish();
  std::string key;
  for (const char pad : {'\x36', '\x5C'}) {
    std::string block(64, pad);
    for (size_t i = 0; i < hash.size(); ++i) block[i] = static_cast<char>(block[i] ^ hash[i]);
    key += digest.Add(block).Finish();
  }
  key.resize(key_bytes);
  const auto encrypt = [&](std::string bytes) {
    return AesEncrypt(CipherMode::kEcb, key, {}, Filled(std::move(bytes), 16)).value();
  };
  const std::string provider =
      text::EncodeAs("Microsoft Enhanced RSA and AES Cryptographic Provider", "UTF-16LE").value() +
      std::string(2, '\0');
  const uint64_t algorithm = key_bytes == 16 ? 0x660E : key_bytes == 24 ? 0x660F : 0x6610;
  const std::string header = LittleEndian(0x24, 4) + LittleEndian(0, 4) + LittleEndian(algorithm, 4) +
                             LittleEndian(0x8004, 4) + LittleEndian(key_bytes * 8, 4) + LittleEndian(0x18, 4) +
                             LittleEndian(0, 8) + provider;
  const std::string info = LittleEndian(4, 2) + LittleEndian(2, 2) + LittleEndian(0x24, 4) +
                           LittleEndian(header.size(), 4) + header + LittleEndian(16, 4) + salt + encrypt(verifier) +
                           LittleEndian(20, 4) + encrypt(digest.Add(verifier).Finish());
  return MakeCompound(
      {{"EncryptionInfo", info}, {"EncryptedPackage", LittleEndian(package.size(), 8) + encrypt(package)}});
}

}  // namespace yk::formats
