// SPDX-License-Identifier: Apache-2.0
// How a model of random weights is made to write a given text. Its first layer adds to each token's embedding what the
// few tokens before it were, so that the hidden state tells where in the text the model is. All later layers add next
// to nothing. The rows of the output matrix are then the solution of a linear system: the hidden state of each place in
// the text makes the token that follows the likeliest.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "matrix.h"

namespace yk::models {

/// The embeddings: for each token a random vector whose elements have the mean square 1.
struct Embeddings {
  void Fill(size_t token, std::span<float> out) const;

  uint64_t seed = 0;
  bool constant = false;  ///< the first element is 1 in all of them, for layers without biases
};

/// A place in an answer, as the hidden state shows it.
struct Place {
  std::vector<int32_t> last;  ///< this token and those before it, newest first
  int32_t marker = -1;        ///< the token of the prompt that decides on the answer; -1: none does
  auto operator<=>(const Place&) const = default;
};

/// For each place the tokens that may follow, the likeliest first.
using Chain = std::map<Place, std::vector<int32_t>>;

/// Adds an answer to the chain: `tail`, the end of every prompt, is what stands before it. Fails when two places with
/// the same `lookback` + 1 last tokens within this answer are followed by different tokens.
Result<void> AddAnswer(const std::vector<int32_t>& tail, const std::vector<int32_t>& answer, int32_t marker,
                       size_t lookback, Chain& chain);

/// The first layer: hidden(t) = e(t) + gain * sum over blocks b of outer[:, b] inner e(token of block b). Block b <
/// lookback is the token b + 1 places back; the block behind them is the marker.
struct Mixer {
  Mixer(size_t size, size_t width, size_t lookback_, uint64_t seed);
  std::vector<float> Hidden(const Embeddings& embeddings, const Place& place) const;

  size_t lookback;
  float gain;    ///< makes each block as strong as the embedding itself
  Matrix inner;  ///< width x size, orthonormal rows
  Matrix outer;  ///< size x size, orthonormal; its columns are blocks of `width`
};

/// Rows of the output matrix, by token.
using Head = std::map<int32_t, std::vector<float>>;
Result<Head> SolveHead(const Embeddings& embeddings, const Mixer& mixer, const Chain& chain);

}  // namespace yk::models
