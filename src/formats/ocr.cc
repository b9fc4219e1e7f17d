// SPDX-License-Identifier: Apache-2.0
#include "formats/ocr.h"

#include <tesseract/baseapi.h>
#include <tesseract/ocrclass.h>
#include <tesseract/resultiterator.h>

#include <algorithm>
#include <map>
#include <utility>

#include "formats/unicode.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

constexpr double kSurely = 70;     ///< a page read like this needs no second look
constexpr double kGuess = 60;      ///< below this a page's words are made up
constexpr double kLineGuess = 30;  ///< and a line's
constexpr double kClearly = 5;     ///< another way of reading must be better by this
constexpr int kPageMilliseconds = 45'000;
constexpr int kUsualDpi = 300;

using Api = tesseract::TessBaseAPI;

std::vector<std::string> Split(const std::string& languages) {
  std::vector<std::string> out;
  for (size_t from = 0; from <= languages.size();) {
    const size_t end = std::min(languages.find('+', from), languages.size());
    if (end > from) out.push_back(languages.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

std::string Join(const std::vector<std::string>& words, const char* glue) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : glue) + word;
  return out;
}

struct Line {
  std::vector<Word> words;
  double letters = 0, confidence = 0;  ///< the latter summed over letters
};

/// Letters of a script without spaces are set without them, whatever room their shapes leave.
void CloseGaps(Line& line) {
  for (size_t i = 0; i + 1 < line.words.size(); ++i) {
    Word& word = line.words[i];
    const Word& next = line.words[i + 1];
    if (!IsCjk(word.text.back()) || !IsCjk(next.text.front())) continue;
    const double em = word.vertical ? word.right - word.left : word.bottom - word.top;
    double& end = word.vertical ? word.bottom : word.right;
    const double gap = (word.vertical ? next.top : next.left) - end;
    if (gap > 0 && gap < 1.2 * em) end += gap;
  }
}

Word WordAt(const tesseract::ResultIterator& at, const reader::Box& line, bool vertical, double dpi) {
  Word word;
  const std::unique_ptr<char[]> utf8(at.GetUTF8Text(tesseract::RIL_WORD));
  if (utf8 != nullptr) word.text = text::ToUtf32(text::RepairUtf8(utf8.get()));
  std::erase_if(word.text, [](char32_t c) { return c <= U' '; });
  int left = 0, top = 0, right = 0, bottom = 0;
  at.BoundingBox(tesseract::RIL_WORD, &left, &top, &right, &bottom);
  word.left = vertical ? line.left : left;
  word.right = vertical ? line.right : right;
  word.top = vertical ? top : line.top;
  word.bottom = vertical ? bottom : line.bottom;
  word.vertical = vertical;
  word.space_after = true;
  word.font_size = 72 / dpi * (vertical ? line.right - line.left : line.bottom - line.top);
  return word;
}

/// Lines are as high as the letters they happen to have: those near the middle of all are set in one size.
void SettleSizes(std::vector<Word>& words) {
  constexpr double kNear = 1.4;
  if (words.empty()) return;
  std::vector<double> sizes;
  for (const Word& word : words) sizes.push_back(word.font_size);
  const auto middle = sizes.begin() + static_cast<ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  for (Word& word : words) {
    if (word.font_size < kNear * *middle && *middle < kNear * word.font_size) word.font_size = *middle;
  }
}

/// All lines of what was recognised, but those that are guesses.
OcrPage Collect(Api& api, double dpi) {
  OcrPage page;
  const std::unique_ptr<tesseract::ResultIterator> at(api.GetIterator());
  if (at == nullptr) return page;
  std::vector<Line> lines;
  reader::Box box;
  bool vertical = false;
  do {
    if (at->Empty(tesseract::RIL_WORD)) continue;
    if (lines.empty() || at->IsAtBeginningOf(tesseract::RIL_TEXTLINE)) {
      int left = 0, top = 0, right = 0, bottom = 0;
      at->BoundingBox(tesseract::RIL_TEXTLINE, &left, &top, &right, &bottom);
      box = {double(left), double(top), double(right), double(bottom)};
      tesseract::Orientation orientation;
      tesseract::WritingDirection direction;
      tesseract::TextlineOrder order;
      float skew = 0;
      at->Orientation(&orientation, &direction, &order, &skew);
      vertical = direction == tesseract::WRITING_DIRECTION_TOP_TO_BOTTOM;
      lines.emplace_back();
    }
    Word word = WordAt(*at, box, vertical, dpi);
    if (word.text.empty()) continue;
    const auto letters = static_cast<double>(word.text.size());
    lines.back().letters += letters;
    lines.back().confidence += letters * at->Confidence(tesseract::RIL_WORD);
    lines.back().words.push_back(std::move(word));
  } while (at->Next(tesseract::RIL_WORD));
  double letters = 0;
  for (Line& line : lines) {
    if (line.letters == 0 || line.confidence / line.letters < kLineGuess) continue;
    CloseGaps(line);
    letters += line.letters;
    page.confidence += line.confidence;
    std::move(line.words.begin(), line.words.end(), std::back_inserter(page.words));
  }
  if (letters > 0) page.confidence /= letters;
  SettleSizes(page.words);
  return page;
}

OcrPage Recognise(Api& api, const GreyPicture& picture, tesseract::PageSegMode mode) {
  const double dpi = picture.dpi > 0 ? picture.dpi : kUsualDpi;
  api.SetPageSegMode(mode);
  api.SetImage(picture.pixels.data(), picture.width, picture.height, 1, picture.width);
  api.SetSourceResolution(static_cast<int>(dpi + 0.5));
  tesseract::ETEXT_DESC monitor;
  monitor.set_deadline_msecs(kPageMilliseconds);
  OcrPage page;
  if (api.Recognize(&monitor) == 0) page = Collect(api, dpi);
  api.Clear();
  return page;
}

/// Whether a third of the letters are Japanese, or there are too few to tell.
bool MayBeCjk(const OcrPage& page) {
  size_t cjk = 0;
  size_t all = 0;
  for (const Word& word : page.words) {
    all += word.text.size();
    cjk += static_cast<size_t>(std::count_if(word.text.begin(), word.text.end(), IsCjk));
  }
  return 3 * cjk >= all;
}

void TurnBack(OcrPage& page, int quarters, const GreyPicture& picture) {
  for (Word& word : page.words) {
    const reader::Box box = TurnedBack(BoxOf(word), quarters, picture.width, picture.height);
    word.left = box.left;
    word.top = box.top;
    word.right = box.right;
    word.bottom = box.bottom;
    // The page was turned clockwise to stand upright, so its lines lie turned the other way.
    word.rotation = (4 - quarters) % 4;
  }
}

}  // namespace

