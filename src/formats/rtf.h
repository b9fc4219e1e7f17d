// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// Rich Text Format (also under the name .doc): paragraphs, headings by outline level, tables, footnotes at the end,
/// pages at the breaks that the author set. Text in code pages of fonts and as Unicode.
Result<reader::ReadAnswer> ReadRtf(const reader::ReadRequest& request, std::string_view bytes);

bool IsRtf(std::string_view bytes);

}  // namespace yk::formats
