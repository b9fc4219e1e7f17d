// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"

namespace yk::packed {

enum class Packing { kNone, kGzip, kZstd };

/// By the first bytes; a name says nothing.
Packing PackingOf(std::string_view bytes);

/// Gets the content piece by piece. Its error ends the unpacking and is returned.
using Content = std::function<Result<void>(std::string_view piece)>;

/// Unpacks all members of a gzip file or frames of a zstd file, in memory that does not depend on their size.
/// kCorrupt: damaged, or cut off; what could be unpacked was given to `content` before. kUnavailable: this build has no
/// zstd.
Result<void> Unpack(std::string_view bytes, const Content& content);

}  // namespace yk::packed
