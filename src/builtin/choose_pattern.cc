// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <map>

#include "builtin/choose.h"
#include "text/normalize.h"

namespace yk::builtin {
namespace {

using text::Range;

constexpr size_t kRecordsMax = 2000;

/// Cues stand in the schema with the surest first.
double ConfidenceOf(size_t cue) { return std::max(0.5, 0.95 - 0.05 * static_cast<double>(cue)); }

Json ValueOf(const FieldPlan& plan, std::string_view quote) {
  if (!plan.numeric) return std::string(quote);
  double number = 0;
  const auto [end, error] = std::from_chars(quote.data(), quote.data() + quote.size(), number);
  if (error != std::errc() || end != quote.data() + quote.size()) return nullptr;
  const auto whole = static_cast<int64_t>(number);
  if (static_cast<double>(whole) == number) return whole;
  return plan.integer ? Json() : Json(number);
}

/// Every value of the first cue that leads to any, each once.
Finding ListOf(const Reading& reading, const FieldPlan& plan, const std::vector<Range>& within) {
  Finding finding;
  finding.list = true;
  Json items = Json::array();
  for (size_t cue = 0; cue < plan.pattern->cues() && items.empty(); ++cue) {
    for (const Range& range : within) {
      for (const Range& found : plan.pattern->All(reading.text(), range, cue)) {
        const Json value = ValueOf(plan, reading.Slice(found));
        if (value.is_null() || std::find(items.begin(), items.end(), value) != items.end()) continue;
        items.push_back(value);
        finding.quotes.push_back(found);
        finding.confidence = ConfidenceOf(cue);
      }
    }
  }
  if (!items.empty()) finding.value = std::move(items);
  return finding;
}

Finding ValueIn(const Reading& reading, const FieldPlan& plan, const std::vector<Range>& within) {
  if (plan.list) return ListOf(reading, plan, within);
  Finding finding;
  const auto found = plan.pattern->First(reading.text(), within);
  if (!found) return finding;
  finding.value = ValueOf(plan, reading.Slice(found->range));
  finding.quotes = {found->range};
  finding.confidence = ConfidenceOf(found->cue);
  return finding;
}

Range LineOf(std::string_view text, Range range) {
  const size_t begin = range.begin == 0 ? std::string_view::npos : text.rfind('\n', range.begin - 1);
  const size_t end = text.find('\n', range.end);
  return {begin == std::string_view::npos ? 0 : begin + 1, end == std::string_view::npos ? text.size() : end};
}

/// A place where the key of a record stands.
struct Mention {
  Range range;
  size_t record = 0;
};

/// The records, by the surest cue that names any, and all places where their keys stand, in order.
std::vector<Mention> Mentions(const Reading& reading, const FieldPlan& key, std::vector<std::string>* records) {
  std::vector<Mention> out;
  std::map<std::string, size_t> known;
  for (size_t cue = 0; cue < key.pattern->cues(); ++cue) {
    const bool naming = known.empty();
    for (const Range& found : key.pattern->All(reading.text(), {0, reading.text().size()}, cue)) {
      const std::string name = text::FoldCase(reading.Slice(found));
      auto at = known.find(name);
      if (at == known.end()) {
        if (!naming || records->size() >= kRecordsMax) continue;
        at = known.emplace(name, records->size()).first;
        records->emplace_back(reading.Slice(found));
      }
      out.push_back({found, at->second});
    }
  }
  std::sort(out.begin(), out.end(), [](const Mention& a, const Mention& b) { return a.range.begin < b.range.begin; });
  return out;
}

/// For each record the text from each of its mentions to the next mention of another, whole lines. One record alone has
/// the whole text.
std::vector<std::vector<Range>> Places(std::string_view text, const std::vector<Mention>& mentions, size_t records) {
  std::vector<std::vector<Range>> out(records);
  if (records == 1) return {{{0, text.size()}}};
  for (size_t i = 0; i < mentions.size(); ++i) {
    size_t next = i + 1;
    while (next < mentions.size() && mentions[next].record == mentions[i].record) ++next;
    const Range line = LineOf(text, mentions[i].range);
    const size_t stop = next < mentions.size() ? LineOf(text, mentions[next].range).begin : text.size();
    out[mentions[i].record].push_back({line.begin, std::max(stop, line.end)});
    i = next - 1;
  }
  return out;
}

}  // namespace

Finding ChoosePattern(const Reading& reading, const FieldPlan& plan) {
  return ValueIn(reading, plan, {{0, reading.text().size()}});
}

Finding ChooseRecords(const Reading& reading, const FieldPlan& plan) {
  Finding finding;
  finding.list = true;
  std::vector<std::string> records;
  const std::vector<Mention> mentions = Mentions(reading, plan.members[plan.key], &records);
  const bool unnamed = records.empty();
  const auto places = Places(reading.text(), mentions, std::max<size_t>(records.size(), 1));
  Json items = Json::array();
  for (size_t i = 0; i < places.size(); ++i) {
    Json item = Json::object();
    Range quote;
    for (const FieldPlan& member : plan.members) {
      item[member.name] = nullptr;
      if (&member == &plan.members[plan.key] || member.kind != Kind::kPattern) continue;
      const Finding found = ValueIn(reading, member, places[i]);
      if (found.value.is_null()) continue;
      item[member.name] = found.value;
      if (quote.empty()) quote = LineOf(reading.text(), found.quotes.front());
      finding.confidence = std::max(finding.confidence, found.confidence);
    }
    if (!unnamed) {
      item[plan.members[plan.key].name] = records[i];
      const auto first =
          std::find_if(mentions.begin(), mentions.end(), [&](const Mention& m) { return m.record == i; });
      if (quote.empty()) quote = first->range;
      finding.confidence = std::max(finding.confidence, 0.5);
    }
    if (quote.empty()) continue;
    items.push_back(std::move(item));
    finding.quotes.push_back(quote);
  }
  if (!items.empty()) finding.value = std::move(items);
  return finding;
}

}  // namespace yk::builtin
