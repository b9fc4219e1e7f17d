// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "formats/page_draft.h"
#include "formats/pdf_extras.h"
#include "formats/pdf_text.h"
#include "reader/wire.h"

class PDFDoc;

namespace yk::formats {

/// Pages that have something in common, for notes.
using PageNumbers = std::vector<int>;

/// "1-3, 7"
std::string ShowPages(const PageNumbers& pages);

/// The pages of a PDF as text, whichever way it was found.
struct PdfPages {
  std::vector<PageDraft> pages;
  CharacterCount count;
  PageNumbers unreadable;
  PageNumbers pictures_read;                   ///< no text layer, read by OCR
  PageNumbers pictures_added;                  ///< little text, and more in a picture, read by OCR
  PageNumbers pictures_empty;                  ///< no text layer, and OCR found no text
  PageNumbers pictures_left;                   ///< no text layer, and OCR was off, could not run or had its fill
  PageNumbers unmapped_read;                   ///< characters without meaning, read by OCR instead
  double ocr_letters = 0, ocr_confidence = 0;  ///< the latter summed over letters
  std::string ocr_problem;
  std::vector<FormValue> fields;
  std::vector<reader::Table> tables;  ///< when asked for
};

/// The pages that the request asks for. reader::ReasonError: kNoPages, kResourceLimit.
Result<PdfPages> ReadPdfPages(PDFDoc& document, const reader::ReadRequest& request);

}  // namespace yk::formats
