// SPDX-License-Identifier: Apache-2.0
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace yk::formats {

struct FormatCloser {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};
struct CodecCloser {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct FrameCloser {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct PacketCloser {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
using FramePtr = std::unique_ptr<AVFrame, FrameCloser>;
using PacketPtr = std::unique_ptr<AVPacket, PacketCloser>;
using CodecPtr = std::unique_ptr<AVCodecContext, CodecCloser>;

/// "video/mp4", "audio/wav" and so on, by the first bytes; `video`: whether there is a video stream in it.
std::string_view MediaMime(std::string_view bytes, bool video);

/// A container opened from memory, its streams known. Demuxers may ask for other files or addresses: they get none.
class MediaFile {
 public:
  /// `bytes` must stay. reader::ReasonError.
  static Result<std::unique_ptr<MediaFile>> Open(std::string_view bytes);
  ~MediaFile();
  MediaFile(const MediaFile&) = delete;
  MediaFile& operator=(const MediaFile&) = delete;

  AVFormatContext* context() const { return context_.get(); }

  /// A decoder of a stream, without threads; nullptr when there is none for it.
  CodecPtr OpenDecoder(const AVStream& stream) const;

 private:
  explicit MediaFile(std::string_view bytes) : bytes_(bytes) {}
  static int Read(void* self, uint8_t* out, int size);
  static int64_t Seek(void* self, int64_t offset, int whence);

  const std::string_view bytes_;
  int64_t at_ = 0;
  AVIOContext* io_ = nullptr;
  std::unique_ptr<AVFormatContext, FormatCloser> context_;
};

}  // namespace yk::formats
