// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// Reads one content by the table in formats.cc: signs in the content tell the format, else the name's ending; what is
/// neither and holds no binary bytes is read as text. Also called by readers of containers for what is inside, with
/// request.depth one higher. Errors are reader::ReasonError. Parsers' exceptions end here.
Result<reader::ReadAnswer> ReadContent(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
