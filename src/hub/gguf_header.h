// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"

namespace yk::hub {

/// What the header of a GGUF file says of its model. 0 and empty: the file does not say.
struct GgufHeader {
  uint32_t version = 0;
  std::string architecture;     ///< "qwen3"
  std::string name;             ///< general.name
  std::string quantization;     ///< "Q4_K_M"; without general.file_type the type of most of its bytes
  uint64_t context_length = 0;  ///< tokens it was trained on
  uint64_t block_count = 0;
  uint64_t embedding_length = 0;
  uint64_t head_count = 0;                    ///< of the block that has most
  uint64_t kv_heads = 0;                      ///< heads that keep keys and values, over all blocks
  uint64_t key_length = 0, value_length = 0;  ///< numbers of one head
  bool tokenizer = false, chat_template = false;
  uint64_t split_index = 0, split_count = 1;  ///< this file of so many; counted from 0
  uint64_t tensor_count = 0;
  uint64_t parameters = 0;  ///< in this file
  uint64_t bytes_min = 0;   ///< where its last tensor ends
  uint64_t file_bytes = 0;
};

/// Bytes to read a header from. `read` fills `to` from `offset` and gives how many bytes it got; 0 is an error.
struct GgufBytes {
  uint64_t size = 0;
  std::function<size_t(uint64_t offset, char* to, size_t size)> read;
};

/// Reads metadata and tensor list of a GGUF file, version 2 or 3
/// (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), and no weights: some megabytes of a file of any size.
/// The bytes may be hostile: every length is held against what is there before it is used.
/// Errors (kInvalid, `name` in front): not a GGUF file, another version or byte order, damaged, truncated (the header
/// is cut, or the file ends before its last tensor).
Result<GgufHeader> ParseGgufHeader(const GgufBytes& bytes, const std::string& name);

/// The same of a file. Also errors: no such file, a folder, not readable.
Result<GgufHeader> ReadGgufHeader(const std::filesystem::path& path);

}  // namespace yk::hub
