// SPDX-License-Identifier: Apache-2.0
#include "text/digit_groups.h"

#include <algorithm>
#include <array>

#include "text/number_scan.h"

namespace yk::text {
namespace {

constexpr size_t kGroupsMax = 8;  // more do not fit eighteen digits, or are a list

bool DigitAt(std::string_view s, size_t pos) { return pos < s.size() && IsAsciiDigit(s[pos]); }

/// Exactly three digits.
bool TripleAt(std::string_view s, size_t pos) {
  return DigitAt(s, pos) && DigitAt(s, pos + 1) && DigitAt(s, pos + 2) && !DigitAt(s, pos + 3);
}

struct Group {
  char mark = 0;  ///< before it
  Range range;
  size_t size() const { return range.size(); }
};

class Run {
 public:
  Run(std::string_view s, size_t pos) : s_(s), begin_(pos) { Collect(); }

  DigitGroups Read() const {
    DigitGroups out{end_, Grouping::kNone, 0, 0};
    size_t whole = count_;  // groups before the decimal mark
    out.grouping = Judge(&whole);
    if (out.grouping == Grouping::kNone || out.grouping == Grouping::kList) return out;
    for (size_t i = 0; i < whole; ++i) {
      for (const char c : s_.substr(groups_[i].range.begin, groups_[i].size())) {
        out.value = out.value * 10 + (c - '0');
        if (out.value > kDigitsMax) return {end_, Grouping::kNone, 0, 0};
      }
    }
    out.value *= kDecimals;
    if (whole == count_) return out;
    Wide unit = kDecimals / 10;
    for (const char c : s_.substr(groups_[whole].range.begin, std::min<size_t>(groups_[whole].size(), 9))) {
      out.value += unit * (c - '0');
      unit /= 10;
      ++out.fraction;
    }
    return out;
  }

 private:
  void Collect() {
    end_ = Add(0, begin_);
    const bool three = groups_[0].size() <= 3 && s_[begin_] != '0';
    if (three && DigitAt(s_, end_ + 1)) {
      if (s_[end_] == '\'') end_ = Triples('\'');
      if (s_[end_] == ' ') end_ = Spaced();
    }
    while (end_ < s_.size() && (s_[end_] == '.' || s_[end_] == ',') && DigitAt(s_, end_ + 1)) {
      end_ = Add(s_[end_], end_ + 1);
    }
  }

  size_t Add(char mark, size_t begin) {
    size_t end = begin;
    while (DigitAt(s_, end)) ++end;
    if (count_ < kGroupsMax) groups_[count_] = {mark, {begin, end}};
    ++count_;
    shortest_ = std::min(shortest_, end - begin);
    longest_ = std::max(longest_, end - begin);
    return end;
  }

  size_t Triples(char mark) {
    size_t at = end_;
    while (count_ < kGroupsMax && at < s_.size() && s_[at] == mark && TripleAt(s_, at + 1)) at = Add(mark, at + 1);
    return at;
  }

  /// Groups behind plain spaces, unless more digits stand around them: "12 345 6789" is a telephone number, "5 234,567"
  /// a count and an amount.
  size_t Spaced() {
    size_t before = begin_;
    if (before > 0 && std::string_view(" .,-/:'").find(s_[before - 1]) != std::string_view::npos) --before;
    if (before < begin_ && before > 0 && IsAsciiDigit(s_[before - 1])) return end_;
    size_t at = end_;
    while (at < s_.size() && s_[at] == ' ' && TripleAt(s_, at + 1) && (at - end_) / 4 + 1 < kGroupsMax) at += 4;
    if (at < s_.size() && std::string_view(" -/:").find(s_[at]) != std::string_view::npos && DigitAt(s_, at + 1))
      return end_;
    if (at < s_.size() && s_[at] == ',' && TripleAt(s_, at + 1)) return end_;
    return Triples(' ');
  }

