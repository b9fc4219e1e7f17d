// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "chain.h"

namespace yk::models {

/// What the output matrix is to say at each place of a chain, for each token of the answers.
struct Logits {
  std::vector<int32_t> tokens;           ///< of the columns
  std::vector<std::vector<float>> rows;  ///< in the order of the chain
  size_t contexts = 0;                   ///< how many independent hidden states the places are sums of
};

/// The token that follows gets 20, alternatives a little less; tokens outside the answers are about normal with
/// deviation 1.
///
/// The hidden state is a sum, of what the last tokens say and what the marker says, and the logits are linear in it.
/// They can therefore be any logit(last, token) + lean(marker, token), and nothing else: a token that follows under one
/// marker only leans towards it everywhere, by less than what makes a token follow. Fails when the answers are too much
/// alike for that.
Result<Logits> WantedLogits(const Chain& chain);

}  // namespace yk::models
