// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "sinks/columns.h"
#include "sinks/xlsx_book.h"
#include "store/types.h"

namespace yk::sinks {

/// The sheet `summary`: what came of the rows, how full each column is, how often each value of an enum was given,
/// what went wrong. Made of the results alone, so a rebuilt workbook is equal.
class Summary {
 public:
  explicit Summary(std::vector<Column> columns) : columns_(std::move(columns)), filled_(columns_.size(), 0) {}

  void Count(const store::RowResult& row, const Json& output);
  void Problem(std::string sentence) { problems_.push_back(std::move(sentence)); }
  void Write(Book& book, const std::string& job_name, WallTime created_at) const;

 private:
  void WriteOutcomes(lxw_worksheet* sheet, const Styles& styles, lxw_row_t& at) const;
  void WriteColumns(lxw_worksheet* sheet, const Styles& styles, lxw_row_t& at) const;
  void WriteValues(lxw_worksheet* sheet, const Styles& styles, lxw_row_t& at) const;
  void WriteProblems(lxw_worksheet* sheet, const Styles& styles, lxw_row_t& at) const;

  const std::vector<Column> columns_;
  std::vector<int64_t> filled_;
  std::map<std::string, std::map<std::string, int64_t>> values_;  ///< column -> value -> rows
  std::map<store::RowStatus, int64_t> outcomes_;
  std::map<std::string, int64_t> errors_;  ///< message without the row's own names -> rows
  std::vector<std::string> problems_;
  int64_t rows_ = 0;
  int64_t answered_ = 0;
};

}  // namespace yk::sinks
