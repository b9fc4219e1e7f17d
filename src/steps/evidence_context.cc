// SPDX-License-Identifier: Apache-2.0
#include "steps/evidence_context.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "text/utf8.h"

namespace yk::steps {
namespace {

using reader::Box;

constexpr size_t kAround = 300;       ///< code points on either side of a quote
constexpr size_t kLinesAround = 4;    ///< lines on either side of the quote's own
constexpr size_t kLinesMax = 40;      ///< of one place
constexpr size_t kLineLetters = 200;  ///< of one line

/// Words that stand beside each other, in the text's order.
struct Line {
  Box box;
  text::Range range;  ///< code points of the text
};

Box United(const Box& a, const Box& b) {
  return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right), std::max(a.bottom, b.bottom)};
}

/// Whether a word goes on with the line: beside it, or below it in a line that runs down the page.
bool GoesOn(const Box& line, const Box& word) {
  const double beside = std::min(line.bottom, word.bottom) - std::max(line.top, word.top);
  if (beside > 0.5 * std::min(line.bottom - line.top, word.bottom - word.top)) return word.left >= line.left;
  const double below = std::min(line.right, word.right) - std::max(line.left, word.left);
  const bool runs_down = line.bottom - line.top > 1.5 * (line.right - line.left);
  const double letter = line.right - line.left;
  return runs_down && below > 0.5 * letter && word.top >= line.top && word.top - line.bottom < 2 * letter;
}

std::vector<Line> LinesOf(const reader::Document& document, const reader::Page& page) {
  std::vector<Line> lines;
  const auto first = std::lower_bound(document.spans.begin(), document.spans.end(), page.begin,
                                      [](const reader::Span& span, int64_t at) { return span.begin < at; });
  for (auto span = first; span != document.spans.end() && span->begin < page.end; ++span) {
    const text::Range range{static_cast<size_t>(span->begin), static_cast<size_t>(span->end)};
    if (!lines.empty() && GoesOn(lines.back().box, span->box)) {
      lines.back().box = United(lines.back().box, span->box);
      lines.back().range.end = range.end;
    } else {
      lines.push_back({span->box, range});
    }
  }
  return lines;
}

/// The share of a word's box that some of its letters take.
Box PartOf(const reader::Span& span, int64_t begin, int64_t end) {
  const auto letters = static_cast<double>(span.end - span.begin);
  const double from = static_cast<double>(std::max(begin, span.begin) - span.begin) / letters;
  const double to = static_cast<double>(std::min(end, span.end) - span.begin) / letters;
  Box box = span.box;
  const double width = box.right - box.left;
  const double height = box.bottom - box.top;
  if (height > 1.5 * width && letters > 1) {
    box.bottom = box.top + to * height;
    box.top += from * height;
  } else {
    box.right = box.left + to * width;
    box.left += from * width;
  }
  return box;
}

Json Rounded(const Box& box) {
  Json out = Json::array();
  for (const double side : {box.left, box.top, box.right, box.bottom}) out.push_back(std::round(side * 10) / 10);
  return out;
}

bool Meets(const text::Range& a, const text::Range& b) { return a.begin < b.end && b.begin < a.end; }

/// The row's text and places in it.
class Surroundings {
 public:
  explicit Surroundings(const pipeline::Row& row) : document_(row.document.get()), text_(RowText(row)), index_(text_) {}

  void AddTo(Json& place) {
    if (!place.is_object() || place.contains("context")) return;
    const auto start = place.find("start");
    const auto end = place.find("end");
    const auto quote = place.find("quote");
    if (start == place.end() || end == place.end() || quote == place.end() || !start->is_number_integer() ||
        !end->is_number_integer() || !quote->is_string() || start->get<int64_t>() < 0) {
      return;
    }
    const text::Range range{start->get<size_t>(), end->get<size_t>()};
    // Evidence of an earlier stage belongs to another text.
    if (range.begin >= range.end || range.end > index_.size() || !IsThere(range, quote->get_ref<const std::string&>()))
      return;
    Json context = {{"before", Between(range.begin - std::min(range.begin, kAround), range.begin)},
                    {"after", Between(range.end, std::min(index_.size(), range.end + kAround))}};
    if (document_ != nullptr && !document_->pages.empty()) AddPage(range, context);
    place["context"] = std::move(context);
  }

