// SPDX-License-Identifier: Apache-2.0
// Tables of a page: ruled grids first, then what stands between horizontal rules, then what is only aligned.
#pragma once

#include <vector>

#include "formats/table_lines.h"
#include "formats/table_marks.h"
#include "formats/table_region.h"
#include "reader/table.h"

namespace yk::formats {

/// The tables of one page from top to bottom, boxes in coordinates of the page as `marks` came.
std::vector<reader::Table> FindTables(PageMarks marks, int page);

/// Regions between rules of one length, where the lines between look like rows.
std::vector<TableRegion> RuledRegions(const PageMarks& marks, const std::vector<TextLine>& lines);

/// Regions of lines whose chunks stand under each other.
std::vector<TableRegion> AlignedRegions(const PageMarks& marks, const std::vector<TextLine>& lines);

}  // namespace yk::formats
