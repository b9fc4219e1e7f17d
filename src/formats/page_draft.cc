// SPDX-License-Identifier: Apache-2.0
#include "formats/page_draft.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>

#include "text/utf8.h"

namespace yk::formats {
namespace {

constexpr double kEdgeShare = 0.14;  ///< heads and feet stand in this part of a page
constexpr size_t kEdgeLinesMax = 3;
constexpr double kHeadingFactor = 1.15;
constexpr int kHeadingLinesMax = 3;
constexpr size_t kHeadingLettersMax = 200;
constexpr int kLevelsMax = 6;

using Ranges = std::vector<std::pair<int64_t, int64_t>>;

bool IsSpace(char32_t c) { return c == U' ' || c == U'\t' || c == U'\n' || c == 0x3000 || c == 0xA0; }

std::u32string KeyOf(std::u32string_view shown) {
  std::u32string key;
  for (const char32_t c : shown) {
    if (IsSpace(c)) continue;
    const bool digit = (c >= U'0' && c <= U'9') || (c >= 0xFF10 && c <= 0xFF19);
    if (!digit) key += c;
    if (digit && (key.empty() || key.back() != U'#')) key += U'#';
  }
  return key;
}

/// Words that may belong to a head or foot, line by line, from the edge inwards.
std::vector<EdgeLine> EdgeLines(const std::vector<Word>& words, const LaidPage& laid, double height, bool top) {
  std::vector<const PlacedWord*> near;
  for (const PlacedWord& placed : laid.words) {
    const Word& word = words[placed.word];
    if (word.rotation != 0 || word.vertical) continue;
    if (top ? word.bottom <= kEdgeShare * height : word.top >= (1 - kEdgeShare) * height) near.push_back(&placed);
  }
  const auto middle = [&](const PlacedWord* placed) {
    return (words[placed->word].top + words[placed->word].bottom) / 2;
  };
  std::stable_sort(near.begin(), near.end(), [&](const PlacedWord* a, const PlacedWord* b) {
    return top ? middle(a) < middle(b) : middle(a) > middle(b);
  });
  std::vector<EdgeLine> lines;
  for (size_t i = 0; i < near.size() && lines.size() < kEdgeLinesMax;) {
    const Word& first = words[near[i]->word];
    size_t end = i;
    while (end < near.size() && std::abs(middle(near[end]) - middle(near[i])) < 0.5 * (first.bottom - first.top)) ++end;
    std::sort(near.begin() + static_cast<ptrdiff_t>(i), near.begin() + static_cast<ptrdiff_t>(end),
              [&](const PlacedWord* a, const PlacedWord* b) { return words[a->word].left < words[b->word].left; });
    EdgeLine line{.height = middle(near[i]) / height};
    for (size_t k = i; k < end; ++k) {
      if (k > i) line.shown += U' ';
      line.shown += words[near[k]->word].text;
      line.ranges.emplace_back(near[k]->begin, near[k]->end);
    }
    std::sort(line.ranges.begin(), line.ranges.end());
    line.key = KeyOf(line.shown);
    lines.push_back(std::move(line));
    i = end;
  }
  return lines;
}

/// Ranges that only white space parts become one, then the white space behind goes too where a line began.
Ranges Widen(std::u32string_view text, const Ranges& ranges) {
  Ranges out;
  for (const auto& [begin, end] : ranges) {
    const auto blank = [&](int64_t from, int64_t to) {
      return std::all_of(text.begin() + from, text.begin() + to, IsSpace);
    };
    if (!out.empty() && blank(out.back().second, begin)) {
      out.back().second = std::max(out.back().second, end);
    } else {
      out.emplace_back(begin, end);
    }
  }
  for (auto& [begin, end] : out) {
    const auto size = static_cast<int64_t>(text.size());
    const bool line_begins = begin == 0 || text[static_cast<size_t>(begin - 1)] == U'\n';
    if (end < size && text[static_cast<size_t>(end)] != U'\n') {
      while (end < size && text[static_cast<size_t>(end)] == U' ') ++end;
    } else if (line_begins) {
      while (end < size && text[static_cast<size_t>(end)] == U'\n') ++end;
    }
    while (!line_begins && begin > 0 && (end == size || text[static_cast<size_t>(end)] == U'\n') &&
           text[static_cast<size_t>(begin - 1)] == U' ') {
      --begin;
    }
  }
  return out;
}

struct Sighting {
  size_t page = 0;
  const EdgeLine* line = nullptr;
};

bool IsOften(const std::vector<Sighting>& seen, size_t pages) {
  size_t count[2] = {0, 0};
  for (const Sighting& one : seen) ++count[one.page % 2];
  const size_t of[2] = {(pages + 1) / 2, pages / 2};
  if (count[0] + count[1] < 3) return false;
  if (2 * (count[0] + count[1]) > pages) return true;
  return (count[0] >= 3 && 2 * count[0] > of[0]) || (count[1] >= 3 && 2 * count[1] > of[1]);
}

using Edge = std::vector<EdgeLine> PageDraft::*;

/// Groups of equal lines at equal heights, in the order of their first page.
std::vector<std::vector<Sighting>> Repeated(const std::vector<PageDraft>& pages, Edge edge) {
  constexpr double kSameHeight = 0.006;
  std::map<std::u32string, std::vector<Sighting>> by_key;
  for (size_t i = 0; i < pages.size(); ++i) {
    for (const EdgeLine& line : pages[i].*edge) by_key[line.key].push_back({i, &line});
  }
  std::vector<std::vector<Sighting>> out;
  for (auto& [key, seen] : by_key) {
    if (key.empty() || seen.size() < 3) continue;
    std::stable_sort(seen.begin(), seen.end(),
                     [](const Sighting& a, const Sighting& b) { return a.line->height < b.line->height; });
    for (size_t i = 0; i < seen.size();) {
      size_t end = i;
      while (end < seen.size() && seen[end].line->height - seen[i].line->height < kSameHeight) ++end;
      std::vector<Sighting> group(seen.begin() + static_cast<ptrdiff_t>(i), seen.begin() + static_cast<ptrdiff_t>(end));
      std::sort(group.begin(), group.end(), [](const Sighting& a, const Sighting& b) { return a.page < b.page; });
      if (IsOften(group, pages.size())) out.push_back(std::move(group));
      i = end;
    }
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::pair(a.front().page, a.front().line->height) < std::pair(b.front().page, b.front().line->height);
  });
  return out;
}

bool HasLetters(std::u32string_view key) {
  return std::count_if(key.begin(), key.end(), [](char32_t c) { return c > 0x40 && c != U'#'; }) >= 4;
}

bool WouldBeEmpty(const PageDraft& page, const Ranges& ranges) {
  size_t visible = 0;
  for (const char32_t c : page.text) visible += IsSpace(c) ? 0 : 1;
  size_t cut = 0;
  for (const auto& [begin, end] : ranges) cut += static_cast<size_t>(end - begin);
  return cut >= visible;
}

}  // namespace

