// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "formats/page_layout.h"

namespace yk::formats {

/// The order in which to read the words of a page set in columns: headlines across the page cut it into zones, each
/// zone is read column by column, each column line by line. Empty when the page has no columns of running text (tables
/// and forms have none), so the caller keeps the order it has. Only for upright writing.
///
/// Columns are found by the emptiest upright strip, as wide as a letter is high: running text crosses any strip in
/// nearly every line, a gutter is crossed by headlines only. Each side is searched again, so three columns are two
/// cuts.
///
/// Japanese from top to bottom is always ordered: tier by tier, line by line from the right.
std::vector<size_t> ColumnOrder(const std::vector<Word>& words);

}  // namespace yk::formats
