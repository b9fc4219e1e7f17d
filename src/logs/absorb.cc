// SPDX-License-Identifier: Apache-2.0
#include <unordered_set>

#include "logs/bytes.h"
#include "logs/grouping_steps.h"
#include "logs/scanner.h"

namespace yk::logs {
namespace {

constexpr size_t kWordsForPairs = 24;

bool MayBeValue(const Form& form, size_t i) { return form.Is(i, Piece::kWord) && !form.IsKey(i); }

}  // namespace

bool AbsorbLiterals(std::vector<Form>* forms) {
  std::unordered_set<uint64_t> known;
  for (const Form& form : *forms) known.insert(FormKey(form));
  bool changed = false;
  for (Form& form : *forms) {
    const size_t words = form.LiteralWords();
    if (words < 2) continue;
    bool done = false;
    for (size_t i = 0; i < form.pieces.size() && !done; ++i) {
      if (!MayBeValue(form, i) || form.LiteralWords(i) == 0) continue;
      if (known.contains(FormKey(form, i, kValueMark))) {
        form.MakeSlot(i, i);
        changed = done = true;
      }
    }
    if (done || words > kWordsForPairs || words < 4) continue;
    for (size_t i = 0; i < form.pieces.size() && !done; ++i) {
      if (!MayBeValue(form, i)) continue;
      Form one = form;
      one.MakeSlot(i, i);
      for (size_t j = i + 1; j < one.pieces.size() && !done; ++j) {
        if (!MayBeValue(one, j) || !known.contains(FormKey(one, j, kValueMark))) continue;
        one.MakeSlot(j, j);
        form = std::move(one);
        changed = done = true;
        break;
      }
    }
  }
  return changed;
}

}  // namespace yk::logs
