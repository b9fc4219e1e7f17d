// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "formats/table_marks.h"

namespace yk::formats {

/// Words and ruling lines of a PDF's pages in one pass, by poppler's core.
class PdfMarks {
 public:
  /// `bytes` must stay as long as the object. nullptr when the file does not open.
  static std::unique_ptr<PdfMarks> Open(std::string_view bytes, const std::optional<std::string>& password = {});
  ~PdfMarks();
  PdfMarks(const PdfMarks&) = delete;
  PdfMarks& operator=(const PdfMarks&) = delete;

  /// `number` is 1-based. Empty marks for a page that is not there. Words as poppler::page::text_list has
  /// them, in the same order.
  PageMarks Page(int number) const;

 private:
  class Impl;
  explicit PdfMarks(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace yk::formats
