// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "formats/document_builder.h"

namespace yk::formats {

/// Page headers and footers stand on paper again and again, and no reader takes them for part of the text: they become
/// metadata "header" and "footer", the first of each that says more than the number of the page.
void AddRunningText(std::string_view name, std::string_view text, DocumentBuilder& out);

}  // namespace yk::formats
