// SPDX-License-Identifier: Apache-2.0
#include "constrain/token_mask.h"

namespace yk::constrain {

TokenMask BuildMask(const Stepper& stepper, const Vocabulary& vocabulary, const State& state) {
  TokenMask mask((static_cast<size_t>(vocabulary.size()) + 63) / 64);
  const auto trie = vocabulary.trie();
  const auto tokens = vocabulary.tokens();
  std::vector<State> path(vocabulary.longest() + 1);  // [d]: after the first d bytes of the way to the current node
  path[0] = state;
  for (size_t i = 0; i + 1 < trie.size();) {
    const Vocabulary::Node& node = trie[i];
    State& here = path[node.depth];
    here = path[node.depth - 1];
    if (!stepper.Step(here, node.byte)) {
      i = node.end;
      continue;
    }
    // In the middle of free text, most of the vocabulary may come and need not be looked at byte by byte.
    const bool all = node.plain != Vocabulary::kNotPlain && stepper.TakesText(here, node.plain);
    i = all ? node.end : i + 1;
    for (uint32_t at = node.tokens; at < trie[i].tokens; ++at) {
      const auto token = static_cast<size_t>(tokens[at]);
      mask[token / 64] |= uint64_t{1} << (token % 64);
    }
  }
  return mask;
}

}  // namespace yk::constrain
