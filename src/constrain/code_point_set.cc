// SPDX-License-Identifier: Apache-2.0
#include "constrain/code_point_set.h"

#include <algorithm>

#include "text/regex.h"
#include "text/utf8.h"

namespace yk::constrain {

void CodePointSet::Add(uint32_t low, uint32_t high) {
  if (low > high) return;
  // All ranges that overlap or touch the new one become one with it.
  const auto first = std::lower_bound(ranges_.begin(), ranges_.end(), low,
                                      [](const Range& range, uint32_t at) { return range.high + 1 < at; });
  auto last = first;
  for (; last != ranges_.end() && last->low <= high + 1; ++last) {
    low = std::min(low, last->low);
    high = std::max(high, last->high);
  }
  ranges_.insert(ranges_.erase(first, last), {low, high});
}

void CodePointSet::Add(const CodePointSet& other) {
  for (const Range& range : other.ranges_) Add(range.low, range.high);
}

CodePointSet CodePointSet::Complement() const {
  CodePointSet out;
  uint32_t from = 0;
  for (const Range& range : ranges_) {
    if (range.low > from) out.ranges_.push_back({from, range.low - 1});
    from = range.high + 1;
  }
  if (from <= kLast) out.ranges_.push_back({from, kLast});
  return out;
}

CodePointSet CodePointSet::FoldedAscii() const {
  CodePointSet out = *this;
  for (uint32_t letter = 'a'; letter <= 'z'; ++letter) {
    const uint32_t capital = letter - 'a' + 'A';
    if (Contains(letter)) out.Add(capital, capital);
    if (Contains(capital)) out.Add(letter, letter);
  }
  return out;
}

bool CodePointSet::Contains(uint32_t code_point) const {
  const auto at = std::lower_bound(ranges_.begin(), ranges_.end(), code_point,
                                   [](const Range& range, uint32_t point) { return range.high < point; });
  return at != ranges_.end() && at->low <= code_point;
}

Result<CodePointSet> AskRe2(const std::string& expression) {
  YK_TRY(const auto regex, text::Regex::Compile("(?:" + expression + ")+"));
  constexpr uint32_t kBlock = 0x1000;
  CodePointSet set;
  for (uint32_t block = 0; block <= CodePointSet::kLast; block += kBlock) {
    std::string all;
    std::vector<uint32_t> starts;  // the code point that begins at each byte
    for (uint32_t point = block; point < block + kBlock; ++point) {
      if (point >= 0xD800 && point <= 0xDFFF) continue;
      text::AppendUtf8(point, &all);
      starts.resize(all.size(), point);
    }
    size_t at = 0;
    while (const auto found = regex.Find(all, at)) {
      set.Add(starts[found->begin], starts[found->end - 1]);
      at = found->end;
    }
  }
  return set;
}

}  // namespace yk::constrain
