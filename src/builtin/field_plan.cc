// SPDX-License-Identifier: Apache-2.0
#include "builtin/field_plan.h"

#include <algorithm>
#include <array>
#include <utility>

#include "builtin/description_cues.h"
#include "builtin/reading.h"
#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::builtin {
namespace {

using text::SchemaField;

struct KindWords {
  Kind kind;
  std::array<std::string_view, 12> words;
};

// Words of a field's name (without white space, hyphens, underscores) that give its kind away, first match wins.
constexpr std::array<KindWords, 8> kStringKinds = {{
    {Kind::kEmail, {"email", "mailaddress", "メール"}},
    {Kind::kPhone, {"phone", "telno", "faxno", "電話", "ファックス", "fax"}},
    {Kind::kUrl, {"url", "website", "homepage", "ホームページ", "サイト"}},
    {Kind::kLaw, {"governinglaw", "applicablelaw", "準拠法", "適用法"}},
    {Kind::kParty, {"parties", "contractingpart", "当事者"}},
    {Kind::kOrganisation,
     {"compan", "organisation", "organization", "vendor", "supplier", "employer", "会社", "組織", "法人", "企業",
      "取引先", "発行元"}},
    {Kind::kPerson, {"person", "contactname", "signatory", "氏名", "担当者", "代表者", "署名者", "人名"}},
    {Kind::kDate, {"date", "日付", "年月日", "期日", "締結日", "終了日", "開始日", "発効日", "満了日", "期限"}},
}};
constexpr std::array<KindWords, 3> kNumberKinds = {{
    {Kind::kDuration,
     {"days", "months", "years", "weeks", "hours", "duration", "period", "日数", "月数", "年数", "期間"}},
    {Kind::kPercent, {"percent", "rate", "share", "割合", "率", "パーセント"}},
    {Kind::kMoney, {"amount", "price", "fee", "cost", "value", "total", "sum", "金額", "代金", "料", "価格", "合計"}},
}};

template <size_t N>
std::optional<Kind> KindByWords(const std::array<KindWords, N>& table, const std::string& folded) {
  for (const KindWords& entry : table) {
    for (const std::string_view word : entry.words) {
      if (!word.empty() && folded.find(word) != std::string::npos) return entry.kind;
    }
  }
  return std::nullopt;
}

std::string FoldedName(const SchemaField& field) {
  std::string folded = text::FoldString(field.name + " " + field.title, PhraseFolding());
  std::erase(folded, '_');
  return folded;
}

std::optional<Kind> KindByFormat(std::string_view format) {
  if (format == "date") return Kind::kDate;
  if (format == "email" || format == "idn-email") return Kind::kEmail;
  if (format == "uri" || format == "iri" || format == "uri-reference" || format == "iri-reference") return Kind::kUrl;
  // A quote never has the form of a date-time or a UUID: better no value than one the schema refuses.
  if (!format.empty()) return Kind::kNone;
  return std::nullopt;
}

Kind FindKind(const SchemaField& field, const SchemaField& leaf, Role role) {
  if (leaf.is_object() || leaf.is_list()) return Kind::kNone;
  if (!leaf.values.empty() || leaf.types == std::vector<std::string>{"boolean"}) return Kind::kChoice;
  const std::optional<Kind> by_format = KindByFormat(leaf.format);
  if (by_format == Kind::kNone) return Kind::kNone;
  for (const SchemaField* each : {&leaf, &field}) {
    if (const auto kind = KindFromName(each->kind)) {
      return *kind == Kind::kOrganisation && role == Role::kParties ? Kind::kParty : *kind;
    }
  }
  if (by_format) return *by_format;
  const bool numeric = leaf.Is("number") || leaf.Is("integer");
  if (numeric && !leaf.Is("string")) {
    if (const auto kind = KindByWords(kNumberKinds, FoldedName(field))) return *kind;
    return KindByWords(kNumberKinds, text::FoldString(field.description, PhraseFolding())).value_or(Kind::kNumber);
  }
  return KindByWords(kStringKinds, FoldedName(field)).value_or(Kind::kClause);
}

std::string SpacedName(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

double CueWeight(const std::string& phrase) {
  const std::u32string points = text::ToUtf32(phrase);
  const bool cjk = std::any_of(points.begin(), points.end(), text::IsCjk);
  if (cjk) return points.size() <= 2 ? 0.6 : points.size() <= 3 ? 0.8 : 1.0;
  const auto words = 1 + std::count(points.begin(), points.end(), U' ');
  if (words == 1) return points.size() >= 8 ? 0.7 : 0.5;
  return words == 2 ? 0.85 : 1.0;
}

void AddCue(std::string phrase, double weight, std::vector<Cue>* cues) {
  if (phrase.empty()) return;
  const auto same = std::find_if(cues->begin(), cues->end(), [&](const Cue& cue) { return cue.phrase == phrase; });
  if (same != cues->end()) {
    same->weight = std::max(same->weight, weight);
  } else {
    cues->push_back({std::move(phrase), weight});
  }
}

/// Without cues the words of the name have to do: "tax" of tax_rate. Words that only say the kind are left out.
void AddNameWords(const std::string& name, std::vector<Cue>* cues) {
  static constexpr std::array<std::string_view, 21> kKinds = {
      "date",  "amount", "number", "name", "total", "value",   "the",    "and",  "for",     "email", "mail",
      "phone", "url",    "rate",   "days", "price", "company", "person", "text", "address", "list"};
  for (size_t at = 0; at < name.size();) {
    size_t end = name.find(' ', at);
    if (end == std::string::npos) end = name.size();
    const std::string word = text::FoldCase(std::string_view(name).substr(at, end - at));
    at = end + 1;
    if (word.size() >= 3 && std::find(kKinds.begin(), kKinds.end(), word) == kKinds.end()) AddCue(word, 0.4, cues);
  }
}

/// "Not a billing or support address." names what is mistaken for the field.
void AddExclusions(const std::string& description, std::vector<Cue>* against) {
  static constexpr std::array<std::string_view, 17> kSmall = {
      "a", "an", "the", "of", "or", "and", "not", "date", "any", "to", "in", "is", "that", "for", "by", "on", "it"};
  const std::string whole = text::FoldCase(description);
  size_t begin = 0;
  while (begin < description.size()) {
    size_t end = description.find_first_of(".;", begin);
    if (end == std::string::npos) end = description.size();
    const std::string sentence =
        text::FoldCase(text::TrimSpace(std::string_view(description).substr(begin, end - begin)));
    begin = end + 1;
    if (!sentence.starts_with("not ")) continue;
    size_t at = 4;
    while (at < sentence.size()) {
      size_t stop = sentence.find_first_of(" ,()", at);
      if (stop == std::string::npos) stop = sentence.size();
      const std::string word = sentence.substr(at, stop - at);
      at = stop + 1;
      // A word that is also said of the field itself tells nothing.
      if (whole.find(word) != whole.rfind(word)) continue;
      if (word.size() < 4 || std::find(kSmall.begin(), kSmall.end(), word) != kSmall.end()) continue;
      AddCue(word, 0.5, against);
    }
  }
}

void AddCues(const SchemaField& field, const SchemaField& leaf, FieldPlan* plan) {
  for (const SchemaField* each : {&field, &leaf}) {
    for (const std::string& cue : each->cues) AddCue(cue, CueWeight(cue), &plan->cues);
    plan->own_cues = plan->own_cues || !each->cues.empty();
  }
  const std::string name = SpacedName(field.name);
  AddCue(name, 0.8 * CueWeight(name), &plan->cues);
  AddCue(field.title, 0.8 * CueWeight(field.title), &plan->cues);
  if (!plan->own_cues && plan->role == Role::kNone) AddNameWords(name + " " + field.title, &plan->cues);
  // A name may be short, or English where the documents are not: then the description has the words. Roles have better
  // English ones.
  if (!plan->own_cues) {
    for (const DescriptionCue& cue : CuesOfDescription(field.description)) {
      const bool ascii = static_cast<unsigned char>(cue.phrase.front()) < 0x80;
      if (ascii && plan->role != Role::kNone) continue;
      AddCue(cue.phrase, 0.8 * cue.weight * CueWeight(cue.phrase), cue.against ? &plan->against : &plan->cues);
    }
  }
  const RoleWords& words = WordsOf(plan->role);
  for (const auto& phrase : words.cues) AddCue(std::string(phrase.text), phrase.weight, &plan->cues);
  for (const auto& phrase : words.against) AddCue(std::string(phrase.text), phrase.weight, &plan->against);
  AddExclusions(field.description, &plan->against);
}

void AddChoices(const SchemaField& field, const SchemaField& leaf, FieldPlan* plan) {
  std::vector<Json> values = leaf.values;
  if (values.empty()) values = {Json(true), Json(false)};
  const auto& given = leaf.value_cues.empty() ? field.value_cues : leaf.value_cues;
  for (Json& value : values) {
    Choice choice;
    const std::string name = value.is_string() ? value.get<std::string>() : DumpJson(value);
    for (const auto& [key, cues] : given) {
      const bool boolean = value.is_boolean() && (key == (value.get<bool>() ? "yes" : "no"));
      if (key == name || boolean) choice.cues.insert(choice.cues.end(), cues.begin(), cues.end());
    }
    plan->own_cues = plan->own_cues || !choice.cues.empty();
    if (choice.cues.empty() && value.is_string()) choice.cues.push_back(name);
    // A yes/no field without cues is about its own name; a negated mention says no.
    if (choice.cues.empty() && value.is_boolean() && value.get<bool>()) choice.cues.push_back(SpacedName(field.name));
    choice.value = std::move(value);
    plan->choices.push_back(std::move(choice));
  }
}

text::TimeUnit UnitOf(const SchemaField& field) {
  const std::string words = text::FoldString(field.name + " " + field.description, {.case_fold = true});
  using Unit = text::TimeUnit;
  static constexpr std::array<std::pair<std::string_view, Unit>, 21> kUnits = {
      {{"hour", Unit::kHour},   {"時間", Unit::kHour},      {"week", Unit::kWeek},  {"週", Unit::kWeek},
       {"month", Unit::kMonth}, {"月数", Unit::kMonth},     {"か月", Unit::kMonth}, {"ヶ月", Unit::kMonth},
       {"ケ月", Unit::kMonth},  {"カ月", Unit::kMonth},     {"ヵ月", Unit::kMonth}, {"箇月", Unit::kMonth},
       {"(月)", Unit::kMonth},  {"単位は月", Unit::kMonth}, {"(年)", Unit::kYear},  {"単位は年", Unit::kYear},
       {"years", Unit::kYear},  {"年数", Unit::kYear},      {"day", Unit::kDay},    {"日数", Unit::kDay},
       {"日間", Unit::kDay}}};
  size_t best = std::string::npos;
  Unit unit = Unit::kDay;
  for (const auto& [word, each] : kUnits) {
    const size_t at = words.find(word);
    if (at < best) {
      best = at;
      unit = each;
    }
  }
  return unit;
}

}  // namespace

FieldPlan PlanField(const SchemaField& field) {
  FieldPlan plan;
  plan.name = field.name;
  plan.list = field.is_list();
  const SchemaField& leaf = plan.list ? field.item.front() : field;
  plan.role = RoleFromWords(field.name + " " + field.title, field.description);
  plan.kind = FindKind(field, leaf, plan.role);
  plan.numeric = (leaf.Is("number") || leaf.Is("integer")) && !leaf.Is("string");
  plan.integer = leaf.Is("integer") && !leaf.Is("number");
  plan.iso_date = leaf.format == "date";
  const std::string name = SpacedName(field.name);
  plan.query = name + " " + field.title + " " + field.description;
  AddCues(field, leaf, &plan);
  for (const Cue& cue : plan.cues) plan.query.append(" ").append(cue.phrase);
  if (plan.kind == Kind::kChoice) AddChoices(field, leaf, &plan);
  plan.unit = UnitOf(field);
  return plan;
}

}  // namespace yk::builtin
