// SPDX-License-Identifier: Apache-2.0
#include "constrain/number_dfa.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "base/json.h"

namespace yk::constrain {
namespace {

constexpr size_t kStatesMax = 20'000;

/// The numbers of one sign.
struct Magnitudes {
  std::optional<NumberBound> least, most;
  bool none = false;
};

Magnitudes Positive(const NumberRange& range) {
  Magnitudes out;
  if (range.least && !range.least->negative) out.least = range.least;
  if (range.most && range.most->negative) out.none = true;
  if (range.most) out.most = range.most;
  return out;
}

Magnitudes Negative(const NumberRange& range) {
  Magnitudes out;
  if (range.most && range.most->negative) out.least = range.most;
  if (range.least && !range.least->negative) out.none = true;
  if (range.least) out.most = range.least;
  return out;
}

enum class Phase : uint8_t {
  kBegin,
  kMinus,
  kZero,
  kWhole,
  kPoint,
  kFraction,
  kExponent,
  kExponentSign,
  kExponent1,
  kExponent2
};

/// What is known of a number after some of its digits.
struct Seen {
  Phase phase = Phase::kBegin;
  bool negative = false, nonzero = false;
  uint8_t whole = 0, fraction = 0;   ///< digits so far
  int8_t to_least = 0, to_most = 0;  ///< how these digits compare with as many of the bound
  uint32_t rest = 0;                 ///< of the digits so far, divided by the step

  /// All of it in one number: digits are counted to 18, steps are below 2^20.
  uint64_t Key() const {
    const auto three = [](int8_t order) { return static_cast<uint64_t>(order + 1); };
    uint64_t key = static_cast<uint64_t>(phase) << 2 | static_cast<uint64_t>(negative) << 1 | uint64_t{nonzero};
    key = ((key << 5 | whole) << 5 | fraction) << 2 | three(to_least);
    return (key << 2 | three(to_most)) << 20 | rest;
  }
};

class Builder {
 public:
  explicit Builder(const NumberRange& range) : range_(range), signs_{Positive(range), Negative(range)} {}

  std::optional<ByteDfa> Run() {
    Visit({});
    while (!open_.empty()) {
      if (numbers_.size() > kStatesMax) return std::nullopt;
      const Seen seen = open_.back();
      open_.pop_back();
      const uint32_t from = numbers_.at(seen.Key());
      Extend(seen, from);
    }
    return std::move(dfa_).Build();
  }

 private:
  const Magnitudes& Range(const Seen& seen) const { return signs_[seen.negative ? 1 : 0]; }

  uint32_t Visit(const Seen& seen) {
    const auto [at, is_new] = numbers_.emplace(seen.Key(), 0);
    if (is_new) {
      at->second = dfa_.Add(Accepts(seen));
      open_.push_back(seen);
    }
    return at->second;
  }
  void Go(uint32_t from, char byte, const Seen& to) {
    const auto b = static_cast<uint8_t>(byte);
    dfa_.Connect(from, b, b, Visit(to));
  }

  void Extend(const Seen& seen, uint32_t from) {
    switch (seen.phase) {
      case Phase::kBegin:
        if (!signs_[1].none) {
          Seen minus = seen;
          minus.phase = Phase::kMinus;
          minus.negative = true;
          Go(from, '-', minus);
        }
        if (!signs_[0].none) WholeDigits(seen, from);
        break;
      case Phase::kMinus: WholeDigits(seen, from); break;
      case Phase::kWhole: WholeDigits(seen, from); [[fallthrough]];
      case Phase::kZero: AfterWhole(seen, from); break;
      case Phase::kPoint:
      case Phase::kFraction: FractionDigits(seen, from); break;
      default: ExponentDigits(seen, from);
    }
  }

  void WholeDigits(const Seen& seen, uint32_t from) {
    const bool first = seen.phase != Phase::kWhole;
    if (seen.whole == kWholeDigitsMax) return;
    for (char digit = '0'; digit <= '9'; ++digit) {
      Seen next = seen;
      next.phase = Phase::kWhole;
      if (first && digit == '0') {
        next.phase = Phase::kZero;
      } else {
        next.to_least = CompareWhole(seen.to_least, Range(seen).least, seen.whole, digit);
        next.to_most = CompareWhole(seen.to_most, Range(seen).most, seen.whole, digit);
        next.nonzero = true;
        ++next.whole;
        Reduce(next, digit);
      }
      Go(from, digit, next);
    }
  }

  void AfterWhole(const Seen& seen, uint32_t from) {
    if (!range_.whole && FractionRoom(seen) > 0) {
      Seen next = seen;
      next.phase = Phase::kPoint;
      next.to_least = AtPoint(seen.to_least, Range(seen).least, seen.whole);
      next.to_most = AtPoint(seen.to_most, Range(seen).most, seen.whole);
      Go(from, '.', next);
    }
    Exponent(seen, from);
  }

  void FractionDigits(const Seen& seen, uint32_t from) {
    if (seen.phase == Phase::kFraction) Exponent(seen, from);
    if (FractionRoom(seen) == 0) return;
    for (char digit = '0'; digit <= '9'; ++digit) {
      Seen next = seen;
      next.phase = Phase::kFraction;
      next.to_least = CompareFraction(seen.to_least, Range(seen).least, seen.fraction, digit);
      next.to_most = CompareFraction(seen.to_most, Range(seen).most, seen.fraction, digit);
      next.nonzero |= digit != '0';
      ++next.fraction;
      Reduce(next, digit);
      Go(from, digit, next);
    }
  }

