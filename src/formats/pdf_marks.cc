// SPDX-License-Identifier: Apache-2.0
#include "formats/pdf_marks.h"

#include <GfxState.h>
#include <GlobalParams.h>
#include <PDFDoc.h>
#include <Stream.h>
#include <TextOutputDev.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::Box;

constexpr size_t kLinesMax = 60'000;  ///< drawn pieces of a page; maps and plans have more, and no tables worth it
constexpr double kThin = 3.2;         ///< points: a filled rectangle not thicker than this is a line
constexpr double kSlant = 0.6;        ///< points a line may be off its axis
constexpr double kWhite = 0.97;       ///< paler than this cannot be told from paper
constexpr double kDrawingMin = 6;     ///< points: smaller curves are bullets and corners

/// Text as poppler's own device collects it, and beside it what is stroked and filled.
class MarksDevice : public TextOutputDev {
 public:
  MarksDevice() : TextOutputDev(nullptr, false, 0, false, false) {}

  void stroke(GfxState* state) override { Collect(state, true); }
  void fill(GfxState* state) override { Collect(state, false); }
  void eoFill(GfxState* state) override { Collect(state, false); }

  PageMarks marks;

 private:
  static bool IsWhite(const GfxState* state, bool stroked) {
    GfxRGB colour;
    stroked ? state->getStrokeRGB(&colour) : state->getFillRGB(&colour);
    return std::min({colToDbl(colour.r), colToDbl(colour.g), colToDbl(colour.b)}) > kWhite;
  }

  void Collect(GfxState* state, bool stroked) {
    const double opacity = stroked ? state->getStrokeOpacity() : state->getFillOpacity();
    if (IsWhite(state, stroked) || opacity < 0.02) return;
    GfxRGB colour;
    stroked ? state->getStrokeRGB(&colour) : state->getFillRGB(&colour);
    colour_ = static_cast<uint32_t>(colToByte(colour.r)) << 16 | static_cast<uint32_t>(colToByte(colour.g)) << 8 |
              static_cast<uint32_t>(colToByte(colour.b));
    state->getClipBBox(&clip_.left, &clip_.top, &clip_.right, &clip_.bottom);
    const GfxPath* path = state->getPath();
    for (int i = 0; i < path->getNumSubpaths(); ++i) {
      if (marks.across.size() + marks.down.size() + marks.fills.size() + marks.drawings.size() > kLinesMax) return;
      Subpath(state, *path->getSubpath(i), stroked);
    }
  }

  void Subpath(GfxState* state, const GfxSubpath& sub, bool stroked) {
    std::vector<std::pair<double, double>> points;
    bool straight = true;
    for (int i = 0; i < sub.getNumPoints(); ++i) {
      double x = 0;
      double y = 0;
      state->transform(sub.getX(i), sub.getY(i), &x, &y);
      if (!std::isfinite(x) || !std::isfinite(y)) return;
      straight = straight && !sub.getCurve(i);
      points.emplace_back(x, y);
    }
    if (points.size() < 2) return;
    if (sub.isClosed() && points.front() != points.back()) points.push_back(points.front());
    Box box{points[0].first, points[0].second, points[0].first, points[0].second};
    for (size_t i = 0; i < points.size(); ++i) {
      const auto [x, y] = points[i];
      Extend(box, {x, y, x, y});
      if (i == 0) continue;
      const auto [px, py] = points[i - 1];
      straight = straight && (std::abs(x - px) <= kSlant || std::abs(y - py) <= kSlant);
    }
    if (!straight) return Drawing(box);
    if (!stroked) return Filled(box);
    const double width =
        state->getLineWidth() *
        std::sqrt(std::abs(state->getCTM()[0] * state->getCTM()[3] - state->getCTM()[1] * state->getCTM()[2]));
    for (size_t i = 1; i < points.size(); ++i) {
      Line({std::min(points[i - 1].first, points[i].first), std::min(points[i - 1].second, points[i].second),
            std::max(points[i - 1].first, points[i].first), std::max(points[i - 1].second, points[i].second)},
           width);
    }
  }

  bool Clip(Box& box) const {
    box = {std::max(box.left, clip_.left), std::max(box.top, clip_.top), std::min(box.right, clip_.right),
           std::min(box.bottom, clip_.bottom)};
    return box.right >= box.left && box.bottom >= box.top;
  }

  void Line(Box box, double width) {
    if (!Clip(box)) return;
    const double wide = box.right - box.left;
    const double high = box.bottom - box.top;
    if (width > kThin && width > 0.5 * std::max(wide, high)) return;  // a blot
    if (width > 2 * kThin) {                                          // a bar drawn as a thick stroke
      const double half = width / 2;
      const Box bar = wide >= high ? Box{box.left, box.top - half, box.right, box.bottom + half}
                                   : Box{box.left - half, box.top, box.right + half, box.bottom};
      marks.fills.push_back({bar, colour_});
    } else if (wide >= high) {
      marks.across.push_back({CentreY(box), box.left, box.right});
    } else {
      marks.down.push_back({CentreX(box), box.top, box.bottom});
    }
  }

  void Filled(Box box) {
    if (!Clip(box)) return;
    const double wide = box.right - box.left;
    const double high = box.bottom - box.top;
    if (std::min(wide, high) <= kThin) {
      Line(box, 0);
    } else {
      marks.fills.push_back({box, colour_});
    }
  }

  void Drawing(Box box) {
    if (!Clip(box)) return;
    if (std::max(box.right - box.left, box.bottom - box.top) >= kDrawingMin) marks.drawings.push_back(box);
  }

  Box clip_;
  uint32_t colour_ = 0;
};

/// As FromUtf16 does: control characters vanish.
std::u32string TextOf(const TextWord& word) {
  const std::unique_ptr<GooString> bytes(word.getText());
  std::u32string text = text::ToUtf32(bytes->c_str());
  std::erase_if(text, [](char32_t c) { return (c < 0x20 && c != U'\t') || (c >= 0x7F && c <= 0x9F); });
  return text;
}

void AddWords(MarksDevice& device, PageMarks& marks) {
  const std::unique_ptr<TextWordList> words(device.makeWordList());
  if (words == nullptr) return;
  for (int i = 0; i < words->getLength(); ++i) {
    const TextWord* word = words->get(i);
    MarkedWord out;
    out.text = TextOf(*word);
    if (out.text.empty()) continue;
    word->getBBox(&out.box.left, &out.box.top, &out.box.right, &out.box.bottom);
    out.base = word->getBaseline();
    out.size = word->getFontSize();
    out.rotation = word->getRotation();
    out.space_after = word->hasSpaceAfter();
    out.vertical = word->getFontInfo(0)->getWMode() == 1;
    marks.words.push_back(std::move(out));
  }
}

}  // namespace

PageMarks ReadPageMarks(PDFDoc& document, int number) {
  if (number < 1 || number > document.getNumPages()) return {};
  MarksDevice device;
  // 72 dpi makes device coordinates points; the page's own rotation is applied, as for the text.
  document.displayPage(&device, number, 72, 72, 0, false, true, false);
  PageMarks marks = std::move(device.marks);
  const bool sideways = document.getPageRotate(number) % 180 != 0;
  marks.width = sideways ? document.getPageCropHeight(number) : document.getPageCropWidth(number);
  marks.height = sideways ? document.getPageCropWidth(number) : document.getPageCropHeight(number);
  AddWords(device, marks);
  return marks;
}

}  // namespace yk::formats
