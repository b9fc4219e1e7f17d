// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"

namespace yk::hub {

/// A model file that is there.
struct FileRef {
  std::string path;
};

/// A file of a model repository that speaks the protocol of the Hugging Face Hub:
/// hf:owner/repo/path/file.gguf[@revision].
struct HuggingFaceRef {
  std::string owner, repo;
  std::string file;  ///< a path within the repository
  std::string revision = "main";
};

/// A model of an Ollama registry: ollama:[owner/]name[:tag].
struct OllamaRef {
  std::string owner = "library", name, tag = "latest";
};

using ModelRef = std::variant<FileRef, HuggingFaceRef, OllamaRef>;

/// Where a model comes from, as written on the command line. Errors say what the text should look like.
Result<ModelRef> ParseModelRef(const std::string& text);

/// An alias: 1 to 64 letters, digits, dots, dashes and underscores that cannot be mistaken for another way to name a
/// model.
Result<void> CheckModelName(const std::string& name);

/// One file of a model that is split in several: "m-00002-of-00003.gguf".
struct SplitName {
  std::string stem;  ///< "m"
  int index = 1, count = 1;
};
std::optional<SplitName> ParseSplitName(const std::string& file);

/// All files that belong together with this one, the first part first; only itself when it is not split.
std::vector<std::string> AllParts(const std::string& file);

}  // namespace yk::hub
