// SPDX-License-Identifier: Apache-2.0
#include "constrain/string_step.h"

#include <algorithm>

namespace yk::constrain {
namespace {

/// The low byte of Frame::more; the bits above hold what is known of the code point so far.
enum Place : uint32_t {
  kOpen,    ///< before the opening quote
  kPlain,   ///< between characters
  kEscape,  ///< behind a backslash
  kTail1,
  kTail2,
  kTail3,  ///< so many bytes of a UTF-8 sequence are missing
  kHex0,
  kHex1,
  kHex2,
  kHex3,  ///< behind \u and so many digits
  kPairBackslash,
  kPairU,  ///< behind a high surrogate; its ten bits are known
  kPair0,
  kPair1,
  kPair2,
  kPair3,  ///< within the low surrogate
};

constexpr uint32_t kHighFirst = 0xD800, kLowFirst = 0xDC00, kLowLast = 0xDFFF;
constexpr uint32_t kSupplement = 0x10000, kLast = 0x10FFFF;
constexpr uint32_t kControlLast = 0x1F;  ///< these may not stand in a JSON text as they are

int HexDigit(uint8_t byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  const int lower = byte | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The character of a short escape, or 0.
uint32_t ShortEscape(uint8_t byte) {
  switch (byte) {
    case '"':
    case '\\':
    case '/': return byte;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
  }
}

bool HasShortEscape(uint32_t control) {
  return control == '\b' || control == '\f' || control == '\n' || control == '\r' || control == '\t';
}

class StringStepper {
 public:
  StringStepper(const StringRule& rule, Frame& frame) : rule_(rule), frame_(frame) {}

  StringStep Step(uint8_t byte) {
    const uint32_t place = frame_.more & 0xFF;
    const uint32_t known = frame_.more >> 8;
    switch (place) {
      case kOpen: return byte == '"' ? Go(kPlain, 0) : StringStep::kDead;
      case kPlain: return Plain(byte);
      case kEscape: return Escape(byte);
      case kTail1:
      case kTail2:
      case kTail3: return Tail(place, known, byte);
      case kPairBackslash: return byte == '\\' ? Go(kPairU, known) : StringStep::kDead;
      case kPairU: return byte == 'u' ? Go(kPair0, known << 12) : StringStep::kDead;
      default: break;
    }
    const int digit = HexDigit(byte);
    if (digit < 0) return StringStep::kDead;
    return place >= kPair0 ? Pair(place, known, static_cast<uint32_t>(digit))
                           : Hex(place, known << 4 | static_cast<uint32_t>(digit));
  }

 private:
  StringStep Go(uint32_t place, uint32_t known) {
    frame_.more = place | known << 8;
    return StringStep::kStay;
  }
  StringStep GoIf(bool live, uint32_t place, uint32_t known) { return live ? Go(place, known) : StringStep::kDead; }

  /// Whether any of these code points may come next.
  bool Live(uint32_t low, uint32_t high) const {
    if (low > high || frame_.count >= rule_.length_max) return false;
    return !rule_.pattern || rule_.pattern->AnyNext(frame_.at, low, high, [this](uint32_t next) {
      return rule_.MayBe(next, frame_.count + 1);
    });
  }
  /// The same, leaving out surrogates, which are no characters.
  bool LiveScalar(uint32_t low, uint32_t high) const {
    return Live(low, std::min(high, kHighFirst - 1)) || Live(std::max(low, kLowLast + 1), high);
  }

  StringStep Emit(uint32_t code_point) {
    if (!Live(code_point, code_point)) return StringStep::kDead;
    if (rule_.pattern) frame_.at = rule_.pattern->Next(frame_.at, code_point);
    // Without an upper bound, lengths above the lower one are all the same.
    if (rule_.length_max != kUnbounded || frame_.count < rule_.length_min) ++frame_.count;
    return Go(kPlain, 0);
  }

  bool MayClose() const {
    return frame_.count >= rule_.length_min && (!rule_.pattern || rule_.pattern->Accepts(frame_.at));
  }

  // Texts of a pattern escape only what has to be, so that most of their characters can be written in one way only.
  bool AnyNeedsEscape() const { return Live('"', '"') || Live('\\', '\\') || Live(0, kControlLast); }
  bool AnyNeedsHex(uint32_t low, uint32_t high) const {
    for (uint32_t point = low; point <= std::min(high, kControlLast); ++point) {
      if (!HasShortEscape(point) && Live(point, point)) return true;
    }
    return false;
  }

  StringStep Plain(uint8_t byte) {
    if (byte == '"') return MayClose() ? StringStep::kDone : StringStep::kDead;
    if (byte == '\\') return GoIf(rule_.pattern ? AnyNeedsEscape() : Live(0, kLast), kEscape, 0);
    if (byte < 0x20) return StringStep::kDead;
    if (byte < 0x80) return Emit(byte);
    if (byte >= 0xC2 && byte <= 0xDF) return GoTail(kTail1, byte & 0x1FU);
    if (byte >= 0xE0 && byte <= 0xEF) return GoTail(kTail2, byte & 0x0FU);
    if (byte >= 0xF0 && byte <= 0xF4) return GoTail(kTail3, byte & 0x07U);
    return StringStep::kDead;
  }

  /// What is known of a code point tells how long its sequence is, since overlong ones are refused on the way.
  StringStep GoTail(uint32_t place, uint32_t known) {
    const uint32_t missing = place - kTail1 + 1;
    const uint32_t least = place == kTail3 ? kSupplement : (place == kTail2 ? 0x800 : 0x80);
    const uint32_t low = known << (6 * missing);
    const uint32_t high = low | ((1U << (6 * missing)) - 1);
    return GoIf(LiveScalar(std::max(low, least), std::min(high, kLast)), place, known);
  }

  StringStep Tail(uint32_t place, uint32_t known, uint8_t byte) {
    if ((byte & 0xC0) != 0x80) return StringStep::kDead;
    known = known << 6 | (byte & 0x3FU);
    if (place == kTail1) return Emit(known);
    const uint32_t least = place == kTail3 ? 0x10 : 0x20;
    return known >= least ? GoTail(place - 1, known) : StringStep::kDead;
  }

  StringStep Escape(uint8_t byte) {
    if (byte == 'u') return GoIf(!rule_.pattern || AnyNeedsHex(0, kControlLast), kHex0, 0);
    const uint32_t code_point = ShortEscape(byte);
    const bool needless = rule_.pattern && byte == '/';
    return code_point == 0 || needless ? StringStep::kDead : Emit(code_point);
  }

  StringStep Hex(uint32_t place, uint32_t known) {
    if (rule_.pattern) {
      const uint32_t missing = 4 * (kHex3 - place);
      const uint32_t low = known << missing;
      if (!AnyNeedsHex(low, low | ((1U << missing) - 1))) return StringStep::kDead;
      return place == kHex3 ? Emit(known) : Go(place + 1, known);
    }
    if (place == kHex3) {
      if (known < kHighFirst || known > kLowLast) return Emit(known);
      return GoIf(known < kLowFirst && Live(kSupplement, kLast), kPairBackslash, known - kHighFirst);
    }
    const uint32_t missing = 4 * (kHex3 - place);
    const uint32_t low = known << missing;
    const uint32_t high = low | ((1U << missing) - 1);
    const bool pair = low < kLowFirst && high >= kHighFirst;
    return GoIf(LiveScalar(low, high) || (pair && Live(kSupplement, kLast)), place + 1, known);
  }

  /// `known`: ten bits of the high surrogate and, below, three digits of the low one.
  StringStep Pair(uint32_t place, uint32_t known, uint32_t digit) {
    if (place == kPair0 && digit != 0xD) return StringStep::kDead;
    if (place == kPair1 && digit < 0xC) return StringStep::kDead;
    const uint32_t high = known >> 12;
    const uint32_t low = (known & 0xFFF) << 4 | digit;
    if (place == kPair3) return Emit(kSupplement + (high << 10) + (low - kLowFirst));
    return Go(place + 1, high << 12 | low);
  }

  const StringRule& rule_;
  Frame& frame_;
};

}  // namespace

StringStep StepString(const StringRule& rule, Frame& frame, uint8_t byte) {
  return StringStepper(rule, frame).Step(byte);
}

bool TakesAnyText(const StringRule& rule, const Frame& frame, uint32_t length) {
  return !rule.pattern && frame.more == kPlain && length <= rule.length_max - frame.count;
}

}  // namespace yk::constrain
