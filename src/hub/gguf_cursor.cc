// SPDX-License-Identifier: Apache-2.0
#include "hub/gguf_cursor.h"

#include <algorithm>

namespace yk::hub {
namespace {

constexpr size_t kBuffer = size_t{1} << 16;
// The vocabularies of today's largest models take some 20 MB.
constexpr uint64_t kHeaderMax = uint64_t{256} << 20;

}  // namespace

Failure GgufCursor::Damaged(std::string_view what) const {
  return Fail(Code::kInvalid, "{} is damaged: {}; copy or download it again", name_, what);
}

Failure GgufCursor::Cut() const {
  return Fail(Code::kInvalid,
              "{} is truncated: its {} bytes end in the middle of its header; copy or download it again", name_,
              bytes_.size);
}

Result<void> GgufCursor::Fits(uint64_t size) const {
  if (size > left()) return Cut();
  if (size > kHeaderMax - std::min(at_, kHeaderMax)) {
    return Damaged(fmt::format("its header is longer than {} MB", kHeaderMax >> 20));
  }
  return {};
}

Result<void> GgufCursor::Take(void* to, size_t size) {
  YK_TRY_VOID(Fits(size));
  auto* out = static_cast<char*>(to);
  while (size > 0) {
    if (at_ < buffer_at_ || at_ >= buffer_at_ + buffer_.size()) {
      buffer_.resize(std::min<uint64_t>(kBuffer, left()));
      buffer_at_ = at_;
      const size_t got = bytes_.read(at_, buffer_.data(), buffer_.size());
      buffer_.resize(std::min(got, buffer_.size()));
      if (buffer_.empty()) return Fail(Code::kUnavailable, "{} cannot be read at byte {}; check its disk", name_, at_);
    }
    const size_t from = at_ - buffer_at_;
    const size_t piece = std::min(size, buffer_.size() - from);
    std::memcpy(out, buffer_.data() + from, piece);
    out += piece;
    at_ += piece;
    size -= piece;
  }
  return {};
}

Result<void> GgufCursor::Skip(uint64_t size) {
  YK_TRY_VOID(Fits(size));
  at_ += size;
  return {};
}

Result<std::string> GgufCursor::String(uint64_t max) {
  YK_TRY(const auto size, Number<uint64_t>());
  YK_TRY_VOID(Fits(size));
  if (size > max) return Damaged(fmt::format("a name of {} bytes, where {} are allowed", size, max));
  std::string text(size, '\0');
  YK_TRY_VOID(Take(text.data(), text.size()));
  return text;
}

Result<void> GgufCursor::SkipString() {
  YK_TRY(const auto size, Number<uint64_t>());
  return Skip(size);
}

}  // namespace yk::hub
