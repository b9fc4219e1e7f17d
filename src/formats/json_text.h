// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// JSON and JSON Lines as indented text. Records that are flat objects are a table as well, their keys the header.
/// What is not valid JSON is read as plain text with a note.
Result<reader::ReadAnswer> ReadJsonText(const reader::ReadRequest& request, std::string_view bytes);

/// Indents a valid JSON text by two spaces. Numbers and the order of keys stay, \u escapes of printable characters
/// become the characters. Works at any depth.
std::string IndentJson(std::string_view json);

}  // namespace yk::formats
