// SPDX-License-Identifier: Apache-2.0
#include "formats/picture.h"

#include <leptonica/allheaders.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "formats/grey_picture.h"
#include "formats/ocr.h"
#include "formats/page_draft.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Reason;
using namespace std::string_view_literals;

constexpr int64_t kDecodedBytesMax = int64_t{512} << 20;
constexpr double kPaperInchesMax = 20;  ///< a resolution that makes a picture larger than this is made up
constexpr int kSmallSide = 2200;        ///< without a resolution, shorter pictures are screenshots and clippings
constexpr double kScreenDpi = 110;
constexpr double kScaleMax = 4;

struct PixDeleter {
  void operator()(Pix* pix) const { pixDestroy(&pix); }
};
using PixPtr = std::unique_ptr<Pix, PixDeleter>;

struct Kind {
  std::string_view mime;
  bool (*is)(std::string_view bytes);
};

bool IsPnm(std::string_view bytes) {
  return bytes.size() > 8 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' &&
         (bytes[2] == '\n' || bytes[2] == ' ') && ((bytes[3] >= '1' && bytes[3] <= '9') || bytes[3] == '#');
}

constexpr std::array kKinds = {
    Kind{"image/png", [](std::string_view b) { return b.starts_with("\x89PNG\r\n\x1A\n"sv); }},
    Kind{"image/jpeg", [](std::string_view b) { return b.starts_with("\xFF\xD8\xFF"sv); }},
    Kind{"image/tiff", [](std::string_view b) { return b.starts_with("II*\0"sv) || b.starts_with("MM\0*"sv); }},
    Kind{"image/gif", [](std::string_view b) { return b.starts_with("GIF87a"sv) || b.starts_with("GIF89a"sv); }},
    Kind{"image/bmp",
         [](std::string_view b) { return b.size() > 30 && b.starts_with("BM"sv) && b.substr(6, 4) == "\0\0\0\0"sv; }},
    Kind{"image/webp", [](std::string_view b) { return b.starts_with("RIFF"sv) && b.substr(8, 4) == "WEBP"sv; }},
    Kind{"image/x-portable-anymap", IsPnm},
};

const Kind* KindOf(std::string_view bytes) {
  const auto found = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& kind) { return kind.is(bytes); });
  return found == kKinds.end() ? nullptr : &*found;
}

const l_uint8* Bytes(std::string_view bytes) { return reinterpret_cast<const l_uint8*>(bytes.data()); }

/// A little-endian number of `size` bytes.
int64_t NumberAt(std::string_view bytes, size_t at, size_t size) {
  int64_t out = 0;
  for (size_t i = size; i > 0; --i) out = out << 8 | static_cast<uint8_t>(bytes[at + i - 1]);
  return out;
}

struct Size {
  int64_t width = 0, height = 0;
  int bits = 32;  ///< per pixel, decoded
};

/// What decoding will take, known before it begins. Leptonica decodes GIF and BMP for this, so their headers are read
/// here.
std::optional<Size> SizeOf(std::string_view bytes, std::string_view mime, int page) {
  if (mime == "image/gif" && bytes.size() > 10) return Size{NumberAt(bytes, 6, 2), NumberAt(bytes, 8, 2), 32};
  if (mime == "image/bmp") {
    const auto signed32 = [&](size_t at) { return std::abs(int64_t{static_cast<int32_t>(NumberAt(bytes, at, 4))}); };
    return Size{signed32(18), signed32(22), 32};
  }
  l_int32 format = 0, width = 0, height = 0, bits = 0, samples = 0, mapped = 0, resolution = 0;
  const bool failed = mime == "image/tiff" ? readHeaderMemTiff(Bytes(bytes), bytes.size(), page, &width, &height, &bits,
                                                               &samples, &resolution, &mapped, &format) != 0
                                           : pixReadHeaderMem(Bytes(bytes), bytes.size(), &format, &width, &height,
                                                              &bits, &samples, &mapped) != 0;
  if (failed || width <= 0 || height <= 0) return std::nullopt;
  return Size{width, height, bits * samples <= 8 && mapped == 0 ? bits * samples : 32};
}

/// Eight bits of grey on white.
PixPtr ToGrey(PixPtr pix) {
  if (pixGetSpp(pix.get()) == 4) pix.reset(pixAlphaBlendUniform(pix.get(), 0xFFFFFF00));
  if (pix != nullptr && pixGetColormap(pix.get()) != nullptr)
    pix.reset(pixRemoveColormap(pix.get(), REMOVE_CMAP_TO_GRAYSCALE));
  return pix == nullptr ? nullptr : PixPtr(pixConvertTo8(pix.get(), 0));
}

