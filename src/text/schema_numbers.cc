// SPDX-License-Identifier: Apache-2.0
#include "text/schema_numbers.h"

#include <charconv>
#include <cmath>
#include <string_view>

#include "base/json.h"

namespace yk::text {
namespace {

__extension__ using Wide = unsigned __int128;

/// mantissa * 10^exponent, without trailing zeros in the mantissa; sign dropped, as divisibility does not need it.
struct Decimal {
  uint64_t mantissa = 0;
  int exponent = 0;
};

Decimal Normalised(uint64_t mantissa, int exponent) {
  if (mantissa == 0) return {0, 0};
  while (mantissa % 10 == 0) {
    mantissa /= 10;
    ++exponent;
  }
  return {mantissa, exponent};
}

Decimal DecimalOf(const Json& number) {
  if (number.is_number_unsigned()) return Normalised(number.get<uint64_t>(), 0);
  if (number.is_number_integer()) {
    const auto value = number.get<int64_t>();
    return Normalised(value < 0 ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value), 0);
  }
  // The shortest form has at most 17 digits and so fits the mantissa.
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, std::fabs(number.get<double>()), std::chars_format::scientific).ptr;
  uint64_t mantissa = 0;
  int exponent = 0;
  bool after_point = false;
  for (const char* at = buffer; at != end; ++at) {
    if (*at == 'e') {
      int written = 0;
      const char* digits = at + 1;
      if (*digits == '+') ++digits;
      std::from_chars(digits, end, written);
      exponent += written;
      break;
    }
    if (*at == '.') {
      after_point = true;
      continue;
    }
    mantissa = mantissa * 10 + static_cast<uint64_t>(*at - '0');
    if (after_point) --exponent;
  }
  return Normalised(mantissa, exponent);
}

uint64_t PowerOfTenModulo(int power, uint64_t modulus) {
  Wide result = 1 % modulus;
  Wide base = 10 % modulus;
  for (; power > 0; power >>= 1) {
    if (power & 1) result = result * base % modulus;
    base = base * base % modulus;
  }
  return static_cast<uint64_t>(result);
}

}  // namespace

bool IsJsonInteger(const Json& number) {
  if (number.is_number_integer()) return true;
  if (!number.is_number_float()) return false;
  const double value = number.get<double>();
  return std::isfinite(value) && std::floor(value) == value;
}

int CompareJsonNumbers(const Json& a, const Json& b) {
  const auto order = [](auto x, auto y) { return x < y ? -1 : (y < x ? 1 : 0); };
  if (a.is_number_integer() && b.is_number_integer()) {
    // get<int64_t> of a value above its range would wrap; such a value is larger than any signed one.
    const bool a_big = a.is_number_unsigned() && a.get<uint64_t>() > INT64_MAX;
    const bool b_big = b.is_number_unsigned() && b.get<uint64_t>() > INT64_MAX;
    if (a_big || b_big) return a_big && b_big ? order(a.get<uint64_t>(), b.get<uint64_t>()) : (a_big ? 1 : -1);
    return order(a.get<int64_t>(), b.get<int64_t>());
  }
  return order(a.get<long double>(), b.get<long double>());
}

bool IsMultipleOf(const Json& number, const Json& divisor) {
  if (number.is_number_float() && !std::isfinite(number.get<double>())) return false;
  const Decimal n = DecimalOf(number);
  const Decimal d = DecimalOf(divisor);
  if (n.mantissa == 0) return true;
  if (d.mantissa == 0) return false;
  const int shift = n.exponent - d.exponent;
  // n's mantissa has no factor 10 left, so it cannot make up for a divisor with larger exponent.
  if (shift < 0) return false;
  const Wide product = static_cast<Wide>(n.mantissa % d.mantissa) * PowerOfTenModulo(shift, d.mantissa);
  return product % d.mantissa == 0;
}

}  // namespace yk::text
