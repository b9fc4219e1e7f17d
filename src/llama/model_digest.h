// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "hub/model_file.h"

namespace yk::llama {

/// What tells a model's files from others, as hexadecimal digits: a digest over their headers, sizes and samples of the
/// weights. Equal files have equal ones, and no gigabytes are read. Errors: a file that cannot be read.
Result<std::string> ModelDigest(const hub::ModelOnDisk& model);

}  // namespace yk::llama
