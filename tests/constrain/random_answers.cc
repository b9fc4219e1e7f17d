// SPDX-License-Identifier: Apache-2.0
// Prints answers that random logits write under random schemas, one a line: {"schema": ..., "answer": "..."}. Only
// whole answers, and only under schemas that are enforced in full.
//
//     yk_random_answers SEED COUNT
#include <cstdlib>
#include <iostream>

#include "base/json.h"
#include "constrain/decoder.h"
#include "constrain/random_schema_fixture.h"
#include "constrain/vocabulary_fixture.h"

int main(int argc, char** argv) {
  using namespace yk::constrain;  // NOLINT: a program of one function
  if (argc != 3) {
    std::cerr << "usage: yk_random_answers SEED COUNT\n";
    return 2;
  }
  const auto seed = static_cast<uint32_t>(std::strtoul(argv[1], nullptr, 10));
  RandomSchema random(seed);
  random.portable = true;
  RandomWriter writer(seed);
  const auto vocabulary = SmallVocabulary();
  for (unsigned long left = std::strtoul(argv[2], nullptr, 10); left > 0;) {
    const yk::Json schema = random.Make();
    const auto grammar = Grammar::Compile(schema, {.compact = random.Chance(50), .nesting_max = 5});
    if (!grammar || !(*grammar)->unenforced().empty()) continue;
    const RandomAnswer answer = writer.Write(Decoder(*grammar, vocabulary, nullptr), 300);
    if (!answer.whole) continue;
    std::cout << yk::DumpJson({{"schema", schema}, {"answer", answer.text}}) << "\n";
    --left;
  }
  return 0;
}