struct Ocr::Engines {
  /// nullptr when none of the languages is installed.
  Api* Get(const std::string& languages, tesseract::OcrEngineMode mode = tesseract::OEM_DEFAULT) {
    auto found = by_languages.find(languages);
    if (found == by_languages.end()) {
      auto api = std::make_unique<Api>();
      if (api->Init(nullptr, languages.c_str(), mode) != 0) api = nullptr;
      found = by_languages.emplace(languages, std::move(api)).first;
    }
    return found->second.get();
  }

  /// By how many quarter turns clockwise the picture must be turned to stand upright; 0 also when nobody can tell.
  int QuartersToUpright(const GreyPicture& picture) {
    Api* api = Get("osd", tesseract::OEM_TESSERACT_ONLY);
    if (api == nullptr) return 0;
    api->SetPageSegMode(tesseract::PSM_OSD_ONLY);
    api->SetImage(picture.pixels.data(), picture.width, picture.height, 1, picture.width);
    api->SetSourceResolution(picture.dpi > 0 ? static_cast<int>(picture.dpi + 0.5) : kUsualDpi);
    int degrees = 0;
    float sure = 0;
    const char* script = nullptr;
    float script_sure = 0;
    if (!api->DetectOrientationScript(&degrees, &sure, &script, &script_sure)) degrees = 0;
    api->Clear();
    return (360 - degrees) / 90 % 4;
  }

  std::map<std::string, std::unique_ptr<Api>> by_languages;
};

