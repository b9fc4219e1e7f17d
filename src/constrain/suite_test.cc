// SPDX-License-Identifier: Apache-2.0
// Schemas of the official JSON Schema test suite, where the shared inputs are at hand: whole answers are valid.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "constrain/grammar_fixture.h"
#include "constrain/random_schema_fixture.h"
#include "constrain/vocabulary_fixture.h"
#include "text/schema.h"

namespace yk::constrain {
namespace {

namespace fs = std::filesystem;

fs::path SharedInputs() {
  const char* named = std::getenv("YAKAN_SHARED");
  return (named ? fs::path(named) : fs::path(YAKAN_SOURCE_DIR) / ".." / "shared") / "data";
}

struct Count {
  int schemas = 0, refused = 0, noted = 0, whole = 0, cut = 0;
};

class SchemaSuiteAnswers : public testing::Test {
 protected:
  void RunDraft(const char* folder, const char* draft) {
    const fs::path root = SharedInputs() / "json-schema" / folder;
    if (!fs::exists(root)) GTEST_SKIP() << "no shared inputs at " << root;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      if (entry.path().extension() != ".json") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const auto groups = ParseJson(std::string(std::istreambuf_iterator<char>(file), {}));
      ASSERT_TRUE(groups) << entry.path();
      for (const auto& group : *groups) {
        Json schema = group["schema"];
        if (schema.is_object() && !schema.contains("$schema")) schema["$schema"] = draft;
        SCOPED_TRACE(entry.path().filename().string() + ": " + group["description"].get<std::string>());
        Try(schema, group["tests"]);
      }
    }
    std::cout << "  " << folder << ": " << count_.schemas << " schemas enforced, " << count_.noted << " more in part, "
              << count_.refused << " refused; " << count_.whole << " whole answers, " << count_.cut << " cut\n";
    EXPECT_GT(count_.whole, 5 * count_.schemas);
  }

 private:
  void Try(const Json& schema, const Json& tests) {
    const auto grammar = Grammar::Compile(schema, {.compact = true, .nesting_max = 4});
    const auto checker = text::JsonSchema::Compile(schema);
    if (!grammar) {
      ++count_.refused;
      // Schemas that the validator takes are refused only when nothing fits them.
      const bool nothing_fits = !checker || std::none_of(tests.begin(), tests.end(),
                                                         [](const Json& test) { return test["valid"].get<bool>(); });
      EXPECT_TRUE(nothing_fits) << grammar.error().message;
      return;
    }
    if (!(*grammar)->unenforced().empty()) return void(++count_.noted);
    ++count_.schemas;
    const Decoder decoder(*grammar, vocabulary_, nullptr);
    for (int n = 0; n < 12; ++n) {
      const RandomAnswer answer = writer_.Write(decoder, 200);
      ASSERT_FALSE(answer.stuck) << answer.text;
      if (!answer.whole) {
        ++count_.cut;
        continue;
      }
      ++count_.whole;
      const auto value = ParseJson(answer.text);
      ASSERT_TRUE(value) << answer.text;
      const auto violations = (*checker)->Validate(*value);
      ASSERT_TRUE(violations.empty()) << DumpJson(schema) << "\n" << answer.text << "\n" << violations.front().message;
    }
  }

  std::shared_ptr<const Vocabulary> vocabulary_ = SmallVocabulary();
  RandomWriter writer_{1};
  Count count_;
};

TEST_F(SchemaSuiteAnswers, AreValidInDraft202012) {
  RunDraft("draft2020-12", "https://json-schema.org/draft/2020-12/schema");
}

TEST_F(SchemaSuiteAnswers, AreValidInDraft7) { RunDraft("draft7", "http://json-schema.org/draft-07/schema#"); }

}  // namespace
}  // namespace yk::constrain
