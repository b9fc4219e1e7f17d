// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "formats/container.h"
#include "reader/wire.h"

namespace yk::formats {

/// An archive's files by the names that ArchiveReader gives them, or the one content of a compressed file. Asked for in
/// about the archive's order they are found in one pass; the other way round each costs a pass of its own.
Result<std::unique_ptr<Container>> OpenArchive(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
