// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poppler/PDFDoc.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace yk::formats {

/// What poppler complained about while one file was read. Its hook is a plain function, so one file at a time.
class Complaints {
 public:
  Complaints();
  ~Complaints();
  Complaints(const Complaints&) = delete;
  Complaints& operator=(const Complaints&) = delete;

  bool damaged() const { return damaged_; }
  bool missing_language() const { return missing_language_; }

 private:
  static void Note(ErrorCategory category, Goffset position, const char* message);

  static Complaints* current_;
  bool damaged_ = false;
  bool missing_language_ = false;
};

struct PdfFile {
  std::unique_ptr<PDFDoc> document;
  std::shared_ptr<bool> rebuilt;  ///< the cross-reference table was damaged and made anew
};

/// Opens a PDF that must stay in memory. An encrypted one is tried without a password, then with each given one, as
/// written, prepared by SASLprep and in Latin-1, as the user's and as the owner's. reader::ReasonError: kCorrupt,
/// kEncrypted, kResourceLimit.
Result<PdfFile> OpenPdf(std::string_view bytes, const std::vector<std::string>& passwords);

/// A text string of a PDF (UTF-16 with a mark, UTF-8 with a mark, PDFDocEncoding) as UTF-8.
std::string PdfString(const GooString* text);

/// The entry of the information dictionary ("Title", "Author"); empty when absent.
std::string InfoEntry(PDFDoc& document, const char* key);

/// "D:20200102030405+09'00'" as ISO 8601; empty when it is no date.
std::string InfoDate(PDFDoc& document, const char* key);

}  // namespace yk::formats
