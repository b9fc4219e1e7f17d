// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "base/json.h"
#include "base/log.h"
#include "sinks/columns.h"
#include "sinks/line_sink.h"
#include "text/csv.h"

namespace yk::sinks {
namespace {

class CsvFormat final : public RowFormat {
 public:
  explicit CsvFormat(CsvFormatOptions options) : options_(std::move(options)) {}

  std::string Header() const override {
    std::vector<std::string> names = {"_id", "_file", "_page"};
    // A column's name may come from the input as well.
    for (const std::string& column : options_.columns) names.push_back(Cell(column));
    if (!options_.confidence.empty()) names.push_back("_confidence");
    for (const std::string& field : options_.confidence) names.push_back("_confidence." + field);
    if (options_.inline_errors) names.insert(names.end(), {"_status", "_error"});
    return (options_.bom ? "\xEF\xBB\xBF" : "") + text::CsvLine(names, ',', "\r\n");
  }

  Result<std::string> Format(const store::RowResult& row) override {
    YK_TRY(const Json output, ParseJson(row.output));
    if (!output.is_object()) {
      return Fail(Code::kCorrupt, "the result of row {} is no JSON object; the store is damaged", row.row_id);
    }
    const Json source = Member(output, "_source");
    std::vector<std::string> fields = {std::to_string(row.row_id), Cell(Member(source, "file")),
                                       Cell(Member(source, "page"))};
    for (const std::string& column : options_.columns) {
      fields.push_back(Cell(Member(output, column)));
    }
    if (!options_.confidence.empty()) fields.push_back(Cell(LeastConfidence(output)));
    for (const std::string& field : options_.confidence) fields.push_back(Cell(ConfidenceOf(output, field)));
    if (options_.inline_errors) {
      fields.push_back(Cell(Member(output, "_status")));
      fields.push_back(Cell(Member(Member(output, "_error"), "message")));
    }
    NameUnknown(output);
    return text::CsvLine(fields, ',', "\r\n");
  }

 private:
  std::string Cell(const Json& value) const {
    std::string text = ValueText(value);
    const bool may_be_formula = value.is_string() || value.is_array() || value.is_object();
    return options_.escape_formulas && may_be_formula ? EscapeFormula(std::move(text)) : text;
  }

  /// A field without a column would vanish in silence.
  void NameUnknown(const Json& output) {
    for (const auto& [name, value] : output.items()) {
      if (name.starts_with('_') || !named_.insert(name).second) continue;
      if (std::find(options_.columns.begin(), options_.columns.end(), name) == options_.columns.end()) {
        log::Warn("the field '{}' has no column in the CSV file, because the schema does not name it; the JSONL output has it",
                  name);
      }
    }
  }

  const CsvFormatOptions options_;
  std::set<std::string> named_;
};

}  // namespace

std::unique_ptr<RowFormat> MakeCsvFormat(CsvFormatOptions options) {
  return std::make_unique<CsvFormat>(std::move(options));
}

}  // namespace yk::sinks
