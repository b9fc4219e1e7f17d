// SPDX-License-Identifier: Apache-2.0
// Finding values in forms: by the words that stand beside them, wherever the form puts them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reader/table.h"
#include "text/regex.h"

namespace yk::steps {

/// Where a value of a form stands.
struct FormAnchor {
  enum class Side { kRight, kBelow };
  std::vector<std::string> labels;     ///< any of these is the whole text of the label's cell
  std::optional<text::Regex> pattern;  ///< or this matches it
  std::string within;                  ///< the section's label; empty: anywhere
  Side side = Side::kRight;
  int nth = 1;  ///< among the cells on that side that are not empty
};

/// The cells of one table, to be searched. Texts are compared after NFKC and case folding, without white space.
class FormCells {
 public:
  /// The table must outlive it.
  explicit FormCells(const reader::Table& table);

  /// Index of the value's cell. kNotFound, kConflict: the label is not there, or is there more than once, with what was
  /// looked for and where it was found.
  Result<size_t> Find(const FormAnchor& anchor) const;

 private:
  std::vector<size_t> Labelled(const FormAnchor& anchor) const;
  /// Those of `labels` that belong to the section: right of its label within its rows, or else below it in its columns,
  /// the nearest first row of them.
  std::vector<size_t> InSection(const std::vector<size_t>& labels, const reader::Cell& section) const;
  /// The row in which the part below a section's label ends: where the next label merged over the same columns stands.
  int EndBelow(const reader::Cell& section) const;
  std::vector<size_t> Beside(const reader::Cell& label, FormAnchor::Side side) const;
  std::string Names(const std::vector<size_t>& cells) const;

  const reader::Table& table_;
  std::vector<std::string> folded_;                        ///< per cell
  std::multimap<std::string, size_t, std::less<>> index_;  ///< folded text -> cell
};

/// The text as labels are compared.
std::string FoldLabel(std::string_view text);

}  // namespace yk::steps