PageDraft DraftPage(const std::vector<Word>& words, double width, double height, bool spans) {
  LaidPage laid = LayOutPage(words);
  PageDraft draft{.width = width, .height = height};
  if (height > 0) {
    draft.head = EdgeLines(words, laid, height, true);
    draft.foot = EdgeLines(words, laid, height, false);
  }
  if (spans) {
    for (const PlacedWord& placed : laid.words) {
      draft.spans.push_back({placed.begin, placed.end, BoxOf(words[placed.word])});
    }
  }
  draft.text = std::move(laid.text);
  draft.blocks = std::move(laid.blocks);
  return draft;
}

void Cut(PageDraft& page, const Ranges& ranges) {
  const Ranges wide = Widen(page.text, ranges);
  std::u32string text;
  int64_t from = 0;
  for (const auto& [begin, end] : wide) {
    text.append(page.text, static_cast<size_t>(from), static_cast<size_t>(begin - from));
    from = end;
  }
  text.append(page.text, static_cast<size_t>(from));
  const auto moved = [&](int64_t at) {
    int64_t gone = 0;
    for (const auto& [begin, end] : wide) {
      if (at <= begin) break;
      gone += std::min(at, end) - begin;
    }
    return at - gone;
  };
  const auto move_all = [&](auto& items) {
    for (auto& item : items) {
      item.begin = moved(item.begin);
      item.end = moved(item.end);
    }
    std::erase_if(items, [](const auto& item) { return item.begin >= item.end; });
  };
  move_all(page.blocks);
  move_all(page.spans);
  page.text = std::move(text);
  for (TextBlock& block : page.blocks) {
    while (block.end > block.begin && IsSpace(page.text[static_cast<size_t>(block.end - 1)])) --block.end;
  }
  while (page.text.ends_with(U"\n\n")) page.text.pop_back();
  if (!page.text.empty() && page.text.back() != U'\n') page.text += U'\n';
}

