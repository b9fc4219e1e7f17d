// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace yk::formats {

/// The lines of a text sent as format=flowed (RFC 3676) as its writer saw them: lines that end in a space go on in the
/// next, spaces that protected lines on their way are taken away. `delete_space`: DelSp=yes, the last space is no part
/// of the text. Lines end in LF.
std::string UnfoldFlowed(std::string_view text, bool delete_space);

}  // namespace yk::formats
