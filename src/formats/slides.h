// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// PowerPoint files (.pptx, .pptm, .ppsx, .potx): a slide is a page, in the order of the show, its speaker notes at its
/// end. Hidden slides are read and named in a note.
Result<reader::ReadAnswer> ReadSlides(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
