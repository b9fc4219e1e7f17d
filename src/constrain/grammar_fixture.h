// SPDX-License-Identifier: Apache-2.0
// For tests: grammars of schema texts, and what they accept.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "constrain/grammar.h"
#include "constrain/stepper.h"

namespace yk::constrain {

inline std::shared_ptr<const Grammar> GrammarOf(std::string_view schema, GrammarOptions options = {.compact = true}) {
  const auto parsed = ParseJson(schema);
  EXPECT_TRUE(parsed) << schema;
  auto grammar = Grammar::Compile(*parsed, options);
  EXPECT_TRUE(grammar) << schema << "\n" << (grammar ? "" : grammar.error().ToString());
  return grammar ? *grammar : nullptr;
}

/// Whether the grammar lets a whole answer be this text.
inline bool Accepts(const Grammar& grammar, std::string_view text) {
  const Stepper stepper(grammar.rules());
  State state = stepper.Start();
  return stepper.Step(state, text) && stepper.MayEnd(state);
}

/// How many bytes of the text the grammar takes before it refuses one.
inline size_t BytesTaken(const Grammar& grammar, std::string_view text) {
  const Stepper stepper(grammar.rules());
  State state = stepper.Start();
  for (size_t i = 0; i < text.size(); ++i) {
    if (!stepper.Step(state, text.substr(i, 1))) return i;
  }
  return text.size();
}

}  // namespace yk::constrain
