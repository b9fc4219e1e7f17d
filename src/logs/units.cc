// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "logs/bytes.h"
#include "logs/grouping_steps.h"
#include "logs/scanner.h"

namespace yk::logs {
namespace {

bool IsUnit(std::string_view word) {
  static constexpr std::string_view kUnits[] = {
      "b",    "kb", "mb",  "gb",   "tb",     "kib",     "mib", "gib",  "bytes",  "byte",    "ns", "us",   "ms",
      "msec", "s",  "sec", "secs", "second", "seconds", "min", "mins", "minute", "minutes", "h",  "hour", "hours"};
  std::string lower(word.substr(0, 8));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return word.size() <= 8 && std::find(std::begin(kUnits), std::end(kUnits), lower) != std::end(kUnits);
}

bool HasUnit(const Form& form, size_t slot) {
  return form.Is(slot + 1, Piece::kSpace) && form.Is(slot + 2, Piece::kWord) &&
         IsUnit(form.Text(form.pieces[slot + 2]));
}

/// Layout and text without the units; which slots there are.
uint64_t KeyWithoutUnits(const Form& form, std::vector<size_t>* slots) {
  uint64_t hash = HashNumber(form.layout * 2 + (form.continuation ? 1 : 0));
  for (size_t i = 0; i < form.pieces.size(); ++i) {
    if (form.Is(i, Piece::kSlot)) {
      hash = HashBytes(hash, &kValueMark, 1);
      slots->push_back(i);
      if (HasUnit(form, i)) i += 2;
    } else {
      hash = HashText(form.Is(i, Piece::kSpace) ? std::string_view(" ") : form.Text(form.pieces[i]), hash);
    }
  }
  return hash;
}

}  // namespace

bool MergeUnits(std::vector<Form>* forms) {
  std::vector<std::vector<size_t>> slots(forms->size());
  std::map<uint64_t, std::vector<size_t>> buckets;
  for (size_t f = 0; f < forms->size(); ++f) buckets[KeyWithoutUnits((*forms)[f], &slots[f])].push_back(f);
  bool changed = false;
  for (auto& [key, members] : buckets) {
    const size_t columns = slots[members[0]].size();
    std::erase_if(members, [&](size_t f) { return slots[f].size() != columns; });
    if (members.size() < 2) continue;
    for (size_t c = columns; c-- > 0;) {
      std::set<std::string_view> units;
      for (const size_t f : members) {
        const Form& form = (*forms)[f];
        units.insert(HasUnit(form, slots[f][c]) ? form.Text(form.pieces[slots[f][c] + 2]) : std::string_view());
      }
      if (units.size() < 2) continue;
      for (const size_t f : members) {
        if (!HasUnit((*forms)[f], slots[f][c])) continue;
        (*forms)[f].MakeSlot(slots[f][c], slots[f][c] + 2);
        changed = true;
      }
    }
  }
  return changed;
}

}  // namespace yk::logs
