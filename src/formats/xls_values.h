// SPDX-License-Identifier: Apache-2.0
// Numbers, booleans, errors and results of formulas in .xls files: FreeXL leaves out the last three and guesses which
// numbers are dates.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/number_format.h"
#include "reader/table.h"

namespace yk::formats {

class XlsValues {
 public:
  /// `stream`: of ReadXlsStream; it must outlive this.
  explicit XlsValues(std::string_view stream);

  /// The cells of the sheet whose records begin there, in the order of the records; each is counted before it is kept.
  Result<std::vector<reader::Cell>> Of(size_t begin, const std::function<Result<void>(int64_t)>& count) const;

 private:
  class SheetReader;

  std::string Text(std::string_view bytes, bool wide) const;
  const NumberFormat& FormatOf(size_t style) const;

  const std::string_view stream_;
  bool version_8_ = false;
  bool epoch_1904_ = false;
  uint32_t code_page_ = 0;
  std::map<uint32_t, NumberFormat> formats_;  ///< by their numbers in the file
  std::vector<uint32_t> style_format_;
};

}  // namespace yk::formats
