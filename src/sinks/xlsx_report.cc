// SPDX-License-Identifier: Apache-2.0
#include "sinks/xlsx_report.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>

#include "sinks/results.h"
#include "sinks/xlsx_book.h"
#include "sinks/xlsx_summary.h"
#include "text/utf8.h"

namespace yk::sinks {
namespace {

constexpr int64_t kNotesMax = 20'000;  ///< notes are kept in memory until the end, and Excel is slow with many
constexpr size_t kNoteCodePoints = 400;

Column Named(const char* name, ColumnKind kind = ColumnKind::kText) { return {name, name, kind, {}, {}, false}; }

bool HasHeading(const std::vector<Column>& columns, const std::string& heading) {
  return std::any_of(columns.begin(), columns.end(), [&](const Column& column) {
    return Heading(column) == heading || HasHeading(column.object_columns, heading);
  });
}

/// Calls `use` with each result of the job, in order.
Result<void> ForEachResult(const XlsxOptions& options,
                           const std::function<void(const store::RowResult&, const Json&)>& use) {
  return EachResult(*options.results, options.job, options.stage, [&](const store::RowResult& row) -> Result<bool> {
    YK_TRY(const Json output, OutputOf(row));
    use(row, output);
    return true;
  });
}

std::string Source(const Json& output, const char* key) { return ValueText(Member(Member(output, "_source"), key)); }

Json Page(const Json& output) { return Member(Member(output, "_source"), "page"); }

/// Lines for the note of a cell; those that can no longer be shown are not kept.
class Note {
 public:
  bool empty() const { return text_.empty(); }
  void Add(const std::string& line) {
    if (text_.size() <= 4 * kNoteCodePoints) text_ += (text_.empty() ? "" : "\n") + line;
  }
  std::string Within(size_t letters) const {
    if (text::CountCodePoints(text_) <= letters) return text_;
    return std::string(text::TruncateCodePoints(text_, letters)) + "…";
  }

 private:
  std::string text_;
};

/// What must be known before the first cell is written: which sheets and columns there are.
struct Survey {
  std::vector<Column> columns;
  std::vector<std::string> confidence;
  bool files = false, pages = false, evidence = false, errors = false;

  void Look(const store::RowResult& row, const Json& output) {
    if (row.status == store::RowStatus::kFiltered) return;
    files = files || !Source(output, "file").empty();
    pages = pages || !Page(output).is_null();
    errors = errors || store::IsError(row.status);
    for (const char* key : {"_evidence", "_conflicts"})
      evidence = evidence || (output.contains(key) && !output[key].empty());
    for (const auto& [name, value] : output.items()) {
      const std::string& field = name;
      if (field.starts_with('_')) continue;
      const bool known = std::any_of(columns.begin(), columns.end(), [&](const Column& c) { return c.name == field; });
      if (known) continue;
      columns.push_back({field, field, ColumnKind::kText, {}, {}, false});
    }
  }
};

/// A value by JSON pointer, null when there is none.
Json At(const Json& output, const std::string& pointer) {
  try {
    return output.at(Json::json_pointer(pointer));
  } catch (const std::exception&) {
    return {};
  }
}

/// A column of ours. Where a field has the same heading, ours is called as it is in the other outputs: "_id".
Column Own(const char* name, const Survey& survey, ColumnKind kind = ColumnKind::kText) {
  Column column = Named(name, kind);
  if (HasHeading(survey.columns, Heading(column))) column.title = std::string("_") + name;
  return column;
}

std::string HeadingOf(const std::string& field, const std::vector<Column>& columns) {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == field; });
  return found == columns.end() ? field : Heading(*found);
}

/// Columns of every sheet, and how wide they want to be.
struct Layout {
  explicit Layout(const Survey& survey) : first_field(1 + (survey.files ? 1 : 0) + (survey.pages ? 1 : 0)) {
    const Column id = Own("id", survey, ColumnKind::kInteger);
    const Column file = Own("file", survey);
    const Column page = Own("page", survey, ColumnKind::kInteger);
    std::vector<Column> main = {id};
    if (survey.files) main.push_back(file);
    if (survey.pages) main.push_back(page);
    main.insert(main.end(), survey.columns.begin(), survey.columns.end());
    if (!survey.confidence.empty()) main.push_back(Own("confidence", survey, ColumnKind::kNumber));
    for (const std::string& field : survey.confidence) {
      Column column = Named("", ColumnKind::kNumber);
      column.title = "Confidence: " + HeadingOf(field, survey.columns);
      main.push_back(std::move(column));
    }
    Add("", std::move(main));
    for (const Column& column : survey.columns) {
      if (column.kind != ColumnKind::kObjects) continue;
      std::vector<Column> inner = {id, file, Named("no.", ColumnKind::kInteger)};
      inner.insert(inner.end(), column.object_columns.begin(), column.object_columns.end());
      Add(column.name, std::move(inner));
    }
    Add(kEvidence, {id, Named("field"), Named("value"), Named("quote"), file, page, Named("how")});
    Add(kErrors, {id, file, page, Named("status"), Named("code"), Named("message")});
  }

