// SPDX-License-Identifier: Apache-2.0
// Grounding: where in the source does a quote stand?
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "text/range.h"

namespace yk::text {

struct Alignment {
  enum class How {
    kExact,    ///< byte for byte
    kAligned,  ///< after folding width, case, punctuation, white space and hyphens, or by longest common subsequence
  };
  Range bytes;        ///< in the source
  Range code_points;  ///< the same place
  How how = How::kExact;
  double coverage = 1;  ///< share of the quote that was found
  double density = 1;   ///< share of the range that belongs to the quote
};

struct AlignOptions {
  double coverage_min = 0.75;
  double density_min = 1.0 / 3;
  std::optional<Range> near;  ///< bytes of the source: of equal places the nearest to it wins; else the first
};

/// One source text, many quotes. The source is folded and indexed once, when the first quote needs it (about 20 bytes
/// per byte); it must outlive the aligner. Not thread-safe.
class Aligner {
 public:
  explicit Aligner(std::string_view source);
  ~Aligner();
  Aligner(Aligner&&) noexcept;
  Aligner& operator=(Aligner&&) noexcept;

  /// Nothing: the quote is not in the source, or is white space only. The LCS takes Latin words and CJK character
  /// bigrams as its units.
  std::optional<Alignment> Find(std::string_view quote, const AlignOptions& options = {}) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// "exact" or "aligned", as evidence prints it.
std::string_view HowName(Alignment::How how);

}  // namespace yk::text
