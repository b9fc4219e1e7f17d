// SPDX-License-Identifier: Apache-2.0
// Scores predicted rows against gold rows: what `yakan eval` prints.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/eval_match.h"
#include "base/json.h"
#include "base/result.h"

namespace yk::app {

struct EvalOptions {
  /// Names a row in both files: a column, a dotted path ("_source.file"). Values that are file names agree also when
  /// only their last part, or that without its extension, is the same, as long as it names one row.
  std::string key = "_source.file";
  std::map<std::string, std::string> gold_of = {};  ///< --map f=g: field f of the prediction is column g of the gold
  std::map<std::string, MatchRule> match = {};      ///< --match f=…; exact where a field is not named
  size_t misses_max = 1000;                         ///< misses listed; they are counted all the same
};

/// Counts of one field. A predicted null where the gold is null counts nowhere; a wrong value counts twice, as one
/// too many and as one missed. In list fields the items are counted.
struct FieldScore {
  std::string field;
  std::string column;  ///< of the gold
  MatchRule rule;
  bool list = false;
  size_t gold = 0;       ///< values in the gold
  size_t predicted = 0;  ///< values predicted
  size_t hits = 0;
  size_t both_null = 0;
  std::optional<double> Precision() const;  ///< nothing when nothing was predicted
  std::optional<double> Recall() const;     ///< nothing when the gold is empty
  std::optional<double> F1() const;         ///< nothing when both are
};

struct EvalMiss {
  std::string key;
  std::string field;
  std::string kind;  ///< "wrong", "missing", "extra"
  Json gold;
  Json predicted;
};

struct EvalReport {
  std::vector<FieldScore> fields;
  std::vector<EvalMiss> misses;
  size_t misses_total = 0;
  size_t gold_rows = 0;
  size_t predicted_rows = 0;
  size_t matched_rows = 0;
  size_t repeated_predictions = 0;              ///< rows whose key had been predicted before; the first one counts
  std::vector<std::string> without_prediction;  ///< keys of gold rows; their values count as missed
  std::vector<std::string> without_gold;        ///< keys of predicted rows; not scored
  std::vector<std::string> skipped_columns;     ///< gold columns that no prediction has

  /// Mean F1 over the fields that have one.
  std::optional<double> MacroF1() const;
  /// All counts added up, as one field.
  FieldScore Micro() const;
  Json ToJson() const;
  /// A table for people: one line a field, totals, rows without a counterpart.
  std::string ToText() const;
};

/// Scores. Gold and predicted rows are objects; in the gold an empty text is null and ";" separates the items of a
/// list field (a field is a list when a prediction or the gold holds a list). Fails (invalid) when a gold row lacks the
/// key, two gold rows share one, or no field can be compared.
Result<EvalReport> Evaluate(const std::vector<Json>& gold, const std::vector<Json>& predicted,
                            const EvalOptions& options);

/// Rows of a CSV file (first record = column names) or of a JSONL file, told apart by `path`'s extension. Fails
/// (invalid) with file and line.
Result<std::vector<Json>> ParseEvalRows(std::string_view content, const std::string& path);

}  // namespace yk::app