 private:
  std::string Between(size_t begin, size_t end) const {
    const text::Range bytes = index_.ToBytes({begin, end});
    return text_.substr(bytes.begin, bytes.size());
  }

  bool IsThere(const text::Range& range, const std::string& quote) const {
    std::string there = Between(range.begin, range.end);
    // Cells are quoted in one line.
    const auto flat = [](std::string text) {
      std::replace_if(
          text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t' || c == '\r'; }, ' ');
      return text;
    };
    return there == quote || flat(std::move(there)) == flat(quote);
  }

  void AddPage(const text::Range& range, Json& context) {
    const size_t number = document_->PageIndexOf(static_cast<int64_t>(range.begin));
    const reader::Page& page = document_->pages[number];
    if (page.width <= 0 || page.height <= 0) return;
    const auto [lines, fresh] = lines_.try_emplace(number);
    if (fresh) lines->second = LinesOf(*document_, page);
    const std::vector<Line>& all = lines->second;
    const auto hit = [&](const Line& line) { return Meets(line.range, range); };
    const auto first = std::find_if(all.begin(), all.end(), hit);
    if (first == all.end()) return;
    const auto last = std::find_if_not(first, all.end(), hit);
    context["page"] = {{"width", std::round(page.width * 10) / 10}, {"height", std::round(page.height * 10) / 10}};
    context["boxes"] = Json::array();
    for (auto line = first; line != last; ++line) context["boxes"].push_back(Rounded(BoxIn(*line, range)));
    const auto from = first - std::min<ptrdiff_t>(kLinesAround, first - all.begin());
    const auto to = last + std::min<ptrdiff_t>(kLinesAround, all.end() - last);
    context["lines"] = Json::array();
    for (auto line = from; line != to && context["lines"].size() < kLinesMax; ++line) {
      Json shown = Rounded(line->box);
      shown.push_back(Between(line->range.begin, std::min(line->range.end, line->range.begin + kLineLetters)));
      context["lines"].push_back(std::move(shown));
    }
  }

  /// What the quote covers of a line.
  Box BoxIn(const Line& line, const text::Range& range) const {
    const auto begin = static_cast<int64_t>(std::max(line.range.begin, range.begin));
    const auto end = static_cast<int64_t>(std::min(line.range.end, range.end));
    std::optional<Box> box;
    const auto first =
        std::lower_bound(document_->spans.begin(), document_->spans.end(), static_cast<int64_t>(line.range.begin),
                         [](const reader::Span& span, int64_t at) { return span.begin < at; });
    for (auto span = first; span != document_->spans.end() && span->begin < end; ++span) {
      if (span->end <= begin) continue;
      const Box part = PartOf(*span, begin, end);
      box = box ? United(*box, part) : part;
    }
    return box.value_or(line.box);
  }

  const reader::Document* const document_;
  const std::string text_;
  const text::CodePointIndex index_;
  std::map<size_t, std::vector<Line>> lines_;  ///< by index of the page
};

class ContextStep final : public pipeline::Step {
 public:
  explicit ContextStep(int64_t rows_max) : rows_max_(rows_max) {}

  Result<std::vector<std::string>> Fields(std::vector<std::string> before) const override { return before; }

  void Process(pipeline::RowTask& task, pipeline::StepDone done) override {
    if (task.row.row_id < rows_max_ && (!task.evidence.empty() || !task.conflicts.empty())) {
      Surroundings surroundings(task.row);
      const auto add = [&](Json& places) {
        if (!places.is_array()) return;
        for (Json& place : places) surroundings.AddTo(place);
      };
      for (auto& [pointer, places] : task.evidence.items()) add(places);
      for (auto& [field, others] : task.conflicts.items()) {
        for (Json& other : others) {
          if (other.is_object() && other.contains("evidence")) add(other["evidence"]);
        }
      }
    }
    done(pipeline::StepOutcome::Next());
  }

 private:
  const int64_t rows_max_;
};

}  // namespace

std::unique_ptr<pipeline::Step> MakeContextStep(int64_t rows_max) { return std::make_unique<ContextStep>(rows_max); }

}  // namespace yk::steps
