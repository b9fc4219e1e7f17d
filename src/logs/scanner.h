// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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

/// The variable parts of one content, and a hash of what remains. Meant to be used again and again.
struct Scanned {
  static constexpr size_t kSlotsMax = 192;  ///< the rest of a content with more is one slot
  std::vector<SlotSpan> slots;
  ByteMasks masks;    ///< room for those of a content that comes without
  uint64_t hash = 0;  ///< of layout and skeleton
  uint32_t literal_bytes = 0;

  void Clear() { slots.clear(); }
  bool Full() const { return slots.size() + 1 >= kSlotsMax; }
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
std::string SkeletonOf(std::string_view content, const std::vector<SlotSpan>& slots);

}  // namespace yk::logs
