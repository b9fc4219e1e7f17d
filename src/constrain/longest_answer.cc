// SPDX-License-Identifier: Apache-2.0
#include "constrain/longest_answer.h"

#include <algorithm>
#include <map>

#include "base/json_text.h"

namespace yk::constrain {
namespace {

using Bound = std::optional<uint64_t>;

/// A code point takes most as the escape \u0000, or as two of them beyond the basic plane.
constexpr uint64_t kBytesPerCodePoint = 12;
constexpr uint64_t kMost = uint64_t{1} << 40;  // longer is as good as unbounded

class Measurer {
 public:
  explicit Measurer(const Rules& rules) : rules_(rules) {}

  Bound Of(RuleId id) {
    if (id == kNoRule) return 0;
    const auto [found, fresh] = known_.try_emplace(id, std::nullopt);
    // A rule met again while it is being measured contains itself: the entry says "unbounded" until it is done.
    if (fresh) {
      const Bound bound = Measure(rules_.all[id]);
      known_[id] = bound && *bound < kMost ? bound : std::nullopt;
    }
    return known_[id];
  }

 private:
  Bound Measure(const Rule& rule) {
    switch (rule.kind) {
      case RuleKind::kRoot: return Of(rules_.start);
      case RuleKind::kText: return rules_.texts[rule.index].LongestText();
      case RuleKind::kString: {
        const StringRule& text = rules_.strings[rule.index];
        if (text.length_max == kUnbounded) return std::nullopt;
        return 2 + kBytesPerCodePoint * text.length_max;
      }
      case RuleKind::kObject: return OfObject(rules_.objects[rule.index]);
      case RuleKind::kList: return OfList(rules_.lists[rule.index]);
      // Its values are kept in a trie that does not say how long they are; such lists are rare, and are bounded by
      // tokens_max.
      case RuleKind::kSet: return std::nullopt;
      case RuleKind::kMember: {
        const MemberRule& member = rules_.members[rule.index];
        const Bound key = Of(member.key), value = Of(member.value);
        if (!key || !value) return std::nullopt;
        return *key + rules_.style.after_key().size() + *value;
      }
      case RuleKind::kChoice: {
        uint64_t most = 0;
        for (const RuleId one : rules_.choices[rule.index].alternatives) {
          const Bound bound = Of(one);
          if (!bound) return std::nullopt;
          most = std::max(most, *bound);
        }
        return most;
      }
    }
    return std::nullopt;
  }

  Bound OfObject(const ObjectRule& object) {
    uint64_t sum = 2;
    for (const auto& property : object.properties) {
      const Bound value = Of(property.value);
      if (!value) return std::nullopt;
      std::string key;
      AppendJsonText(property.name, key);
      sum += key.size() + rules_.style.after_key().size() + *value + rules_.style.after_item().size();
    }
    return sum;
  }

  Bound OfList(const ListRule& list) {
    uint64_t sum = 2;
    for (const RuleId item : list.prefix) {
      const Bound bound = Of(item);
      if (!bound) return std::nullopt;
      sum += *bound + rules_.style.after_item().size();
    }
    if (list.rest == kNoRule) return sum;
    if (list.count_max == kUnbounded) return std::nullopt;
    const Bound bound = Of(list.rest);
    if (!bound) return std::nullopt;
    const uint64_t most = *bound + rules_.style.after_item().size();
    if (list.count_max > list.prefix.size() && most > kMost / (list.count_max - list.prefix.size()))
      return std::nullopt;
    if (list.count_max > list.prefix.size()) sum += most * (list.count_max - list.prefix.size());
    return sum;
  }

  const Rules& rules_;
  std::map<RuleId, Bound> known_;
};

}  // namespace

std::optional<uint64_t> LongestAnswer(const Rules& rules) { return Measurer(rules).Of(kRootRule); }

}  // namespace yk::constrain
