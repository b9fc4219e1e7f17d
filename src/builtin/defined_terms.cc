// SPDX-License-Identifier: Apache-2.0
#include "builtin/defined_terms.h"

#include <algorithm>
#include <array>
#include <optional>

#include "text/normalize.h"

namespace yk::builtin {
namespace {

constexpr size_t kLongest = 300;  // bytes inside a bracket

struct Marks {
  std::string_view open, close;
};
constexpr std::array<Marks, 2> kBrackets = {{{"(", ")"}, {"（", "）"}}};
constexpr std::array<Marks, 9> kQuotes = {{{"\"", "\""},
                                           {"“", "”"},
                                           {"„", "“"},
                                           {"''", "\""},
                                           {"''", "''"},
                                           {"‘", "’"},
                                           {"「", "」"},
                                           {"『", "』"},
                                           {"«", "»"}}};

std::optional<text::Range> BracketAt(std::string_view text, size_t at, size_t end) {
  for (const Marks& marks : kBrackets) {
    if (!text.substr(at).starts_with(marks.open)) continue;
    int depth = 0;
    for (size_t i = at; i < end && i < at + kLongest; ++i) {
      if (text.substr(i).starts_with(marks.open)) ++depth;
      if (text.substr(i).starts_with(marks.close) && --depth == 0) return text::Range{at, i + marks.close.size()};
    }
  }
  return std::nullopt;
}

/// hereinafter referred to as "Customer", without brackets.
std::optional<text::Range> HereinafterAt(std::string_view text, size_t at, size_t end) {
  const std::string_view rest = text.substr(at, std::min<size_t>(end - at, 120));
  if (!rest.starts_with("ereinafter ") && !rest.starts_with("ereafter ")) return std::nullopt;
  const size_t open = rest.find('"');
  if (open == std::string_view::npos || open > 45) return std::nullopt;
  const size_t close = rest.find('"', open + 1);
  if (close == std::string_view::npos) return std::nullopt;
  return text::Range{at - 1, at + close + 1};
}

text::Range Trimmed(std::string_view text, text::Range range) {
  static constexpr std::string_view kEdge = " \t\r\n,.;:";
  while (range.begin < range.end && kEdge.find(text[range.begin]) != std::string_view::npos) ++range.begin;
  while (range.begin < range.end && kEdge.find(text[range.end - 1]) != std::string_view::npos) --range.end;
  return range;
}

void AddQuoted(std::string_view text, text::Range inside, DefinedTerm* term) {
  for (size_t at = inside.begin; at < inside.end;) {
    bool found = false;
    for (const Marks& quote : kQuotes) {
      if (!text.substr(at, inside.end - at).starts_with(quote.open)) continue;
      const size_t from = at + quote.open.size();
      size_t close = text.find(quote.close, from);
      if (quote.open == "“" && (close == std::string_view::npos || close >= inside.end)) close = text.find('"', from);
      if (close == std::string_view::npos || close >= inside.end) continue;
      const text::Range name = Trimmed(text, {from, close});
      if (!name.empty() && name.size() <= 80) term->names.push_back(name);
      at = close + quote.close.size();
      found = true;
      break;
    }
    if (!found) ++at;
  }
}

/// (the Licensor): no quotation marks, but nothing else either.
void AddBare(std::string_view text, text::Range inside, DefinedTerm* term) {
  std::string_view words = text.substr(inside.begin, inside.size());
  if (!words.starts_with("the ") || words.size() > 34) return;
  const text::Range name = Trimmed(text, {inside.begin + 4, inside.end});
  const std::string_view rest = text.substr(name.begin, name.size());
  if (rest.empty() || rest.front() < 'A' || rest.front() > 'Z') return;
  if (rest.find_first_of("0123456789,;") != std::string_view::npos) return;
  term->names.push_back(name);
}

void Classify(std::string_view text, DefinedTerm* term) {
  static constexpr std::array<std::string_view, 27> kThings = {
      "agreement",     "effectivedate",    "contract", "lease",   "date", "term", "software", "products", "services",
      "territory",     "exhibit",          "business", "closing", "act",  "fee",  "shares",   "work",     "amendment",
      "executiondate", "commencementdate", "契約",     "製品",    "業務", "部品", "設備",     "ソフト",   "物件"};
  for (const text::Range& range : term->names) {
    const std::string name = text::FoldString(text.substr(range.begin, range.size()),
                                              {.case_fold = true, .space = text::Space::kDrop, .punctuation = true});
    if (name == "party" || name == "parties" || name == "theparties" || name == "当事者" || name == "両当事者") {
      term->collective = true;
    }
    if (name.starts_with("本") || name.starts_with("旧")) term->thing = true;
    for (const std::string_view thing : kThings) {
      if (name == thing || (name.size() > thing.size() && name.ends_with(thing))) term->thing = true;
    }
  }
}

}  // namespace

std::vector<DefinedTerm> FindDefinedTerms(std::string_view text, text::Range where) {
  std::vector<DefinedTerm> out;
  where.end = std::min(where.end, text.size());
  for (size_t at = where.begin; at < where.end; ++at) {
    std::optional<text::Range> bracket = BracketAt(text, at, where.end);
    size_t width = text[at] == '(' ? 1 : 3;
    if (!bracket) {
      bracket = HereinafterAt(text, at, where.end);
      width = 0;
    }
    if (!bracket) continue;
    DefinedTerm term;
    term.bracket = *bracket;
    const text::Range inside{bracket->begin + width, bracket->end - width};
    AddQuoted(text, inside, &term);
    if (term.names.empty()) AddBare(text, inside, &term);
    if (term.names.empty()) continue;
    Classify(text, &term);
    at = bracket->end - 1;
    out.push_back(std::move(term));
  }
  return out;
}

}  // namespace yk::builtin
