// SPDX-License-Identifier: Apache-2.0
#include "base/cipher.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/check.h"

namespace yk {
namespace {

constexpr size_t kBlock = 16;

const char* NameOf(DigestKind kind) {
  switch (kind) {
    case DigestKind::kSha1: return "SHA1";
    case DigestKind::kSha256: return "SHA256";
    case DigestKind::kSha384: return "SHA384";
    case DigestKind::kSha512: return "SHA512";
  }
  return "";
}

const unsigned char* Data(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* Data(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

const EVP_CIPHER* Aes(CipherMode mode, size_t key_bytes) {
  const bool cbc = mode == CipherMode::kCbc;
  switch (key_bytes) {
    case 16: return cbc ? EVP_aes_128_cbc() : EVP_aes_128_ecb();
    case 24: return cbc ? EVP_aes_192_cbc() : EVP_aes_192_ecb();
    case 32: return cbc ? EVP_aes_256_cbc() : EVP_aes_256_ecb();
    default: return nullptr;
  }
}

struct Work {
  CipherMode mode;
  bool encrypt;
  std::string_view key, iv;
};

Result<std::string> RunAes(const Work& work, std::string_view bytes) {
  const EVP_CIPHER* const cipher = Aes(work.mode, work.key.size());
  if (cipher == nullptr) return Fail(Code::kInvalid, "an AES key has 16, 24 or 32 bytes, not {}", work.key.size());
  if (work.mode == CipherMode::kCbc && work.iv.size() != kBlock) {
    return Fail(Code::kInvalid, "an AES initialization vector has 16 bytes, not {}", work.iv.size());
  }
  if (bytes.size() % kBlock != 0) return Fail(Code::kInvalid, "{} bytes are not whole blocks of AES", bytes.size());
  const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  YK_CHECK(context != nullptr && EVP_CipherInit_ex(context.get(), cipher, nullptr, Data(work.key), Data(work.iv),
                                                   work.encrypt ? 1 : 0) == 1,
           "AES is not available");
  EVP_CIPHER_CTX_set_padding(context.get(), 0);
  std::string out(bytes.size(), '\0');
  // The library counts in int.
  constexpr size_t kPiece = size_t{1} << 24;
  for (size_t at = 0; at < bytes.size(); at += kPiece) {
    const size_t piece = std::min(kPiece, bytes.size() - at);
    int done = 0;
    YK_CHECK(EVP_CipherUpdate(context.get(), Data(out) + at, &done, Data(bytes) + at, static_cast<int>(piece)) == 1 &&
                 static_cast<size_t>(done) == piece,
             "AES failed");
  }
  return out;
}

}  // namespace

size_t DigestBytes(DigestKind kind) {
  switch (kind) {
    case DigestKind::kSha1: return 20;
    case DigestKind::kSha256: return 32;
    case DigestKind::kSha384: return 48;
    case DigestKind::kSha512: break;
  }
  return 64;
}

struct DigestMaker::State {
  std::unique_ptr<EVP_MD, void (*)(EVP_MD*)> digest{nullptr, EVP_MD_free};
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  size_t bytes = 0;

  void Begin() {
    YK_CHECK(digest != nullptr && context != nullptr && EVP_DigestInit_ex(context.get(), digest.get(), nullptr) == 1,
             "a message digest is not available");
  }
};

DigestMaker::DigestMaker(DigestKind kind) : state_(std::make_unique<State>()) {
  state_->digest.reset(EVP_MD_fetch(nullptr, NameOf(kind), nullptr));
  state_->bytes = DigestBytes(kind);
  state_->Begin();
}
DigestMaker::~DigestMaker() = default;

DigestMaker& DigestMaker::Add(std::string_view bytes) {
  YK_CHECK(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1, "a message digest failed");
  return *this;
}

std::string DigestMaker::Finish() {
  std::string out(state_->bytes, '\0');
  YK_CHECK(EVP_DigestFinal_ex(state_->context.get(), Data(out), nullptr) == 1, "a message digest failed");
  state_->Begin();
  return out;
}

std::string Hmac(DigestKind kind, std::string_view key, std::string_view bytes) {
  std::string out(DigestBytes(kind), '\0');
  YK_CHECK(EVP_Q_mac(nullptr, "HMAC", nullptr, NameOf(kind), nullptr, key.data(), key.size(), Data(bytes), bytes.size(),
                     Data(out), out.size(), nullptr) != nullptr,
           "HMAC failed");
  return out;
}

Result<std::string> AesDecrypt(CipherMode mode, std::string_view key, std::string_view iv, std::string_view bytes) {
  return RunAes({mode, false, key, iv}, bytes);
}

Result<std::string> AesEncrypt(CipherMode mode, std::string_view key, std::string_view iv, std::string_view bytes) {
  return RunAes({mode, true, key, iv}, bytes);
}

}  // namespace yk
