// SPDX-License-Identifier: Apache-2.0
extern "C" {
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <cmath>

#include "formats/media.h"
#include "formats/media_file.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Reason;

constexpr int64_t kPixelsMax = 50'000'000;
constexpr int kPacketsMax = 100'000;

Failure Damaged() {
  return Fail(reader::ReasonError(Reason::kCorrupt, "no frame of the video can be decoded; the file is damaged"));
}

Result<VideoFrame> ToRgb(const AVFrame& frame, double seconds) {
  VideoFrame out{.width = frame.width, .height = frame.height, .seconds = seconds};
  out.rgb.resize(static_cast<size_t>(out.width) * static_cast<size_t>(out.height) * 3);
  const std::unique_ptr<SwsContext, void (*)(SwsContext*)> scale(
      sws_getContext(frame.width, frame.height, static_cast<AVPixelFormat>(frame.format), frame.width, frame.height,
                     AV_PIX_FMT_RGB24, SWS_BILINEAR, nullptr, nullptr, nullptr),
      sws_freeContext);
  if (scale == nullptr) return Damaged();
  uint8_t* planes[] = {out.rgb.data(), nullptr, nullptr, nullptr};
  const int strides[] = {3 * out.width, 0, 0, 0};
  if (sws_scale(scale.get(), frame.data, frame.linesize, 0, frame.height, planes, strides) <= 0) return Damaged();
  return out;
}

/// Decodes from where the file stands until a frame's time is reached.
class FrameSeeker {
 public:
  FrameSeeker(const MediaFile& file, int stream, AVCodecContext* decoder)
      : file_(file), stream_(stream), decoder_(decoder), frame_(av_frame_alloc()), last_(av_frame_alloc()) {}

  /// The last frame that begins at or before `seconds`; the first one when all begin later.
  Result<VideoFrame> Find(double seconds) {
    const PacketPtr packet(av_packet_alloc());
    if (packet == nullptr || frame_ == nullptr || last_ == nullptr) return Damaged();
    bool done = false;
    for (int packets = 0; !done && packets < kPacketsMax; ++packets) {
      const int got = av_read_frame(file_.context(), packet.get());
      if (got < 0) {
        avcodec_send_packet(decoder_, nullptr);
        Receive(seconds);
        break;
      }
      if (packet->stream_index == stream_ && avcodec_send_packet(decoder_, packet.get()) == 0) done = Receive(seconds);
      av_packet_unref(packet.get());
    }
    if (last_->width <= 0) return Damaged();
    return ToRgb(*last_, last_seconds_);
  }

 private:
  /// Takes what the decoder has; true once a frame beyond `seconds` came.
  bool Receive(double seconds) {
    const AVRational base = file_.context()->streams[stream_]->time_base;
    while (avcodec_receive_frame(decoder_, frame_.get()) == 0) {
      const int64_t stamp = frame_->best_effort_timestamp;
      const double at = stamp == AV_NOPTS_VALUE ? 0 : static_cast<double>(stamp) * av_q2d(base);
      if (at > seconds + 1e-6 && last_->width > 0) return true;
      av_frame_unref(last_.get());
      av_frame_move_ref(last_.get(), frame_.get());
      last_seconds_ = at;
      if (at > seconds + 1e-6) return true;
    }
    return false;
  }

  const MediaFile& file_;
  const int stream_;
  AVCodecContext* const decoder_;
  const FramePtr frame_, last_;
  double last_seconds_ = 0;
};

}  // namespace

Result<VideoFrame> DecodeFrame(std::string_view bytes, double seconds) {
  YK_TRY(const std::unique_ptr<MediaFile> file, MediaFile::Open(bytes));
  const int stream = av_find_best_stream(file->context(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (stream < 0) return Fail(reader::ReasonError(Reason::kUnsupported, "the file has no video, so it has no frames"));
  const AVStream& video = *file->context()->streams[stream];
  if (int64_t{video.codecpar->width} * video.codecpar->height > kPixelsMax) {
    return Fail(
        reader::ReasonError(Reason::kResourceLimit, "a frame of the video takes more memory than one file may have"));
  }
  const CodecPtr decoder = file->OpenDecoder(video);
  if (decoder == nullptr) {
    return Fail(
        reader::ReasonError(Reason::kUnsupported, "there is no decoder for this kind of video; convert it to H.264"));
  }
  decoder->max_pixels = kPixelsMax;
  seconds = std::isfinite(seconds) ? std::clamp(seconds, 0.0, 1e7) : 0;
  // To the key frame before; where the container cannot seek, decoding begins at the start.
  av_seek_frame(file->context(), stream, static_cast<int64_t>(seconds / av_q2d(video.time_base)), AVSEEK_FLAG_BACKWARD);
  return FrameSeeker(*file, stream, decoder.get()).Find(seconds);
}

}  // namespace yk::formats
