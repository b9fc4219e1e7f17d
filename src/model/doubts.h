// SPDX-License-Identifier: Apache-2.0
// How sure a model was of what it wrote, token by token, and what that says about the fields of its answer.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace yk::model {

/// A token of an answer that the model could as well have written otherwise.
struct Doubt {
  size_t begin = 0, end = 0;  ///< bytes of the answer's body
  double probability = 1;     ///< the model's own, before anything else had a say; three decimals of it are kept
  bool operator==(const Doubt&) const = default;
};

/// In order of place. Tokens that the model was sure of (0.9995 or more) are left out: most are.
using Doubts = std::vector<Doubt>;

/// Collects the doubts of an answer while its tokens come.
class DoubtList {
 public:
  /// The next token: how many bytes it writes, and log(probability).
  void Add(size_t bytes, double logprob);
  size_t bytes() const { return bytes_; }
  Doubts Take() { return std::move(doubts_); }

 private:
  Doubts doubts_;
  size_t bytes_ = 0;
};

/// As the store keeps them: "12-15:0.831 40-41:0.25", "-" when there are none, "" when nothing is known.
std::string WriteDoubts(const std::optional<Doubts>& doubts);
std::optional<Doubts> ReadDoubts(std::string_view text);

/// {"<field>": the least probability of the tokens that wrote its value}, for each field of the object that `body` is.
/// Empty when the body holds anything that could be taken for another object: then nobody knows which one was meant.
Json FieldConfidence(std::string_view body, const Doubts& doubts);

}  // namespace yk::model
