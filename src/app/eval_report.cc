// SPDX-License-Identifier: Apache-2.0
// How scores are shown, and where rows to be scored come from.
#include <algorithm>

#include "app/eval.h"
#include "text/csv.h"
#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::app {
namespace {

Json OrNull(std::optional<double> value) { return value ? Json(*value) : Json(nullptr); }
std::string Shown(std::optional<double> value) { return value ? fmt::format("{:.3f}", *value) : "-"; }

Json Counts(const FieldScore& score) {
  return {{"gold", score.gold},
          {"predicted", score.predicted},
          {"hits", score.hits},
          {"false_positives", score.predicted - score.hits},
          {"false_negatives", score.gold - score.hits},
          {"both_null", score.both_null},
          {"precision", OrNull(score.Precision())},
          {"recall", OrNull(score.Recall())},
          {"f1", OrNull(score.F1())}};
}

/// Columns a terminal gives the text: Japanese characters take two.
size_t DisplayWidth(const std::string& shown) {
  size_t width = 0;
  for (size_t at = 0; at < shown.size();) width += text::IsCjk(text::NextCodePoint(shown, &at)) ? 2 : 1;
  return width;
}

std::string Line(const std::string& name, size_t width, const FieldScore& score, const std::string& rule) {
  std::string padded = name;
  padded.append(width > DisplayWidth(name) ? width - DisplayWidth(name) : 0, ' ');
  return fmt::format("{}  {:<9} {:>9} {:>9} {:>9} {:>6} {:>9} {:>6} {:>6} {:>6}\n", padded, rule,
                     Shown(score.Precision()), Shown(score.Recall()), Shown(score.F1()), score.gold, score.predicted,
                     score.hits, score.predicted - score.hits, score.gold - score.hits);
}

std::string Listed(const std::vector<std::string>& names) {
  constexpr size_t kShown = 5;
  std::string out;
  for (size_t i = 0; i < std::min(names.size(), kShown); ++i) out += (i > 0 ? ", " : "") + names[i];
  if (names.size() > kShown) out += fmt::format(" and {} more", names.size() - kShown);
  return out;
}

Result<std::vector<Json>> CsvRows(std::string_view content, const std::string& path) {
  auto records = text::ParseCsv(content, {.delimiter = text::GuessCsvDelimiter(content)});
  if (!records) return Fail(std::move(records).error().With(path));
  std::vector<Json> rows;
  if (records->empty())
    return Fail(Code::kInvalid, "{}: the file is empty; its first line must name the columns", path);
  const auto& names = records->front().fields;
  for (size_t i = 1; i < records->size(); ++i) {
    auto& record = (*records)[i];
    if (!record.problem.empty()) return Fail(Code::kInvalid, "{}: {}", path, record.problem);
    if (record.fields.size() > names.size()) {
      return Fail(Code::kInvalid, "{}: line {} has {} fields, but the first line names {} columns", path, record.line,
                  record.fields.size(), names.size());
    }
    Json row = Json::object();
    for (size_t column = 0; column < record.fields.size(); ++column) row[names[column]] = record.fields[column];
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::vector<Json>> JsonLines(std::string_view content, const std::string& path) {
  std::vector<Json> rows;
  size_t line_number = 0;
  while (!content.empty()) {
    const auto end = content.find('\n');
    const auto line = text::TrimSpace(content.substr(0, end));
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
    ++line_number;
    if (line.empty()) continue;
    auto row = ParseJson(line);
    if (!row) return Fail(std::move(row).error().With(fmt::format("{}: line {}", path, line_number)));
    if (!row->is_object()) return Fail(Code::kInvalid, "{}: line {} is not a JSON object", path, line_number);
    rows.push_back(std::move(*row));
  }
  return rows;
}

}  // namespace

std::optional<double> EvalReport::MacroF1() const {
  double sum = 0;
  size_t count = 0;
  for (const auto& field : fields) {
    const auto f1 = field.F1();
    if (!f1) continue;
    sum += *f1;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

FieldScore EvalReport::Micro() const {
  FieldScore all;
  all.field = "all";
  for (const auto& field : fields) {
    all.gold += field.gold;
    all.predicted += field.predicted;
    all.hits += field.hits;
    all.both_null += field.both_null;
  }
  return all;
}

Json EvalReport::ToJson() const {
  Json out = {{"rows",
               {{"gold", gold_rows},
                {"predicted", predicted_rows},
                {"matched", matched_rows},
                {"repeated_predictions", repeated_predictions},
                {"without_prediction", without_prediction},
                {"without_gold", without_gold}}},
              {"fields", Json::array()},
              {"macro_f1", OrNull(MacroF1())},
              {"micro", Counts(Micro())},
              {"skipped_columns", skipped_columns},
              {"misses_total", misses_total},
              {"misses", Json::array()}};
  for (const auto& field : fields) {
    Json entry = {
        {"field", field.field}, {"column", field.column}, {"match", field.rule.ToString()}, {"list", field.list}};
    entry.update(Counts(field));
    out["fields"].push_back(std::move(entry));
  }
  for (const auto& miss : misses) {
    out["misses"].push_back({{"key", miss.key},
                             {"field", miss.field},
                             {"kind", miss.kind},
                             {"gold", miss.gold},
                             {"predicted", miss.predicted}});
  }
  return out;
}

std::string EvalReport::ToText() const {
  size_t width = 5;
  for (const auto& field : fields) width = std::max(width, DisplayWidth(field.field));
  std::string out = fmt::format("{:<{}}  {:<9} {:>9} {:>9} {:>9} {:>6} {:>9} {:>6} {:>6} {:>6}\n", "field", width,
                                "match", "precision", "recall", "F1", "gold", "predicted", "hits", "extra", "missed");
  for (const auto& field : fields) out += Line(field.field, width, field, field.rule.ToString());
  out += Line("all", width, Micro(), "");
  out += fmt::format("macro F1 {} over {} fields; {} of {} gold rows have a prediction\n", Shown(MacroF1()),
                     fields.size(), matched_rows, gold_rows);
  if (!without_prediction.empty()) out += fmt::format("without a prediction: {}\n", Listed(without_prediction));
  if (!without_gold.empty()) {
    out += fmt::format("{} predicted rows have no gold row and are not scored: {}\n", without_gold.size(),
                       Listed(without_gold));
  }
  if (repeated_predictions > 0) {
    out += fmt::format("{} predicted rows repeat a key; the first of each counts\n", repeated_predictions);
  }
  if (!skipped_columns.empty()) out += fmt::format("gold columns without a field: {}\n", Listed(skipped_columns));
  return out;
}

Result<std::vector<Json>> ParseEvalRows(std::string_view content, const std::string& path) {
  const auto ends_with = [&path](std::string_view end) {
    return path.size() >= end.size() && text::FoldCase(path.substr(path.size() - end.size())) == end;
  };
  return ends_with(".jsonl") || ends_with(".ndjson") || ends_with(".json") ? JsonLines(content, path)
                                                                           : CsvRows(content, path);
}

}  // namespace yk::app
