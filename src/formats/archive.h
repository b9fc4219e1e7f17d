// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// Archives as folders. kList: their files, those of containers inside them in the container's place. kRead: a document
/// that lists the members. A compressed file (x.csv.gz) is read as the file it holds.
Result<reader::ReadAnswer> ReadArchive(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
