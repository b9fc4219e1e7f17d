// SPDX-License-Identifier: Apache-2.0
#include "incidents/evidence.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "incidents/gauge_words.h"
#include "logs/line_cursor.h"
#include "logs/slot_statistics.h"
#include "text/utf8.h"

namespace yk::incidents {
namespace {

constexpr size_t kWanted = 2;
constexpr size_t kEvidenceMax = 6;
constexpr size_t kLinesMax = 30'000;     ///< read around the time in question, of one input …
constexpr size_t kLinesOfAll = 120'000;  ///< … and of all together
constexpr size_t kLineBytesMax = 2048;
constexpr size_t kReadBytesMax = 16 << 10;
constexpr size_t kProbe = 64 << 10;      ///< a search by time ends in so many bytes
constexpr size_t kTimeless = 128 << 20;  ///< an input is not searched by time after so many bytes without one
constexpr uint64_t kListableMax = 64;    ///< values of a slot that is a list of codes

logs::Charset CharsetOf(const logs::LogSummary& log, size_t input) {
  const auto named = input < log.charsets.size() ? logs::CharsetNamed(log.charsets[input]) : std::nullopt;
  return named.value_or(logs::Charset::kUtf8);
}

/// One input: its lines by time and by number.
class Input {
 public:
  Input(const logs::Mined& mined, const logs::LogInput& input, uint32_t number)
      : mined_(mined), number_(number), bytes_(input.bytes), charset_(CharsetOf(mined.summary(), number)) {
    const logs::LogSummary& log = mined.summary();
    uint64_t before = 0;
    for (uint32_t i = 0; i < number && i < log.input_lines.size(); ++i) before += log.input_lines[i];
    // Places whose line number and offset are both known: the only ones that numbers can be counted from.
    anchors_.push_back({before + 1, number, 0, logs::kNoTime});
    for (const logs::Template& tmpl : log.templates) {
      for (const logs::Example& example : tmpl.examples) {
        if (example.place.input == number) anchors_.push_back(example.place);
      }
    }
    std::sort(anchors_.begin(), anchors_.end(), [](const auto& a, const auto& b) { return a.offset < b.offset; });
  }

  /// The lines that begin at `offset` or after it.
  logs::LineCursor From(uint64_t offset) const {
    return logs::LineCursor(bytes_, charset_, logs::IsUtf16(charset_) ? offset & ~uint64_t{1} : offset, bytes_.size(),
                            kReadBytesMax);
  }

  /// Where the first line of that time or a later one begins; the end when there is none. Lines come in the order of
  /// time, more or less.
  uint64_t At(logs::Micros time) const {
    uint64_t low = 0, high = bytes_.size();
    while (high - low > kProbe && !timeless()) {
      // Even: a character of UTF-16 begins there.
      const uint64_t middle = (low + (high - low) / 2) & ~uint64_t{1};
      uint64_t offset = 0;
      (FirstTime(middle, high, logs::kNoTime, &offset) < time ? low : high) = middle;
    }
    // Where lines are out of order by more than this nothing is exact.
    const uint64_t end = std::min<uint64_t>(bytes_.size(), high + 4 * kProbe);
    uint64_t offset = end;
    FirstTime(low, end, time, &offset);
    return timeless() ? bytes_.size() : offset;
  }

  /// The place so many lines before `offset`, about.
  uint64_t Before(uint64_t offset, size_t lines, uint64_t lines_of_input) const {
    const uint64_t per_line = bytes_.size() / std::max<uint64_t>(1, lines_of_input) + 1;
    return offset - std::min<uint64_t>(offset, per_line * lines);
  }

  /// The number of the line that begins at `offset`.
  uint64_t NumberOf(uint64_t offset) const {
    const auto after = std::upper_bound(anchors_.begin(), anchors_.end(), offset,
                                        [](uint64_t at, const auto& anchor) { return at < anchor.offset; });
    const logs::LinePlace& anchor = after == anchors_.begin() ? *after : *(after - 1);
    uint64_t number = anchor.line;
    if (logs::IsUtf16(charset_)) {
      logs::LineCursor cursor = From(anchor.offset);
      logs::RawLine line;
      while (cursor.Next(&line) && line.offset < offset) ++number;
      return number;
    }
    const std::string_view between = bytes_.substr(anchor.offset, offset - anchor.offset);
    return number + static_cast<uint64_t>(std::count(between.begin(), between.end(), '\n'));
  }

