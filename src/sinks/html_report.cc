// SPDX-License-Identifier: Apache-2.0
#include "sinks/html_report.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "sinks/html_quote.h"
#include "sinks/html_style.h"
#include "sinks/results.h"
#include "text/html_escape.h"
#include "text/utf8.h"

namespace yk::sinks {
namespace {

using text::EscapeHtml;

constexpr size_t kBytesMax = size_t{32} << 20;
constexpr size_t kCellLetters = 2000;
constexpr int kQuotesMax = 500;  ///< of one row

std::string Grouped(int64_t number) {
  std::string out = fmt::format("{}", number);
  for (auto at = static_cast<ptrdiff_t>(out.size()) - 3; at > 0; at -= 3) out.insert(static_cast<size_t>(at), 1, ',');
  return out;
}

bool IsShown(const store::RowResult& row) { return row.status != store::RowStatus::kFiltered; }

bool IsNumber(const Column& column) {
  return column.kind == ColumnKind::kNumber || column.kind == ColumnKind::kInteger;
}

/// The first look: how many rows there are of each kind, and what columns those that are shown have.
struct Survey {
  explicit Survey(const HtmlOptions& options) : columns(options.columns), rows_max(options.rows_max) {}

  Result<bool> Look(const store::RowResult& row) {
    ++rows;
    ++counts[static_cast<size_t>(row.status)];
    if (!IsShown(row) || shown >= rows_max) return true;
    ++shown;
    YK_TRY(const Json output, OutputOf(row));
    const Json source = Member(output, "_source");
    files = files || Member(source, "file").is_string();
    for (const auto& [name, value] : output.items()) {
      const std::string& field = name;
      if (field.starts_with('_')) continue;
      const bool known = std::any_of(columns.begin(), columns.end(), [&](const Column& c) { return c.name == field; });
      if (!known) columns.push_back({field, field, ColumnKind::kText, {}, {}, false});
    }
    return true;
  }

  std::vector<Column> columns;
  const int64_t rows_max;
  int64_t rows = 0, shown = 0;
  std::array<int64_t, 5> counts{};  ///< by RowStatus
  bool files = false;
};

/// "A" | "A, B and C"
std::string Listed(const std::vector<std::string>& names) {
  std::string out;
  for (size_t i = 0; i < names.size(); ++i) out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return out;
}

class Report {
 public:
  Report(const HtmlOptions& options, const Survey& survey) : options_(options), survey_(survey) {}

  /// False: no more.
  Result<bool> Add(const store::RowResult& row) {
    if (!IsShown(row)) return true;
    if (rows_ >= survey_.rows_max || body_.size() >= kBytesMax) return false;
    ++rows_;
    YK_TRY(const Json output, OutputOf(row));
    row_id_ = row.row_id;
    quotes_.clear();
    quote_count_ = 0;
    quotes_left_out_ = 0;
    const Json source = Member(output, "_source");
    body_ += fmt::format(R"(<tbody id="r{0}"><tr><td class="n">{0}</td>)", row_id_);
    if (survey_.files) body_ += Cell(FileHtml(options_, Member(source, "file"), Member(source, "page")));
    if (store::IsError(row.status)) {
      AddError(row, output);
    } else {
      for (const Column& column : survey_.columns) AddValue(output, column);
    }
    body_ += "</tr>\n";
    if (quote_count_ > 0) CloseQuotes();
    body_ += "</tbody>\n";
    return true;
  }

  std::string Finish() {
    const std::string title = EscapeHtml(options_.job_name);
    // Han characters look different in each language; which one the text is in, kana tell.
    const bool japanese = body_.find("\xE3\x81") != std::string::npos || body_.find("\xE3\x83") != std::string::npos;
    std::string out = std::string(kHtmlHead) + "<title>" + title + "</title>\n" + std::string(kHtmlStyle) +
                      "</head>\n<body>\n<h1>" + title + "</h1>\n<p class=\"soft\">" + DateText(options_.created_at) +
                      " · " + Counts() + "</p>\n";
    if (rows_ < survey_.rows - Filtered()) out += "<p class=\"cut\">" + WhatIsCut() + "</p>\n";
    out += fmt::format("<table{}>\n<thead><tr><th class=\"n\">id</th>", japanese ? " lang=\"ja\"" : "");
    if (survey_.files) out += "<th>file</th>";
    for (const Column& column : survey_.columns)
      out += (IsNumber(column) ? R"(<th class="n">)" : "<th>") + EscapeHtml(column.title) + "</th>";
    return out + "</tr></thead>\n" + std::move(body_) + "</table>\n</body>\n</html>\n";
  }

 private:
  static std::string Cell(const std::string& html) { return "<td>" + html + "</td>"; }
  size_t Columns() const { return 1 + (survey_.files ? 1 : 0) + survey_.columns.size(); }
  int64_t Filtered() const { return survey_.counts[static_cast<size_t>(store::RowStatus::kFiltered)]; }

  std::string Counts() const {
    std::string out = Grouped(survey_.rows) + (survey_.rows == 1 ? " row" : " rows");
    for (size_t i = 0; i < survey_.counts.size(); ++i) {
      if (survey_.counts[i] == 0) continue;
      out +=
          fmt::format(" · {} {}", Grouped(survey_.counts[i]), store::RowStatusName(static_cast<store::RowStatus>(i)));
    }
    return out;
  }

