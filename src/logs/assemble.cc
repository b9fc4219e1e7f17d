// SPDX-License-Identifier: Apache-2.0
#include "logs/assemble.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "text/utf8.h"

namespace yk::logs {
namespace {

class Assembly {
 public:
  Assembly(std::span<const ChunkCounts> counts, Model* model) : counts_(counts), model_(*model) {}

  void Lines(LogSummary* out) {
    const size_t inputs = model_.plan.inputs.size();
    out->input_lines.resize(inputs);
    for (size_t i = 0; i < inputs; ++i) {
      out->bytes += model_.plan.inputs[i].bytes.size();
      out->charsets.emplace_back(CharsetName(model_.plan.charsets[i]));
    }
    Micros before = kNoTime;
    for (size_t i = 0; i < counts_.size(); ++i) {
      model_.chunk_lines.push_back(out->lines);
      out->lines += counts_[i].lines;
      out->input_lines[model_.chunks[i].input] += counts_[i].lines;
      if (before != kNoTime && counts_[i].first_time != kNoTime && counts_[i].first_time < before - 60'000'000) {
        ++out->time_backward;
      }
      if (counts_[i].last_time != kNoTime) before = counts_[i].last_time;
    }
  }

  LinePlace Place(const RawPlace& raw) const {
    return {model_.chunk_lines[raw.chunk] + raw.line + 1, raw.input, raw.offset, raw.time};
  }

  std::vector<Example> Examples(const std::vector<RawExample>& raw) const {
    std::vector<Example> out;
    for (const RawExample& example : raw) {
      std::string buffer;
      RawLine line;
      LineCursor::At(model_.plan.inputs[example.place.input].bytes, model_.plan.charsets[example.place.input],
                     example.place.offset, model_.plan.options.line_bytes_max, &buffer, &line);
      out.push_back({Place(example.place),
                     text::RepairUtf8(text::TruncateBytes(line.text, model_.plan.options.example_bytes_max))});
    }
    std::sort(out.begin(), out.end(), [](const Example& a, const Example& b) { return a.place.line < b.place.line; });
    return out;
  }

  Template Describe(const GroupedTemplate& group, const SkeletonStats& stats) const {
    Template t;
    t.text = text::RepairUtf8(group.text);
    t.layout = group.layout;
    t.continuation = group.continuation;
    t.key =
        fmt::format("{:016x}", HashText(t.text, HashText(model_.plan.layouts.plans()[group.layout].format.text(), 7)));
    t.count = stats.count;
    t.first = Place(stats.first);
    t.last = Place(stats.last);
    t.first_time = stats.first_time;
    t.last_time = stats.last_time;
    t.levels = stats.levels;
    t.bins = stats.bins.Sorted();
    t.without_time = stats.without_time;
    t.examples = Examples(stats.examples);
    return t;
  }

 private:
  std::span<const ChunkCounts> counts_;
  Model& model_;
};

void Totals(const Shard& shard, const ReadPlan& plan, LogSummary* out) {
  out->empty = shard.empty;
  out->without_header = shard.without_header;
  out->continuation = shard.continuation;
  out->cut = shard.cut;
  out->invalid = shard.invalid;
  out->with_nul = shard.with_nul;
  for (const SkeletonStats& record : shard.table.records()) out->with_nul += record.has_nul ? record.count : 0;
  out->time_backward += shard.time_backward;
  out->levels = shard.levels;
  out->first_time = shard.first_time;
  out->last_time = shard.last_time;
  out->grid = plan.grid;
  out->bins = shard.bins.Sorted();
  for (size_t i = 0; i < plan.layouts.plans().size(); ++i) {
    const LayoutPlan& layout = plan.layouts.plans()[i];
    const std::string name = layout.kind == LayoutPlan::Kind::kJson     ? "json"
                             : layout.kind == LayoutPlan::Kind::kLogfmt ? "logfmt"
                                                                        : layout.format.text();
    out->layouts.push_back({name, i < shard.layout_lines.size() ? shard.layout_lines[i] : 0});
  }
  out->rare.lines = shard.rare.count;
  out->rare.levels = shard.rare.levels;
  out->rare.bins = shard.rare.bins.Sorted();
  out->sample_rate = 1.0 / static_cast<double>(uint64_t{1} << plan.sample_shift);
  out->mask_coarseness = plan.coarseness;
  out->id_share = static_cast<double>(shard.id_limit) / static_cast<double>(UINT64_MAX);
}

/// Which slot of the template holds each mark of a skeleton; -1: none.
std::vector<int32_t> SlotsOfMarks(std::string_view skeleton, const SkeletonPlan& plan) {
  std::vector<int32_t> slots;
  for (size_t at = 0; at < skeleton.size(); ++at) {
    if (!IsMark(skeleton[at])) continue;
    slots.push_back(-1);
    for (size_t i = 0; i < plan.slots.size(); ++i) {
      if (at >= plan.slots[i].begin && at < plan.slots[i].end) slots.back() = static_cast<int32_t>(i);
    }
  }
  return slots;
}

}  // namespace

LogSummary Assemble(Shard shard, std::span<const ChunkCounts> counts, Model* model, std::vector<SampleLine>* sample) {
  std::vector<SkeletonStats>& records = shard.table.records();
  std::vector<SkeletonView> views;
  views.reserve(records.size());
  for (const SkeletonStats& record : records)
    views.push_back({record.text, record.layout, record.continuation, record.count});
  Grouping grouping = GroupSkeletons(views);

  LogSummary out;
  Assembly assembly(counts, model);
  assembly.Lines(&out);
  Totals(shard, model->plan, &out);

  std::vector<SkeletonStats> sums(grouping.groups.size());
  for (size_t i = 0; i < records.size(); ++i) {
    sums[grouping.skeletons[i].group].Merge(records[i]);
    records[i].bins = {};
  }
  std::vector<uint32_t> order(sums.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    const GroupedTemplate& x = grouping.groups[a];
    const GroupedTemplate& y = grouping.groups[b];
    return std::tie(sums[b].count, x.layout, x.continuation, x.text, a) <
           std::tie(sums[a].count, y.layout, y.continuation, y.text, b);
  });
  std::vector<uint32_t> id_of(order.size());
  for (uint32_t id = 0; id < order.size(); ++id) {
    id_of[order[id]] = id;
    out.templates.push_back(assembly.Describe(grouping.groups[order[id]], sums[order[id]]));
    out.templates.back().id = id;
  }
  model->plans = std::move(grouping.skeletons);
  for (SkeletonPlan& plan : model->plans) plan.group = id_of[plan.group];
  // Ids are many and skeletons few: each is looked at once.
  std::vector<std::vector<int32_t>> slots(records.size());
  for (const RawId& id : shard.ids) {
    const LinePlace place = assembly.Place(id.place);
    const SkeletonPlan& plan = model->plans[id.skeleton];
    std::vector<int32_t>& marks = slots[id.skeleton];
    if (marks.empty()) marks = SlotsOfMarks(records[id.skeleton].text, plan);
    const int32_t slot = id.mark < marks.size() ? marks[id.mark] : -1;
    out.ids.push_back({id.id, place.line, place.time, plan.group, place.input, place.offset, id.at, id.bytes, slot});
  }
  *sample = std::move(shard.sample);
  model->skeletons = std::move(shard.table);
  return out;
}

}  // namespace yk::logs
