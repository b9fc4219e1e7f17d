// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

#include "logs/bytes.h"
#include "logs/grouping_steps.h"

namespace yk::logs {
namespace {

constexpr size_t kEnough = 6, kEnoughBehindPreposition = 4, kEnoughAtBegin = 10;

struct Vote {
  uint64_t key = 0;
  uint32_t form = 0;
  uint32_t piece = 0;
};

bool BehindPreposition(const Form& form, size_t i) {
  if (i < 2 || !form.Is(i - 1, Piece::kSpace) || !form.Is(i - 2, Piece::kWord)) return false;
  const std::string_view word = form.Text(form.pieces[i - 2]);
  for (const std::string_view p :
       {"for", "from", "to", "by", "name", "named", "user", "of", "host", "file", "device"}) {
    if (word == p) return true;
  }
  return false;
}

bool HasLetter(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) { return (ClassOf(c) & (kLetter | kHigh)) != 0; });
}

size_t Enough(const Form& form, size_t i) {
  // What a Japanese sentence begins with is more often a name than a verb.
  const bool verb_first = ClassOf(form.text[form.pieces[i].begin]) != kHigh;
  if (verb_first && i <= (form.Is(0, Piece::kSpace) ? 1 : 0)) return kEnoughAtBegin;
  return BehindPreposition(form, i) ? kEnoughBehindPreposition : kEnough;
}

}  // namespace

bool VoteOnWords(std::vector<Form>* forms) {
  std::vector<Vote> votes;
  for (uint32_t f = 0; f < forms->size(); ++f) {
    const Form& form = (*forms)[f];
    for (uint32_t i = 0; i < form.pieces.size(); ++i) {
      if (form.pieces[i].kind != Piece::kWord || form.IsKey(i) || !HasLetter(form.Text(form.pieces[i]))) continue;
      if (form.LiteralWords(i) == 0) continue;
      votes.push_back({FormKey(form, i), f, i});
    }
  }
  std::sort(votes.begin(), votes.end(), [](const Vote& a, const Vote& b) {
    return std::tie(a.key, a.form, a.piece) < std::tie(b.key, b.form, b.piece);
  });
  std::vector<Vote> won;
  for (size_t i = 0; i < votes.size();) {
    size_t end = i;
    std::set<std::string_view> words;
    for (; end < votes.size() && votes[end].key == votes[i].key; ++end) {
      const Form& form = (*forms)[votes[end].form];
      words.insert(form.Text(form.pieces[votes[end].piece]));
    }
    if (words.size() >= Enough((*forms)[votes[i].form], votes[i].piece))
      won.insert(won.end(), votes.begin() + static_cast<std::ptrdiff_t>(i),
                 votes.begin() + static_cast<std::ptrdiff_t>(end));
    i = end;
  }
  for (const Vote& vote : won) (*forms)[vote.form].MakeSlot(vote.piece, vote.piece);
  return !won.empty();
}

}  // namespace yk::logs