  bool Marks(size_t from, size_t to, char mark) const {
    return std::all_of(groups_.begin() + from, groups_.begin() + to, [&](const Group& g) { return g.mark == mark; });
  }
  bool Sizes(size_t from, size_t to, size_t size) const {
    return std::all_of(groups_.begin() + from, groups_.begin() + to, [&](const Group& g) { return g.size() == size; });
  }
  /// The first `to` groups, with `mark` between, are thousands.
  bool Thousands(size_t to, char mark) const {
    return to > 1 && groups_[0].size() <= 3 && s_[begin_] != '0' && Marks(1, to, mark) && Sizes(1, to, 3);
  }
  /// 1,23,456 and 12,34,567 of India.
  bool Lakhs(size_t to) const {
    return to > 2 && groups_[0].size() <= 2 && s_[begin_] != '0' && Marks(1, to, ',') && Sizes(1, to - 1, 2) &&
           groups_[to - 1].size() == 3;
  }

  Grouping Judge(size_t* whole) const {
    if (count_ > kGroupsMax) return List();
    const size_t last = count_ - 1;
    const char mark = groups_[last].mark;
    if (count_ == 1) return Grouping::kNumber;
    if (Thousands(count_, ',') || Thousands(count_, '\'')) return Grouping::kNumber;
    if (Thousands(count_, ' ')) return Spaces(count_);
    if (Lakhs(count_)) return Grouping::kAmount;
    if (count_ > 2 && Thousands(count_, '.')) return Grouping::kAmount;
    *whole = last;
    if (mark == '.') {
      if (count_ == 2 || Thousands(last, ',') || Thousands(last, '\'')) return Grouping::kNumber;
      if (Thousands(last, ' ')) return Spaces(last);
      if (Lakhs(last)) return Grouping::kAmount;
    }
    if (mark == ',') {
      if (Thousands(last, '.')) return Grouping::kNumber;
      const bool cents = groups_[last].size() <= 2;
      if (cents && Thousands(last, '\'')) return Grouping::kNumber;
      if (cents && Thousands(last, ' ')) return Spaces(last);
      if (count_ == 2 && DecimalComma()) return Grouping::kComma;
    }
    return List();
  }

  bool DecimalComma() const {
    if (groups_[0].size() > 1 && s_[begin_] == '0') return false;
    return groups_[1].size() <= 2 || s_[begin_] == '0';
  }

  /// Nobody lists 000: a group that begins with a nought goes on from the one before.
  Grouping Spaces(size_t to) const {
    const bool nought = std::any_of(groups_.begin() + 1, groups_.begin() + to,
                                    [&](const Group& g) { return s_[g.range.begin] == '0'; });
    return nought ? Grouping::kNumber : Grouping::kSpaces;
  }

  /// 1,2,3 and 2021,2022,2023 are lists, and so is 1.5,2.5; 1,2345 is neither number nor list.
  Grouping List() const {
    const std::string_view text = s_.substr(begin_, end_ - begin_);
    if (text.find_first_not_of("0123456789,") == std::string_view::npos) {
      return (count_ > 2 && longest_ <= 2) || shortest_ >= 4 ? Grouping::kList : Grouping::kNone;
    }
    size_t dots = 0;
    for (const char c : text) {
      if (c == '.' && ++dots > 1) return Grouping::kNone;
      if (c == ',' && dots-- != 1) return Grouping::kNone;
      if (c == ' ' || c == '\'') return Grouping::kNone;
    }
    return dots == 1 ? Grouping::kList : Grouping::kNone;
  }

  const std::string_view s_;
  const size_t begin_;
  size_t end_ = 0;
  std::array<Group, kGroupsMax> groups_;  ///< the first ones
  size_t count_ = 0;
  size_t shortest_ = SIZE_MAX;
  size_t longest_ = 0;
};

}  // namespace

DigitGroups ReadDigitGroups(std::string_view s, size_t pos) { return Run(s, pos).Read(); }

}  // namespace yk::text
