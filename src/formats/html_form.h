// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gumbo.h>

#include <string>

#include "formats/inline_text.h"

namespace yk::formats {

/// Fields of forms that hold an answer: <input>, <select>, <textarea>.
bool IsHtmlField(const GumboNode* node);

/// What a field holds: its value, the chosen options, "☑" or "☐". Empty for buttons, passwords and what is hidden, and
/// where nothing was entered.
std::string HtmlFieldValue(const GumboNode* field);

/// The value within a line, apart from the words beside it, as browsers draw a frame around it; boxes stand at theirs.
void AddHtmlField(const GumboNode* field, InlineText& text);

}  // namespace yk::formats
