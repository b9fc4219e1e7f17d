// SPDX-License-Identifier: Apache-2.0
#include "steps/form_step.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "pipeline/spec_reader.h"
#include "reader/table_text.h"
#include "steps/form_cells.h"
#include "text/dates.h"
#include "text/normalize.h"
#include "text/numbers.h"
#include "text/schema_program.h"

namespace yk::steps {
namespace {

using reader::Cell;
using reader::CellType;

enum class ValueType { kAuto, kText, kNumber, kDate };

struct Field {
  std::string name;
  FormAnchor anchor;
  ValueType type = ValueType::kAuto;
  bool optional = false;
};

std::optional<Json> NumberJson(std::string_view decimal) {
  int64_t whole = 0;
  const char* end = decimal.data() + decimal.size();
  if (const auto read = std::from_chars(decimal.data(), end, whole); read.ec == std::errc() && read.ptr == end)
    return whole;
  double number = 0;
  if (const auto read = std::from_chars(decimal.data(), end, number);
      read.ec == std::errc() && read.ptr == end && std::isfinite(number)) {
    return number;
  }
  return std::nullopt;
}

/// A number as people write it into a form: full width, with commas, with △ for minus.
std::optional<Json> WrittenNumber(std::string_view text) {
  std::string folded = text::FoldString(text, {.space = text::Space::kDrop, .punctuation = true});
  bool negative = false;
  for (const std::string_view sign : {"△", "▲"}) {
    if (!folded.starts_with(sign)) continue;
    folded.erase(0, sign.size());
    negative = true;
  }
  const auto number = text::ParseNumber(folded);
  if (!number) return std::nullopt;
  return NumberJson((negative ? "-" : "") + number->ToString());
}

/// A cell that says that there is nothing to say: hyphens and dashes of all widths.
bool SaysNothing(const Cell& cell) {
  const std::string folded = text::FoldString(cell.text, {.space = text::Space::kDrop, .punctuation = true});
  return !folded.empty() && folded.find_first_not_of('-') == std::string::npos;
}

/// nullopt: the cell holds something else.
std::optional<Json> ValueOf(const Cell& cell, ValueType type) {
  if (SaysNothing(cell)) return Json();
  if (type == ValueType::kText) return Json(text::SqueezeSpace(cell.text));
  if (type == ValueType::kNumber) {
    return cell.type == CellType::kNumber ? NumberJson(cell.value) : WrittenNumber(cell.text);
  }
  if (type == ValueType::kDate) {
    if (cell.type == CellType::kDate) return Json(cell.value);
    const auto date = text::ParseDate(cell.text);
    return date ? std::optional<Json>(date->ToIso()) : std::nullopt;
  }
  switch (cell.type) {
    case CellType::kNumber: return NumberJson(cell.value);
    case CellType::kBool: return Json(cell.value == "true");
    case CellType::kDate: return Json(cell.value);
    case CellType::kError: return std::nullopt;
    case CellType::kText: break;
  }
  return Json(text::SqueezeSpace(cell.text));
}

std::string_view TypeWord(ValueType type) {
  return type == ValueType::kNumber ? "number" : type == ValueType::kDate ? "date" : "value";
}

/// The tables of one row, each searched when the field is in none before it.
class Form {
 public:
  explicit Form(const pipeline::Row& row) : row_(row) {
    for (const reader::Table& table : row.document->tables) tables_.emplace_back(table);
  }

  struct Found {
    size_t table = 0;
    size_t cell = 0;
  };
  /// The field of the only table that has it; what is wrong in the first table when none does.
  Result<Found> Find(const FormAnchor& anchor) const {
    std::optional<Error> problem;
    for (size_t i = 0; i < tables_.size(); ++i) {
      auto cell = tables_[i].Find(anchor);
      if (cell) return Found{i, *cell};
      // Twice in one table is worse than not in another.
      if (!problem || (problem->code == Code::kNotFound && cell.error().code == Code::kConflict))
        problem = cell.error();
    }
    return Fail(*std::move(problem));
  }

