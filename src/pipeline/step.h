// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/row.h"
#include "store/types.h"

namespace yk::pipeline {

/// A piece of the row's text that is asked about at one time.
struct Passage {
  std::string id;  ///< stable over edits elsewhere in the document
  std::string text;
  int64_t begin = 0;  ///< where it stands in the row's text, in code points
};

/// What one row cost; summed over its steps and passages.
struct RowCost {
  int64_t model_calls = 0, cached = 0, tokens_in = 0, tokens_out = 0;
  double price = 0;
};

/// A row on its way through the steps. Owned by the engine; one step works on it at a time.
struct RowTask {
  Row row;
  std::vector<Passage> passages;     ///< set by `split`; empty: the whole text is one passage
  Json values = Json::object();      ///< output fields; starts as the row's columns
  Json evidence = Json::object();    ///< "/field" -> [{"file","page","start","end","quote","how"}]
  Json confidence = Json::object();  ///< field -> 0..1, as far as known and asked for
  Json conflicts = Json::object();   ///< "field" -> [{"value", "evidence"}]: what other passages or rows said
  std::vector<std::string> notes;    ///< sentences for the row's meta: coercions, values dropped for lack of evidence
  RowCost cost;
  int64_t derived_from = -1;  ///< the row whose answers this one shares (dedupe); -1: none
  Json first_values;          ///< of a duplicate: the first row's fields with the answers so far; null for all others
  std::string text_key;       ///< what is compared of the row's text, where a dedupe follows and the row is a document

  /// What questions are made of: a duplicate asks what the first row asked, so that nothing is paid twice.
  const Json& asked() const { return first_values.is_null() ? values : first_values; }

  void SetValue(const std::string& field, Json value) {
    if (!first_values.is_null()) first_values[field] = value;
    values[field] = std::move(value);
  }
};

/// How a step ended for a row.
struct StepOutcome {
  enum class Kind {
    kNext,    ///< on to the next step
    kEnd,     ///< the row has its outcome: `status`, and `error` unless filtered
    kParked,  ///< could not be asked now (endpoint down, run stopping): the row goes back, nothing is counted
  };
  Kind kind = Kind::kNext;
  store::RowStatus status = store::RowStatus::kOk;
  std::optional<Error> error;
  std::string error_class;  ///< "transport", "invalid", … for the row's error

  static StepOutcome Next() { return {}; }
  static StepOutcome Parked(Error why) { return {Kind::kParked, store::RowStatus::kOk, std::move(why), ""}; }
  static StepOutcome End(store::RowStatus status, Error error, std::string error_class = "") {
    return {Kind::kEnd, status, std::move(error), std::move(error_class)};
  }
  static StepOutcome Filtered() { return {Kind::kEnd, store::RowStatus::kFiltered, std::nullopt, ""}; }
};

using StepDone = std::function<void(StepOutcome)>;

/// A stage of work inside one row. Shared by all rows of a run; Process is called from many threads at a time.
class Step {
 public:
  virtual ~Step() = default;

  /// Fields the row has after this step, given those before, in column order. kInvalid: a field it needs is not there.
  virtual Result<std::vector<std::string>> Fields(std::vector<std::string> before) const = 0;

  /// Fields that it sets, whether the row had them or not.
  virtual std::vector<std::string> Makes() const { return {}; }

  /// JSON Schema of the fields it makes, for sinks; null when it makes none.
  virtual const Json* Schema() const { return nullptr; }

  /// Works on the row and calls `done` exactly once, on this or another thread. The task stays alive until then.
  virtual void Process(RowTask& task, StepDone done) = 0;
};

/// The text a row is about: the document's, or its page's, or the column "text", or all columns as "name: value"
/// lines. Quotes are looked up in this text.
std::string RowText(const Row& row);

}  // namespace yk::pipeline