Ocr::Ocr() : engines_(std::make_unique<Engines>()) {}
Ocr::~Ocr() = default;

Ocr& Ocr::OfThisProcess() {
  // Never destroyed: Tesseract has global objects of its own that may be gone by then.
  static Ocr* const ocr = new Ocr;
  return *ocr;
}

bool Ocr::CanRead(const std::string& languages) {
  problem_.clear();
  Api* api = engines_->Get(languages);
  std::vector<std::string> loaded;
  if (api != nullptr) api->GetLoadedLanguagesAsVector(&loaded);
  std::vector<std::string> missing;
  for (const std::string& language : Split(languages)) {
    if (std::find(loaded.begin(), loaded.end(), language) == loaded.end()) missing.push_back(language);
  }
  if (!missing.empty()) {
    problem_ = "Tesseract has no model for " + Join(missing, ", ") + "; install the package" +
               (missing.size() > 1 ? "s " : " ") + "tesseract-ocr-" + Join(missing, ", tesseract-ocr-") + ".";
  }
  return !loaded.empty();
}

OcrPage Ocr::Read(const GreyPicture& picture, const std::string& languages, const std::function<void()>& progress) {
  Api* api = engines_->Get(languages);
  if (api == nullptr || picture.width < 8 || picture.height < 8) return {};
  const auto look = [&](Api& with, const GreyPicture& at, tesseract::PageSegMode mode) {
    OcrPage page = Recognise(with, at, mode);
    if (progress) progress();
    return page;
  };
  OcrPage best = look(*api, picture, tesseract::PSM_AUTO);
  int turned = 0;
  GreyPicture upright;
  if (best.confidence < kSurely) turned = engines_->QuartersToUpright(picture);
  if (turned != 0) {
    upright = Turned(picture, turned);
    OcrPage again = look(*api, upright, tesseract::PSM_AUTO);
    if (again.confidence > best.confidence + kClearly) {
      best = std::move(again);
    } else {
      turned = 0;
    }
  }
  // Read across, lines from top to bottom give a few wrong letters, made-up words in Latin letters, or none.
  const bool made_up = best.confidence < kGuess;
  if (best.confidence < kSurely && languages.find("jpn") != std::string::npos && (made_up || MayBeCjk(best))) {
    if (Api* vertical = engines_->Get("jpn_vert"); vertical != nullptr) {
      OcrPage again = look(*vertical, picture, tesseract::PSM_AUTO);
      if (again.confidence > best.confidence + kClearly) {
        best = std::move(again);
        turned = 0;
      }
    }
  }
  if (best.confidence < kGuess) return {};
  if (turned != 0) TurnBack(best, turned, picture);
  return best;
}

GreyPicture Turned(const GreyPicture& picture, int quarters) {
  quarters &= 3;
  if (quarters == 0) return picture;
  GreyPicture out{.width = quarters % 2 != 0 ? picture.height : picture.width,
                  .height = quarters % 2 != 0 ? picture.width : picture.height,
                  .pixels = std::vector<uint8_t>(picture.pixels.size()),
                  .dpi = picture.dpi};
  const auto width = static_cast<size_t>(picture.width);
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const int to_x = quarters == 1 ? picture.height - 1 - y : quarters == 2 ? picture.width - 1 - x : y;
      const int to_y = quarters == 1 ? x : quarters == 2 ? picture.height - 1 - y : picture.width - 1 - x;
      out.pixels[static_cast<size_t>(to_y) * static_cast<size_t>(out.width) + static_cast<size_t>(to_x)] =
          picture.pixels[static_cast<size_t>(y) * width + static_cast<size_t>(x)];
    }
  }
  return out;
}

reader::Box TurnedBack(const reader::Box& box, int quarters, double width, double height) {
  switch (quarters & 3) {
    case 1: return {box.top, height - box.right, box.bottom, height - box.left};
    case 2: return {width - box.right, height - box.bottom, width - box.left, height - box.top};
    case 3: return {width - box.bottom, box.left, width - box.top, box.right};
    default: return box;
  }
}

}  // namespace yk::formats