  const Cell& CellAt(const Found& found) const { return row_.document->tables[found.table].cells[found.cell]; }

  /// Where the cell stands in the row's text.
  Json Evidence(const Found& found) {
    const reader::Document& document = *row_.document;
    const Cell& cell = CellAt(found);
    Json place = {{"file", row_.file.empty() ? Json() : Json(row_.file)},
                  {"page", row_.page > 0 ? Json(row_.page) : Json()}};
    const auto block =
        std::find_if(document.blocks.begin(), document.blocks.end(),
                     [&](const reader::Block& candidate) { return candidate.table == static_cast<int>(found.table); });
    if (block != document.blocks.end()) {
      if (texts_.size() <= found.table) texts_.resize(found.table + 1);
      auto& text = texts_[found.table];
      if (!text) text = reader::TextOf(document.tables[found.table]);
      place["start"] = block->begin + text->places[found.cell].first;
      place["end"] = block->begin + text->places[found.cell].second;
    }
    std::string quote = cell.text;
    std::replace_if(
        quote.begin(), quote.end(), [](char c) { return c == '\n' || c == '\t' || c == '\r'; }, ' ');
    place["quote"] = std::move(quote);
    place["how"] = "exact";
    place["cell"] = reader::CellName(cell.row, cell.col);
    return place;
  }

 private:
  const pipeline::Row& row_;
  std::vector<FormCells> tables_;
  std::vector<std::optional<reader::TableText>> texts_;
};

Json FieldSchema(const Field& field) {
  switch (field.type) {
    case ValueType::kText: return {{"type", {"string", "null"}}};
    case ValueType::kNumber: return {{"type", {"number", "null"}}};
    case ValueType::kDate: return {{"type", {"string", "null"}}, {"format", "date"}};
    case ValueType::kAuto: break;
  }
  return Json::object();
}

class FormStep final : public pipeline::Step {
 public:
  explicit FormStep(std::vector<Field> fields) : fields_(std::move(fields)) {
    schema_ = {{"type", "object"}, {"properties", Json::object()}};
    for (const Field& field : fields_) schema_["properties"][field.name] = FieldSchema(field);
  }

  std::vector<std::string> Makes() const override {
    std::vector<std::string> names;
    for (const Field& field : fields_) names.push_back(field.name);
    return names;
  }

  Result<std::vector<std::string>> Fields(std::vector<std::string> before) const override {
    for (const Field& field : fields_) {
      if (std::find(before.begin(), before.end(), field.name) == before.end()) before.push_back(field.name);
    }
    return before;
  }

  const Json* Schema() const override { return &schema_; }

  void Process(pipeline::RowTask& task, pipeline::StepDone done) override {
    auto filled = Fill(task);
    done(filled ? pipeline::StepOutcome::Next()
                : pipeline::StepOutcome::End(store::RowStatus::kFailed, std::move(filled).error(), "form"));
  }

 private:
  Result<void> Fill(pipeline::RowTask& task) const {
    const pipeline::Row& row = task.row;
    if (row.document == nullptr || row.document->tables.empty()) {
      return Fail(Code::kInvalid, "step form looks at cells, but the row is no table; read the input with 'as: table'");
    }
    Form form(row);
    const std::string where = Where(row);
    for (const Field& field : fields_) {
      Json value;
      auto found = form.Find(field.anchor);
      std::string problem;
      if (!found) {
        problem = found.error().message;
      } else if (auto read = ValueOf(form.CellAt(*found), field.type)) {
        value = std::move(*read);
        task.evidence[text::JoinPointer("", field.name)] = Json::array({form.Evidence(*found)});
      } else {
        const Cell& cell = form.CellAt(*found);
        problem = fmt::format("the cell {} says '{}', which is no {}", reader::CellName(cell.row, cell.col), cell.text,
                              TypeWord(field.type));
      }
      if (!problem.empty()) {
        problem = fmt::format("{}, field '{}': {}", where, field.name, problem);
        if (!field.optional) return Fail(Code::kInvalid, problem);
        task.notes.push_back(std::move(problem));
      }
      task.SetValue(field.name, std::move(value));
    }
    return {};
  }

