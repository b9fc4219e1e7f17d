// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace yk::sinks {

/// A text as it may stand in a cell: U+0000, U+FFFE and U+FFFF, with which no spreadsheet opens the workbook, become
/// U+FFFD, and so do bytes that are no UTF-8. Other control characters are escaped by the writer.
std::string CellText(std::string_view text);

/// A text as it may stand where nothing is escaped (notes, sheet names, properties): no control characters either.
std::string PlainText(std::string_view text);

}  // namespace yk::sinks
