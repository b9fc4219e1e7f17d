// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// OpenDocument texts (.odt, .ott) and presentations (.odp, .otp), as Word and PowerPoint files are read: see word.h
/// and slides.h. The pages of a text are those its writer marked.
Result<reader::ReadAnswer> ReadOpenText(const reader::ReadRequest& request, std::string_view bytes);
Result<reader::ReadAnswer> ReadOpenSlides(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
