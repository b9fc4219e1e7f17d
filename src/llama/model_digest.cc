// SPDX-License-Identifier: Apache-2.0
#include "llama/model_digest.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/file.h"
#include "base/hash.h"

namespace yk::llama {
namespace {

/// The metadata and the list of tensors stand in the first megabytes, or far enough into them to tell models apart.
constexpr uint64_t kHead = uint64_t{1} << 20;
constexpr size_t kSample = 4096;
constexpr uint64_t kSamples = 256;

class Sampler {
 public:
  explicit Sampler(int fd) : fd_(fd), buffer_(kSample) {}

  void Add(uint64_t at, Sha256Stream& hash) {
    size_t done = 0;
    while (done < buffer_.size()) {
      const ssize_t n = ::pread(fd_, buffer_.data() + done, buffer_.size() - done, static_cast<off_t>(at + done));
      if (n <= 0) break;
      done += static_cast<size_t>(n);
    }
    hash.Update({buffer_.data(), done});
  }

 private:
  const int fd_;
  std::vector<char> buffer_;
};

}  // namespace

Result<std::string> ModelDigest(const hub::ModelOnDisk& model) {
  Sha256Stream hash;
  for (const std::filesystem::path& path : model.files) {
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) return Fail(ErrnoError("read", path, errno));
    std::error_code error;
    const uint64_t size = std::filesystem::file_size(path, error);
    hash.Update(std::to_string(size));
    Sampler sampler(fd.get());
    const uint64_t head = std::min(kHead, size);
    for (uint64_t at = 0; at < head; at += kSample) sampler.Add(at, hash);
    for (uint64_t i = 0; i < kSamples; ++i) sampler.Add(head + (size - head) / kSamples * i, hash);
    if (size > kSample) sampler.Add(size - kSample, hash);
  }
  return ToHex(hash.Finish());
}

}  // namespace yk::llama
