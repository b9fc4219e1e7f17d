// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// The first lines are headers, two of which every mail has.
bool IsMail(std::string_view bytes);

/// A mail: its header lines, its text, then the texts of its attachments as parts of their own. A member names an
/// attachment (and what is inside it).
Result<reader::ReadAnswer> ReadMail(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
