// SPDX-License-Identifier: Apache-2.0
#include "logs/mask_rules.h"

#include <algorithm>

namespace yk::logs {

Result<MaskRules> MaskRules::Compile(const std::vector<MaskRule>& rules) {
  MaskRules out;
  for (const MaskRule& rule : rules) {
    auto regex = text::Regex::Compile(rule.expression);
    if (!regex) return Fail(std::move(regex).error().With(fmt::format("mask rule '{}'", rule.name)));
    if (regex->Matches("")) {
      return Fail(Code::kInvalid,
                  "mask rule '{}' matches the empty text: it must match what varies, at least one character",
                  rule.name);
    }
    out.rules_.push_back({std::move(*regex), rule.literal});
  }
  return out;
}

void MaskRules::Find(std::string_view content, std::vector<SlotSpan>* out) const {
  out->clear();
  for (const Rule& rule : rules_) {
    if (!rule.literal.empty() && content.find(rule.literal) == std::string_view::npos) continue;
    size_t at = 0;
    while (at < content.size()) {
      const auto range = rule.regex.Find(content, at);
      if (!range) break;
      at = std::max(range->end, range->begin + 1);
      if (range->end > range->begin) {
        out->push_back({static_cast<uint32_t>(range->begin), static_cast<uint32_t>(range->end), SlotKind::kValue});
      }
    }
  }
  std::sort(out->begin(), out->end(), [](const SlotSpan& a, const SlotSpan& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  size_t kept = 0;
  for (const SlotSpan& slot : *out) {
    if (kept == 0 || slot.begin >= (*out)[kept - 1].end) (*out)[kept++] = slot;
  }
  out->resize(kept);
}

}  // namespace yk::logs
