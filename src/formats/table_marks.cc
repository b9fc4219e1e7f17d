// SPDX-License-Identifier: Apache-2.0
#include "formats/table_marks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace yk::formats {
namespace {

using reader::Box;

constexpr double kSameLine = 1.6;    ///< points between pieces of one line drawn in several strokes
constexpr double kJoinGap = 3.5;     ///< points between dots or dashes of one line
constexpr double kAcrossMin = 9;     ///< points: shorter is an underline of a letter, a tick of an axis
constexpr double kDownMin = 5;       ///< points: less than the height of a row
constexpr size_t kRulesMax = 6'000;  ///< of a direction, after joining
constexpr double kFillMost = 0.5;    ///< of the page: larger fills are paper
constexpr size_t kFillsMax = 3'000;  ///< of a page; pictures made of rectangles have more

Box Turn(const Box& box, int turns, double width, double height) {
  switch (turns & 3) {
    case 1: return {box.top, width - box.right, box.bottom, width - box.left};
    case 2: return {width - box.right, height - box.bottom, width - box.left, height - box.top};
    case 3: return {height - box.bottom, box.left, height - box.top, box.right};
    default: return box;
  }
}

std::vector<Rule> Joined(std::vector<Rule> rules, double shortest) {
  std::sort(rules.begin(), rules.end(), [](const Rule& a, const Rule& b) { return a.at < b.at; });
  std::vector<Rule> out;
  for (size_t begin = 0; begin < rules.size();) {
    size_t end = begin + 1;
    while (end < rules.size() && rules[end].at - rules[begin].at <= kSameLine) ++end;
    std::sort(rules.begin() + static_cast<ptrdiff_t>(begin), rules.begin() + static_cast<ptrdiff_t>(end),
              [](const Rule& a, const Rule& b) { return a.from < b.from; });
    Rule current = rules[begin];
    for (size_t i = begin + 1; i <= end; ++i) {
      if (i < end && rules[i].from <= current.to + kJoinGap) {
        current.to = std::max(current.to, rules[i].to);
        continue;
      }
      if (current.Length() >= shortest) out.push_back(current);
      if (i < end) current = rules[i];
    }
    begin = end;
  }
  if (out.size() > kRulesMax) {
    std::nth_element(out.begin(), out.begin() + kRulesMax, out.end(),
                     [](const Rule& a, const Rule& b) { return a.Length() > b.Length(); });
    out.resize(kRulesMax);
  }
  std::sort(out.begin(), out.end(),
            [](const Rule& a, const Rule& b) { return std::pair(a.at, a.from) < std::pair(b.at, b.from); });
  return out;
}

/// A leader, "......": drawn to lead the eye, no part of the text.
bool IsLeader(const MarkedWord& word) {
  return word.text.size() >= 4 && word.text.find_first_not_of(U'.') == std::u32string::npos;
}

/// "-----", "=====", "_____": a line drawn with characters.
bool IsDrawnWithLetters(const MarkedWord& word) {
  if (word.text.size() < 4) return false;
  return std::all_of(word.text.begin(), word.text.end(), [&](char32_t c) {
    return c == word.text[0] && (c == U'-' || c == U'_' || c == U'=' || c == 0x2014 || c == 0x2500 || c == 0x2013);
  });
}

/// Whether the same colour goes on beyond an edge, so that nobody sees it. `sliver` is a thin box along it, outside.
bool GoesOn(const std::vector<ColourFill>& fills, const ColourFill& fill, const Box& sliver) {
  const double length = std::max(sliver.right - sliver.left, sliver.bottom - sliver.top);
  double covered = 0;
  for (const ColourFill& other : fills) {
    if (&other == &fill || other.colour != fill.colour) continue;
    const double wide = Overlap(other.box.left, other.box.right, sliver.left, sliver.right);
    const double high = Overlap(other.box.top, other.box.bottom, sliver.top, sliver.bottom);
    if (wide > 0 && high > 0) covered += std::max(wide, high);
  }
  return covered > 0.5 * length;
}

/// The visible edges of coloured cells are as good as lines.
void AddFillEdges(PageMarks& marks) {
  const double paper = marks.width * marks.height;
  std::vector<ColourFill> fills = marks.fills;
  std::erase_if(fills, [&](const ColourFill& fill) {
    return (fill.box.right - fill.box.left) * (fill.box.bottom - fill.box.top) > kFillMost * paper;
  });
  if (fills.size() > kFillsMax) return;
  for (const ColourFill& fill : fills) {
    const Box& box = fill.box;
    const bool holds_words = std::any_of(marks.words.begin(), marks.words.end(), [&](const MarkedWord& word) {
      return Holds(box, CentreX(word.box), CentreY(word.box));
    });
    if (!holds_words) continue;
    const double e = kSameLine;
    if (!GoesOn(fills, fill, {box.left, box.top - e, box.right, box.top}))
      marks.across.push_back({box.top, box.left, box.right});
    if (!GoesOn(fills, fill, {box.left, box.bottom, box.right, box.bottom + e})) {
      marks.across.push_back({box.bottom, box.left, box.right});
    }
    if (!GoesOn(fills, fill, {box.left - e, box.top, box.left, box.bottom}))
      marks.down.push_back({box.left, box.top, box.bottom});
    if (!GoesOn(fills, fill, {box.right, box.top, box.right + e, box.bottom})) {
      marks.down.push_back({box.right, box.top, box.bottom});
    }
  }
}

}  // namespace