/// The resolution that the file claims, or that pictures of its size have.
double DpiOf(const Pix* pix) {
  const l_int32 width = pixGetWidth(pix);
  const l_int32 height = pixGetHeight(pix);
  const double claimed = pixGetXRes(pix);
  if (claimed >= 50 && std::max(width, height) / claimed <= kPaperInchesMax) return claimed;
  // A page of paper is about 11 inches long; what is shorter came from a screen.
  return std::max(width, height) < kSmallSide ? kScreenDpi : std::max(width, height) / 11.0;
}

std::optional<GreyPicture> ToPicture(PixPtr pix, double wanted_dpi) {
  GreyPicture out;
  const double dpi = DpiOf(pix.get());
  double scale = std::clamp(wanted_dpi / dpi, 0.05, kScaleMax);
  if (scale > 0.8 && scale < 1.25) scale = 1;
  const double pixels = static_cast<double>(pixGetWidth(pix.get())) * pixGetHeight(pix.get());
  scale = std::min(scale, std::sqrt(static_cast<double>(kOcrPixelsMax) / pixels));
  if (pixGetDepth(pix.get()) == 1 && scale < 1) {
    pix.reset(pixScaleToGray(pix.get(), static_cast<l_float32>(scale)));
    scale = 1;
    if (pix == nullptr) return std::nullopt;
  }
  pix = ToGrey(std::move(pix));
  if (pix != nullptr && scale != 1)
    pix.reset(pixScale(pix.get(), static_cast<l_float32>(scale), static_cast<l_float32>(scale)));
  if (pix == nullptr || pixGetDepth(pix.get()) != 8) return std::nullopt;
  out.width = pixGetWidth(pix.get());
  out.height = pixGetHeight(pix.get());
  out.dpi = dpi * std::sqrt(static_cast<double>(out.width) * out.height / pixels);
  out.pixels.reserve(static_cast<size_t>(out.width) * static_cast<size_t>(out.height));
  for (int y = 0; y < out.height; ++y) {
    const l_uint32* row = pixGetData(pix.get()) + static_cast<ptrdiff_t>(y) * pixGetWpl(pix.get());
    for (int x = 0; x < out.width; ++x) out.pixels.push_back(static_cast<uint8_t>(GET_DATA_BYTE(row, x)));
  }
  return out;
}

PixPtr Decode(std::string_view bytes, std::string_view mime, int page) {
  return PixPtr(mime == "image/tiff" ? pixReadMemTiff(Bytes(bytes), bytes.size(), page)
                                     : pixReadMem(Bytes(bytes), bytes.size()));
}

int CountPages(std::string_view bytes, std::string_view mime, int pages_max) {
  if (mime != "image/tiff") return 1;
  int pages = 0;
  while (pages <= pages_max && SizeOf(bytes, mime, pages)) ++pages;
  return std::max(1, pages);
}

class PictureReader {
 public:
  PictureReader(const reader::ReadRequest& request, std::string_view bytes, std::string_view mime)
      : request_(request), bytes_(bytes), mime_(mime) {}

  Result<PageDraft> Read(int number) {
    YK_TRY(const GreyPicture picture, Load(number - 1));
    PictureText text = ReadPictureText(picture, request_);
    letters_ += text.letters;
    confidence_ += text.letters * text.confidence;
    text.page.number = number;
    return std::move(text.page);
  }

  bool found_text() const { return letters_ > 0; }
  double confidence() const { return confidence_ / std::max(1.0, letters_); }

 private:
  Result<GreyPicture> Load(int page) const {
    const auto damaged = [] {
      return Fail(reader::ReasonError(Reason::kCorrupt, "the picture is damaged and cannot be decoded; get it again"));
    };
    const std::optional<Size> size = SizeOf(bytes_, mime_, page);
    if (!size || size->width <= 0 || size->height <= 0) return damaged();
    if (size->width > kDecodedBytesMax * 8 / size->bits / size->height) {
      return Fail(reader::ReasonError(
          Reason::kResourceLimit,
          fmt::format("the picture of {} x {} pixels takes more memory than one file may have; make it smaller",
                      size->width, size->height)));
    }
    PixPtr pix = Decode(bytes_, mime_, page);
    if (pix == nullptr) return damaged();
    auto picture = ToPicture(std::move(pix), std::clamp(request_.options.ocr.dpi, 72, 1200));
    if (!picture) return damaged();
    return *std::move(picture);
  }

