// SPDX-License-Identifier: Apache-2.0
#include "formats/media.h"

#include <gmock/gmock.h>

#include "formats/media_file.h"
#include "formats/read_file.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using ::testing::HasSubstr;

constexpr int kWidth = 64;
constexpr int kHeight = 48;
constexpr int kFramesPerSecond = 5;

/// Frame n is evenly grey, lighter with each.
int GreyOf(int n) { return 30 + 20 * n; }

/// A video of `frames` frames in the container that `name` ends in, written to memory.
std::string MakeVideo(const char* name, int frames) {
  AVFormatContext* context = nullptr;
  avformat_alloc_output_context2(&context, nullptr, nullptr, name);
  avio_open_dyn_buf(&context->pb);
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_MPEG4);
  const CodecPtr encoder(avcodec_alloc_context3(codec));
  encoder->width = kWidth;
  encoder->height = kHeight;
  encoder->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder->time_base = {1, kFramesPerSecond};
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
  frame->width = kWidth;
  frame->height = kHeight;
  frame->format = AV_PIX_FMT_YUV420P;
  av_frame_get_buffer(frame.get(), 0);
  for (int n = 0; n <= frames; ++n) {
    if (n < frames) {
      av_frame_make_writable(frame.get());
      for (int plane = 0; plane < 3; ++plane) {
        const int height = plane == 0 ? kHeight : kHeight / 2;
        std::fill_n(frame->data[plane], frame->linesize[plane] * height,
                    static_cast<uint8_t>(plane == 0 ? GreyOf(n) : 128));
      }
      frame->pts = n;
    }
    avcodec_send_frame(encoder.get(), n < frames ? frame.get() : nullptr);
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

/// Limited-range luma as full-range grey.
double ShownGrey(int n) { return (GreyOf(n) - 16) * 255.0 / 219; }

TEST(MediaTest, AFrameIsTheOneThatIsShownAtItsTime) {
  const std::string video = MakeVideo("a.mp4", 10);
  for (const int n : {0, 3, 9}) {
    auto frame = DecodeFrame(video, (n + 0.5) / kFramesPerSecond);
    ASSERT_TRUE(frame) << frame.error().ToString();
    EXPECT_EQ(frame->width, kWidth);
    EXPECT_EQ(frame->height, kHeight);
    ASSERT_EQ(frame->rgb.size(), size_t{3} * kWidth * kHeight);
    EXPECT_NEAR(frame->rgb[3 * (kWidth * 20 + 30)], ShownGrey(n), 6) << n;
    EXPECT_NEAR(frame->seconds, static_cast<double>(n) / kFramesPerSecond, 0.01);
  }
  EXPECT_NEAR(DecodeFrame(video, 1000)->rgb[0], ShownGrey(9), 6);
}

TEST(MediaTest, AVideoSaysWhatItIsInMetadataAndText) {
  for (const char* name : {"a.mp4", "a.mkv", "a.mov"}) {
    reader::ReadRequest request;
    request.name = name;
    auto answer = ReadContent(request, MakeVideo(name, 10));
    ASSERT_TRUE(answer) << name << ": " << answer.error().ToString();
    const reader::Document& document = answer->document;
    EXPECT_EQ(document.title, "Board meeting");
    EXPECT_THAT(document.text, HasSubstr("title: Board meeting"));
    EXPECT_THAT(document.MetadataValue("duration"), ::testing::StartsWith("2.0"));
    EXPECT_EQ(document.MetadataValue("width"), "64");
    EXPECT_THAT(document.MetadataValue("streams"), HasSubstr("mpeg4"));
    EXPECT_THAT(document.mime, ::testing::StartsWith("video/"));
  }
}

TEST(MediaTest, DamagedFilesEndInAReason) {
  const std::string good = MakeVideo("a.mp4", 4);
  for (size_t size = 16; size < good.size(); size += 97) {
    auto frame = DecodeFrame(std::string_view(good).substr(0, size), 0.3);
    EXPECT_TRUE(frame || reader::ReasonOf(frame.error()).has_value()) << size;
  }
}

}  // namespace
}  // namespace yk::formats
