// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// Word documents (.docx, .docm, .dotx): paragraphs, headings, numbered lists with their numbers, tables with spans,
/// text boxes; footnotes and endnotes at the end. Insertions count, deletions, hidden text, headers and footers do not.
/// Pages are those that Word showed when it saved the file, where it says so.
Result<reader::ReadAnswer> ReadWord(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
