// SPDX-License-Identifier: Apache-2.0
#include "formats/page_columns.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace yk::formats {
namespace {

using Indices = std::vector<size_t>;

constexpr double kGutterEm = 0.8;      ///< narrowest gutter
constexpr double kJoinEm = 1.2;        ///< words of one line stand no further apart
constexpr double kCrossedShare = 0.6;  ///< lines that may cross a gutter (title and summary of a paper)
constexpr double kColumnEm = 9;        ///< narrowest column of running text
constexpr double kFill = 0.55;         ///< how full its lines are on average; cells of tables are emptier
constexpr size_t kLinesMin = 3;

struct Extent {
  double left = std::numeric_limits<double>::max();
  double right = std::numeric_limits<double>::lowest();
  double top = std::numeric_limits<double>::max();
  double bottom = std::numeric_limits<double>::lowest();

  void Add(const Word& word) {
    left = std::min(left, word.left);
    right = std::max(right, word.right);
    top = std::min(top, word.top);
    bottom = std::max(bottom, word.bottom);
  }
  double width() const { return right - left; }
  double height() const { return bottom - top; }
};

struct Line {
  Extent box;
  Indices words;  ///< left to right
  size_t letters = 0;
};

class Columns {
 public:
  explicit Columns(const std::vector<Word>& words) : words_(words) {}

  /// Words of `region` in reading order; sets found_ when any cut was made.
  Indices Order(const Indices& region, int depth);
  bool found() const { return found_; }

 private:
  struct Cut {
    double left = 0, right = 0;  ///< the strip
  };

  std::vector<Line> Lines(Indices region) const;
  double LetterHeight(const Indices& region) const;
  bool FindStrip(const Indices& region, size_t lines, double em, Cut& cut) const;
  std::vector<bool> Spanning(const std::vector<Line>& lines, const Cut& cut, double em) const;
  bool IsRunningText(const Indices& side, double em) const;
  Indices Flatten(const std::vector<Line>& lines) const;
  Indices ReadZones(const Indices& region, const std::vector<bool>& spanning, const Cut& cut, int depth);

