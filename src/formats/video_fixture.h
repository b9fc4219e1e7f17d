// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "formats/grey_picture.h"
#include "formats/media_file.h"

namespace yk::formats {

inline constexpr int kFramesPerSecond = 5;

/// A video of these pictures, all of one even size, in the container that `name` ends in. Grey is the limited range's
/// luma.
inline std::string MakeVideo(const char* name, const std::vector<GreyPicture>& pictures) {
  const int width = pictures.front().width;
  const int height = pictures.front().height;
  AVFormatContext* context = nullptr;
  avformat_alloc_output_context2(&context, nullptr, nullptr, name);
  avio_open_dyn_buf(&context->pb);
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_MPEG4);
  const CodecPtr encoder(avcodec_alloc_context3(codec));
  encoder->width = width;
  encoder->height = height;
  encoder->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder->time_base = {1, kFramesPerSecond};
  encoder->bit_rate = 4'000'000;
  encoder->thread_count = 1;
  encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  EXPECT_EQ(avcodec_open2(encoder.get(), codec, nullptr), 0);
  AVStream* stream = avformat_new_stream(context, nullptr);
  stream->time_base = encoder->time_base;
  avcodec_parameters_from_context(stream->codecpar, encoder.get());
  av_dict_set(&context->metadata, "title", "Board meeting", 0);
  EXPECT_GE(avformat_write_header(context, nullptr), 0);
  const PacketPtr packet(av_packet_alloc());
  const FramePtr frame(av_frame_alloc());
  frame->width = width;
  frame->height = height;
  frame->format = AV_PIX_FMT_YUV420P;
  av_frame_get_buffer(frame.get(), 0);
  for (size_t n = 0; n <= pictures.size(); ++n) {
    if (n < pictures.size()) {
      av_frame_make_writable(frame.get());
      for (int y = 0; y < height; ++y) {
        const auto row = pictures[n].pixels.begin() + static_cast<ptrdiff_t>(y) * width;
        std::copy_n(row, width, frame->data[0] + static_cast<ptrdiff_t>(y) * frame->linesize[0]);
      }
      for (int plane = 1; plane < 3; ++plane)
        std::fill_n(frame->data[plane], frame->linesize[plane] * (height / 2), uint8_t{128});
      frame->pts = static_cast<int64_t>(n);
    }
    avcodec_send_frame(encoder.get(), n < pictures.size() ? frame.get() : nullptr);
    while (avcodec_receive_packet(encoder.get(), packet.get()) == 0) {
      packet->duration = 1;
      av_packet_rescale_ts(packet.get(), encoder->time_base, stream->time_base);
      av_interleaved_write_frame(context, packet.get());
    }
  }
  av_write_trailer(context);
  uint8_t* buffer = nullptr;
  const int size = avio_close_dyn_buf(context->pb, &buffer);
  std::string bytes(reinterpret_cast<const char*>(buffer), static_cast<size_t>(size));
  av_free(buffer);
  avformat_free_context(context);
  return bytes;
}

}  // namespace yk::formats
