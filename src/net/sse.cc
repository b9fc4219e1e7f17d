// SPDX-License-Identifier: Apache-2.0
#include "net/sse.h"

#include <charconv>
#include <utility>

namespace yk::net {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

SseParser::SseParser(OnEvent on_event, SseLimits limits) : on_event_(std::move(on_event)), limits_(limits) {}

Result<void> SseParser::Feed(std::string_view bytes) {
  if (failed_) return Fail(Code::kExhausted, "the event stream was given up after a line or event over its limit");
  while (!bytes.empty()) {
    if (after_cr_) {
      after_cr_ = false;
      if (bytes.front() == '\n') {
        bytes.remove_prefix(1);
        continue;
      }
    }
    const size_t end = bytes.find_first_of("\r\n");
    YK_TRY_VOID(Append(bytes.substr(0, end)));
    if (end == std::string_view::npos) return {};
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    YK_TRY_VOID(EndLine());
  }
  return {};
}

Result<void> SseParser::Append(std::string_view piece) {
  // A byte order mark may add to the first line's length.
  if (line_.size() + piece.size() > limits_.line_bytes_max + (at_start_ ? kByteOrderMark.size() : 0)) {
    failed_ = true;
    return Fail(Code::kExhausted, "a line of the event stream is longer than {} bytes", limits_.line_bytes_max);
  }
  line_.append(piece);
  return {};
}

Result<void> SseParser::EndLine() {
  std::string_view line = line_;
  if (std::exchange(at_start_, false) && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  if (line.empty()) {
    Dispatch();
    line_.clear();
    return {};
  }
  const size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);

  if (field == "data") {
    if (event_.data.size() + value.size() + 1 > limits_.event_bytes_max) {
      failed_ = true;
      return Fail(Code::kExhausted, "an event of the stream is longer than {} bytes", limits_.event_bytes_max);
    }
    if (has_data_) event_.data.push_back('\n');
    event_.data.append(value);
    has_data_ = true;
  } else if (field == "event") {
    event_.type.assign(value);
  } else if (field == "id") {
    if (value.find('\0') == std::string_view::npos) event_.id.assign(value);
  } else if (field == "retry") {
    int64_t ms = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), ms);
    const bool digits = value.find_first_not_of("0123456789") == std::string_view::npos;
    if (error == std::errc() && digits && end == value.data() + value.size()) retry_ = std::chrono::milliseconds(ms);
  }
  line_.clear();
  return {};
}

void SseParser::Dispatch() {
  if (has_data_) {
    if (event_.type.empty()) event_.type = "message";
    on_event_(event_);
  }
  event_.type.clear();
  event_.data.clear();
  has_data_ = false;
}

}  // namespace yk::net
