// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "sources/row_file.h"

namespace yk::sources {

/// Where a parser gets its lines from.
struct RowStream {
  LineReader lines;
  std::string shown;     ///< the file's name for messages
  std::string charset;   ///< of the lines
  bool in_place = true;  ///< offsets of lines are offsets in the file, so rows may be stored by reference
};

Result<std::unique_ptr<RowFile>> OpenCsvRows(RowStream stream, char delimiter);
Result<std::unique_ptr<RowFile>> OpenJsonlRows(RowStream stream);
Result<std::unique_ptr<RowFile>> OpenLineRows(RowStream stream);

/// The line in UTF-8 without its line end and without a byte order mark at the file's beginning.
Result<std::string> DecodeLine(std::string_view bytes, const std::string& charset, int64_t number);

}  // namespace yk::sources
