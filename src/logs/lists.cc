// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "logs/bytes.h"
#include "logs/grouping_steps.h"
#include "logs/scanner.h"

namespace yk::logs {
namespace {

/// Slots with one separator between them: pieces first … last.
struct List {
  size_t first = 0, last = 0;
  size_t values = 1;
  bool commas = false;
};

/// The list that begins at slot `i`; of one value when none follows.
List ListAt(const Form& form, size_t i) {
  List list{i, i, 1, false};
  for (;;) {
    size_t next = list.last + 1;
    const bool comma = form.IsPunct(next, ',') || form.IsPunct(next, ';');
    if (comma) ++next;
    const bool space = form.Is(next, Piece::kSpace);
    if (space) ++next;
    if ((!comma && !space) || !form.Is(next, Piece::kSlot)) return list;
    if (list.values > 1 && comma != list.commas) return list;
    list.commas = comma;
    list.last = next;
    ++list.values;
  }
}

struct Listed {
  uint64_t key = 0;
  std::vector<List> lists;
};

/// Text with every list, short or long, as one mark.
Listed ReadLists(const Form& form) {
  Listed out;
  out.key = HashNumber(form.layout * 2 + (form.continuation ? 1 : 0));
  for (size_t i = 0; i < form.pieces.size(); ++i) {
    if (form.Is(i, Piece::kSlot)) {
      out.lists.push_back(ListAt(form, i));
      i = out.lists.back().last;
      out.key = HashBytes(out.key, &kValueMark, 1);
    } else {
      out.key = HashText(form.Is(i, Piece::kSpace) ? std::string_view(" ") : form.Text(form.pieces[i]), out.key);
    }
  }
  return out;
}

/// "()" and "[]" become brackets around a slot of no bytes where others have "(<*>)".
bool FillBrackets(std::vector<Form>* forms) {
  const auto filled = [](const Form& form) {
    Form out = form;
    for (size_t i = 0; i + 1 < out.pieces.size(); ++i) {
      const bool empty =
          (out.IsPunct(i, '(') && out.IsPunct(i + 1, ')')) || (out.IsPunct(i, '[') && out.IsPunct(i + 1, ']'));
      if (!empty) continue;
      const uint32_t at = out.pieces[i].end;
      out.pieces.insert(out.pieces.begin() + static_cast<std::ptrdiff_t>(i) + 1, {Piece::kSlot, false, at, at});
    }
    return out;
  };
  std::map<uint64_t, size_t> plain;
  for (const Form& form : *forms) ++plain[FormKey(form)];
  bool changed = false;
  for (Form& form : *forms) {
    Form full = filled(form);
    if (full.pieces.size() == form.pieces.size() || !plain.contains(FormKey(full))) continue;
    form = std::move(full);
    changed = true;
  }
  return changed;
}

}  // namespace

bool MergeLists(std::vector<Form>* forms) {
  bool changed = FillBrackets(forms);
  std::vector<Listed> listed;
  std::map<uint64_t, std::vector<size_t>> buckets;
  for (size_t f = 0; f < forms->size(); ++f) {
    listed.push_back(ReadLists((*forms)[f]));
    buckets[listed[f].key].push_back(f);
  }
  for (const auto& [key, members] : buckets) {
    for (size_t c = listed[members[0]].lists.size(); c-- > 0;) {
      size_t shortest = SIZE_MAX;
      size_t longest = 0;
      bool commas = false;
      for (const size_t f : members) {
        const List& list = listed[f].lists[c];
        shortest = std::min(shortest, list.values);
        longest = std::max(longest, list.values);
        commas = commas || list.commas;
      }
      // Lists of words apart by spaces must differ more before they are believed.
      if (shortest == longest || longest < (commas ? 2U : 3U)) continue;
      for (const size_t f : members) {
        const List& list = listed[f].lists[c];
        if (list.values > 1) {
          (*forms)[f].MakeSlot(list.first, list.last);
          changed = true;
        }
      }
    }
  }
  return changed;
}

}  // namespace yk::logs