  const std::vector<Word>& words_;
  bool found_ = false;
};

/// Lines by vertical overlap, top to bottom.
std::vector<Line> Columns::Lines(Indices region) const {
  std::stable_sort(region.begin(), region.end(), [this](size_t a, size_t b) { return words_[a].top < words_[b].top; });
  std::vector<Line> lines;
  for (const size_t index : region) {
    const Word& word = words_[index];
    Line* home = nullptr;
    for (size_t back = 0; back < std::min<size_t>(4, lines.size()); ++back) {
      Line& line = lines[lines.size() - 1 - back];
      const double shared = std::min(line.box.bottom, word.bottom) - std::max(line.box.top, word.top);
      if (shared > 0.5 * std::min(line.box.height(), word.bottom - word.top)) {
        home = &line;
        break;
      }
    }
    if (home == nullptr) home = &lines.emplace_back();
    home->box.Add(word);
    home->words.push_back(index);
    home->letters += word.text.size();
  }
  for (Line& line : lines) {
    std::stable_sort(line.words.begin(), line.words.end(),
                     [this](size_t a, size_t b) { return words_[a].left < words_[b].left; });
  }
  return lines;
}

double Columns::LetterHeight(const Indices& region) const {
  std::vector<double> heights;
  for (const size_t index : region) heights.push_back(words_[index].bottom - words_[index].top);
  std::nth_element(heights.begin(), heights.begin() + static_cast<ptrdiff_t>(heights.size() / 2), heights.end());
  return std::max(4.0, heights[heights.size() / 2]);
}

/// The strip that the fewest words touch, in the middle three fifths; of equals, the middle of the widest run.
bool Columns::FindStrip(const Indices& region, size_t lines, double em, Cut& cut) const {
  Extent box;
  for (const size_t index : region) box.Add(words_[index]);
  const double strip = kGutterEm * em;
  if (box.width() < 2 * kColumnEm * em + strip || box.width() > 20'000) return false;
  std::vector<int> change(static_cast<size_t>(box.width()) + 3, 0);
  const auto bin = [&](double x) { return static_cast<size_t>(std::clamp(x - box.left, 0.0, box.width()) + 0.5); };
  for (const size_t index : region) {
    ++change[bin(words_[index].left - strip)];
    --change[bin(words_[index].right)];
  }
  std::vector<int> touched(change.size(), 0);
  int running = 0;
  for (size_t i = 0; i < change.size(); ++i) touched[i] = running += change[i];
  const size_t from = bin(box.left + 0.2 * box.width());
  const size_t to = bin(box.left + 0.8 * box.width() - strip);
  if (from >= to) return false;
  const int least =
      *std::min_element(touched.begin() + static_cast<ptrdiff_t>(from), touched.begin() + static_cast<ptrdiff_t>(to));
  if (least > kCrossedShare * static_cast<double>(lines)) return false;
  size_t best = from;
  size_t best_run = 0;
  for (size_t i = from; i < to;) {
    size_t end = i;
    while (end < to && touched[end] == least) ++end;
    if (end - i > best_run) {
      best_run = end - i;
      best = i + (end - i) / 2;
    }
    i = std::max(end, i + 1);
  }
  cut.left = box.left + static_cast<double>(best);
  cut.right = cut.left + strip;
  return true;
}

/// Words that touch the strip, and their neighbours in the line up to the next wide gap.
std::vector<bool> Columns::Spanning(const std::vector<Line>& lines, const Cut& cut, double em) const {
  std::vector<bool> spanning(words_.size(), false);
  for (const Line& line : lines) {
    for (size_t i = 0; i < line.words.size(); ++i) {
      const Word& seed = words_[line.words[i]];
      if (seed.left >= cut.right || seed.right <= cut.left) continue;
      size_t first = i;
      size_t last = i;
      while (first > 0 && words_[line.words[first]].left - words_[line.words[first - 1]].right < kJoinEm * em) --first;
      while (last + 1 < line.words.size() &&
             words_[line.words[last + 1]].left - words_[line.words[last]].right < kJoinEm * em) {
        ++last;
      }
      for (size_t k = first; k <= last; ++k) spanning[line.words[k]] = true;
    }
  }
  // A running head or foot stands alone at the edge of the page: it is read across.
  const auto mark = [&](const Line& line) {
    for (const size_t index : line.words) spanning[index] = true;
  };
  if (lines.size() > 2 * kLinesMin) {
    const Line& head = lines.front();
    const Line& foot = lines.back();
    if (lines[1].box.top - head.box.bottom > em && head.box.height() < 2 * em) mark(head);
    if (foot.box.top - lines[lines.size() - 2].box.bottom > em && foot.box.height() < 2 * em) mark(foot);
  }
  return spanning;
}

bool Columns::IsRunningText(const Indices& side, double em) const {
  const std::vector<Line> lines = Lines(side);
  Extent box;
  double filled = 0;
  size_t letters = 0;
  for (const Line& line : lines) {
    box.left = std::min(box.left, line.box.left);
    box.right = std::max(box.right, line.box.right);
    filled += line.box.width();
    letters += line.letters;
  }
  const auto count = static_cast<double>(lines.size());
  return lines.size() >= kLinesMin && box.width() >= kColumnEm * em && filled / count >= kFill * box.width() &&
         static_cast<double>(letters) / count >= 10;
}

Indices Columns::Flatten(const std::vector<Line>& lines) const {
  Indices out;
  for (const Line& line : lines) out.insert(out.end(), line.words.begin(), line.words.end());
  return out;
}

Indices Columns::ReadZones(const Indices& region, const std::vector<bool>& spanning, const Cut& cut, int depth) {
  Indices across;
  Indices inside;
  for (const size_t index : region) (spanning[index] ? across : inside).push_back(index);
  const std::vector<Line> headlines = Lines(across);
  const double middle = (cut.left + cut.right) / 2;
  Indices out;
  double from = std::numeric_limits<double>::lowest();
  for (size_t zone = 0; zone <= headlines.size(); ++zone) {
    const bool last = zone == headlines.size();
    const double to =
        last ? std::numeric_limits<double>::max() : (headlines[zone].box.top + headlines[zone].box.bottom) / 2;
    Indices left;
    Indices right;
    for (const size_t index : inside) {
      const Word& word = words_[index];
      const double y = (word.top + word.bottom) / 2;
      if (y < from || y >= to) continue;
      ((word.left + word.right) / 2 < middle ? left : right).push_back(index);
    }
    for (const Indices& side : {left, right}) {
      const Indices ordered = Order(side, depth + 1);
      out.insert(out.end(), ordered.begin(), ordered.end());
    }
    if (!last) out.insert(out.end(), headlines[zone].words.begin(), headlines[zone].words.end());
    from = to;
  }
  return out;
}

Indices Columns::Order(const Indices& region, int depth) {
  if (region.empty()) return {};
  const std::vector<Line> lines = Lines(region);
  const double em = LetterHeight(region);
  Cut cut;
  if (depth > 6 || lines.size() < kLinesMin || !FindStrip(region, lines.size(), em, cut)) return Flatten(lines);
  const std::vector<bool> spanning = Spanning(lines, cut, em);
  Indices left;
  Indices right;
  for (const size_t index : region) {
    if (spanning[index]) continue;
    ((words_[index].left + words_[index].right) / 2 < (cut.left + cut.right) / 2 ? left : right).push_back(index);
  }
  if (!IsRunningText(left, em) || !IsRunningText(right, em)) return Flatten(lines);
  found_ = true;
  return ReadZones(region, spanning, cut, depth);
}

}  // namespace

namespace {

/// The page laid on its side: lines from top to bottom become lines from left to right, the rightmost is the highest.
std::vector<Word> OnItsSide(const std::vector<Word>& words) {
  std::vector<Word> out = words;
  for (Word& word : out) {
    const Word was = word;
    word.left = was.top;
    word.right = was.bottom;
    word.top = -was.right;
    word.bottom = -was.left;
  }
  return out;
}

}  // namespace

std::vector<size_t> ColumnOrder(const std::vector<Word>& words) {
  Indices all;
  size_t vertical = 0;
  bool turned = false;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i].vertical) ++vertical;
    if (words[i].rotation != 0) turned = true;
    if (!words[i].text.empty()) all.push_back(i);
  }
  if (2 * vertical > all.size()) {
    // Libraries for horizontal writing know no order here, with or without columns.
    const std::vector<Word> lying = OnItsSide(words);
    return Columns(lying).Order(all, 0);
  }
  if (turned || vertical > 0) return {};
  Columns columns(words);
  Indices order = columns.Order(all, 0);
  if (!columns.found()) return {};
  return order;
}

}  // namespace yk::formats
