// SPDX-License-Identifier: Apache-2.0
#include "llama/gguf_check.h"

#include <fcntl.h>
#include <gguf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/file.h"
#include "base/hash.h"
#include "llama/library.h"

namespace yk::llama {
namespace {

constexpr size_t kSample = 4096;
constexpr uint64_t kSamples = 256;

struct GgufFree {
  void operator()(gguf_context* context) const { gguf_free(context); }
};

size_t ReadAt(int fd, uint64_t offset, std::vector<char>& buffer) {
  size_t done = 0;
  while (done < buffer.size()) {
    const ssize_t n = ::pread(fd, buffer.data() + done, buffer.size() - done, static_cast<off_t>(offset + done));
    if (n <= 0) break;
    done += static_cast<size_t>(n);
  }
  return done;
}

std::string DigestOf(int fd, uint64_t header_bytes, uint64_t file_bytes) {
  Sha256Stream hash;
  std::vector<char> buffer(kSample);
  const auto add = [&](uint64_t at) { hash.Update({buffer.data(), ReadAt(fd, at, buffer)}); };
  hash.Update(std::to_string(file_bytes));
  for (uint64_t at = 0; at < header_bytes; at += kSample) add(at);
  const uint64_t rest = file_bytes - header_bytes;
  for (uint64_t i = 0; i < kSamples; ++i) add(header_bytes + rest / kSamples * i);
  if (file_bytes > kSample) add(file_bytes - kSample);
  return ToHex(hash.Finish());
}

}  // namespace

Result<GgufCheck> CheckGguf(const std::filesystem::path& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return Fail(ErrnoError("opening the model file", path, errno));
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return Fail(ErrnoError("looking at the model file", path, errno));
  if (!S_ISREG(info.st_mode))
    return Fail(Code::kInvalid, "{} is not a file; name a model file (*.gguf)", path.string());
  std::vector<char> magic(4);
  if (ReadAt(fd.get(), 0, magic) < magic.size() || std::string_view(magic.data(), 4) != "GGUF") {
    return Fail(
        Code::kInvalid,
        "{} is not a model file in GGUF format (it does not begin with GGUF); a download that was answered with "
        "an error page looks like this: fetch it again",
        path.string());
  }

  static_cast<void>(TakeComplaint());
  gguf_init_params params{};
  params.no_alloc = true;
  const std::unique_ptr<gguf_context, GgufFree> header(gguf_init_from_file(path.c_str(), params));
  const auto size = static_cast<uint64_t>(info.st_size);
  if (header == nullptr) {
    return Fail(Code::kCorrupt,
                "the model file {} ({} bytes) is damaged or cut off inside its header ({}); fetch it again",
                path.string(), size, TakeComplaint());
  }
  const uint64_t data = gguf_get_data_offset(header.get());
  uint64_t end = data;
  for (int64_t i = 0; i < gguf_get_n_tensors(header.get()); ++i) {
    end =
        std::max<uint64_t>(end, data + gguf_get_tensor_offset(header.get(), i) + gguf_get_tensor_size(header.get(), i));
  }
  if (end > size) {
    return Fail(Code::kCorrupt,
                "the model file {} is cut off: it has {} bytes and its header announces {}; fetch it again",
                path.string(), size, end);
  }
  return GgufCheck{size, DigestOf(fd.get(), std::min(data, size), size)};
}

}  // namespace yk::llama
