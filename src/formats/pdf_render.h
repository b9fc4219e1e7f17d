// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "formats/grey_picture.h"

class PDFDoc;

namespace yk::formats {

/// Draws a page at `dpi`, or coarser where it would have more than `pixels_max`. nullopt: it could not be drawn.
std::optional<GreyPicture> RenderPdfPage(PDFDoc& document, int number, double dpi, int64_t pixels_max);

/// Whether the page shows anything, seen at thumbnail size.
bool PdfPageShowsSomething(PDFDoc& document, int number);

}  // namespace yk::formats
