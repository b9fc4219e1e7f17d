// SPDX-License-Identifier: Apache-2.0
#include "formats/media.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "formats/media_file.h"
#include "reader/reason.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using namespace std::string_view_literals;

constexpr size_t kTagBytesMax = 64 << 10;
constexpr int kSubtitlePacketsMax = 200'000;

bool HasAt(std::string_view bytes, size_t at, std::string_view sign) {
  return bytes.size() > at && bytes.substr(at).starts_with(sign);
}

/// "1:02:03.5"
std::string ShowTime(double seconds) {
  const auto whole = static_cast<int64_t>(seconds);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

/// What is shown of a subtitle packet: SubRip and WebVTT are text, MP4's begin with their length, ASS with eight
/// fields.
std::string SubtitleText(std::string_view data, AVCodecID codec) {
  if (codec == AV_CODEC_ID_MOV_TEXT) {
    if (data.size() < 2) return {};
    const size_t size = static_cast<size_t>(static_cast<uint8_t>(data[0])) << 8 | static_cast<uint8_t>(data[1]);
    data = data.substr(2, size);
  }
  if (codec == AV_CODEC_ID_ASS) {
    for (int field = 0; field < 8; ++field) data.remove_prefix(std::min(data.size(), data.find(',') + 1));
  }
  return text::RepairUtf8(data);
}

class MediaText {
 public:
  explicit MediaText(reader::Document& document) : document_(document) {}

  void Tags(const AVDictionary* tags) {
    for (const AVDictionaryEntry* tag = nullptr;
         (tag = av_dict_get(tags, "", tag, AV_DICT_IGNORE_SUFFIX)) != nullptr;) {
      std::string name = text::RepairUtf8(tag->key);
      const std::string value = text::RepairUtf8(std::string_view(tag->value).substr(0, kTagBytesMax));
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
      if (value.empty() || !document_.MetadataValue(name).empty()) continue;
      Field(name, value);
      if (name == "title") document_.title = value;
      if (name.find("brand") == std::string::npos && name != "minor_version" && name != "encoder")
        Line(name + ": " + value);
    }
  }

  void Field(const std::string& name, std::string value) {
    document_.metadata.push_back({name, {std::move(value)}, false});
  }
  void Line(const std::string& line) { document_.text += line + "\n"; }

 private:
  reader::Document& document_;
};

std::string DescribeStream(const AVStream& stream) {
  const AVCodecParameters& codec = *stream.codecpar;
  const char* kind = av_get_media_type_string(codec.codec_type);
  std::string out = fmt::format("{}: {}", kind != nullptr ? kind : "data", avcodec_get_name(codec.codec_id));
  if (codec.codec_type == AVMEDIA_TYPE_VIDEO) out += fmt::format(", {}x{}", codec.width, codec.height);
  if (codec.codec_type == AVMEDIA_TYPE_AUDIO)
    out += fmt::format(", {} Hz, {} channels", codec.sample_rate, codec.ch_layout.nb_channels);
  if (const AVDictionaryEntry* language = av_dict_get(stream.metadata, "language", nullptr, 0)) {
    out += fmt::format(", {}", text::RepairUtf8(language->value));
  }
  return out;
}

void AddStreams(const AVFormatContext& context, MediaText& text, reader::Document& out) {
  reader::MetadataField streams{"streams", {}, true};
  bool sized = false;
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    const AVStream& stream = *context.streams[i];
    streams.values.push_back(DescribeStream(stream));
    if (stream.codecpar->codec_type != AVMEDIA_TYPE_VIDEO || std::exchange(sized, true)) continue;
    text.Field("width", fmt::format("{}", stream.codecpar->width));
    text.Field("height", fmt::format("{}", stream.codecpar->height));
    const double rate = av_q2d(stream.avg_frame_rate);
    if (std::isfinite(rate) && rate > 0) text.Field("frame_rate", fmt::format("{:.3f}", rate));
  }
  out.metadata.push_back(std::move(streams));
}

void AddChapters(const AVFormatContext& context, MediaText& text) {
  for (unsigned i = 0; i < context.nb_chapters; ++i) {
    const AVChapter& chapter = *context.chapters[i];
    const AVDictionaryEntry* title = av_dict_get(chapter.metadata, "title", nullptr, 0);
    text.Line(fmt::format("{} {}", ShowTime(static_cast<double>(chapter.start) * av_q2d(chapter.time_base)),
                          title != nullptr ? text::RepairUtf8(title->value) : fmt::format("Chapter {}", i + 1)));
  }
}

