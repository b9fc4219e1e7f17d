// SPDX-License-Identifier: Apache-2.0
// Sound and video, by FFmpeg: what a file says about itself, and single frames. Nothing is played.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// MP4, MOV, Matroska, WebM, MP3, WAV, FLAC, M4A, Ogg, by their first bytes.
bool IsMedia(std::string_view bytes);

/// The text is what a person may read in it: tags, chapters and subtitle tracks. Metadata: "duration", "streams",
/// "width", "height", "frame_rate" and the tags.
Result<reader::ReadAnswer> ReadMedia(const reader::ReadRequest& request, std::string_view bytes);

/// A video as its pictures, request.options.frames_every apart: a page each, with the text that OCR finds in it, which
/// may be none. reader::ReasonError: kUnsupported when there is no video in it.
Result<reader::ReadAnswer> ReadMediaFrames(const reader::ReadRequest& request, std::string_view bytes);

/// A frame of a video: red, green, blue, one byte each, rows without gaps.
struct VideoFrame {
  int width = 0, height = 0;
  double seconds = 0;  ///< when it is shown
  std::vector<uint8_t> rgb{};
};

/// The frame shown at `seconds`, or the last one before the end. reader::ReasonError: kCorrupt, kUnsupported when
/// there is no video in it, kResourceLimit when a frame is too large.
Result<VideoFrame> DecodeFrame(std::string_view bytes, double seconds);

}  // namespace yk::formats
