// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// Reads one file's content; the name's ending (.pdf .txt .md …) tells the format, the content has the last word on
/// PDF. Errors are reader::ReasonError. Parsers' exceptions end here.
Result<reader::ReadAnswer> ReadContent(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
