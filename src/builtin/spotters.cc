// SPDX-License-Identifier: Apache-2.0
#include "builtin/spotters.h"

#include <algorithm>
#include <string>

#include "text/contacts.h"
#include "text/dates.h"
#include "text/durations.h"
#include "text/money.h"
#include "text/normalize.h"
#include "text/numbers.h"
#include "text/organisations.h"
#include "text/persons.h"
#include "text/utf8.h"

namespace yk::builtin {
namespace {

/// A text without the line breaks that cut a number in two: Japanese lines break anywhere, also inside ３０，０００.
class JoinedNumbers {
 public:
  explicit JoinedNumbers(std::string_view text) {
    size_t copied = 0;
    size_t line = 0;
    for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
      const bool wrapped = at - line >= kWrappedLine;
      line = at + 1;
      if (!wrapped || at == 0 || at + 1 >= text.size()) continue;
      size_t before = at;
      size_t after = at + 1;
      if (!WideDigit(text::PreviousCodePoint(text, &before)) || !WideDigit(text::NextCodePoint(text, &after))) continue;
      joined_.append(text.substr(copied, at - copied));
      cuts_.push_back(joined_.size());
      copied = at + 1;
    }
    joined_.append(text.substr(copied));
  }
  const std::string& text() const { return joined_; }
  text::Range Source(text::Range range) const { return {Before(range.begin), Before(range.end - 1) + 1}; }

 private:
  static constexpr size_t kWrappedLine = 45;  // bytes; shorter lines are table cells
  static bool WideDigit(char32_t c) { return (c >= U'０' && c <= U'９') || c == U'，'; }
  size_t Before(size_t at) const {
    return at + static_cast<size_t>(std::upper_bound(cuts_.begin(), cuts_.end(), at) - cuts_.begin());
  }
  std::string joined_;
  std::vector<size_t> cuts_;  ///< places in joined_ where a line break was
};

Json NumberJson(const text::Decimal& decimal) {
  if (decimal.scale == 0) return decimal.units;
  const double value = decimal.ToDouble();
  const auto whole = static_cast<int64_t>(value);
  if (static_cast<double>(whole) == value) return whole;
  return value;
}

Candidate Named(text::Range range, const std::string& name) {
  return {range, name, text::FoldString(name, {.case_fold = true, .space = text::Space::kDrop, .punctuation = true})};
}

std::vector<Candidate> Dates(std::string_view text) {
  std::vector<Candidate> out;
  for (const auto& spot : text::FindDates(text)) out.push_back({spot.range, spot.value.ToIso(), spot.value.ToIso()});
  return out;
}

std::vector<Candidate> Amounts(std::string_view text) {
  std::vector<Candidate> out;
  const JoinedNumbers joined(text);
  for (const auto& spot : text::FindMoney(joined.text())) {
    out.push_back(
        {joined.Source(spot.range), NumberJson(spot.value.amount), spot.value.currency + spot.value.amount.ToString()});
  }
  return out;
}

std::vector<Candidate> Numbers(const std::vector<text::Spot<text::Number>>& spots) {
  std::vector<Candidate> out;
  for (const auto& spot : spots) out.push_back({spot.range, NumberJson(spot.value.value), spot.value.value.ToString()});
  return out;
}

std::vector<Candidate> Durations(std::string_view text) {
  std::vector<Candidate> out;
  for (const auto& spot : text::FindDurations(text)) {
    const text::Period& period = spot.value;
    const std::string key = period.value.ToString() + std::string(text::TimeUnitName(period.unit));
    // The unit travels with the value until the field's own unit is known.
    Json value = Json::object();
    value["value"] = NumberJson(period.value);
    value["unit"] = std::string(text::TimeUnitName(period.unit));
    value["days"] = period.days;
    out.push_back({spot.range, std::move(value), key});
  }
  return out;
}

std::vector<Candidate> Strings(const std::vector<text::Spot<std::string>>& spots) {
  std::vector<Candidate> out;
  for (const auto& spot : spots) out.push_back(Named(spot.range, spot.value));
  return out;
}

/// A number in brackets: the bracket before it is no part of the quote unless it closes inside.
std::vector<Candidate> Phones(std::string_view text) {
  std::vector<Candidate> out = Strings(text::FindPhones(text));
  for (Candidate& each : out) {
    const std::string_view quote = text.substr(each.range.begin, each.range.size());
    if (quote.starts_with("(") && quote.find(')') == std::string_view::npos) each.range.begin += 1;
    if (quote.starts_with("（") && quote.find("）") == std::string_view::npos)
      each.range.begin += std::string_view("（").size();
  }
  return out;
}

/// Where the name begins once the end of an address ("CA 92618 and X, Inc.") or another column ("M. Arlen    X LTD") is
/// taken off its front.
size_t NameBegin(std::string_view text, text::Range range) {
  size_t begin = range.begin;
  for (size_t at = range.begin; at + 5 < range.end; ++at) {
    const std::string_view rest = text.substr(at, range.end - at);
    const bool digit_before = at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9';
    if (digit_before && (rest.starts_with(" and ") || rest.starts_with(" AND "))) begin = at + 5;
    if (rest.starts_with("    ")) begin = at + 4;
  }
  while (begin < range.end && text[begin] == ' ') ++begin;
  return begin < range.end ? begin : range.begin;
}

std::vector<Candidate> Organisations(std::string_view text) {
  std::vector<Candidate> out;
  for (const auto& spot : text::FindOrganisations(text)) {
    const text::Range range{NameBegin(text, spot.range), spot.range.end};
    out.push_back(Named(range, text::SqueezeSpace(text.substr(range.begin, range.size()))));
  }
  return out;
}

std::vector<Candidate> Persons(std::string_view text) {
  std::vector<Candidate> out;
  for (const auto& spot : text::FindPersons(text)) out.push_back(Named(spot.range, spot.value.name));
  return out;
}

}  // namespace

std::vector<Candidate> Spot(Kind kind, std::string_view text) {
  switch (kind) {
    case Kind::kDate: return Dates(text);
    case Kind::kMoney: return Amounts(text);
    case Kind::kPercent: return Numbers(text::FindPercentages(text));
    case Kind::kNumber: return Numbers(text::FindNumbers(text));
    case Kind::kDuration: return Durations(text);
    case Kind::kEmail: return Strings(text::FindEmails(text));
    case Kind::kPhone: return Phones(text);
    case Kind::kUrl: return Strings(text::FindUrls(text));
    case Kind::kOrganisation:
    case Kind::kParty:
    case Kind::kPartyName: return Organisations(text);
    case Kind::kPerson: return Persons(text);
    case Kind::kLaw:
    case Kind::kChoice:
    case Kind::kClause:
    case Kind::kPattern:
    case Kind::kRecords:
    case Kind::kNone: break;
  }
  return {};
}

}  // namespace yk::builtin
