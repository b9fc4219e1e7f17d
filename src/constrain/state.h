// SPDX-License-Identifier: Apache-2.0
// Where one answer stands in its grammar.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace yk::constrain {

/// One rule that is under way, and how far it has come; what the numbers mean is the rule's business (stepper.cc).
struct Frame {
  uint32_t rule = 0;
  uint32_t at = 0;
  uint32_t count = 0;
  uint32_t more = 0;

  bool operator==(const Frame&) const = default;
};
static_assert(sizeof(Frame) == 4 * sizeof(uint32_t), "states are compared and hashed as bytes");

/// A vector of frames that holds the usual depth of answers without allocating.
class FrameList {
 public:
  FrameList() = default;
  FrameList(const FrameList& other) { *this = other; }
  FrameList& operator=(const FrameList& other) {
    if (this == &other) return *this;
    size_ = 0;
    Append(other.data(), other.size_);
    return *this;
  }
  // Copying is as cheap as moving for all but the deepest.

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const Frame* data() const { return more_ ? more_.get() : few_.data(); }
  Frame* data() { return more_ ? more_.get() : few_.data(); }
  const Frame* begin() const { return data(); }
  const Frame* end() const { return data() + size_; }
  Frame& back() { return data()[size_ - 1]; }
  const Frame& back() const { return data()[size_ - 1]; }

  void push_back(const Frame& frame) { Append(&frame, 1); }
  void pop_back() { --size_; }
  void clear() { size_ = 0; }
  void Append(const Frame* frames, size_t count) {
    if (size_ + count > capacity_) Grow(size_ + count);
    std::memcpy(static_cast<void*>(data() + size_), frames, count * sizeof(Frame));
    size_ += static_cast<uint32_t>(count);
  }

 private:
  static constexpr uint32_t kFew = 10;

  void Grow(size_t wanted);

  uint32_t size_ = 0;
  uint32_t capacity_ = kFew;
  std::array<Frame, kFew> few_;
  std::unique_ptr<Frame[]> more_;
};

/// Where one answer stands: the stacks of rules that are under way, one for each reading of the text so far that the
/// schema leaves open (mostly one). A value, a few hundred bytes, copied without allocation unless nested deeply.
class State {
 public:
  bool operator==(const State& other) const { return Bytes() == other.Bytes(); }
  /// The same for equal states.
  std::string_view Bytes() const {
    return {reinterpret_cast<const char*>(frames_.data()), frames_.size() * sizeof(Frame)};
  }

 private:
  friend class Stepper;
  FrameList frames_;  ///< the stacks one after the other, each from its bottom (a frame of the root rule) to its top
  uint32_t stacks_ = 0;
};

}  // namespace yk::constrain