  void Add(const std::string& sheet, std::vector<Column> list) {
    columns[sheet] = std::move(list);
    widths.insert_or_assign(sheet, Widths(columns[sheet]));
  }
  Widths& Of(const std::string& sheet) { return widths.at(sheet); }

  /// Names that no field can have.
  static constexpr const char* kEvidence = "_evidence";
  static constexpr const char* kErrors = "_errors";

  std::map<std::string, std::vector<Column>> columns;
  std::map<std::string, Widths> widths;
  size_t first_field;
};

/// The second look at the results: how wide each column wants to be.
void Measure(const Survey& survey, const Json& output, Layout& layout) {
  const Json file = Json(Source(output, "file"));
  size_t at = 1;
  if (survey.files) layout.Of("").Look(at++, file);
  if (survey.pages) ++at;
  for (const Column& column : survey.columns) {
    const auto found = output.find(column.name);
    const Json value = found == output.end() ? Json() : *found;
    layout.Of("").Look(at++, value);
    if (column.kind == ColumnKind::kObjects && value.is_array()) {
      Widths& widths = layout.Of(column.name);
      widths.Look(1, file);
      for (const Json& item : value) {
        for (size_t i = 0; item.is_object() && i < column.object_columns.size(); ++i) {
          widths.Look(3 + i, item.value(column.object_columns[i].name, Json()));
        }
      }
    }
    for (const auto& [pointer, quote] : EvidenceOf(output, column.name)) {
      Widths& widths = layout.Of(Layout::kEvidence);
      widths.Look(1, Json(pointer));
      widths.Look(2, Json(ValueText(value)));
      widths.Look(3, quote.is_object() ? quote.value("quote", Json()) : Json());
      widths.Look(4, file);
    }
  }
  if (const auto error = output.find("_error"); error != output.end() && error->is_object()) {
    Widths& widths = layout.Of(Layout::kErrors);
    widths.Look(1, file);
    widths.Look(5, error->value("message", Json()));
  }
}

/// All sheets of one workbook while the results pass by.
class Report {
 public:
  Report(const XlsxOptions& options, Survey survey, const Layout& layout, const std::filesystem::path& path)
      : survey_(std::move(survey)),
        title_(options.job_name),
        created_at_(options.created_at),
        book_(path, options.job_name, options.created_at),
        summary_(survey_.columns),
        first_field_(layout.first_field) {
    const auto table = [&](std::string_view name, const std::string& sheet) {
      return std::make_unique<Table>(book_, name, layout.columns.at(sheet), layout.widths.at(sheet));
    };
    results_ = table(options.sheet.empty() ? options.job_name : options.sheet, "");
    for (const Column& column : survey_.columns) {
      if (column.kind == ColumnKind::kObjects) lists_[column.name] = table(column.title, column.name);
    }
    if (survey_.evidence) evidence_ = table("evidence", Layout::kEvidence);
    if (survey_.errors) errors_ = table("errors", Layout::kErrors);
  }

  void Add(const store::RowResult& row, const Json& output) {
    summary_.Count(row, output);
    if (store::IsError(row.status)) {
      AddError(row, output);
    } else if (row.status != store::RowStatus::kFiltered) {
      AddResult(row, output);
    }
  }

  Result<void> Finish() {
    results_->Finish(std::min<size_t>(first_field_, 2));
    for (auto& [name, table] : lists_) table->Finish(1);
    if (evidence_) evidence_->Finish(2);
    if (errors_) errors_->Finish(2);
    if (results_->left_out() > 0) {
      summary_.Problem(
          fmt::format("{} rows do not fit on a sheet; the JSONL or CSV output has them all", results_->left_out()));
    }
    if (results_->cut() > 0) {
      summary_.Problem(fmt::format(
          "{} texts are longer than a cell holds and were cut; the JSONL output has them whole", results_->cut()));
    }
    if (evidence_ && evidence_->left_out() > 0) {
      summary_.Problem(fmt::format("{} quotes do not fit on the sheet evidence", evidence_->left_out()));
    }
    if (notes_ > kNotesMax) {
      summary_.Problem(
          fmt::format("only the first {} quotes are also notes on cells; all are on the sheet evidence", kNotesMax));
    }
    summary_.Write(book_, title_, created_at_);
    return book_.Close();
  }

 private:
  void AddResult(const store::RowResult& row, const Json& output) {
    if (!results_->NextRow()) return;
    size_t at = 0;
    results_->Put(at++, Json(row.row_id));
    if (survey_.files) results_->Put(at++, Json(Source(output, "file")));
    if (survey_.pages) results_->Put(at++, Page(output));
    for (const Column& column : survey_.columns) {
      const auto found = output.find(column.name);
      const Json value = found == output.end() ? Json() : *found;
      results_->Put(at, value);
      if (column.kind == ColumnKind::kObjects) AddList(row, output, column, value);
      AddEvidence(row, output, column, at);
      ++at;
    }
    if (!survey_.confidence.empty()) results_->Put(at++, LeastConfidence(output));
    for (const std::string& field : survey_.confidence) results_->Put(at++, ConfidenceOf(output, field));
  }

