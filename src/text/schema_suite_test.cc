// SPDX-License-Identifier: Apache-2.0
// The official JSON Schema test suite, where the shared inputs are at hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "text/schema.h"
#include "text/tolerant_json.h"

namespace yk::text {
namespace {

namespace fs = std::filesystem;

fs::path SharedInputs() {
  const char* named = std::getenv("YAKAN_SHARED");
  return (named ? fs::path(named) : fs::path(YAKAN_SOURCE_DIR) / ".." / "shared") / "data";
}

std::string ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Count {
  int passed = 0, refused = 0, failed = 0;
};

/// Draft files carry no $schema of their own; the folder says which draft is meant.
Json WithDraft(Json schema, const std::string& draft) {
  if (schema.is_object() && !schema.contains("$schema")) schema["$schema"] = draft;
  return schema;
}

void RunFile(const fs::path& path, const std::string& draft, bool assert_formats, Count& count) {
  const auto groups = ParseJson(ReadAll(path));
  ASSERT_TRUE(groups) << path;
  for (const auto& group : *groups) {
    const auto schema = JsonSchema::Compile(WithDraft(group["schema"], draft), {.assert_formats = assert_formats});
    for (const auto& test : group["tests"]) {
      if (!schema) {
        EXPECT_FALSE(schema.error().message.empty());
        ++count.refused;
        continue;
      }
      const bool valid = (*schema)->IsValid(test["data"]);
      EXPECT_EQ(valid, (*schema)->Validate(test["data"]).empty());
      if (valid == test["valid"].get<bool>()) {
        ++count.passed;
        continue;
      }
      ++count.failed;
      const bool required = path.string().find("optional") == std::string::npos;
      const auto what =
          fmt::format("{}: {} / {}: {}", path.filename().string(), group["description"].get<std::string>(),
                      test["description"].get<std::string>(), DumpJson(test["data"]));
      if (required) {
        ADD_FAILURE() << what;
      } else {
        std::cout << "  optional: " << what << "\n";
      }
    }
    if (!schema) std::cout << "  refused: " << path.filename().string() << ": " << schema.error().message << "\n";
  }
}

void RunDraft(const char* folder, const char* draft) {
  const fs::path root = SharedInputs() / "json-schema" / folder;
  if (!fs::exists(root)) GTEST_SKIP() << "no shared inputs at " << root;
  Count required, optional;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".json") continue;
    const auto path = entry.path().string();
    const bool is_optional = path.find("optional") != std::string::npos;
    RunFile(entry.path(), draft, path.find("format/") != std::string::npos, is_optional ? optional : required);
  }
  std::cout << folder << " required: " << required.passed << " passed, " << required.refused << " refused by name, "
            << required.failed << " failed; optional: " << optional.passed << " passed, " << optional.refused
            << " refused, " << optional.failed << " failed\n";
  EXPECT_GT(required.passed, 0);
  EXPECT_EQ(required.failed, 0);
}

TEST(SchemaSuite, PassesOrRefusesEveryRequiredTestOfDraft202012) {
  RunDraft("draft2020-12", "https://json-schema.org/draft/2020-12/schema");
}

TEST(SchemaSuite, PassesOrRefusesEveryRequiredTestOfDraft7) {
  RunDraft("draft7", "http://json-schema.org/draft-07/schema#");
}

TEST(JsonParsingSuite, StrictParsingAcceptsAndRejectsAsTheSuiteSays) {
  const fs::path root = SharedInputs() / "json-parsing";
  if (!fs::exists(root)) GTEST_SKIP() << "no shared inputs at " << root;
  std::ifstream manifest(root / "manifest.jsonl");
  std::string line;
  int checked = 0;
  while (std::getline(manifest, line)) {
    const auto entry = ParseJson(line);
    ASSERT_TRUE(entry) << line;
    const auto name = (*entry)["file"].get<std::string>();
    const auto expect = (*entry)["expect"].get<std::string>();
    const std::string bytes = ReadAll(root / name);
    const bool accepted = ParseJson(bytes).has_value();
    if (expect != "either") {
      EXPECT_EQ(accepted, expect == "accept") << name;
    }
    // The tolerant reader must survive everything and must not spoil what is valid.
    const auto tolerant = ParseTolerantJson(bytes);
    if (expect == "accept") {
      EXPECT_TRUE(tolerant && tolerant->repairs.empty()) << name;
    }
    ++checked;
  }
  EXPECT_GT(checked, 0);
}

}  // namespace
}  // namespace yk::text
