// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace yk::testing {

/// A 64-bit hash of bytes that is the same on every machine.
uint64_t StableHash(std::string_view bytes, uint64_t seed = 0);

/// A sequence of numbers that a seed fully determines.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  uint64_t Next();
  uint64_t Below(uint64_t n) { return n == 0 ? 0 : Next() % n; }
  /// In [0, 1).
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

 private:
  uint64_t state_;
};

/// Makes answers that a JSON Schema accepts, out of a text: the same text gives the same answer. Strings are pieces of
/// the text wherever the schema leaves them free, so that they can be found in it again. Understood: type (also lists),
/// enum, const, properties, items, prefixItems, min/max of lengths, items and numbers, multipleOf, the formats date,
/// date-time, time, email, uri, uuid, anyOf, oneOf, allOf with one member, local $ref, examples for patterns.
class AnswerMaker {
 public:
  /// kInvalid: a $ref that leads nowhere or a schema that is not an object.
  static Result<std::shared_ptr<const AnswerMaker>> Compile(const Json& schema);
  ~AnswerMaker();

  void Append(std::string& out, std::string_view text, uint64_t seed) const;
  /// A JSON value of a kind the schema refuses.
  std::string WrongAnswer() const;

 private:
  struct Node;
  class Compiler;
  class Writer;
  AnswerMaker();
  std::vector<std::unique_ptr<Node>> nodes_;
  size_t root_ = 0;
};

/// Up to `words` words of the text, starting at one the dice choose; never cuts a UTF-8 sequence.
std::string_view PieceOf(std::string_view text, Dice& dice, size_t words);

}  // namespace yk::testing
