// SPDX-License-Identifier: Apache-2.0
#include "formats/pdf_text.h"

#include <poppler/GfxState.h>
#include <poppler/PDFDoc.h>
#include <poppler/Page.h>
#include <poppler/TextOutputDev.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "formats/pdf_marks.h"
#include "formats/unicode.h"

namespace yk::formats {
namespace {

constexpr double kDpi = 72;

bool IsUnmapped(char32_t c) { return c == 0xFFFD || (c >= 0xE000 && c <= 0xF8FF) || c >= 0xF0000; }

bool IsWordCharacter(char32_t c) {
  return (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') ||
         (c >= 0xC0 && !IsUnmapped(c));
}

std::u32string TextOf(const TextWord& word) {
  std::u32string text;
  text.reserve(static_cast<size_t>(word.getLength()));
  for (int i = 0; i < word.getLength(); ++i) {
    const char32_t c = *word.getChar(i);
    if ((c >= 0xD800 && c < 0xE000) || c > 0x10FFFF) {
      text += U'\uFFFD';
    } else if (c >= 0x20 ? (c < 0x7F || c > 0x9F) : c == U'\t') {
      text += c;
    }
  }
  return text;
}

/// Whether the page may be written from top to bottom: its Japanese words are taller than wide, or single characters.
/// Some programs use fonts for vertical writing in horizontal lines.
bool MayBeVertical(const std::vector<Word>& words) {
  size_t cjk = 0;
  size_t upright = 0;
  for (const Word& word : words) {
    if (!IsCjk(word.text.front())) continue;
    ++cjk;
    if (word.text.size() == 1 || word.bottom - word.top > 1.5 * (word.right - word.left)) ++upright;
  }
  return 4 * upright > cjk;
}

void CheckDirection(std::vector<Word>& words) {
  if (MayBeVertical(words)) return;
  for (Word& word : words) word.vertical = false;
}

std::vector<Word> WordsOf(TextOutputDev& device) {
  std::vector<Word> words;
  const std::unique_ptr<TextWordList> list = device.makeWordList();
  if (list == nullptr) return words;
  words.reserve(static_cast<size_t>(list->getLength()));
  for (int i = 0; i < list->getLength(); ++i) {
    const TextWord& found = *list->get(i);
    Word word;
    word.text = TextOf(found);
    if (word.text.empty()) continue;
    found.getBBox(&word.left, &word.top, &word.right, &word.bottom);
    word.rotation = found.getRotation();
    word.space_after = found.hasSpaceAfter();
    word.font_size = found.getFontSize();
    const TextFontInfo* font = found.getFontInfo(0);
    word.vertical = font != nullptr && font->getWMode() == 1;
    words.push_back(std::move(word));
  }
  CheckDirection(words);
  return words;
}

/// The same words, where they come with the lines of the page.
std::vector<Word> WordsOf(const PageMarks& marks) {
  std::vector<Word> words;
  words.reserve(marks.words.size());
  for (const MarkedWord& marked : marks.words) {
    Word& word = words.emplace_back();
    word.text = marked.text;
    word.left = marked.box.left;
    word.top = marked.box.top;
    word.right = marked.box.right;
    word.bottom = marked.box.bottom;
    word.rotation = marked.rotation;
    word.space_after = marked.space_after;
    word.vertical = marked.vertical;
    word.font_size = marked.size;
  }
  CheckDirection(words);
  return words;
}

/// Remembers how large pictures are drawn and decodes none.
class PictureFinder final : public OutputDev {
 public:
  bool upsideDown() override { return true; }
  bool useDrawChar() override { return false; }
  bool interpretType3Chars() override { return false; }

  void drawImage(GfxState* state, Object* ref, Stream* stream, int width, int height, GfxImageColorMap* colors,
                 bool interpolate, const int* mask, bool inline_image) override {
    See(state);
    OutputDev::drawImage(state, ref, stream, width, height, colors, interpolate, mask, inline_image);
  }
  void drawImageMask(GfxState* state, Object* ref, Stream* stream, int width, int height, bool invert, bool interpolate,
                     bool inline_image) override {
    See(state);
    OutputDev::drawImageMask(state, ref, stream, width, height, invert, interpolate, inline_image);
  }
  void drawMaskedImage(GfxState* state, Object*, Stream*, int, int, GfxImageColorMap*, bool, Stream*, int, int, bool,
                       bool) override {
    See(state);
  }
  void drawSoftMaskedImage(GfxState* state, Object*, Stream*, int, int, GfxImageColorMap*, bool, Stream*, int, int,
                           GfxImageColorMap*, bool) override {
    See(state);
  }

  double largest() const { return largest_; }

 private:
  /// A picture is the unit square under the current matrix.
  void See(const GfxState* state) {
    const double* m = state->getCTM();
    largest_ = std::max(largest_, std::abs(m[0] * m[3] - m[1] * m[2]));
  }

  double largest_ = 0;
};

/// The page's size as seen: cropped and turned.
std::pair<double, double> SizeOf(Page& page) {
  const bool lying = page.getRotate() % 180 != 0;
  const double width = page.getCropWidth();
  const double height = page.getCropHeight();
  return lying ? std::pair(height, width) : std::pair(width, height);
}

}  // namespace

void CharacterCount::Add(std::u32string_view text) {
  for (const char32_t c : text) {
    if (c == U' ' || c == U'\n' || c == U'\t' || c == 0x3000 || c == 0xA0) continue;
    ++visible;
    if (IsUnmapped(c)) ++unmapped;
    if (IsWordCharacter(c)) ++letters;
  }
}

CharacterCount& CharacterCount::operator+=(const CharacterCount& other) {
  letters += other.letters;
  visible += other.visible;
  unmapped += other.unmapped;
  return *this;
}

CharacterCount CountCharacters(const std::vector<Word>& words) {
  CharacterCount count;
  for (const Word& word : words) count.Add(word.text);
  return count;
}

PdfPage ReadPdfPage(PDFDoc& document, int number, PageMarks* marks) {
  PdfPage out;
  Page* page = document.getPage(number);
  if (page == nullptr || !page->isOk()) {
    out.readable = false;
    return out;
  }
  std::tie(out.width, out.height) = SizeOf(*page);
  if (marks != nullptr) {
    *marks = ReadPageMarks(document, number);
    out.words = WordsOf(*marks);
    return out;
  }
  TextOutputDev device(nullptr, false, 0, false, false);
  document.displayPage(&device, number, kDpi, kDpi, 0, false, true, false);
  out.words = WordsOf(device);
  return out;
}

double LargestPictureShare(PDFDoc& document, int number) {
  Page* page = document.getPage(number);
  if (page == nullptr || !page->isOk()) return 0;
  const auto [width, height] = SizeOf(*page);
  PictureFinder finder;
  document.displayPage(&finder, number, kDpi, kDpi, 0, false, true, false);
  return width * height <= 0 ? 0 : std::min(1.0, finder.largest() / (width * height));
}

}  // namespace yk::formats
