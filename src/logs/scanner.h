// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "logs/byte_masks.h"

namespace yk::logs {

enum class SlotKind : uint8_t {
  kValue,  ///< number, word with digits, path, address
  kTime,   ///< date or clock
  kId,     ///< names one thing among many: UUID, long hex, letters with a long number
};

/// A variable part of a content, as a byte range of it.
struct SlotSpan {
  uint32_t begin = 0, end = 0;
  SlotKind kind = SlotKind::kValue;
};

/// In a skeleton these bytes stand for slots; contents that hold such bytes have them read as '?'.
inline constexpr char kValueMark = '\x01';
inline constexpr char kTimeMark = '\x02';
inline bool IsMark(char c) { return c == kValueMark || c == kTimeMark; }

/// Slots in their order, with a place for each that may be, because a growing list is asked about its room each time.
class SlotList {
 public:
  static constexpr size_t kMax = 192;  ///< the rest of a content with more is one slot

  const SlotSpan* begin() const { return slots_.data(); }
  const SlotSpan* end() const { return slots_.data() + size_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const SlotSpan& operator[](size_t i) const { return slots_[i]; }
  const SlotSpan& back() const { return slots_[size_ - 1]; }

  void clear() { size_ = 0; }
  void pop_back() { --size_; }
  /// Not when there are kMax.
  void push_back(const SlotSpan& slot) { slots_[size_++] = slot; }

 private:
  size_t size_ = 0;
  std::array<SlotSpan, kMax> slots_;
};

/// The variable parts of one content, and a hash of what remains. Meant to be used again and again.
struct Scanned {
  SlotList slots;
  ByteMasks masks;    ///< room for those of a content that comes without
  uint64_t hash = 0;  ///< of layout and skeleton
  uint32_t literal_bytes = 0;

  void Clear() { slots.clear(); }
  bool Full() const { return slots.size() + 1 >= SlotList::kMax; }
};

struct ScanRules {
  uint64_t seed = 0;  ///< where the hash begins
  /// 0 for all but logs whose skeletons do not fit into memory: 1 masks every word with a digit, quoted texts and
  /// values of keys; 2 also cuts after 12 words.
  int coarseness = 0;
  std::span<const SlotSpan> fixed;  ///< slots already, by rules of the user; ordered, not overlapping
};

/// Finds what is surely variable in a content, looking at each byte once: whatever holds digits beyond a word's number,
/// paths, addresses, true and false. Words are left to the grouping of skeletons, which sees all of them. `masks`: of a
/// text that the content is a part of and that ends with it or goes on with a break.
void Scan(std::string_view content, const ByteMasks& masks, const ScanRules& rules, Scanned* out);

/// The same for a content that stands alone.
void ScanAlone(std::string_view content, const ScanRules& rules, Scanned* out);

/// The content with a mark in place of each slot.
std::string SkeletonOf(std::string_view content, std::span<const SlotSpan> slots);

}  // namespace yk::logs
