// SPDX-License-Identifier: Apache-2.0
#include "incidents/evidence.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "text/utf8.h"

namespace yk::incidents {
namespace {

constexpr size_t kWanted = 2;
constexpr size_t kLinesMax = 30'000;
constexpr size_t kLineBytesMax = 2048;

/// Places whose line number and offset are both known: the only ones that numbers can be counted from.
struct Anchor {
  uint64_t line = 1, offset = 0;
  uint32_t input = 0;
};

std::vector<Anchor> Anchors(const logs::LogSummary& log) {
  std::vector<Anchor> out;
  uint64_t line = 1;
  for (uint32_t i = 0; i < log.input_lines.size(); ++i) {
    out.push_back({line, 0, i});
    line += log.input_lines[i];
  }
  for (const logs::Template& tmpl : log.templates) {
    for (const logs::Example& example : tmpl.examples) {
      out.push_back({example.place.line, example.place.offset, example.place.input});
    }
  }
  std::sort(out.begin(), out.end(), [](const Anchor& a, const Anchor& b) { return a.line < b.line; });
  return out;
}

/// About which line was written at a time: exact for a log in the order of time whose lines all have one.
uint64_t LineAt(const logs::LogSummary& log, logs::Micros time) {
  uint64_t with_time = 0, before = 0;
  const uint32_t bin = log.grid.BinOf(time);
  for (const auto& one : log.bins) {
    with_time += one.count;
    if (one.bin < bin) before += one.count;
  }
  if (with_time == 0) return 1;
  // Lines without a time are taken to be spread over the log.
  return 1 + static_cast<uint64_t>(static_cast<double>(before) / static_cast<double>(with_time) *
                                   static_cast<double>(log.lines));
}

class Finder {
 public:
  Finder(const logs::Mined& mined, std::span<const logs::LogInput> inputs)
      : mined_(mined), log_(mined.summary()), inputs_(inputs), anchors_(Anchors(log_)) {}

  void Look(Incident* card) {
    if (log_.grid.bins == 0 || card->from == logs::kNoTime || card->parts.empty()) return;
    const bool last = card->kind == SignalKind::kSilence;
    // The window of numbers is as coarse as its bins: it may have begun in the one before.
    const logs::Micros coarse = log_.grid.width * static_cast<logs::Micros>(log_.grid.fine_per_coarse);
    logs::Micros time = card->from;
    if (card->kind == SignalKind::kTrend) time = card->to;
    if (card->kind == SignalKind::kShift) time = std::max(log_.grid.start, card->from - coarse);
    uint64_t from = LineAt(log_, time);
    if (last) from = from > kLinesMax ? from - kLinesMax : 1;
    Anchor at = anchors_.front();
    for (const Anchor& anchor : anchors_) {
      if (anchor.line <= from) at = anchor;
    }
    // Other charsets have line ends that are no single byte.
    if (at.input >= log_.charsets.size() || log_.charsets[at.input].starts_with("UTF-16")) return;
    const std::string_view bytes = inputs_[at.input].bytes;
    uint64_t offset = at.offset;
    for (uint64_t line = at.line; line < from; ++line) {
      const size_t end = bytes.find('\n', offset);
      if (end == std::string_view::npos) return;
      offset = end + 1;
    }
    Collect(card, std::max(from, at.line), offset, bytes, last);
  }

 private:
  /// The first lines that show it, or the last ones before what is missing.
  void Collect(Incident* card, uint64_t line, uint64_t offset, std::string_view bytes, bool last) {
    std::vector<Evidence> found;
    logs::LineEvent event;
    std::vector<std::string_view> slots;
    for (size_t i = 0; i < kLinesMax && offset < bytes.size() && (last || found.size() < kWanted); ++i, ++line) {
      const size_t end = std::min(bytes.size(), bytes.find('\n', offset));
      std::string_view text = bytes.substr(offset, std::min(end - offset, size_t{16} << 10));
      while (text.ends_with('\r')) text.remove_suffix(1);
      offset = end + 1;
      slots.clear();
      mined_.Match(text, &event, &slots);
      if (event.template_id != card->parts.front().template_id || !Shows(*card, slots)) continue;
      // Charsets other than UTF-8 are converted by the miner; what Match was given here is shown as far as it is text.
      if (found.size() == kWanted) found.erase(found.begin());
      found.push_back(
          {line, event.template_id, logs::kNoTime, text::RepairUtf8(text::TruncateBytes(text, kLineBytesMax))});
    }
    if (found.empty()) return;
    card->first_line = found.front().line;
    card->evidence = std::move(found);
  }

  static bool Shows(const Incident& card, const std::vector<std::string_view>& slots) {
    if (card.slot < 0) return true;
    if (static_cast<size_t>(card.slot) >= slots.size()) return false;
    const std::string_view value = slots[static_cast<size_t>(card.slot)];
    if (card.kind != SignalKind::kShift && card.kind != SignalKind::kTrend) {
      return !card.entities.empty() && value == card.entities.front();
    }
    double number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    // Nearer to the unusual number than to the usual one.
    return error == std::errc() && std::abs(number - card.observed) < std::abs(number - card.usual);
  }

  const logs::Mined& mined_;
  const logs::LogSummary& log_;
  std::span<const logs::LogInput> inputs_;
  const std::vector<Anchor> anchors_;
};

/// Whether the card's own lines are among its evidence already.
bool NeedsLines(const Incident& card) {
  switch (card.kind) {
    case SignalKind::kShift:
    case SignalKind::kTrend:
    case SignalKind::kDominant: return true;
    case SignalKind::kSilence: return !card.entities.empty() && card.slot >= 0;
    case SignalKind::kBurst:
    case SignalKind::kNew:
      return std::none_of(card.evidence.begin(), card.evidence.end(), [&](const Evidence& one) {
        return one.template_id == card.parts.front().template_id && one.time >= card.from && one.time <= card.to;
      });
    default: return false;
  }
}

}  // namespace

void AddEvidence(const logs::Mined& mined, std::span<const logs::LogInput> inputs, Findings* findings) {
  Finder finder(mined, inputs);
  for (Incident& card : findings->incidents) {
    if (NeedsLines(card)) finder.Look(&card);
  }
}

}  // namespace yk::incidents
