// SPDX-License-Identifier: Apache-2.0
#include "llama/memory.h"

#include "hub/memory_need.h"
#include "llama/library.h"

namespace yk::llama {

Result<void> FitsMemory(const hub::ModelOnDisk& model) {
  for (const Device& device : Devices()) {
    if (device.gpu) return {};
  }
  const uint64_t free = hub::AvailableMemory();
  if (free == 0 || model.bytes <= free) return {};
  return Fail(Code::kExhausted,
              "the model file {} needs {:.1f} GB of memory and {:.1f} GB are free; close other programs or take a "
              "smaller quantisation",
              model.files.front().string(), static_cast<double>(model.bytes) / 1e9, static_cast<double>(free) / 1e9);
}

}  // namespace yk::llama
