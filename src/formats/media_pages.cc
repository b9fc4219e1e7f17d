// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "formats/media.h"
#include "formats/media_file.h"
#include "formats/ocr.h"
#include "formats/picture.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Reason;

/// How many pictures a video gives: at 0 and at every multiple of the distance that lies before its end.
Result<int> CountFrames(std::string_view bytes, const reader::ReadOptions& options) {
  YK_TRY(const std::unique_ptr<MediaFile> file, MediaFile::Open(bytes));
  const AVFormatContext& context = *file->context();
  const int stream = av_find_best_stream(file->context(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (stream < 0) return Fail(reader::ReasonError(Reason::kUnsupported, "the file has no video, so it has no frames"));
  if (context.duration == AV_NOPTS_VALUE || context.duration < 0) {
    return Fail(reader::ReasonError(Reason::kUnsupported,
                                    "the video does not say how long it is; convert it to MP4 or Matroska"));
  }
  constexpr double kRounding = 0.001;  // what containers make of their last frame's end
  const double seconds = static_cast<double>(context.duration) / AV_TIME_BASE;
  const double distance = static_cast<double>(options.frames_every.count()) / 1000;
  const double count = std::max(1.0, std::ceil((seconds - kRounding) / distance));
  if (count > options.limits.pages_max) {
    return Fail(reader::ReasonError(
        Reason::kResourceLimit,
        fmt::format("a video of {:.0f} s has more than {} frames {} s apart; take fewer by a larger `every`", seconds,
                    options.limits.pages_max, distance)));
  }
  return static_cast<int>(count);
}

}  // namespace

Result<reader::ReadAnswer> ReadMediaFrames(const reader::ReadRequest& request, std::string_view bytes) {
  const reader::ReadLimits& limits = request.options.limits;
  reader::ReadAnswer answer;
  YK_TRY(answer.page_count, CountFrames(bytes, request.options));
  if (request.task != reader::Task::kRead) return answer;
  const int first = std::max(1, limits.first_page);
  const int last = limits.last_page > 0 ? std::min(limits.last_page, answer.page_count) : answer.page_count;
  if (first > last) {
    return Fail(reader::ReasonError(
        Reason::kNoPages, fmt::format("frame {} was asked for, but the video has {}", first, answer.page_count)));
  }
  reader::Document& out = answer.document;
  out.mime = MediaMime(bytes, true);
  Ocr& ocr = Ocr::OfThisProcess();
  const reader::OcrOptions& options = request.options.ocr;
  const bool reads = options.enabled && ocr.CanRead(options.languages);
  const std::string problem = options.enabled ? ocr.problem() : "OCR is off.";
  if (!problem.empty()) out.notes.push_back("no_text_layer: " + problem);
  if (reads && last - first >= options.pages_max) {
    out.notes.push_back(fmt::format("no_text_layer: frames {}-{} were not read. OCR reads at most {} of one file.",
                                    first + options.pages_max, last, options.pages_max));
  }
  std::vector<PageDraft> pages;
  for (int number = first; number <= last; ++number) {
    YK_TRY(const VideoFrame frame,
           DecodeFrame(bytes, (number - 1) * static_cast<double>(request.options.frames_every.count()) / 1000));
    PageDraft page{.width = static_cast<double>(frame.width), .height = static_cast<double>(frame.height)};
    if (reads && number - first < options.pages_max) {
      const auto picture = GreyForOcr(frame.width, frame.height, frame.rgb, std::clamp(options.dpi, 72, 1200));
      if (picture) page = ReadPictureText(*picture, request).page;
    }
    page.number = number;
    pages.push_back(std::move(page));
    if (request.progress) request.progress();
  }
  JoinPages(std::move(pages), out);
  return answer;
}

}  // namespace yk::formats
