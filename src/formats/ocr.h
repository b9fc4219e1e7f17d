// SPDX-License-Identifier: Apache-2.0
// Reading of pictures, by Tesseract. Knows no file formats.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "formats/grey_picture.h"
#include "formats/page_layout.h"
#include "reader/read_options.h"

namespace yk::formats {

struct OcrPage {
  std::vector<Word> words;  ///< boxes in pixels of the picture; as high as their line
  double confidence = 0;    ///< 0 to 100, over all letters
};

/// The models, loaded when first needed and kept as long as the process lives: that takes longer than many a page.
class Ocr {
 public:
  static Ocr& OfThisProcess();

  /// Whether any of the languages is installed. Else, and for each one that is missing, `problem` says so.
  bool CanRead(const std::string& languages);
  const std::string& problem() const { return problem_; }

  /// The words of a picture. A picture without text, or whose text is a guess, has none. Pictures that lie on their
  /// side or stand on their head are turned; Japanese from top to bottom is read as such.
  /// `progress` (may be empty) is called after each look at it, because one page may take several.
  OcrPage Read(const GreyPicture& picture, const std::string& languages, const std::function<void()>& progress);

 private:
  Ocr();
  ~Ocr();
  struct Engines;

  std::unique_ptr<Engines> engines_;
  std::string problem_;
};

/// The picture turned by quarter turns clockwise.
GreyPicture Turned(const GreyPicture& picture, int quarters);

/// `box`, seen in a picture that was turned clockwise by `quarters`, in a picture of this size before it was turned.
reader::Box TurnedBack(const reader::Box& box, int quarters, double width, double height);

}  // namespace yk::formats
