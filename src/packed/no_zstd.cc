// SPDX-License-Identifier: Apache-2.0
// In place of zstd.cc where the library is not installed.
#include "packed/formats.h"

namespace yk::packed {

Result<void> UnpackZstd(std::string_view, const Content&) {
  return Fail(Code::kUnavailable,
              "this build cannot read zstd data; install libzstd-dev and build again, or unpack it with `zstd -d`");
}

}  // namespace yk::packed
