// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// Text and Markdown in any charset the text module detects. A form feed starts a new page.
Result<reader::ReadAnswer> ReadPlainText(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
