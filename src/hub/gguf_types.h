// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace yk::hub {

/// How a tensor's numbers are stored: blocks of `block_elements` numbers in `block_bytes` bytes. The numbers of the
/// types are those of ggml (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).
struct TensorType {
  std::string_view name;  ///< "Q4_K"
  uint32_t block_elements = 0;
  uint32_t block_bytes = 0;
};

/// Null for a type that is not known here; its tensors' sizes cannot be told.
const TensorType* FindTensorType(uint32_t type);

/// "Q4_K_M" for the value of general.file_type; empty when it is not known here.
std::string_view FileTypeName(uint64_t file_type);

}  // namespace yk::hub
