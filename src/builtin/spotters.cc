// SPDX-License-Identifier: Apache-2.0
#include "builtin/spotters.h"

#include <string>

#include "text/contacts.h"
#include "text/dates.h"
#include "text/durations.h"
#include "text/money.h"
#include "text/normalize.h"
#include "text/numbers.h"
#include "text/organisations.h"
#include "text/persons.h"

namespace yk::builtin {
namespace {

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
  for (const auto& spot : text::FindMoney(text)) {
    out.push_back({spot.range, NumberJson(spot.value.amount), spot.value.currency + spot.value.amount.ToString()});
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

std::vector<Candidate> Organisations(std::string_view text) {
  std::vector<Candidate> out;
  for (const auto& spot : text::FindOrganisations(text)) out.push_back(Named(spot.range, spot.value.name));
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
    case Kind::kPhone: return Strings(text::FindPhones(text));
    case Kind::kUrl: return Strings(text::FindUrls(text));
    case Kind::kOrganisation:
    case Kind::kParty:
    case Kind::kPartyName: return Organisations(text);
    case Kind::kPerson: return Persons(text);
    case Kind::kLaw:
    case Kind::kChoice:
    case Kind::kClause:
    case Kind::kNone: break;
  }
  return {};
}

}  // namespace yk::builtin