  void Exponent(const Seen& seen, uint32_t from) {
    if (!range_.exponent || !seen.nonzero) return;
    const Seen next{.phase = Phase::kExponent};
    Go(from, 'e', next);
    Go(from, 'E', next);
  }

  void ExponentDigits(const Seen& seen, uint32_t from) {
    if (seen.phase == Phase::kExponent2) return;
    if (seen.phase == Phase::kExponent) {
      const Seen sign{.phase = Phase::kExponentSign};
      Go(from, '+', sign);
      Go(from, '-', sign);
    }
    const Seen next{.phase = seen.phase == Phase::kExponent1 ? Phase::kExponent2 : Phase::kExponent1};
    for (char digit = '0'; digit <= '9'; ++digit) Go(from, digit, next);
  }

  size_t FractionRoom(const Seen& seen) const {
    const size_t used = std::max<size_t>(seen.whole, 1) + seen.fraction;
    const size_t room = used < kFractionDigitsMax ? kFractionDigitsMax - used : 0;
    return range_.step == 0 ? room : std::min<size_t>(room, range_.places - seen.fraction);
  }

  void Reduce(Seen& seen, char digit) const {
    if (range_.step > 0)
      seen.rest = static_cast<uint32_t>((seen.rest * 10ULL + static_cast<unsigned>(digit - '0')) % range_.step);
  }

  static int8_t Order(char a, char b) { return static_cast<int8_t>(a < b ? -1 : (a > b ? 1 : 0)); }

  static int8_t CompareWhole(int8_t order, const std::optional<NumberBound>& bound, size_t place, char digit) {
    if (!bound || order != 0) return bound && place >= bound->digits.whole.size() ? int8_t{1} : order;
    return place < bound->digits.whole.size() ? Order(digit, bound->digits.whole[place]) : int8_t{1};
  }
  /// The order once it is known that the whole part has `count` digits.
  static int8_t AtPoint(int8_t order, const std::optional<NumberBound>& bound, size_t count) {
    if (!bound || count == bound->digits.whole.size()) return order;
    return count < bound->digits.whole.size() ? int8_t{-1} : int8_t{1};
  }
  static int8_t CompareFraction(int8_t order, const std::optional<NumberBound>& bound, size_t place, char digit) {
    if (!bound || order != 0) return order;
    return Order(digit, place < bound->digits.fraction.size() ? bound->digits.fraction[place] : '0');
  }
  /// The order of the number as it stands.
  static int8_t Final(int8_t order, const NumberBound& bound, const Seen& seen) {
    if (seen.phase == Phase::kZero || seen.phase == Phase::kWhole) order = AtPoint(order, bound, seen.whole);
    return order == 0 && seen.fraction < bound.digits.fraction.size() ? int8_t{-1} : order;
  }

  bool Accepts(const Seen& seen) const {
    if (seen.phase == Phase::kExponent1 || seen.phase == Phase::kExponent2) return true;
    if (seen.phase != Phase::kZero && seen.phase != Phase::kWhole && seen.phase != Phase::kFraction) return false;
    if (seen.negative && !seen.nonzero) return false;
    if (const auto& least = Range(seen).least) {
      const int order = Final(seen.to_least, *least, seen);
      if (order < 0 || (order == 0 && least->exclusive)) return false;
    }
    if (const auto& most = Range(seen).most) {
      const int order = Final(seen.to_most, *most, seen);
      if (order > 0 || (order == 0 && most->exclusive)) return false;
    }
    if (range_.step == 0) return true;
    uint64_t rest = seen.rest;
    for (size_t place = seen.fraction; place < range_.places; ++place) rest = rest * 10 % range_.step;
    return rest == 0;
  }

  const NumberRange& range_;
  const std::array<Magnitudes, 2> signs_;
  std::unordered_map<uint64_t, uint32_t> numbers_;
  std::vector<Seen> open_;
  ByteDfaBuilder dfa_;
};

}  // namespace

int Digits::Compare(const Digits& other) const {
  if (whole.size() != other.whole.size()) return whole.size() < other.whole.size() ? -1 : 1;
  // Without zeros at the end, the order of texts is the order of fractions.
  const int order = whole.compare(other.whole) != 0 ? whole.compare(other.whole) : fraction.compare(other.fraction);
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

NumberBound NumberBound::Of(const Json& number, bool exclusive) {
  std::string text;
  if (number.is_number_float()) {
    char buffer[1100];
    const double value = number.get<double>();
    text.assign(buffer, std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr);
  } else {
    text = DumpJson(number);
  }
  NumberBound bound;
  bound.exclusive = exclusive;
  bound.negative = text.front() == '-';
  if (bound.negative) text.erase(0, 1);
  const size_t point = text.find('.');
  bound.digits.whole = text.substr(0, point);
  if (point != std::string::npos) bound.digits.fraction = text.substr(point + 1);
  bound.digits.whole.erase(0, bound.digits.whole.find_first_not_of('0'));
  bound.digits.fraction.erase(bound.digits.fraction.find_last_not_of('0') + 1);
  if (bound.digits.whole.empty() && bound.digits.fraction.empty()) bound.negative = false;
  return bound;
}

int NumberBound::Compare(const NumberBound& other) const {
  if (negative != other.negative) return negative ? -1 : 1;
  return negative ? other.digits.Compare(digits) : digits.Compare(other.digits);
}

std::optional<ByteDfa> NumberDfa(const NumberRange& range) { return Builder(range).Run(); }

}  // namespace yk::constrain
