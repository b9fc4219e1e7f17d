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

/// Where files are looked for, and the list of those that were taken in.
struct Taking {
  const fs::path& dir;
  std::vector<pipeline::NamedFile>& own_files;
};

/// A file that the job file names, with what it is there.
Result<std::string> ReadPart(const Taking& taking, const std::string& name, std::string_view what,
                             const std::string& place) {
  const fs::path& dir = taking.dir;
  taking.own_files.push_back({fmt::format("the {}", what), dir / name});
  auto content = ReadFile(dir / name, kPartBytesMax);
  if (content) return content;
  if (content.error().code == Code::kNotFound) {
    return Fail(Code::kInvalid, "{}: the {} {} does not exist; check its name (it is looked for in {})", place, what,
                name, dir.string());
  }
  return Fail(Code::kInvalid, "{}: the {}: {}", place, what, content.error().message);
}

/// Replaces "prompt: risk.md" by the file's text.
Result<void> TakeInPrompt(Json& step, const Taking& taking, const std::string& place) {
  const auto prompt = step.find("prompt");
  if (prompt == step.end() || !prompt->is_string()) return {};
  const auto text = prompt->get<std::string>();
  if (!NamesFile(text, {".md", ".txt", ".prompt"})) return {};
  YK_TRY(std::string content, ReadPart(taking, text, "prompt", place));
  if (auto readable = CheckIsUtf8(content, text); !readable) {
    return Fail(Code::kInvalid, "{}: the prompt {}", place, readable.error().message);
  }
  *prompt = std::move(content);
  return {};
}

/// Replaces "schema: risk.schema.json" by the schema.
Result<void> TakeInSchema(Json& step, const Taking& taking, const std::string& place) {
  const auto schema = step.find("schema");
  if (schema == step.end() || !schema->is_string()) return {};
  const auto name = schema->get<std::string>();
  YK_TRY(const std::string content, ReadPart(taking, name, "schema", place));
  if (name.ends_with(".yaml") || name.ends_with(".yml")) {
    YK_TRY(YamlDocument document, ParseYaml(content, name));
    *schema = std::move(document.value);
    return {};
  }
  auto parsed = ParseJson(content);
  if (!parsed) return Fail(Code::kInvalid, "{}: the schema {}: {}", place, name, parsed.error().message);
  *schema = std::move(parsed).value();
  return {};
}

/// "model: small.gguf": relative to the file that names it, like every path in it.
void PlaceModelFile(Json& holder, const fs::path& dir) {
  const auto model = holder.find("model");
  if (model == holder.end() || !model->is_string()) return;
  const auto name = model->get<std::string>();
  if (name.ends_with(".gguf") && fs::path(name).is_relative()) *model = (dir / name).lexically_normal().string();
}

/// "--set model=small.gguf": relative to where the command is given.
std::string PlaceModelFile(const std::string& assignment) {
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos || !assignment.substr(0, equals).ends_with("model")) return assignment;
  const std::string name = assignment.substr(equals + 1);
  if (!name.ends_with(".gguf") || fs::path(name).is_absolute()) return assignment;
  std::error_code error;
  return assignment.substr(0, equals + 1) + fs::absolute(name, error).lexically_normal().string();
}

}  // namespace

Result<pipeline::JobSpec> ReadJobFile(const fs::path& path, const std::vector<std::string>& sets) {
  auto read = ReadYamlFile(path);
  if (!read && read.error().code == Code::kNotFound) {
    return Fail(Code::kNotFound, "the job file {} does not exist; check its name and folder", path.string());
  }
  if (!read) return Fail(std::move(read).error());
  YamlDocument document = std::move(read).value();
  for (const auto& assignment : sets) {
    YK_TRY(std::string pointer, pipeline::SetSpecValue(document.value, PlaceModelFile(assignment)));
    document.places.AddOther(std::move(pointer), "--set " + assignment);
  }
  const fs::path dir = fs::absolute(path).parent_path();
  std::vector<pipeline::NamedFile> own_files{{"the job file", fs::absolute(path)}};
  if (document.value.is_object()) PlaceModelFile(document.value, dir);
  if (document.value.is_object() && document.value.contains("steps") && document.value["steps"].is_array()) {
    Json& steps = document.value["steps"];
    for (size_t i = 0; i < steps.size(); ++i) {
      if (!steps[i].is_object() || steps[i].size() != 1) continue;
      const auto member = steps[i].begin();
      if (!member.value().is_object()) continue;
      PlaceModelFile(member.value(), dir);
      const std::string pointer = fmt::format("/steps/{}/{}", i, member.key());
      const Taking taking{dir, own_files};
      YK_TRY_VOID(TakeInPrompt(member.value(), taking, document.places.Of(pointer + "/prompt")));
      YK_TRY_VOID(TakeInSchema(member.value(), taking, document.places.Of(pointer + "/schema")));
    }
  }
  YK_TRY(pipeline::JobSpec spec, pipeline::ParseJobSpec(std::move(document.value), std::move(document.places), dir));
  spec.own_files = std::move(own_files);
  return spec;
}

}  // namespace yk::app
