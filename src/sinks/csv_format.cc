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

/// A text that a spreadsheet would take for a formula (OWASP, "CSV injection") gets an apostrophe in front. Numbers are
/// no texts and stay as they are.
std::string Escaped(std::string text) {
  constexpr std::string_view kRisky = "=+-@\t\r";
  if (!text.empty() && kRisky.find(text.front()) != std::string_view::npos) text.insert(0, 1, '\'');
  return text;
}

class CsvFormat final : public RowFormat {
 public:
  explicit CsvFormat(CsvFormatOptions options) : options_(std::move(options)) {}

  std::string Header() const override {
    std::vector<std::string> names = {"_id", "_file", "_page"};
    names.insert(names.end(), options_.columns.begin(), options_.columns.end());
    if (options_.inline_errors) names.insert(names.end(), {"_status", "_error"});
    return (options_.bom ? "\xEF\xBB\xBF" : "") + text::CsvLine(names, ',', "\r\n");
  }

  Result<std::string> Format(const store::RowResult& row) override {
    YK_TRY(const Json output, ParseJson(row.output));
    const Json source = output.value("_source", Json::object());
    std::vector<std::string> fields = {DumpJson(output.value("_id", Json(row.row_id))),
                                       Cell(source.value("file", Json())), Cell(source.value("page", Json()))};
    for (const std::string& column : options_.columns) {
      const auto value = output.find(column);
      fields.push_back(value == output.end() ? std::string() : Cell(*value));
    }
    if (options_.inline_errors) {
      fields.push_back(output.value("_status", ""));
      fields.push_back(Cell(output.value("_error", Json::object()).value("message", Json())));
    }
    NameUnknown(output);
    return text::CsvLine(fields, ',', "\r\n");
  }

 private:
  std::string Cell(const Json& value) const {
    std::string text = ValueText(value);
    const bool may_be_formula = value.is_string() || value.is_array() || value.is_object();
    return options_.escape_formulas && may_be_formula ? Escaped(std::move(text)) : text;
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