RunningLines RemoveRunningLines(std::vector<PageDraft>& pages) {
  RunningLines out;
  if (pages.size() < 3) return out;
  std::vector<Ranges> cuts(pages.size());
  for (const Edge edge : {&PageDraft::head, &PageDraft::foot}) {
    const bool head = edge == &PageDraft::head;
    for (const std::vector<Sighting>& group : Repeated(pages, edge)) {
      (head ? out.heads : out.feet).push_back(text::ToUtf8(group.front().line->shown));
      const bool keep_first = HasLetters(group.front().line->key);
      for (size_t i = keep_first ? 1 : 0; i < group.size(); ++i) {
        Ranges& cut = cuts[group[i].page];
        cut.insert(cut.end(), group[i].line->ranges.begin(), group[i].line->ranges.end());
      }
    }
  }
  for (size_t i = 0; i < pages.size(); ++i) {
    std::sort(cuts[i].begin(), cuts[i].end());
    cuts[i].erase(std::unique(cuts[i].begin(), cuts[i].end()), cuts[i].end());
    if (!cuts[i].empty() && !WouldBeEmpty(pages[i], cuts[i])) Cut(pages[i], cuts[i]);
    pages[i].head.clear();
    pages[i].foot.clear();
  }
  return out;
}

double BodyFontSize(const std::vector<PageDraft>& pages) {
  std::map<int, int64_t> letters;  // by half points
  for (const PageDraft& page : pages) {
    for (const TextBlock& block : page.blocks)
      letters[static_cast<int>(std::lround(2 * block.font_size))] += block.end - block.begin;
  }
  letters.erase(0);
  if (letters.empty()) return 0;
  const auto most = std::max_element(letters.begin(), letters.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return most->first / 2.0;
}

BlockKinds::BlockKinds(const std::vector<PageDraft>& pages) : body_(BodyFontSize(pages)) {
  if (body_ <= 0) return;
  for (const PageDraft& page : pages) {
    for (const TextBlock& block : page.blocks) {
      if (Of(block, 0).kind == reader::BlockKind::kHeading) sizes_.push_back(std::round(block.font_size));
    }
  }
  std::sort(sizes_.begin(), sizes_.end(), std::greater<>());
  sizes_.erase(std::unique(sizes_.begin(), sizes_.end()), sizes_.end());
}

reader::Block BlockKinds::Of(const TextBlock& block, int64_t page_begin) const {
  reader::Block out{.begin = page_begin + block.begin, .end = page_begin + block.end};
  const bool heading = body_ > 0 && block.font_size >= kHeadingFactor * body_ && block.lines <= kHeadingLinesMax &&
                       block.end - block.begin <= static_cast<int64_t>(kHeadingLettersMax) &&
                       block.end - block.begin > 1;
  if (!heading) return out;
  out.kind = reader::BlockKind::kHeading;
  const auto place = std::find(sizes_.begin(), sizes_.end(), std::round(block.font_size)) - sizes_.begin();
  out.level = std::min(kLevelsMax, static_cast<int>(place) + 1);
  return out;
}

void JoinPages(std::vector<PageDraft> pages, reader::Document& document) {
  const BlockKinds kinds(pages);
  int64_t at = 0;
  for (PageDraft& page : pages) {
    const auto end = at + static_cast<int64_t>(page.text.size());
    document.pages.push_back(
        {.number = page.number, .begin = at, .end = end, .width = page.width, .height = page.height});
    for (const TextBlock& block : page.blocks) document.blocks.push_back(kinds.Of(block, at));
    for (const reader::Span& span : page.spans) document.spans.push_back({at + span.begin, at + span.end, span.box});
    document.text += text::ToUtf8(page.text);
    at = end;
  }
}

}  // namespace yk::formats