void AddSubtitles(AVFormatContext& context, uint64_t bytes_max, MediaText& text, reader::Document& out) {
  bool any = false;
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    const bool readable = context.streams[i]->codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE;
    context.streams[i]->discard = readable ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    any = any || readable;
  }
  const PacketPtr packet(av_packet_alloc());
  for (int n = 0; any && packet != nullptr && n < kSubtitlePacketsMax && out.text.size() < bytes_max; ++n) {
    if (av_read_frame(&context, packet.get()) < 0) break;
    const AVStream& stream = *context.streams[packet->stream_index];
    const AVCodecID codec = stream.codecpar->codec_id;
    const bool is_text = codec == AV_CODEC_ID_SUBRIP || codec == AV_CODEC_ID_TEXT || codec == AV_CODEC_ID_WEBVTT ||
                         codec == AV_CODEC_ID_MOV_TEXT || codec == AV_CODEC_ID_ASS;
    if (stream.codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE && is_text && packet->size > 0) {
      const std::string line =
          SubtitleText({reinterpret_cast<const char*>(packet->data), static_cast<size_t>(packet->size)}, codec);
      if (!line.empty())
        text.Line(fmt::format("{} {}", ShowTime(static_cast<double>(packet->pts) * av_q2d(stream.time_base)), line));
    }
    av_packet_unref(packet.get());
  }
}

}  // namespace

std::string_view MediaMime(std::string_view bytes, bool video) {
  if (HasAt(bytes, 4, "ftypqt"sv)) return "video/quicktime";
  if (HasAt(bytes, 4, "ftyp"sv)) return video ? "video/mp4" : "audio/mp4";
  if (bytes.starts_with("\x1A\x45\xDF\xA3"sv)) {
    return bytes.substr(0, 64).find("webm") != std::string_view::npos ? "video/webm" : "video/x-matroska";
  }
  if (bytes.starts_with("RIFF"sv)) return HasAt(bytes, 8, "AVI "sv) ? "video/x-msvideo" : "audio/wav";
  if (bytes.starts_with("fLaC"sv)) return "audio/flac";
  if (bytes.starts_with("OggS"sv)) return video ? "video/ogg" : "audio/ogg";
  return "audio/mpeg";
}

bool IsMedia(std::string_view bytes) {
  if (HasAt(bytes, 4, "ftyp"sv) || bytes.starts_with("\x1A\x45\xDF\xA3"sv) || bytes.starts_with("fLaC"sv) ||
      bytes.starts_with("OggS"sv) || bytes.starts_with("ID3"sv)) {
    return true;
  }
  return bytes.starts_with("RIFF"sv) && (HasAt(bytes, 8, "WAVE"sv) || HasAt(bytes, 8, "AVI "sv));
}

Result<reader::ReadAnswer> ReadMedia(const reader::ReadRequest& request, std::string_view bytes) {
  if (request.options.frames_every.count() > 0) return ReadMediaFrames(request, bytes);
  YK_TRY(const std::unique_ptr<MediaFile> file, MediaFile::Open(bytes));
  AVFormatContext& context = *file->context();
  reader::ReadAnswer answer;
  answer.page_count = 1;
  if (request.task != reader::Task::kRead) return answer;
  reader::Document& out = answer.document;
  MediaText text(out);
  out.mime = MediaMime(bytes, av_find_best_stream(&context, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0) >= 0);
  if (context.duration != AV_NOPTS_VALUE && context.duration > 0) {
    text.Field("duration", fmt::format("{:.3f}", static_cast<double>(context.duration) / AV_TIME_BASE));
  }
  AddStreams(context, text, out);
  text.Tags(context.metadata);
  // Ogg keeps its tags at the stream.
  for (unsigned i = 0; i < std::min(context.nb_streams, 8u) && bytes.starts_with("OggS"sv); ++i)
    text.Tags(context.streams[i]->metadata);
  AddChapters(context, text);
  AddSubtitles(context, request.options.limits.text_bytes_max, text, out);
  out.notes.emplace_back(
      "Sound and pictures are not read; the text is what the file says about itself, its chapters and subtitles.");
  out.pages.push_back({.number = 1, .begin = 0, .end = static_cast<int64_t>(text::CountCodePoints(out.text))});
  return answer;
}

}  // namespace yk::formats