  static std::string Where(const pipeline::Row& row) {
    const std::string& sheet = row.document->tables.front().name;
    std::string out = row.file.empty() ? std::string("the table") : row.file;
    if (!sheet.empty()) out += fmt::format(", sheet '{}'", sheet);
    return out;
  }

  const std::vector<Field> fields_;
  Json schema_;
};

Result<Field> ReadField(const std::string& name, const Json& config, const std::string& pointer,
                        const pipeline::Places& places) {
  Field field;
  field.name = name;
  // A label alone is the usual case: its value is the first to the right.
  const Json spelled = config.is_string() ? Json({{"label", config}}) : config;
  YK_TRY(auto reader,
         pipeline::ObjectReader::Open(spelled, pointer, places, fmt::format("the field '{}' of step form", name)));
  constexpr std::array<std::string_view, 2> kSides = {"right", "below"};
  constexpr std::array<std::string_view, 4> kTypes = {"auto", "text", "number", "date"};
  YK_TRY(field.anchor.labels, reader.Strings("label"));
  YK_TRY(const std::string pattern, reader.String("pattern", ""));
  YK_TRY(field.anchor.within, reader.String("within", ""));
  YK_TRY(const std::string side, reader.OneOf("at", "right", kSides));
  YK_TRY(const int64_t nth, reader.Integer("nth", 1, 1, 1000));
  YK_TRY(const std::string type, reader.OneOf("type", "auto", kTypes));
  YK_TRY(field.optional, reader.Bool("optional", false));
  YK_TRY_VOID(reader.Finish());
  if (!pattern.empty()) {
    auto regex = text::Regex::Compile(pattern);
    if (!regex) return reader.Wrong("pattern", "must be a regular expression; " + regex.error().message);
    field.anchor.pattern = std::move(*regex);
  }
  if (!field.anchor.labels.empty() && !pattern.empty()) {
    return Fail(Code::kInvalid, "{}: the field '{}' of step form has a 'label' and a 'pattern'; keep one",
                places.Of(pointer), name);
  }
  if (field.anchor.labels.empty() && pattern.empty()) {
    return Fail(Code::kInvalid,
                "{}: the field '{}' of step form needs a 'label' or a 'pattern', for example '{}: {{label: Total}}'",
                places.Of(pointer), name, name);
  }
  field.anchor.side = side == "below" ? FormAnchor::Side::kBelow : FormAnchor::Side::kRight;
  field.anchor.nth = static_cast<int>(nth);
  field.type = static_cast<ValueType>(std::find(kTypes.begin(), kTypes.end(), type) - kTypes.begin());
  return field;
}

}  // namespace

Result<std::unique_ptr<pipeline::Step>> MakeFormStep(const pipeline::StepSpec& spec, const pipeline::Places& places) {
  YK_TRY(auto reader, pipeline::ObjectReader::Open(spec.config, spec.pointer, places, "step form"));
  const Json& fields = reader.Any("fields");
  YK_TRY_VOID(reader.Finish());
  if (!fields.is_object() || fields.empty()) {
    return Fail(Code::kInvalid,
                "{}: step form needs 'fields', for example 'fields: {{total: {{label: Total, type: number}}}}'",
                places.Of(spec.pointer));
  }
  std::vector<Field> read;
  for (const auto& [name, config] : fields.items()) {
    if (name.starts_with('_')) {
      return Fail(
          Code::kInvalid,
          "{}: the field '{}' of step form begins with an underscore, as the program's own do; call it otherwise",
          places.Of(spec.pointer + "/fields/" + name), name);
    }
    YK_TRY(Field field, ReadField(name, config, spec.pointer + "/fields/" + name, places));
    read.push_back(std::move(field));
  }
  return std::unique_ptr<pipeline::Step>(std::make_unique<FormStep>(std::move(read)));
}

}  // namespace yk::steps
