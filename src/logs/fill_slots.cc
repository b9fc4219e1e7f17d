// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <thread>

#include "logs/assemble.h"
#include "logs/bytes.h"
#include "logs/slot_statistics.h"

namespace yk::logs {
namespace {

constexpr size_t kTopValues = 16, kTopWriters = 8;

/// The word before each <*> of a template: "elapsed" of "elapsed=<*>", "took" of "took <*> ms".
std::vector<std::string> KeysOf(std::string_view text) {
  std::vector<std::string> keys;
  for (size_t at = text.find("<*>"); at != std::string_view::npos; at = text.find("<*>", at + 3)) {
    size_t end = at;
    while (end > 0 && ClassOf(text[end - 1]) == kBreak && text[end - 1] != '>') --end;
    if (end > 0 && text[end - 1] == ':') --end;
    while (end > 0 && text[end - 1] == '"') --end;
    size_t begin = end;
    while (begin > 0 && ((ClassOf(text[begin - 1]) & (kBreak | kSlash)) == 0) && text[begin - 1] != ':') --begin;
    keys.emplace_back(text.substr(begin, end - begin));
  }
  return keys;
}

/// Leaves at most kLinesOfTemplate lines, chosen by the rank of their places, in their order; says how many.
constexpr size_t kLinesOfTemplate = 4096;
size_t Thin(SampleLine* lines, size_t size) {
  if (size <= kLinesOfTemplate) return size;
  std::vector<uint64_t> ranks;
  ranks.reserve(size);
  for (size_t i = 0; i < size; ++i) ranks.push_back(RankOf(lines[i].input, lines[i].offset));
  std::nth_element(ranks.begin(), ranks.begin() + kLinesOfTemplate, ranks.end());
  const uint64_t limit = ranks[kLinesOfTemplate];
  return static_cast<size_t>(
      std::remove_if(lines, lines + size,
                     [&](const SampleLine& line) { return RankOf(line.input, line.offset) >= limit; }) -
      lines);
}

/// The lines of one template are far apart: their bytes are asked for before their turn comes.
constexpr size_t kAhead = 8;
void Prefetch(const Model& model, const SampleLine& line) {
  const std::string_view bytes = model.plan.inputs[line.input].bytes;
  for (size_t at = line.offset; at < std::min<size_t>(line.offset + 192, bytes.size()); at += 64) {
    __builtin_prefetch(bytes.data() + at);
  }
}

/// One template's lines, in their order.
class TemplateReader {
 public:
  TemplateReader(const Model& model, const TimeGrid& grid, Template* t)
      : model_(model), grid_(grid), template_(*t), components_(false), hosts_(false) {}

  void Read(const SampleLine& at) {
    RawLine line;
    LineCursor::At(model_.plan.inputs[at.input].bytes, model_.plan.charsets[at.input], at.offset,
                   model_.plan.options.line_bytes_max, &buffer_, &line);
    ReadLineBy(model_.plan, at.input, line, &read_);
    SlotValues(read_.head.content, read_.scanned, model_.plans[at.skeleton], &values_);
    const Micros time = read_.head.time;
    const uint32_t coarse = time == kNoTime || grid_.bins == 0 ? UINT32_MAX : grid_.CoarseOf(grid_.BinOf(time));
    ++template_.sampled;
    if (tallies_.empty()) tallies_.resize(values_.size());
    for (size_t i = 0; i < values_.size(); ++i) tallies_[i].Add(values_[i], coarse);
    if (!read_.head.component.empty()) components_.Add(read_.head.component, coarse);
    if (!read_.head.host.empty()) hosts_.Add(read_.head.host, coarse);
  }

  void Finish() {
    const std::vector<std::string> keys = KeysOf(template_.text);
    for (size_t i = 0; i < tallies_.size(); ++i) {
      template_.slots.push_back(tallies_[i].Finish(kTopValues));
      if (i < keys.size()) template_.slots.back().key = keys[i];
    }
    template_.components = components_.Top(kTopWriters);
    template_.hosts = hosts_.Top(kTopWriters);
  }

 private:
  const Model& model_;
  const TimeGrid& grid_;
  Template& template_;
  std::vector<ValueTally> tallies_;
  ValueTally components_, hosts_;
  ReadLine read_;
  std::vector<std::string_view> values_;
  std::string buffer_;
};

}  // namespace

void FillSlots(const Model& model, std::vector<SampleLine> sample, unsigned threads, LogSummary* summary) {
  std::vector<size_t> begin(summary->templates.size() + 1, 0);
  for (const SampleLine& line : sample) ++begin[model.plans[line.skeleton].group + 1];
  for (size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
  std::vector<SampleLine> ordered(sample.size());
  std::vector<size_t> ends;
  std::vector<size_t> next(begin.begin(), begin.end());
  for (const SampleLine& line : sample) ordered[next[model.plans[line.skeleton].group]++] = line;
  std::vector<SampleLine>().swap(sample);
  for (size_t t = 0; t + 1 < begin.size(); ++t) {
    ends.push_back(begin[t] + Thin(ordered.data() + begin[t], begin[t + 1] - begin[t]));
  }

  std::atomic<size_t> taken = 0;
  const auto work = [&] {
    for (size_t t = taken++; t < summary->templates.size(); t = taken++) {
      TemplateReader reader(model, summary->grid, &summary->templates[t]);
      for (size_t i = begin[t]; i < ends[t]; ++i) {
        if (i + kAhead < ends[t]) Prefetch(model, ordered[i + kAhead]);
        reader.Read(ordered[i]);
      }
      reader.Finish();
    }
  };
  std::vector<std::jthread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back(work);
  work();
}

}  // namespace yk::logs
