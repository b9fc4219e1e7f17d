// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/table_marks.h"

class PDFDoc;

namespace yk::formats {

/// Words and ruling lines of a PDF's page in one pass, by poppler's core. `number` is 1-based. Empty marks for a page that
/// is not there. Words as poppler::page::text_list has them, in the same order.
PageMarks ReadPageMarks(PDFDoc& document, int number);

}  // namespace yk::formats