 private:
  /// The time of the first line at or after `begin` that has one not before `least`, and where it stands. As late as
  /// can be when there is none before `end`.
  logs::Micros FirstTime(uint64_t begin, uint64_t end, logs::Micros least, uint64_t* offset) const {
    begin = BehindGap(begin);
    logs::LineCursor cursor = From(begin);
    logs::RawLine line;
    logs::LineEvent event;
    std::vector<std::string_view> slots;
    bool timed = false;
    uint64_t seen = begin;
    while (!timeless() && cursor.Next(&line) && line.offset < end) {
      mined_.MatchAt(number_, line.offset, line.text, &event, &slots);
      if (event.place.time == logs::kNoTime) {
        if (!timed && line.offset > seen + kProbe) Remember(begin, seen = line.offset);
        continue;
      }
      timed = true;
      if (event.place.time < least) continue;
      *offset = line.offset;
      return event.place.time;
    }
    return std::numeric_limits<logs::Micros>::max();
  }

  /// A dump or a text without times can be long, and probes meet it again and again: it is read once.
  void Remember(uint64_t begin, uint64_t end) const {
    uint64_t& until = gaps_[begin];
    without_time_ += end - std::max(until, begin);
    until = end;
  }

  uint64_t BehindGap(uint64_t begin) const {
    for (auto after = gaps_.upper_bound(begin); after != gaps_.begin(); after = gaps_.upper_bound(begin)) {
      const uint64_t end = std::prev(after)->second;
      if (end <= begin) break;
      begin = end;
    }
    return begin;
  }

  /// Searching costs more than it is worth: everything stands at the end then.
  bool timeless() const { return without_time_ > kTimeless; }

  const logs::Mined& mined_;
  const uint32_t number_;
  const std::string_view bytes_;
  const logs::Charset charset_;
  std::vector<logs::LinePlace> anchors_;
  // Found out by searches.
  mutable std::map<uint64_t, uint64_t> gaps_;  ///< begin to end: no line that begins between them has a time
  mutable uint64_t without_time_ = 0;          ///< bytes of the gaps
};

/// What a line must have to show an incident.
class Sign {
 public:
  Sign(const logs::LogSummary& log, const Incident& card) : card_(card) {
    const bool numbers = card.kind == SignalKind::kShift || card.kind == SignalKind::kTrend;
    if (!numbers || card.slot < 0) return;
    const logs::Template& tmpl = log.templates[card.parts.front().template_id];
    const logs::Slot& slot = tmpl.slots[static_cast<size_t>(card.slot)];
    if (slot.distinct > kListableMax || IsGauge(tmpl, static_cast<size_t>(card.slot))) return;
    // Codes are no measures: 404 is not nearly 502.
    double number = 0;
    std::string_view unit;
    for (const logs::TextValue& value : slot.top) {
      if (!logs::ReadNumber(value.value, &number, &unit)) continue;
      if (code_.empty() || std::abs(number - card.observed) < std::abs(code_value_ - card.observed)) {
        code_ = value.value;
        code_value_ = number;
      }
    }
    if (std::abs(code_value_ - card.observed) > std::abs(card.observed) * .01) code_.clear();
  }

  bool In(const logs::LineEvent& event, const std::vector<std::string_view>& slots) const {
    const bool value = !card_.entity.empty();
    // A host or a component shows itself in whatever it writes.
    if (card_.slot < 0 && value && (card_.kind == SignalKind::kSilence || card_.kind == SignalKind::kDominant))
      return event.host == card_.entity || event.component == card_.entity;
    if (event.template_id != card_.parts.front().template_id) return false;
    if (card_.slot < 0) return true;
    if (static_cast<size_t>(card_.slot) >= slots.size()) return false;
    const std::string_view text = slots[static_cast<size_t>(card_.slot)];
    if (card_.kind != SignalKind::kShift && card_.kind != SignalKind::kTrend) return value && text == card_.entity;
    if (!code_.empty()) return text == code_;
    double number = 0;
    std::string_view unit;
    // Nearer to the unusual number than to the usual one.
    return logs::ReadNumber(text, &number, &unit) && std::abs(number - card_.observed) < std::abs(number - card_.usual);
  }

 private:
  const Incident& card_;
  std::string code_;  ///< the value that it is about; empty: any number like it
  double code_value_ = 0;
};

bool Earlier(const Evidence& a, const Evidence& b) { return a.time != b.time ? a.time < b.time : a.line < b.line; }

class Finder {
 public:
  Finder(const logs::Mined& mined, std::span<const logs::LogInput> inputs) : mined_(mined), log_(mined.summary()) {
    for (uint32_t i = 0; i < inputs.size(); ++i) inputs_.emplace_back(mined, inputs[i], i);
  }

