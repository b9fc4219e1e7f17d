// SPDX-License-Identifier: Apache-2.0
// What a PDF holds beside the text drawn on its pages: values of form fields, comments, files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

class PDFDoc;

namespace yk::formats {

struct FormValue {
  std::string name;   ///< fully qualified: "address.street"
  std::string label;  ///< what a person is shown, where the form says so
  std::string value;
  bool is_text = true;  ///< written or chosen, not ticked
};

/// Form fields of a page that have a value, and the comments attached to it.
struct PageExtras {
  std::vector<FormValue> fields;
  std::vector<std::string> comments;
};

PageExtras ReadPageExtras(PDFDoc& document, int number);

struct EmbeddedFile {
  std::string name;
  std::string mime;
  std::string content;
  bool cut = false;  ///< larger than the budget: `content` is empty
};

/// Files attached to the document and to its pages, at most `count_max`, together at most `bytes_max` long.
std::vector<EmbeddedFile> EmbeddedFiles(PDFDoc& document, int count_max, uint64_t bytes_max);

}  // namespace yk::formats
