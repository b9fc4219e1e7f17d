// SPDX-License-Identifier: Apache-2.0
// A schema in compiled form: rules that call each other. compile.cc makes them, stepper.cc runs them.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "constrain/byte_dfa.h"
#include "constrain/json_style.h"
#include "constrain/key_trie.h"
#include "constrain/string_rule.h"

namespace yk::constrain {

using RuleId = uint32_t;
using ByteSet = std::bitset<256>;

inline constexpr RuleId kRootRule = 0;  ///< the bottom of every stack
inline constexpr RuleId kNoRule = UINT32_MAX;

enum class RuleKind : uint8_t { kRoot, kText, kString, kObject, kList, kSet, kMember, kChoice };

struct Rule {
  RuleKind kind = RuleKind::kRoot;
  uint32_t index = 0;            ///< among the rules of its kind
  uint32_t height = kUnbounded;  ///< frames that its shortest text needs; kUnbounded: no text at all
  ByteSet first;                 ///< bytes a text of it may begin with
};

/// Properties in the order in which they are written, some of which may be left out.
struct ObjectRule {
  struct Property {
    std::string name;
    RuleId value = kNoRule;
    bool required = false;
  };
  std::vector<Property> properties;
  uint32_t count_min = 0, count_max = kUnbounded;

  // Made of the above by Index():
  KeyTrie keys;
  std::vector<uint32_t> required_from;  ///< [i]: required ones at i and behind
  std::vector<uint32_t> choice_end;     ///< [i]: behind the first required one at i or behind, else the number of all

  void Index(JsonStyle style);
  /// Whether the number of members makes a difference.
  bool counts() const { return count_min > 0 || count_max != kUnbounded; }
};

/// A list, or an object whose keys are free (its items are members).
struct ListRule {
  char open = '[', close = ']';
  std::vector<RuleId> prefix;  ///< the first items
  RuleId rest = kNoRule;       ///< all further ones; kNoRule: there are none
  uint32_t count_min = 0, count_max = kUnbounded;

  RuleId Item(uint32_t place) const { return place < prefix.size() ? prefix[place] : rest; }
  /// From here on the number of items makes no difference.
  uint32_t count_matters() const {
    const auto first = static_cast<uint32_t>(prefix.size());
    return count_max != kUnbounded ? kUnbounded : (first > count_min ? first : count_min);
  }
};

/// A list in which none of a few values comes twice.
struct SetRule {
  static constexpr uint32_t kSizeMax = 64;

  KeyTrie values;  ///< as an answer writes them
  uint32_t size = 0;
  uint32_t count_min = 0, count_max = 0;
};

/// A free key with its value.
struct MemberRule {
  RuleId key = kNoRule, value = kNoRule;
};

/// One of several; never a choice itself.
struct ChoiceRule {
  std::vector<RuleId> alternatives;
};

struct Rules {
  JsonStyle style;
  RuleId start = kNoRule;
  uint32_t frames_max = 0;  ///< of a stack, the root's frame included

  std::vector<Rule> all;
  std::vector<ByteDfa> texts;
  std::vector<StringRule> strings;
  std::vector<ObjectRule> objects;
  std::vector<ListRule> lists;
  std::vector<SetRule> sets;
  std::vector<MemberRule> members;
  std::vector<ChoiceRule> choices;
};

}  // namespace yk::constrain