  std::string WhatIsCut() const {
    std::vector<std::string> names;
    for (const std::string& name : options_.others) names.push_back(EscapeHtml(name));
    const std::string where = names.empty()
                                  ? "<code>yakan results " + EscapeHtml(options_.job_name) + "</code> prints them all"
                                  : "all are in " + Listed(names);
    return fmt::format("The first {} of {} rows are shown; {}.", Grouped(rows_), Grouped(survey_.rows - Filtered()),
                       where);
  }

  void CloseQuotes() {
    const std::string rest =
        quotes_left_out_ > 0 ? fmt::format(", {} more are left out here", Grouped(quotes_left_out_)) : "";
    body_ += fmt::format(R"(<tr class="quotes"><td colspan="{}"><details><summary>{} quote{}{}</summary>)", Columns(),
                         quote_count_, quote_count_ == 1 ? "" : "s", rest) +
             "\n" + quotes_ + "</details></td></tr>";
  }

  void AddError(const store::RowResult& row, const Json& output) {
    const Json error = Member(output, "_error");
    const std::string message = ValueText(error.is_object() ? Member(error, "message") : error);
    const size_t width = std::max<size_t>(1, survey_.columns.size());
    body_ += fmt::format(R"(<td class="bad" colspan="{}">{}: {}</td>)", width, store::RowStatusName(row.status),
                         EscapeHtml(text::TruncateCodePoints(message, kCellLetters)));
  }

  using Evidence = std::vector<std::pair<std::string, Json>>;

  /// A list item by item, so that each leads to its own quote.
  void AddValue(const Json& output, const Column& column) {
    const Json value = Member(output, column.name);
    const auto evidence = EvidenceOf(output, column.name);
    body_ += IsNumber(column) ? R"(<td class="n">)" : "<td>";
    if (value.is_array()) {
      const std::string pointer = evidence.empty() ? "" : PointerOf(column.name);
      for (size_t i = 0; i < value.size(); ++i) {
        const std::string own = fmt::format("{}/{}", pointer, i);
        const std::string label = fmt::format("{} {}", column.title, i + 1);
        body_ += "<div>" + Linked(value[i], evidence, own, label) + "</div>";
      }
      // Evidence for the list as a whole has no item to stand at.
      AddQuotes(evidence, pointer, column.title, false);
    } else {
      body_ += Linked(value, evidence, evidence.empty() ? "" : PointerOf(column.name), column.title);
    }
    for (const Json& other : ConflictsOf(output, column.name)) AddConflict(other, column);
    body_ += "</td>";
  }

  /// Another value that was found, for the reader to decide.
  void AddConflict(const Json& other, const Column& column) {
    Evidence places;
    if (const Json found = Member(other, "evidence"); found.is_array()) {
      for (const Json& place : found) places.emplace_back("", place);
    }
    body_ += R"(<div class="soft">elsewhere: )" + Linked(Member(other, "value"), places, "", column.title) + "</div>";
  }

  static std::string PointerOf(const std::string& field) {
    std::string pointer = "/";
    for (const char c : field) pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return pointer;
  }

  /// The value, as a link to the first of its quotes.
  std::string Linked(const Json& value, const Evidence& evidence, const std::string& pointer,
                     const std::string& label) {
    if (value.is_null()) return R"(<span class="soft">–</span>)";
    const std::string text = ValueText(value);
    const std::string_view start = text::TruncateCodePoints(text, kCellLetters);
    const std::string shown = EscapeHtml(start) + (start.size() < text.size() ? "…" : "");
    const std::string id = AddQuotes(evidence, pointer, label + ": " + std::string(start.substr(0, 200)), true);
    return id.empty() ? shown : fmt::format(R"(<a href="#{}">{}</a>)", id, shown);
  }

  /// Of the places at `pointer`, and below it when asked. Returns the first one's id; empty when there is none.
  std::string AddQuotes(const Evidence& evidence, const std::string& pointer, std::string_view label, bool below) {
    std::string first;
    for (const auto& [at, place] : evidence) {
      const bool fits = at == pointer || (below && at.starts_with(pointer + "/"));
      if (!fits || !place.is_object()) continue;
      if (quote_count_ >= kQuotesMax) {
        ++quotes_left_out_;
        continue;
      }
      const std::string id = fmt::format("r{}q{}", row_id_, ++quote_count_);
      quotes_ += QuoteHtml(options_, id, label, place);
      if (first.empty()) first = id;
    }
    return first;
  }

  const HtmlOptions& options_;
  const Survey& survey_;
  std::string body_;
  int64_t rows_ = 0;
  int64_t row_id_ = 0;
  std::string quotes_;  ///< of the row at hand
  int quote_count_ = 0, quotes_left_out_ = 0;
};

}  // namespace

Result<std::string> BuildHtmlReport(const HtmlOptions& options) {
  Survey survey(options);
  YK_TRY_VOID(EachResult(*options.results, options.job, options.stage,
                         [&](const store::RowResult& row) { return survey.Look(row); }));
  Report report(options, survey);
  YK_TRY_VOID(EachResult(*options.results, options.job, options.stage,
                         [&](const store::RowResult& row) { return report.Add(row); }));
  return report.Finish();
}

}  // namespace yk::sinks
