// SPDX-License-Identifier: Apache-2.0
#include "packed/unpack.h"

#include "packed/formats.h"

namespace yk::packed {

Packing PackingOf(std::string_view bytes) {
  if (bytes.starts_with("\x1f\x8b")) return Packing::kGzip;
  if (bytes.starts_with("\x28\xb5\x2f\xfd")) return Packing::kZstd;
  return Packing::kNone;
}

Result<void> Unpack(std::string_view bytes, const Content& content) {
  switch (PackingOf(bytes)) {
    case Packing::kGzip: return UnpackGzip(bytes, content);
    case Packing::kZstd: return UnpackZstd(bytes, content);
    case Packing::kNone: break;
  }
  return content(bytes);
}

}  // namespace yk::packed
