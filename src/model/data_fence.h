// SPDX-License-Identifier: Apache-2.0
// How text of a row stands inside a prompt: fenced, and unable to close the fence.
#pragma once

#include <string>
#include <string_view>

namespace yk::model {

/// What precedes the text: a line with a tag that names where it came from.
std::string FenceOpening(std::string_view name);
inline constexpr std::string_view kFenceClosing = "\n</data>\n";

/// The text, with a space inside whatever looks like the tag of a fence or like the control text of a chat template.
std::string InsideFence(std::string_view text);

}  // namespace yk::model