void Extend(Box& box, const Box& other) {
  box.left = std::min(box.left, other.left);
  box.top = std::min(box.top, other.top);
  box.right = std::max(box.right, other.right);
  box.bottom = std::max(box.bottom, other.bottom);
}

double Overlap(double a_from, double a_to, double b_from, double b_to) {
  return std::max(0.0, std::min(a_to, b_to) - std::max(a_from, b_from));
}

int TurnUpright(PageMarks& marks) {
  std::array<size_t, 4> votes{};
  for (const MarkedWord& word : marks.words) votes[static_cast<size_t>(word.rotation & 3)] += word.text.size();
  const auto turns = static_cast<int>(std::max_element(votes.begin(), votes.end()) - votes.begin());
  if (turns == 0) return 0;
  const double width = marks.width;
  const double height = marks.height;
  for (MarkedWord& word : marks.words) {
    word.box = Turn(word.box, turns, width, height);
    word.rotation = (word.rotation - turns) & 3;
    // The baseline of a turned word is not worth its cases: a quarter of its height above the bottom is near enough.
    word.base = word.box.bottom - 0.22 * (word.box.bottom - word.box.top);
  }
  const auto turn_rules = [&](const std::vector<Rule>& rules, bool across, std::vector<Rule>& h, std::vector<Rule>& v) {
    for (const Rule& rule : rules) {
      const Box box = across ? Box{rule.from, rule.at, rule.to, rule.at} : Box{rule.at, rule.from, rule.at, rule.to};
      const Box turned = Turn(box, turns, width, height);
      if (turned.right - turned.left > turned.bottom - turned.top) {
        h.push_back({turned.top, turned.left, turned.right});
      } else {
        v.push_back({turned.left, turned.top, turned.bottom});
      }
    }
  };
  std::vector<Rule> across;
  std::vector<Rule> down;
  turn_rules(marks.across, true, across, down);
  turn_rules(marks.down, false, across, down);
  marks.across = std::move(across);
  marks.down = std::move(down);
  for (ColourFill& fill : marks.fills) fill.box = Turn(fill.box, turns, width, height);
  for (Box& box : marks.drawings) box = Turn(box, turns, width, height);
  if (turns % 2 == 1) std::swap(marks.width, marks.height);
  return turns;
}

Box TurnBack(const Box& box, int turns, const PageMarks& upright) {
  return Turn(box, 4 - turns, upright.width, upright.height);
}

void CleanMarks(PageMarks& marks) {
  std::vector<MarkedWord> words;
  for (MarkedWord& word : marks.words) {
    const Box& box = word.box;
    if (!std::isfinite(box.left + box.right + box.top + box.bottom + word.base) || box.right < box.left) continue;
    if (IsDrawnWithLetters(word)) {
      marks.across.push_back({CentreY(box), box.left, box.right});
    } else if (word.rotation == 0 && word.size > 0 && !IsLeader(word)) {
      words.push_back(std::move(word));
    }
  }
  marks.words = std::move(words);
  AddFillEdges(marks);
  marks.across = Joined(std::move(marks.across), kAcrossMin);
  marks.down = Joined(std::move(marks.down), kDownMin);
}

}  // namespace yk::formats