  void AddList(const store::RowResult& row, const Json& output, const Column& column, const Json& items) {
    Table& table = *lists_[column.name];
    if (!items.is_array()) return;
    int64_t number = 0;
    for (const Json& item : items) {
      ++number;
      if (!table.NextRow()) return;
      table.Put(0, Json(row.row_id));
      table.Put(1, Json(Source(output, "file")));
      table.Put(2, Json(number));
      size_t at = 3;
      for (const Column& inner : column.object_columns) {
        const auto found = item.is_object() ? item.find(inner.name) : item.end();
        table.Put(at++, item.is_object() && found != item.end() ? *found : Json());
      }
    }
  }

  void AddEvidence(const store::RowResult& row, const Json& output, const Column& column, size_t cell) {
    Note own, elsewhere;
    for (const auto& [pointer, place] : EvidenceOf(output, column.name)) {
      if (!place.is_object()) continue;
      AddPlace(row, PlaceText(pointer), At(output, pointer), place, place.value("how", Json()));
      own.Add(Quoted(place));
    }
    for (const Json& other : ConflictsOf(output, column.name)) {
      const Json value = Member(other, "value");
      std::string line = "elsewhere: " + ValueText(value);
      Json places = Member(other, "evidence");
      if (!places.is_array() || places.empty()) places = Json::array({Json::object()});
      for (const Json& place : places) {
        if (!place.is_object()) continue;
        AddPlace(row, column.name, value, place, Json("elsewhere"));
        if (place.contains("quote")) line += ", " + Quoted(place);
      }
      elsewhere.Add(line);
    }
    if ((own.empty() && elsewhere.empty()) || ++notes_ > kNotesMax) return;
    // What disagrees gets its half of the room, however long the quote is.
    Note all;
    if (!own.empty()) all.Add(own.Within(elsewhere.empty() ? kNoteCodePoints : kNoteCodePoints / 2));
    if (!elsewhere.empty()) all.Add(elsewhere.Within(kNoteCodePoints));
    results_->Note(cell, all.Within(kNoteCodePoints));
  }

  static std::string Quoted(const Json& place) {
    const Json page = place.value("page", Json());
    return (page.is_null() ? std::string() : fmt::format("p. {}: ", ValueText(page))) + "“" +
           ValueText(place.value("quote", Json())) + "”";
  }

  void AddPlace(const store::RowResult& row, const std::string& field, const Json& value, const Json& place,
                const Json& how) {
    if (!evidence_ || !evidence_->NextRow()) return;
    evidence_->Put(0, Json(row.row_id));
    evidence_->Put(1, Json(field));
    evidence_->Put(2, Json(ValueText(value)));
    evidence_->Put(3, Json(ValueText(place.value("quote", Json()))));
    evidence_->Put(4, place.value("file", Json()));
    evidence_->Put(5, place.value("page", Json()));
    evidence_->Put(6, how);
  }

  void AddError(const store::RowResult& row, const Json& output) {
    if (!errors_->NextRow()) return;
    const Json error = output.value("_error", Json::object());
    errors_->Put(0, Json(row.row_id));
    errors_->Put(1, Json(Source(output, "file")));
    errors_->Put(2, Page(output));
    errors_->Put(3, Json(std::string(store::RowStatusName(row.status))));
    errors_->Put(4, error.is_object() ? error.value("code", Json()) : Json());
    errors_->Put(5, error.is_object() ? error.value("message", Json()) : error);
  }

  const Survey survey_;
  const std::string title_;
  const WallTime created_at_;
  Book book_;
  Summary summary_;
  const size_t first_field_;
  std::unique_ptr<Table> results_;
  std::map<std::string, std::unique_ptr<Table>> lists_;
  std::unique_ptr<Table> evidence_;
  std::unique_ptr<Table> errors_;
  int64_t notes_ = 0;
};

}  // namespace

Result<void> BuildReport(const XlsxOptions& options, const std::filesystem::path& path) {
  Survey survey;
  survey.columns = options.columns;
  survey.confidence = options.confidence;
  YK_TRY_VOID(
      ForEachResult(options, [&](const store::RowResult& row, const Json& output) { survey.Look(row, output); }));
  Layout layout(survey);
  YK_TRY_VOID(
      ForEachResult(options, [&](const store::RowResult&, const Json& output) { Measure(survey, output, layout); }));
  Report report(options, std::move(survey), layout, path);
  YK_TRY_VOID(
      ForEachResult(options, [&](const store::RowResult& row, const Json& output) { report.Add(row, output); }));
  return report.Finish();
}

}  // namespace yk::sinks
