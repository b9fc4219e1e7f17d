// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packed/unpack.h"

namespace yk::packed {

/// Pieces that `Content` gets are at most this long.
inline constexpr size_t kPieceBytes = size_t{1} << 20;

Result<void> UnpackGzip(std::string_view bytes, const Content& content);
Result<void> UnpackZstd(std::string_view bytes, const Content& content);

}  // namespace yk::packed
