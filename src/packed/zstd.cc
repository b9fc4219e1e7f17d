// SPDX-License-Identifier: Apache-2.0
#include <zstd.h>

#include <memory>
#include <vector>

#include "packed/formats.h"

namespace yk::packed {
namespace {

struct FreeStream {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

Failure Damaged(std::string_view why) {
  return Fail(Code::kCorrupt, "the zstd data is damaged or cut off ({}); what stands before the damage was read", why);
}

}  // namespace

Result<void> UnpackZstd(std::string_view bytes, const Content& content) {
  const std::unique_ptr<ZSTD_DStream, FreeStream> stream(ZSTD_createDStream());
  if (!stream) return Fail(Code::kExhausted, "there is no memory to unpack zstd data");
  std::vector<char> piece(kPieceBytes);
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  size_t left = 0;  // 0: a frame has just ended
  while (in.pos < in.size || left != 0) {
    const size_t before = in.pos;
    ZSTD_outBuffer out{piece.data(), piece.size(), 0};
    left = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_isError(left) != 0) return Damaged(ZSTD_getErrorName(left));
    if (out.pos > 0) YK_TRY_VOID(content({piece.data(), out.pos}));
    if (out.pos == 0 && in.pos == before) return Damaged("it ends too early");
  }
  return {};
}

}  // namespace yk::packed
