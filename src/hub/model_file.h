// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "hub/gguf_header.h"

namespace yk::hub {

/// A model as it lies on the disk: one GGUF file, or all parts of a split one.
struct ModelOnDisk {
  std::vector<std::filesystem::path> files;  ///< absolute, the first part first
  uint64_t bytes = 0;                        ///< of all of them
  GgufHeader header;                         ///< of the first
};

/// Looks at a model file and, when its name says that it is one part of several, at all of them. Errors: a file is
/// missing, is no GGUF file, is truncated or damaged, belongs to a split model under a name that does not say so.
Result<ModelOnDisk> InspectModel(const std::filesystem::path& file);

}  // namespace yk::hub
