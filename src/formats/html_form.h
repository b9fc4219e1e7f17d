// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gumbo.h>

#include <string>

namespace yk::formats {

/// Fields of forms that hold an answer: <input>, <select>, <textarea>.
bool IsHtmlField(const GumboNode* node);

/// What a field holds: its value, the chosen options, "☑" or "☐". Empty for buttons, passwords and what is hidden, and
/// where nothing was entered.
std::string HtmlFieldValue(const GumboNode* field);

}  // namespace yk::formats
