// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

namespace yk::models {

/// The random numbers of one row of a tensor: the same for the same seed, tensor and row, whatever else was drawn
/// before. SplitMix64 (Steele, Lea, Flood 2014).
class RowRandom {
 public:
  RowRandom(uint64_t seed, std::string_view tensor, uint64_t row) : state_(seed) {
    for (const char c : tensor) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;  // FNV-1a
    state_ += Mix(row + 1);
  }

  /// Uniform with mean 0 and the given standard deviation; nothing here needs the tails of a normal distribution.
  float Next(float deviation) {
    state_ += 0x9e3779b97f4a7c15ULL;
    const double unit = static_cast<double>(Mix(state_) >> 11) * 0x1.0p-53;
    return static_cast<float>((2 * unit - 1) * std::sqrt(3.0)) * deviation;
  }

 private:
  static uint64_t Mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  uint64_t state_;
};

}  // namespace yk::models
