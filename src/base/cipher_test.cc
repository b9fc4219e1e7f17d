// SPDX-License-Identifier: Apache-2.0
#include "base/cipher.h"

#include <gtest/gtest.h>

#include "base/base64.h"

namespace yk {
namespace {

std::string FromHex(std::string_view hex) {
  std::string out;
  for (size_t at = 0; at + 1 < hex.size(); at += 2)
    out += static_cast<char>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16));
  return out;
}

std::string Hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

// The examples of FIPS 180-4.
TEST(DigestMaker, MakesTheDigestsOfTheStandardOneAfterTheOther) {
  DigestMaker sha1(DigestKind::kSha1), sha256(DigestKind::kSha256), sha384(DigestKind::kSha384),
      sha512(DigestKind::kSha512);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(Hex(sha1.Add("a").Add("bc").Finish()), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(Hex(sha256.Add("abc").Finish()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(Hex(sha384.Add("abc").Finish()),
              "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
    EXPECT_EQ(Hex(sha512.Add("abc").Finish()),
              "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423"
              "643ce80e2a9ac94fa54ca49f");
  }
  EXPECT_EQ(Hex(sha1.Finish()), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

// RFC 4231, test case 2, and RFC 2202 for SHA-1.
TEST(Hmac, MakesTheValuesOfItsStandard) {
  EXPECT_EQ(Hex(Hmac(DigestKind::kSha1, "Jefe", "what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(Hex(Hmac(DigestKind::kSha256, "Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

// NIST SP 800-38A, F.1.1, F.1.5, F.2.1, F.2.5: the first two blocks.
TEST(Aes, EncryptsAndDecryptsTheExamplesOfItsStandard) {
  const std::string plain = FromHex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
  const std::string key128 = FromHex("2b7e151628aed2a6abf7158809cf4f3c");
  const std::string key256 = FromHex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
  const std::string iv = FromHex("000102030405060708090a0b0c0d0e0f");
  const struct {
    CipherMode mode;
    std::string_view key;
    const char* encrypted;
  } cases[] = {
      {CipherMode::kEcb, key128, "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"},
      {CipherMode::kEcb, key256, "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870"},
      {CipherMode::kCbc, key128, "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"},
      {CipherMode::kCbc, key256, "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(Hex(*AesEncrypt(one.mode, one.key, iv, plain)), one.encrypted);
    EXPECT_EQ(*AesDecrypt(one.mode, one.key, iv, FromHex(one.encrypted)), plain);
  }
}

TEST(Aes, RefusesKeysVectorsAndBytesOfAWrongSize) {
  const std::string key(16, 'k'), iv(16, 'i');
  EXPECT_EQ(AesDecrypt(CipherMode::kEcb, "short", "", "").error().code, Code::kInvalid);
  EXPECT_EQ(AesDecrypt(CipherMode::kCbc, key, "short", "").error().code, Code::kInvalid);
  EXPECT_EQ(AesDecrypt(CipherMode::kCbc, key, iv, "no block").error().code, Code::kInvalid);
  EXPECT_EQ(*AesDecrypt(CipherMode::kCbc, key, iv, ""), "");
}

// RFC 4648, section 10.
TEST(Base64, GoesBothWaysAndRefusesWhatIsNone) {
  const std::pair<const char*, const char*> pairs[] = {{"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
                                                       {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : pairs) {
    EXPECT_EQ(EncodeBase64(bytes), text);
    EXPECT_EQ(DecodeBase64(text), bytes);
  }
  EXPECT_EQ(DecodeBase64(" Zm9v\n"), "foo");
  EXPECT_EQ(DecodeBase64("Zm9"), std::nullopt);
  EXPECT_EQ(DecodeBase64("Zm9*"), std::nullopt);
}

}  // namespace
}  // namespace yk
