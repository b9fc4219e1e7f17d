// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace yk::text {

/// Half-open [begin, end). Bytes of the UTF-8 text at hand, unless a name says code points.
struct Range {
  size_t begin = 0;
  size_t end = 0;
  size_t size() const { return end - begin; }
  bool empty() const { return begin == end; }
  friend bool operator==(const Range&, const Range&) = default;
};

/// A value read from a text, with its exact place in bytes; CodePointIndex turns that into code points.
template <typename T>
struct Spot {
  Range range;
  T value;
};

}  // namespace yk::text
