// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// The mark may stand behind some bytes of junk (ISO 32000, appendix H).
bool IsPdf(std::string_view bytes);

/// Text of a PDF page by page in reading order, by poppler. `bytes` must stay while it runs.
Result<reader::ReadAnswer> ReadPdf(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
