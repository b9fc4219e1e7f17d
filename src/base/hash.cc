// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"

#include <openssl/evp.h>

#include <random>

#include "base/check.h"

namespace yk {
namespace {

struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextDeleter>;

Context NewContext() {
  Context context(EVP_MD_CTX_new());
  // EVP_sha256() through a static: fetching the algorithm again for each digest costs more than a short digest.
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  YK_CHECK(context != nullptr && EVP_DigestInit_ex(context.get(), sha256, nullptr) == 1, "SHA-256 is not available");
  return context;
}

void Add(EVP_MD_CTX* context, const void* bytes, size_t size) {
  YK_CHECK(EVP_DigestUpdate(context, bytes, size) == 1, "SHA-256 update failed");
}

Digest End(EVP_MD_CTX* context) {
  Digest digest{};
  unsigned size = 0;
  YK_CHECK(EVP_DigestFinal_ex(context, digest.data(), &size) == 1 && size == digest.size(), "SHA-256 failed");
  return digest;
}

}  // namespace

std::string ToHex(const Digest& digest) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out(digest.size() * 2, '0');
  for (size_t i = 0; i < digest.size(); ++i) {
    out[2 * i] = kDigits[digest[i] >> 4];
    out[2 * i + 1] = kDigits[digest[i] & 15];
  }
  return out;
}

/// Fields are short and many, and a call into the library costs more than hashing one of them: they are gathered.
constexpr size_t kGatherBytes = 4096, kUsualBytes = 1024;

struct Hasher::State {
  Context context = NewContext();
  std::string gathered;
};
Hasher::Hasher() : state_(std::make_unique<State>()) { state_->gathered.reserve(kUsualBytes); }
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

Hasher& Hasher::Field(std::string_view bytes) {
  const uint64_t size = bytes.size();
  std::string& gathered = state_->gathered;
  gathered.append(reinterpret_cast<const char*>(&size), sizeof size).append(bytes.substr(0, kGatherBytes));
  if (gathered.size() >= kGatherBytes) {
    Add(state_->context.get(), gathered.data(), gathered.size());
    gathered.clear();
  }
  if (bytes.size() > kGatherBytes) Add(state_->context.get(), bytes.data() + kGatherBytes, bytes.size() - kGatherBytes);
  return *this;
}

Hasher& Hasher::Field(int64_t value) {
  return Field(std::string_view(reinterpret_cast<const char*>(&value), sizeof value));
}

Digest Hasher::Finish() {
  Add(state_->context.get(), state_->gathered.data(), state_->gathered.size());
  return End(state_->context.get());
}

struct Sha256Stream::State {
  Context context = NewContext();
};
Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {}
Sha256Stream::~Sha256Stream() = default;
void Sha256Stream::Update(std::string_view bytes) { Add(state_->context.get(), bytes.data(), bytes.size()); }
Digest Sha256Stream::Finish() { return End(state_->context.get()); }

Digest Sha256(std::string_view bytes) {
  Sha256Stream stream;
  stream.Update(bytes);
  return stream.Finish();
}

int64_t RandomId() {
  thread_local std::mt19937_64 engine = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  int64_t id = 0;
  while (id == 0) id = static_cast<int64_t>(engine() >> 1);
  return id;
}

}  // namespace yk
