// SPDX-License-Identifier: Apache-2.0
#include "logs/chunk_miner.h"

#include <algorithm>

#include "logs/line_sample.h"

namespace yk::logs {
namespace {

constexpr Micros kMinute = 60'000'000;

/// Where an id's hash begins, so that ids differ from skeletons of the same text.
constexpr uint64_t kIdSeed = 0x1D;

bool HasNul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

class ChunkReader {
 public:
  ChunkReader(const ReadPlan& plan, const Chunk& chunk, Shard* shard)
      : plan_(plan), chunk_(chunk), shard_(*shard), sample_mask_((uint64_t{1} << plan.sample_shift) - 1) {
    if (shard_.layout_lines.empty()) shard_.layout_lines.resize(plan.layouts.plans().size());
  }

  ChunkCounts Run() {
    LineCursor cursor(plan_.inputs[chunk_.input].bytes, plan_.charsets[chunk_.input], chunk_.begin, chunk_.end,
                      plan_.options.line_bytes_max);
    RawLine line;
    while (cursor.Next(&line) && !shard_.overflow) {
      Line(line);
      ++counts_.lines;
    }
    return counts_;
  }

 private:
  void Line(const RawLine& line) {
    shard_.cut += line.cut;
    shard_.invalid += line.invalid;
    if (IsBlank(line.text)) {
      ++shard_.empty;
      shard_.with_nul += HasNul(line.text);
      return;
    }
    ReadLineBy(plan_, chunk_.input, line, &read_);
    const LineHead& head = read_.head;
    ++shard_.layout_lines[head.layout];
    ++shard_.levels[static_cast<size_t>(head.level)];
    shard_.without_header += head.no_header && !head.continuation;
    shard_.continuation += head.continuation;
    const uint32_t bin = BinOf(head.time);
    if (head.time != kNoTime) Time(head.time, bin);
    const uint64_t rank = RankOf(chunk_.input, line.offset);
    const uint32_t skeleton = Skeleton(line, bin, rank);
    if (skeleton == kNoSkeleton) return;
    if ((rank & sample_mask_) == 0) shard_.sample.push_back({line.offset, chunk_.input, skeleton});
    Ids(line, skeleton);
  }

  RawPlace PlaceOf(const RawLine& line) const {
    return {chunk_.input, chunk_.index, line.offset, static_cast<uint32_t>(counts_.lines), read_.head.time};
  }

  /// Most lines are in the same bin as the line before them.
  uint32_t BinOf(Micros time) {
    if (time == kNoTime || plan_.grid.bins == 0) return kNoBin;
    if (time >= bin_begin_ && time < bin_end_) return bin_;
    bin_ = plan_.grid.BinOf(time);
    bin_begin_ = plan_.grid.StartOf(bin_);
    bin_end_ = bin_begin_ + plan_.grid.width;
    return bin_;
  }

  void Time(Micros time, uint32_t bin) {
    if (bin != kNoBin) shard_.bins.Add(bin);
    if (shard_.first_time == kNoTime || time < shard_.first_time) shard_.first_time = time;
    if (shard_.last_time == kNoTime || time > shard_.last_time) shard_.last_time = time;
    if (counts_.first_time == kNoTime) {
      counts_.first_time = time;
    } else if (time < counts_.last_time - kMinute) {
      ++shard_.time_backward;
    }
    counts_.last_time = time;
  }

  uint32_t Skeleton(const RawLine& line, uint32_t bin, uint64_t rank) {
    const Scanned& scanned = read_.scanned;
    int64_t at = shard_.table.Find(scanned);
    if (at < 0) {
      if (scanned.hash > shard_.skeleton_limit) {
        shard_.with_nul += HasNul(read_.head.content);
        shard_.rare.AddLine(PlaceOf(line), read_.head.level, bin, rank);
        return kNoSkeleton;
      }
      at = shard_.table.Add(scanned, SkeletonOf(read_.head.content, scanned.slots));
      SkeletonStats& fresh = shard_.table.records()[static_cast<size_t>(at)];
      fresh.layout = read_.head.layout;
      fresh.continuation = read_.head.continuation;
      fresh.has_nul = HasNul(fresh.text);
    }
    shard_.table.records()[static_cast<size_t>(at)].AddLine(PlaceOf(line), read_.head.level, bin, rank);
    if (shard_.table.records().size() > plan_.options.skeletons_max) {
      if (plan_.coarseness < 2) {
        shard_.overflow = true;
      } else {
        shard_.ThinSkeletons(plan_.options.skeletons_max);
        at = shard_.table.Find(scanned);
        if (at < 0) return kNoSkeleton;
      }
    }
    return static_cast<uint32_t>(at);
  }

  void Ids(const RawLine& line, uint32_t skeleton) {
    const std::string_view content = read_.head.content;
    if (const std::string_view request = read_.head.request; !request.empty()) Id(line, skeleton, kNoMark, request);
    uint32_t mark = 0;
    for (const SlotSpan& slot : read_.scanned.slots) {
      if (slot.kind == SlotKind::kId) Id(line, skeleton, mark, content.substr(slot.begin, slot.end - slot.begin));
      ++mark;
    }
  }

  void Id(const RawLine& line, uint32_t skeleton, uint32_t mark, std::string_view text) {
    const uint64_t id = HashText(text, kIdSeed);
    if (id > shard_.id_limit) return;
    const auto at = static_cast<uint32_t>(text.data() - line.text.data());
    shard_.ids.push_back({id, PlaceOf(line), skeleton, at, static_cast<uint32_t>(text.size()), mark});
    if (shard_.ids.size() > plan_.options.id_events_max) shard_.ThinIds(plan_.options.id_events_max);
  }

  const ReadPlan& plan_;
  const Chunk& chunk_;
  Shard& shard_;
  const uint64_t sample_mask_;
  ChunkCounts counts_;
  ReadLine read_;
  uint32_t bin_ = 0;
  Micros bin_begin_ = 0, bin_end_ = 0;  ///< the times of `bin_`
};

}  // namespace

bool IsBlank(std::string_view text) {
  for (const char c : text) {
    if (!IsSpace(c) && c != '\r' && c != '\0') return false;
  }
  return true;
}

void ReadLineBy(const ReadPlan& plan, uint32_t input, const RawLine& line, ReadLine* out) {
  ReadHead(plan.layouts, plan.years[input], line.offset, line.text, &out->scratch, &out->head);
  const std::string_view content = out->head.content;
  ScanRules rules{HashNumber(out->head.layout * 2 + (out->head.continuation ? 1 : 0)), plan.coarseness, {}};
  if (!plan.masks.empty()) {
    plan.masks.Find(content, &out->masked);
    rules.fixed = out->masked;
  }
  if (line.masks != nullptr) return Scan(content, *line.masks, rules, &out->scanned);
  ScanAlone(content, rules, &out->scanned);
}

ChunkCounts MineChunk(const ReadPlan& plan, const Chunk& chunk, Shard* shard) {
  return ChunkReader(plan, chunk, shard).Run();
}

}  // namespace yk::logs
