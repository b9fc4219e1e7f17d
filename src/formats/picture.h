// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/grey_picture.h"
#include "formats/page_draft.h"
#include "reader/wire.h"

namespace yk::formats {

/// PNG, JPEG, TIFF, BMP, WebP, GIF, PNM, by their first bytes.
bool IsPicture(std::string_view bytes);

/// The text in a picture, by OCR; pages of a TIFF are pages. A picture without text is kNoText, one that may not be
/// looked at (OCR is off, or its models are missing) kNoTextLayer.
Result<reader::ReadAnswer> ReadPicture(const reader::ReadRequest& request, std::string_view bytes);

/// Red, green and blue, one byte each, rows without gaps, as grey of about `dpi`: the resolution of a screen is
/// assumed. nullopt: out of memory.
std::optional<GreyPicture> GreyForOcr(int width, int height, const std::vector<uint8_t>& rgb, int dpi);

/// What OCR reads in a picture, laid out as a page.
struct PictureText {
  PageDraft page;
  double letters = 0;     ///< bytes of its words
  double confidence = 0;  ///< 0 to 100
};
PictureText ReadPictureText(const GreyPicture& picture, const reader::ReadRequest& request);

}  // namespace yk::formats
