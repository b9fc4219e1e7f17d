// SPDX-License-Identifier: Apache-2.0
#include "app/job_file.h"

#include "app/yaml_file.h"
#include "base/file.h"

namespace yk::app {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t kPartBytesMax = 4 << 20;

bool NamesFile(const std::string& text, std::initializer_list<std::string_view> endings) {
  if (text.find('\n') != std::string::npos) return false;
  for (const auto ending : endings) {
    if (text.ends_with(ending)) return true;
  }
  return false;
}

/// Replaces "prompt: risk.md" by the file's text.
Result<void> TakeInPrompt(Json& step, const fs::path& dir, const std::string& place) {
  const auto prompt = step.find("prompt");
  if (prompt == step.end() || !prompt->is_string()) return {};
  const auto text = prompt->get<std::string>();
  if (!NamesFile(text, {".md", ".txt", ".prompt"})) return {};
  auto content = ReadFile(dir / text, kPartBytesMax);
  if (!content) return Fail(Error{Code::kInvalid, content.error().message, {}}.With(fmt::format("{}: the prompt", place)));
  *prompt = std::move(content).value();
  return {};
}

/// Replaces "schema: risk.schema.json" by the schema.
Result<void> TakeInSchema(Json& step, const fs::path& dir, const std::string& place) {
  const auto schema = step.find("schema");
  if (schema == step.end() || !schema->is_string()) return {};
  const auto name = schema->get<std::string>();
  auto content = ReadFile(dir / name, kPartBytesMax);
  if (!content) return Fail(Error{Code::kInvalid, content.error().message, {}}.With(fmt::format("{}: the schema", place)));
  if (name.ends_with(".yaml") || name.ends_with(".yml")) {
    YK_TRY(YamlDocument document, ParseYaml(*content, name));
    *schema = std::move(document.value);
    return {};
  }
  auto parsed = ParseJson(*content);
  if (!parsed) return Fail(Code::kInvalid, "{}: the schema {}: {}", place, name, parsed.error().message);
  *schema = std::move(parsed).value();
  return {};
}

}  // namespace

Result<pipeline::JobSpec> ReadJobFile(const fs::path& path, const std::vector<std::string>& sets) {
  YK_TRY(YamlDocument document, ReadYamlFile(path));
  for (const auto& assignment : sets) YK_TRY_VOID(pipeline::SetSpecValue(document.value, assignment));
  const fs::path dir = fs::absolute(path).parent_path();
  if (document.value.is_object() && document.value.contains("steps") && document.value["steps"].is_array()) {
    Json& steps = document.value["steps"];
    for (size_t i = 0; i < steps.size(); ++i) {
      if (!steps[i].is_object() || steps[i].size() != 1) continue;
      const auto member = steps[i].begin();
      if (!member.value().is_object()) continue;
      const std::string place = document.places.Of(fmt::format("/steps/{}/{}", i, member.key()));
      YK_TRY_VOID(TakeInPrompt(member.value(), dir, place));
      YK_TRY_VOID(TakeInSchema(member.value(), dir, place));
    }
  }
  return pipeline::ParseJobSpec(std::move(document.value), std::move(document.places), dir);
}

}  // namespace yk::app
