// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "packed/formats.h"

namespace yk::packed {
namespace {

constexpr size_t kInputMax = size_t{1} << 30;  // zlib counts in unsigned int

struct EndInflate {
  void operator()(z_stream* stream) const {
    inflateEnd(stream);
    delete stream;
  }
};

Failure Damaged(std::string_view why) {
  return Fail(Code::kCorrupt, "the gzip data is damaged or cut off ({}); what stands before the damage was read", why);
}

}  // namespace

Result<void> UnpackGzip(std::string_view bytes, const Content& content) {
  const std::unique_ptr<z_stream, EndInflate> stream(new z_stream{});
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  if (inflateInit2(stream.get(), kGzipOnly) != Z_OK)
    return Fail(Code::kExhausted, "there is no memory to unpack gzip data");
  std::vector<char> piece(kPieceBytes);
  size_t at = 0;
  while (true) {
    if (stream->avail_in == 0) {
      const size_t some = std::min(kInputMax, bytes.size() - at);
      stream->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + at));
      stream->avail_in = static_cast<uInt>(some);
      at += some;
    }
    stream->next_out = reinterpret_cast<Bytef*>(piece.data());
    stream->avail_out = static_cast<uInt>(piece.size());
    const int code = inflate(stream.get(), Z_NO_FLUSH);
    const size_t made = piece.size() - stream->avail_out;
    if (made > 0) YK_TRY_VOID(content({piece.data(), made}));
    if (code == Z_STREAM_END) {
      const size_t left = stream->avail_in + (bytes.size() - at);
      // Another member may follow; zeros after the last one are padding of tapes and block devices.
      const std::string_view rest = bytes.substr(bytes.size() - left);
      if (rest.empty() || rest.find_first_not_of('\0') == std::string_view::npos) return {};
      if (inflateReset(stream.get()) != Z_OK) return Damaged("it cannot go on");
      continue;
    }
    if (code == Z_BUF_ERROR || (code == Z_OK && made == 0 && stream->avail_in == 0 && at == bytes.size())) {
      return Damaged("it ends too early");
    }
    if (code != Z_OK) return Damaged(stream->msg != nullptr ? stream->msg : "no reason given");
  }
}

}  // namespace yk::packed
