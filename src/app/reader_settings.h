// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json_fwd.h"
#include "base/result.h"
#include "pipeline/spec_reader.h"
#include "reader/reader_pool.h"

namespace yk::app {

/// What stands under `reader:` in yakan.yaml: bounds for foreign files, OCR, passwords. null: the defaults. Passwords
/// are named by environment variable ("env:NAME"), never written into the file.
Result<reader::ReaderPoolOptions> ParseReaderSettings(const Json& value, const pipeline::Places& places);

}  // namespace yk::app