  /// The first lines that show it, or the last ones before what is missing; at most `wanted`, by time.
  std::vector<Evidence> Look(const Incident& card, size_t wanted) const {
    if (log_.grid.bins == 0 || card.from == logs::kNoTime || card.parts.empty()) return {};
    const bool last = card.kind == SignalKind::kSilence || card.kind == SignalKind::kTrend;
    // The window of numbers is as coarse as its bins: it may have begun in the one before.
    const logs::Micros coarse = log_.grid.width * static_cast<logs::Micros>(log_.grid.fine_per_coarse);
    logs::Micros time = card.from;
    if (card.kind == SignalKind::kTrend) time = card.to;
    if (card.kind == SignalKind::kShift) time = std::max(log_.grid.start, card.from - coarse);
    const Sign sign(log_, card);
    std::vector<Evidence> found;
    for (size_t i = 0; i < inputs_.size(); ++i) Collect(i, sign, time, last, wanted, &found);
    std::sort(found.begin(), found.end(), Earlier);
    if (found.size() > wanted)
      found.erase(last ? found.begin() : found.begin() + wanted, last ? found.end() - wanted : found.end());
    return found;
  }

  /// A line whose place is known.
  Evidence At(const logs::LinePlace& place) const {
    const std::string text = mined_.Line(place.input, place.offset);
    logs::LineEvent event;
    std::vector<std::string_view> slots;
    mined_.MatchAt(place.input, place.offset, text, &event, &slots);
    return {place.line, event.template_id, place.time, std::string(text::TruncateBytes(text, kLineBytesMax))};
  }

 private:
  void Collect(size_t number, const Sign& sign, logs::Micros time, bool last, size_t wanted,
               std::vector<Evidence>* all) const {
    const Input& input = inputs_[number];
    const size_t lines = std::clamp(kLinesOfAll / inputs_.size(), size_t{1000}, kLinesMax);
    const uint64_t at = input.At(time);
    const uint64_t begin = last ? input.Before(at, lines, log_.input_lines[number]) : at;
    logs::LineCursor cursor = input.From(begin);
    logs::RawLine line;
    logs::LineEvent event;
    std::vector<std::string_view> slots;
    std::vector<std::pair<uint64_t, Evidence>> found;  // by offset
    for (size_t i = 0; (last || (i < lines && found.size() < wanted)) && cursor.Next(&line); ++i) {
      if (last && line.offset >= at) break;
      mined_.MatchAt(static_cast<uint32_t>(number), line.offset, line.text, &event, &slots);
      if (event.template_id == logs::kNoTemplate || !sign.In(event, slots)) continue;
      if (found.size() == wanted) found.erase(found.begin());
      found.push_back(
          {line.offset,
           {0, event.template_id, event.place.time, text::RepairUtf8(text::TruncateBytes(line.text, kLineBytesMax))}});
    }
    for (auto& [offset, one] : found) {
      one.line = input.NumberOf(offset);
      all->push_back(std::move(one));
    }
  }

  const logs::Mined& mined_;
  const logs::LogSummary& log_;
  std::vector<Input> inputs_;
};

/// Whether the examples of the template do not show it: it is about one value, or about some of the numbers.
bool NeedsLines(const Incident& card) {
  switch (card.kind) {
    case SignalKind::kShift:
    case SignalKind::kTrend:
    case SignalKind::kDominant: return true;
    default: return !card.entity.empty();
  }
}

void Show(const Finder& finder, Incident* card) {
  std::vector<Evidence> found;
  const bool more = card->kind == SignalKind::kBurst || card->kind == SignalKind::kNew;
  if (!card->at.empty()) {
    for (const logs::LinePlace& place : card->at) found.push_back(finder.At(place));
    std::sort(found.begin(), found.end(), Earlier);
  } else if (NeedsLines(*card)) {
    found = finder.Look(*card, kWanted);
  } else if (more) {
    found = finder.Look(*card, 1);
  }
  if (found.empty()) return;
  card->first_line = found.front().line;
  // The first of them, as the advice has it, before those that are examples.
  const bool first_of_many = more || card->kind == SignalKind::kFailure;
  if (first_of_many && card->entity.empty()) {
    for (Evidence& one : card->evidence) {
      if (found.size() < kEvidenceMax && one.line != card->first_line) found.push_back(std::move(one));
    }
  }
  card->evidence = std::move(found);
}

}  // namespace

void AddEvidence(const logs::Mined& mined, std::span<const logs::LogInput> inputs, Findings* findings) {
  const Finder finder(mined, inputs);
  for (Incident& card : findings->incidents) Show(finder, &card);
}

}  // namespace yk::incidents
