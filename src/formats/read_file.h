// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// Reads one content by the table in formats.cc: signs in the content tell the format, else the name's ending; what is
/// neither and holds no binary bytes is read as text. Also called by readers of containers for what is inside, with
/// request.depth one higher. Errors are reader::ReasonError. Parsers' exceptions end here.
Result<reader::ReadAnswer> ReadContent(const reader::ReadRequest& request, std::string_view bytes);

/// The same, but the way to request.options.member is left to the format.
Result<reader::ReadAnswer> ReadByFormat(const reader::ReadRequest& request, std::string_view bytes);

/// What every content must pass: it is not empty, and lies not too many containers deep.
Result<void> CheckContent(const reader::ReadRequest& request, int depth, std::string_view bytes);

/// Runs `read`; an exception of a parser becomes an error about the file.
Result<reader::ReadAnswer> Guarded(const std::function<Result<reader::ReadAnswer>()>& read);

}  // namespace yk::formats
