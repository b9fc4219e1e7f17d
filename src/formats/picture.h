// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// PNG, JPEG, TIFF, BMP, WebP, GIF, PNM, by their first bytes.
bool IsPicture(std::string_view bytes);

/// The text in a picture, by OCR; pages of a TIFF are pages. A picture without text is kNoText, one that may not be
/// looked at (OCR is off, or its models are missing) kNoTextLayer.
Result<reader::ReadAnswer> ReadPicture(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
