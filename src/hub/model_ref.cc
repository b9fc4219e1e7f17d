// SPDX-License-Identifier: Apache-2.0
#include "hub/model_ref.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace yk::hub {
namespace {

constexpr std::string_view kExtension = ".gguf";
constexpr std::string_view kWordCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

/// A word of a name that may also stand as one step of a path.
bool IsWord(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kWordCharacters) == std::string_view::npos && text != "." &&
         text != "..";
}

/// A relative path whose steps go down only and hold nothing that a terminal or a file system would take amiss.
bool IsPath(std::string_view text) {
  for (;;) {
    const std::string_view step = text.substr(0, text.find('/'));
    const bool plain = std::all_of(step.begin(), step.end(), [](char c) {
      return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && c != '\\';
    });
    if (step.empty() || step == "." || step == ".." || !plain) return false;
    if (step.size() == text.size()) return true;
    text.remove_prefix(step.size() + 1);
  }
}

Result<ModelRef> ParseHuggingFace(const std::string& text) {
  const std::string rest = text.substr(3);
  const auto wrong = [&](std::string_view what) {
    return Fail(Code::kInvalid, "'{}' {}; write hf:OWNER/REPO/FILE.gguf, or hf:OWNER/REPO/FILE.gguf@REVISION", text,
                what);
  };
  const size_t first = rest.find('/');
  const size_t second = first == std::string::npos ? first : rest.find('/', first + 1);
  if (first == std::string::npos) return wrong("names no repository");
  HuggingFaceRef ref;
  ref.owner = rest.substr(0, first);
  ref.repo = rest.substr(first + 1, second == std::string::npos ? second : second - first - 1);
  if (!IsWord(ref.owner) || !IsWord(ref.repo)) return wrong("names no repository");
  if (second == std::string::npos || second + 1 == rest.size())
    return wrong("does not say which file of the repository");
  ref.file = rest.substr(second + 1);
  if (const size_t at = ref.file.find(".gguf@"); at != std::string::npos) {
    ref.revision = ref.file.substr(at + kExtension.size() + 1);
    ref.file.resize(at + kExtension.size());
  }
  if (!ref.file.ends_with(kExtension)) return wrong("does not name a .gguf file");
  if (!IsPath(ref.file)) return wrong("does not name a file of the repository");
  if (!IsPath(ref.revision)) return wrong("has no revision behind its '@'");
  return ModelRef(std::move(ref));
}

Result<ModelRef> ParseOllama(const std::string& text) {
  const auto wrong = [&] {
    return Fail(Code::kInvalid,
                "'{}' is not a name of the Ollama registry; write ollama:NAME or ollama:NAME:TAG, for "
                "example ollama:qwen3:8b",
                text);
  };
  std::string rest = text.substr(7);
  OllamaRef ref;
  if (const size_t colon = rest.find(':'); colon != std::string::npos) {
    ref.tag = rest.substr(colon + 1);
    rest.resize(colon);
  }
  if (const size_t slash = rest.find('/'); slash != std::string::npos) {
    ref.owner = rest.substr(0, slash);
    rest.erase(0, slash + 1);
  }
  ref.name = rest;
  if (!IsWord(ref.owner) || !IsWord(ref.name) || !IsWord(ref.tag)) return wrong();
  return ModelRef(std::move(ref));
}

}  // namespace

Result<ModelRef> ParseModelRef(const std::string& text) {
  if (text.starts_with("hf:")) return ParseHuggingFace(text);
  if (text.starts_with("ollama:")) return ParseOllama(text);
  if (text.starts_with("https://") || text.starts_with("http://")) {
    return Fail(Code::kInvalid,
                "'{}' is an address; a file of the Hugging Face Hub is written hf:OWNER/REPO/FILE.gguf, and a model "
                "server belongs under 'models:' in yakan.yaml",
                text);
  }
  if (text.empty()) return Fail(Code::kInvalid, "the model needs a file, hf:OWNER/REPO/FILE.gguf or ollama:NAME:TAG");
  return ModelRef(FileRef{text});
}

Result<void> CheckModelName(const std::string& name) {
  constexpr size_t kMax = 64;
  if (name == "builtin") {
    return Fail(Code::kInvalid, "'builtin' is the name of the built-in model; choose another");
  }
  if (!IsWord(name) || name.size() > kMax || name.starts_with('-') || name.ends_with(kExtension)) {
    return Fail(Code::kInvalid,
                "'{}' cannot be the name of a model; take up to {} letters, digits, dots, dashes and underscores, for "
                "example qwen3-8b",
                name, kMax);
  }
  return {};
}

std::optional<SplitName> ParseSplitName(const std::string& file) {
  constexpr std::string_view kForm = "-00001-of-00003.gguf";
  constexpr size_t kDigits = 5;
  if (file.size() <= kForm.size()) return std::nullopt;
  const std::string_view tail = std::string_view(file).substr(file.size() - kForm.size());
  if (tail[0] != '-' || tail.substr(6, 4) != "-of-" || !tail.ends_with(kExtension)) return std::nullopt;
  SplitName name;
  const auto number = [&](size_t at, int& value) {
    const char* end = tail.data() + at + kDigits;
    return std::from_chars(tail.data() + at, end, value).ptr == end;
  };
  if (!number(1, name.index) || !number(10, name.count)) return std::nullopt;
  if (name.index < 1 || name.count < 1 || name.index > name.count) return std::nullopt;
  name.stem = file.substr(0, file.size() - kForm.size());
  return name;
}

std::vector<std::string> AllParts(const std::string& file) {
  const auto split = ParseSplitName(file);
  if (!split) return {file};
  std::vector<std::string> parts;
  for (int i = 1; i <= split->count; ++i) {
    parts.push_back(fmt::format("{}-{:05}-of-{:05}.gguf", split->stem, i, split->count));
  }
  return parts;
}

}  // namespace yk::hub
