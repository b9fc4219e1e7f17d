// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace yk::formats {

enum class OfficeKind { kNone, kWord, kSlides, kSheets, kOpenText, kOpenSlides, kOpenSheets };

/// What office file a zip archive is, by the names of its parts; kNone for other archives and other content.
OfficeKind FindOfficeKind(std::string_view bytes);

}  // namespace yk::formats
