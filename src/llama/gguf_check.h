// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace yk::llama {

struct GgufCheck {
  uint64_t file_bytes = 0;
  std::string digest;  ///< of the header, the size and samples of the rest, as hexadecimal digits
};

/// Looks at a model file before it is loaded, so that what is wrong with it becomes a sentence: kNotFound,
/// kUnauthorized; kInvalid: no GGUF file (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), or a header that
/// contradicts itself; kCorrupt: the file ends before the tensors its header announces.
Result<GgufCheck> CheckGguf(const std::filesystem::path& path);

}  // namespace yk::llama
