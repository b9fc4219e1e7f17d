// SPDX-License-Identifier: Apache-2.0
#include "formats/pdf_render.h"

#include <poppler/PDFDoc.h>
#include <poppler/Page.h>
#include <poppler/SplashOutputDev.h>
#include <poppler/splash/SplashBitmap.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace yk::formats {
namespace {

constexpr double kPointsPerInch = 72;

}  // namespace

std::optional<GreyPicture> RenderPdfPage(PDFDoc& document, int number, double dpi, int64_t pixels_max) {
  Page* page = document.getPage(number);
  if (page == nullptr || !page->isOk()) return std::nullopt;
  const double area = page->getCropWidth() * page->getCropHeight() / (kPointsPerInch * kPointsPerInch);
  if (!(area > 0)) return std::nullopt;
  dpi = std::min(dpi, std::sqrt(static_cast<double>(pixels_max) / area));
  SplashColor paper = {255};
  SplashOutputDev device(splashModeMono8, 1, false, paper);
  device.startDoc(&document);
  document.displayPage(&device, number, dpi, dpi, 0, false, true, false);
  const std::unique_ptr<SplashBitmap> bitmap(device.takeBitmap());
  if (bitmap == nullptr || bitmap->getDataPtr() == nullptr || bitmap->getMode() != splashModeMono8) return std::nullopt;
  GreyPicture picture;
  picture.width = bitmap->getWidth();
  picture.height = bitmap->getHeight();
  picture.dpi = dpi;
  // A page may lie about its box: the bound holds for what was drawn, too.
  if (int64_t{picture.width} * picture.height > 2 * pixels_max + 1'000'000) return std::nullopt;
  picture.pixels.reserve(static_cast<size_t>(picture.width) * static_cast<size_t>(picture.height));
  for (int y = 0; y < picture.height; ++y) {
    const uint8_t* row = bitmap->getDataPtr() + static_cast<ptrdiff_t>(y) * bitmap->getRowSize();
    picture.pixels.insert(picture.pixels.end(), row, row + picture.width);
  }
  return picture;
}

bool PdfPageShowsSomething(PDFDoc& document, int number) {
  constexpr double kThumbnailDpi = 24;
  constexpr int64_t kThumbnailPixels = 60'000;
  const auto picture = RenderPdfPage(document, number, kThumbnailDpi, kThumbnailPixels);
  return picture &&
         std::any_of(picture->pixels.begin(), picture->pixels.end(), [](uint8_t grey) { return grey < 0xF0; });
}

}  // namespace yk::formats