  const reader::ReadRequest& request_;
  const std::string_view bytes_;
  const std::string_view mime_;
  double letters_ = 0, confidence_ = 0;
};

}  // namespace

std::optional<GreyPicture> GreyForOcr(int width, int height, const std::vector<uint8_t>& rgb, int dpi) {
  PixPtr pix(pixCreate(width, height, 32));
  if (pix == nullptr) return std::nullopt;
  for (int y = 0; y < height; ++y) {
    l_uint32* row = pixGetData(pix.get()) + static_cast<ptrdiff_t>(y) * pixGetWpl(pix.get());
    const uint8_t* from = rgb.data() + 3 * static_cast<size_t>(y) * static_cast<size_t>(width);
    for (int x = 0; x < width; ++x, from += 3) composeRGBPixel(from[0], from[1], from[2], row + x);
  }
  return ToPicture(std::move(pix), dpi);
}

PictureText ReadPictureText(const GreyPicture& picture, const reader::ReadRequest& request) {
  OcrPage read = Ocr::OfThisProcess().Read(picture, request.options.ocr.languages, request.progress);
  PictureText out;
  out.confidence = read.confidence;
  const double points = 72 / picture.dpi;
  for (Word& word : read.words) {
    for (double* side : {&word.left, &word.top, &word.right, &word.bottom}) *side *= points;
    out.letters += static_cast<double>(word.text.size());
  }
  out.page = DraftPage(read.words, picture.width * points, picture.height * points, request.options.want.spans);
  return out;
}

bool IsPicture(std::string_view bytes) { return KindOf(bytes) != nullptr; }

Result<reader::ReadAnswer> ReadPicture(const reader::ReadRequest& request, std::string_view bytes) {
  const Kind* kind = KindOf(bytes);
  if (kind == nullptr) {
    return Fail(reader::ReasonError(Reason::kCorrupt, "the file is named like a picture but is none; get it again"));
  }
  // What libraries have to say about damaged pictures is said by the error.
  setMsgSeverity(L_SEVERITY_NONE);
  const reader::OcrOptions& options = request.options.ocr;
  const reader::ReadLimits& limits = request.options.limits;
  reader::ReadAnswer answer;
  answer.page_count = CountPages(bytes, kind->mime, limits.pages_max);
  if (request.task != reader::Task::kRead) return answer;
  Ocr& ocr = Ocr::OfThisProcess();
  if (!options.enabled || !ocr.CanRead(options.languages)) {
    return Fail(reader::ReasonError(Reason::kNoTextLayer, "the file is a picture and was not read: " +
                                                              (options.enabled ? ocr.problem() : "OCR is off.")));
  }
  reader::Document& out = answer.document;
  if (!ocr.problem().empty()) out.notes.push_back(ocr.problem());
  const int first = std::max(1, limits.first_page);
  int last = limits.last_page > 0 ? std::min(limits.last_page, answer.page_count) : answer.page_count;
  if (first > last) {
    return Fail(reader::ReasonError(
        Reason::kNoPages, fmt::format("page {} was asked for, but the file has {} pages", first, answer.page_count)));
  }
  if (last - first >= options.pages_max) {
    last = first + options.pages_max - 1;
    out.notes.push_back(fmt::format("no_text_layer: pages {}-{} were not read. OCR reads at most {} pages of one file.",
                                    last + 1, answer.page_count, options.pages_max));
  }
  PictureReader pictures(request, bytes, kind->mime);
  std::vector<PageDraft> pages;
  for (int number = first; number <= last; ++number) {
    YK_TRY(PageDraft page, pictures.Read(number));
    pages.push_back(std::move(page));
  }
  if (!pictures.found_text()) {
    return Fail(reader::ReasonError(Reason::kNoText, "the picture shows no text that OCR could recognise"));
  }
  out.mime = kind->mime;
  out.notes.push_back(fmt::format("no_text_layer: the picture was read by OCR with a confidence of {:.0f} of 100.",
                                  pictures.confidence()));
  out.metadata.push_back({"ocr_confidence", {fmt::format("{:.0f}", pictures.confidence())}, false});
  JoinPages(std::move(pages), out);
  return answer;
}

}  // namespace yk::formats
