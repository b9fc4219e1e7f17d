// SPDX-License-Identifier: Apache-2.0
#include "app/eval.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "text/normalize.h"

namespace yk::app {
namespace {

/// The value at a dotted path, or the member of that very name.
const Json* At(const Json& row, std::string_view path) {
  if (!row.is_object()) return nullptr;
  if (const auto whole = row.find(std::string(path)); whole != row.end()) return &*whole;
  const auto dot = path.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const auto head = row.find(std::string(path.substr(0, dot)));
  return head == row.end() ? nullptr : At(*head, path.substr(dot + 1));
}

/// The key of a row under the name given, or under the names by which files call it.
std::string KeyOf(const Json& row, const std::string& key) {
  const auto last_part = key.substr(key.rfind('.') == std::string::npos ? 0 : key.rfind('.') + 1);
  for (const auto& name : {key, last_part, "_source." + last_part, std::string("_source.file")}) {
    const Json* value = At(row, name);
    if (!value || value->is_null()) continue;
    return text::FoldString(value->is_string() ? value->get<std::string>() : DumpJson(*value));
  }
  return {};
}

std::string FileName(const std::string& key) {
  const auto slash = key.find_last_of("/\\");
  return slash == std::string::npos ? key : key.substr(slash + 1);
}

std::string Stem(const std::string& key) {
  const std::string name = FileName(key);
  const auto dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

/// Gold rows by key, by file name and by stem; a name that fits two rows fits none.
class GoldIndex {
 public:
  Result<void> Add(const std::string& key, size_t row) {
    if (!by_key_.emplace(key, row).second) {
      return Fail(Code::kInvalid, "gold row {}: the key \"{}\" stands in an earlier row too", row + 1, key);
    }
    AddName(by_name_, FileName(key), row);
    AddName(by_stem_, Stem(key), row);
    return {};
  }

  std::optional<size_t> ByKey(const std::string& key) const { return In(by_key_, key); }
  std::optional<size_t> ByName(const std::string& key) const { return In(by_name_, FileName(key)); }
  std::optional<size_t> ByStem(const std::string& key) const { return In(by_stem_, Stem(key)); }

 private:
  static constexpr size_t kSeveral = SIZE_MAX;
  using Index = std::unordered_map<std::string, size_t>;

  static std::optional<size_t> In(const Index& index, const std::string& name) {
    const auto found = index.find(name);
    return found == index.end() || found->second == kSeveral ? std::nullopt : std::optional(found->second);
  }
  static void AddName(Index& index, const std::string& name, size_t row) {
    const auto [at, fresh] = index.emplace(name, row);
    if (!fresh) at->second = kSeveral;
  }

  Index by_key_, by_name_, by_stem_;
};

bool IsNothing(const Json* value) {
  return !value || value->is_null() ||
         (value->is_string() && text::TrimSpace(value->get_ref<const std::string&>()).empty()) ||
         (value->is_array() && value->empty());
}

/// The values of a cell: none, one, or the items of a list.
std::vector<Json> ValuesOf(const Json* cell, bool list) {
  std::vector<Json> values;
  const auto add = [&values](const Json& value) {
    if (!IsNothing(&value)) values.push_back(value);
  };
  if (IsNothing(cell)) return values;
  if (cell->is_array()) {
    for (const auto& item : *cell) add(item);
  } else if (list && cell->is_string()) {
    std::string_view rest = cell->get_ref<const std::string&>();
    while (true) {
      const auto end = rest.find(';');
      add(std::string(text::TrimSpace(rest.substr(0, end))));
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
  } else {
    add(*cell);
  }
  return values;
}

class Evaluator {
 public:
  Evaluator(const std::vector<Json>& gold, const std::vector<Json>& predicted, const EvalOptions& options)
      : gold_(gold), predicted_(predicted), options_(options), prediction_of_(gold.size(), nullptr) {}

  Result<EvalReport> Run() {
    report_.gold_rows = gold_.size();
    report_.predicted_rows = predicted_.size();
    YK_TRY_VOID(MatchRows());
    YK_TRY_VOID(ChooseFields());
    for (size_t row = 0; row < gold_.size(); ++row) {
      for (auto& field : report_.fields) Score(row, field);
    }
    return std::move(report_);
  }

 private:
  Result<void> MatchRows();
  Result<void> ChooseFields();
  void Score(size_t row, FieldScore& field);
  void Miss(EvalMiss miss) {
    ++report_.misses_total;
    if (report_.misses.size() < options_.misses_max) report_.misses.push_back(std::move(miss));
  }
  bool AnyPredicted(const std::string& field) const {
    return std::any_of(predicted_.begin(), predicted_.end(),
                       [&](const Json& row) { return At(row, field) != nullptr; });
  }
  bool IsList(const std::string& field, const std::string& column) const {
    const auto is_list = [](const Json* value) { return value && value->is_array(); };
    return std::any_of(predicted_.begin(), predicted_.end(),
                       [&](const Json& row) { return is_list(At(row, field)); }) ||
           std::any_of(gold_.begin(), gold_.end(), [&](const Json& row) { return is_list(At(row, column)); });
  }

  const std::vector<Json>& gold_;
  const std::vector<Json>& predicted_;
  const EvalOptions& options_;
  EvalReport report_;
  std::vector<std::string> keys_;
  std::vector<const Json*> prediction_of_;
};

Result<void> Evaluator::MatchRows() {
  GoldIndex index;
  for (size_t row = 0; row < gold_.size(); ++row) {
    keys_.push_back(KeyOf(gold_[row], options_.key));
    if (keys_.back().empty()) {
      return Fail(Code::kInvalid, "gold row {} has no value for the key \"{}\"; name its column with --key", row + 1,
                  options_.key);
    }
    YK_TRY_VOID(index.Add(keys_.back(), row));
  }
  const bool keyed = std::any_of(predicted_.begin(), predicted_.end(),
                                 [&](const Json& row) { return !KeyOf(row, options_.key).empty(); });
  if (!predicted_.empty() && !keyed) {
    return Fail(
        Code::kInvalid,
        "no predicted row has a value for the key \"{}\"; --pred takes the JSONL of a job, and --key a field of "
        "it, for example _source.file",
        options_.key);
  }
  std::vector<std::string> predicted_keys;
  for (const auto& row : predicted_) predicted_keys.push_back(KeyOf(row, options_.key));
  std::vector<bool> placed(predicted_.size(), false);
  // The very key goes before the file's name, and that before its stem: a file of the same name elsewhere must not take
  // the place of the one that is meant.
  for (const auto way : {&GoldIndex::ByKey, &GoldIndex::ByName, &GoldIndex::ByStem}) {
    const std::vector<const Json*> before = prediction_of_;
    for (size_t i = 0; i < predicted_.size(); ++i) {
      if (placed[i] || predicted_keys[i].empty()) continue;
      const auto found = (index.*way)(predicted_keys[i]);
      if (!found || before[*found] != nullptr) continue;
      placed[i] = true;
      if (prediction_of_[*found] != nullptr) {
        ++report_.repeated_predictions;
      } else {
        prediction_of_[*found] = &predicted_[i];
        ++report_.matched_rows;
      }
    }
  }
  for (size_t i = 0; i < predicted_.size(); ++i) {
    if (!placed[i]) report_.without_gold.push_back(predicted_keys[i]);
  }
  for (size_t row = 0; row < gold_.size(); ++row) {
    if (!prediction_of_[row]) report_.without_prediction.push_back(keys_[row]);
  }
  return {};
}

Result<void> Evaluator::ChooseFields() {
  std::vector<std::string> columns;
  std::set<std::string> seen;
  for (const auto& row : gold_) {
    for (const auto& [name, value] : row.items()) {
      if (seen.insert(name).second) columns.push_back(name);
    }
  }
  std::map<std::string, std::string> field_of;
  for (const auto& [field, column] : options_.gold_of) {
    if (!seen.contains(column)) {
      return Fail(Code::kInvalid, "--map {}={}: the gold has no column \"{}\"; it has: {}", field, column, column,
                  fmt::join(columns, ", "));
    }
    const bool any_ok =
        std::any_of(predicted_.begin(), predicted_.end(), [](const Json& row) { return !row.contains("_error"); });
    if (any_ok && !AnyPredicted(field)) {
      return Fail(Code::kInvalid, "--map {}={}: no predicted row has a field \"{}\"; check the spelling", field, column,
                  field);
    }
    field_of[column] = field;
  }
  const auto last_part =
      options_.key.substr(options_.key.rfind('.') == std::string::npos ? 0 : options_.key.rfind('.') + 1);
  for (const auto& column : columns) {
    const auto mapped = field_of.find(column);
    const std::string field = mapped == field_of.end() ? column : mapped->second;
    const bool is_key = column == options_.key || column == last_part || column.starts_with('_');
    if (is_key && mapped == field_of.end()) continue;
    if (mapped == field_of.end() && !options_.match.contains(field) && !AnyPredicted(field)) {
      report_.skipped_columns.push_back(column);
      continue;
    }
    FieldScore score;
    score.field = field;
    score.column = column;
    if (const auto rule = options_.match.find(field); rule != options_.match.end()) score.rule = rule->second;
    score.list = IsList(field, column);
    report_.fields.push_back(std::move(score));
  }
  for (const auto& [field, rule] : options_.match) {
    const bool known = std::any_of(report_.fields.begin(), report_.fields.end(),
                                   [&name = field](const FieldScore& score) { return score.field == name; });
    if (!known) return Fail(Code::kInvalid, "--match {}: no gold column belongs to the field \"{}\"", field, field);
  }
  if (report_.fields.empty()) {
    return Fail(Code::kInvalid,
                "gold and predictions have no field in common; pair them with --map field=column (gold "
                "columns: {})",
                fmt::join(columns, ", "));
  }
  return {};
}

void Evaluator::Score(size_t row, FieldScore& field) {
  const Json* const predicted_row = prediction_of_[row];
  const auto gold = ValuesOf(At(gold_[row], field.column), field.list);
  auto rest = ValuesOf(predicted_row ? At(*predicted_row, field.field) : nullptr, field.list);
  field.gold += gold.size();
  field.predicted += rest.size();
  if (gold.empty() && rest.empty()) {
    ++field.both_null;
    return;
  }
  std::vector<Json> missed;
  for (const auto& value : gold) {
    const auto match = std::find_if(rest.begin(), rest.end(),
                                    [&](const Json& other) { return ValuesMatch(value, other, field.rule); });
    if (match == rest.end()) {
      missed.push_back(value);
    } else {
      ++field.hits;
      rest.erase(match);
    }
  }
  // What is missed and what is too many are shown side by side as far as they go.
  for (size_t i = 0; i < std::max(missed.size(), rest.size()); ++i) {
    const bool has_gold = i < missed.size(), has_prediction = i < rest.size();
    Miss({keys_[row], field.field, has_gold ? (has_prediction ? "wrong" : "missing") : "extra",
          has_gold ? missed[i] : Json(nullptr), has_prediction ? rest[i] : Json(nullptr)});
  }
}

}  // namespace

std::optional<double> FieldScore::Precision() const {
  if (predicted == 0) return std::nullopt;
  return static_cast<double>(hits) / static_cast<double>(predicted);
}

std::optional<double> FieldScore::Recall() const {
  if (gold == 0) return std::nullopt;
  return static_cast<double>(hits) / static_cast<double>(gold);
}

std::optional<double> FieldScore::F1() const {
  if (gold + predicted == 0) return std::nullopt;
  return 2.0 * static_cast<double>(hits) / static_cast<double>(gold + predicted);
}

Result<EvalReport> Evaluate(const std::vector<Json>& gold, const std::vector<Json>& predicted,
                            const EvalOptions& options) {
  if (gold.empty()) return Fail(Code::kInvalid, "the gold has no rows");
  return Evaluator(gold, predicted, options).Run();
}

}  // namespace yk::app
