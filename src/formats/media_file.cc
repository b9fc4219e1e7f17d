// SPDX-License-Identifier: Apache-2.0
#include "formats/media_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "reader/reason.h"

namespace yk::formats {
namespace {

constexpr int kBufferBytes = 64 << 10;
constexpr int64_t kProbeBytes = int64_t{8} << 20;

int RefuseOpen(AVFormatContext*, AVIOContext** io, const char*, int, AVDictionary**) {
  *io = nullptr;
  return AVERROR(EACCES);
}

}  // namespace

int MediaFile::Read(void* self, uint8_t* out, int size) {
  auto* file = static_cast<MediaFile*>(self);
  const int64_t n = std::min<int64_t>(size, static_cast<int64_t>(file->bytes_.size()) - file->at_);
  if (n <= 0) return AVERROR_EOF;
  std::memcpy(out, file->bytes_.data() + file->at_, static_cast<size_t>(n));
  file->at_ += n;
  return static_cast<int>(n);
}

int64_t MediaFile::Seek(void* self, int64_t offset, int whence) {
  auto* file = static_cast<MediaFile*>(self);
  const auto size = static_cast<int64_t>(file->bytes_.size());
  if ((whence & AVSEEK_SIZE) != 0) return size;
  whence &= ~AVSEEK_FORCE;
  const int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file->at_ : size;
  if (offset < -from || offset > size - from) return AVERROR(EINVAL);
  return file->at_ = from + offset;
}

Result<std::unique_ptr<MediaFile>> MediaFile::Open(std::string_view bytes) {
  av_log_set_level(AV_LOG_QUIET);
  const auto damaged = [] {
    return Fail(reader::ReasonError(reader::Reason::kCorrupt,
                                    "the sound or video file is damaged and cannot be opened; get it again"));
  };
  std::unique_ptr<MediaFile> file(new MediaFile(bytes));
  auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
  file->io_ = avio_alloc_context(buffer, kBufferBytes, 0, file.get(), &MediaFile::Read, nullptr, &MediaFile::Seek);
  AVFormatContext* context = avformat_alloc_context();
  if (file->io_ == nullptr || context == nullptr) {
    if (file->io_ == nullptr) av_free(buffer);
    avformat_free_context(context);
    return damaged();
  }
  context->pb = file->io_;
  context->flags |= AVFMT_FLAG_CUSTOM_IO;
  context->io_open = &RefuseOpen;
  context->probesize = kProbeBytes;
  context->max_analyze_duration = 5 * AV_TIME_BASE;
  if (avformat_open_input(&context, nullptr, nullptr, nullptr) != 0) return damaged();  // frees the context
  file->context_.reset(context);
  // One set of options for every stream: decoders that look for sizes would start threads else.
  std::unique_ptr<AVDictionary*[]> each(new AVDictionary*[context->nb_streams + 1]());
  for (unsigned i = 0; i < context->nb_streams; ++i) av_dict_set(&each[i], "threads", "1", 0);
  const unsigned known = context->nb_streams;
  const int found = avformat_find_stream_info(context, each.get());
  for (unsigned i = 0; i < known; ++i) av_dict_free(&each[i]);
  if (found < 0) return damaged();
  return file;
}

MediaFile::~MediaFile() {
  context_.reset();
  if (io_ != nullptr) {
    av_freep(&io_->buffer);
    avio_context_free(&io_);
  }
}

CodecPtr MediaFile::OpenDecoder(const AVStream& stream) const {
  const AVCodec* codec = avcodec_find_decoder(stream.codecpar->codec_id);
  if (codec == nullptr) return nullptr;
  CodecPtr decoder(avcodec_alloc_context3(codec));
  if (decoder == nullptr || avcodec_parameters_to_context(decoder.get(), stream.codecpar) < 0) return nullptr;
  decoder->thread_count = 1;
  decoder->pkt_timebase = stream.time_base;
  if (avcodec_open2(decoder.get(), codec, nullptr) < 0) return nullptr;
  return decoder;
}

}  // namespace yk::formats
