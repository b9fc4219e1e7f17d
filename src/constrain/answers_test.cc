// SPDX-License-Identifier: Apache-2.0
// Property: whatever the logits and whatever the schema, a whole answer is valid.
#include <gtest/gtest.h>

#include <algorithm>

#include "constrain/grammar_fixture.h"
#include "constrain/random_schema_fixture.h"
#include "constrain/vocabulary_fixture.h"
#include "text/schema.h"

namespace yk::constrain {
namespace {

struct Tally {
  int schemas = 0, refused = 0, whole = 0, cut = 0, noted = 0;
};

/// Whether a violation is of a keyword that the grammar says it leaves to the validator.
bool IsNoted(const text::SchemaViolation& violation, const std::vector<std::string>& unenforced) {
  // A shape that is broken inside is no longer one of them.
  if (violation.keyword == "anyOf" || violation.keyword == "oneOf") return !unenforced.empty();
  return std::any_of(unenforced.begin(), unenforced.end(), [&](const std::string& note) {
    return note.ends_with(": " + violation.keyword) || note.ends_with(": if") || note.ends_with(": dependentSchemas") ||
           (violation.keyword == "minContains" && note.ends_with(": contains"));
  });
}

void CheckAnswer(const Json& schema, const Grammar& grammar, const text::JsonSchema& checker,
                 const RandomAnswer& answer) {
  ASSERT_FALSE(answer.stuck) << DumpJson(schema) << "\n" << answer.text;
  if (!answer.whole) return;
  const auto value = ParseJson(answer.text);
  ASSERT_TRUE(value) << DumpJson(schema) << "\n" << answer.text << "\n" << value.error().ToString();
  for (const auto& violation : checker.Validate(*value)) {
    ASSERT_TRUE(IsNoted(violation, grammar.unenforced()))
        << DumpJson(schema) << "\n"
        << answer.text << "\n"
        << violation.message << "\nunenforced: " << Json(grammar.unenforced()).dump();
  }
}

TEST(Answers, OfRandomLogitsUnderRandomSchemasAreValid) {
  constexpr uint32_t kSeed = 7;
  constexpr int kSchemas = 10'000;
  RandomSchema random(kSeed);
  RandomWriter writer(kSeed);
  const auto vocabulary = SmallVocabulary();
  Tally tally;
  while (tally.schemas < kSchemas && !HasFatalFailure()) {
    const Json schema = random.Make();
    SCOPED_TRACE(fmt::format("seed {}, schema {}", kSeed, tally.schemas));
    const auto grammar = Grammar::Compile(schema, {.compact = random.Chance(50), .nesting_max = 5});
    const auto checker = text::JsonSchema::Compile(schema);
    ASSERT_TRUE(checker) << DumpJson(schema);
    if (!grammar) {
      ASSERT_EQ(grammar.error().code, Code::kInvalid);
      // Refused is what nothing fits, or nothing within the limits of what is written.
      for (int n = 0; n < 40; ++n) {
        const Json value = random.Constant(1);
        ASSERT_FALSE((*checker)->IsValid(value)) << DumpJson(schema) << "\n" << DumpJson(value);
      }
      ++tally.refused;
      continue;
    }
    ++tally.schemas;
    tally.noted += (*grammar)->unenforced().empty() ? 0 : 1;
    const Decoder decoder(*grammar, vocabulary, nullptr);
    for (int n = 0; n < 3; ++n) {
      const RandomAnswer answer = writer.Write(decoder, 300);
      CheckAnswer(schema, **grammar, **checker, answer);
      (answer.whole ? tally.whole : tally.cut) += 1;
    }
  }
  std::cout << "  seed " << kSeed << ": " << tally.schemas << " schemas (" << tally.noted << " with notes, "
            << tally.refused << " more that nothing fits), " << tally.whole << " whole answers, " << tally.cut
            << " cut\n";
  EXPECT_GT(tally.whole, 20 * tally.cut);
}

}  // namespace
}  // namespace yk::constrain
