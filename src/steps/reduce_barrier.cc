// SPDX-License-Identifier: Apache-2.0
#include "steps/reduce_barrier.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "pipeline/row_output.h"
#include "pipeline/spec_reader.h"
#include "steps/merge.h"

namespace yk::steps {
namespace {

using pipeline::StageRow;

class ReduceBarrier final : public pipeline::Barrier {
 public:
  ReduceBarrier(std::string by, std::string place, ReducedRows rows)
      : by_(std::move(by)), place_(std::move(place)), rows_(std::move(rows)) {}

  Result<std::vector<std::string>> Fields(std::vector<std::string> before) const override {
    if (by_ == "file" || std::find(before.begin(), before.end(), by_) != before.end()) return before;
    return Fail(Code::kInvalid, "{}: reduce groups by the field '{}', which {}", place_, by_,
                pipeline::WhyNotThere(by_));
  }

  Result<void> Add(StageRow row, const pipeline::BarrierIo& io) override {
    if (row.status != store::RowStatus::kOk) return io.emit(std::move(row));
    const std::optional<std::string> key = KeyOf(row.output);
    if (!key) {
      groups_.emplace_back().first = std::move(row);
      return {};
    }
    const auto [found, is_new] = index_.try_emplace(*key, groups_.size());
    if (is_new) groups_.emplace_back();
    Group& group = groups_[found->second];
    if (is_new) {
      group.first = std::move(row);
      return {};
    }
    group.rest.push_back(FindingOf(row));
    return {};
  }

  Result<void> End(const pipeline::BarrierIo& io) override {
    for (Group& group : groups_) {
      std::vector<Finding> findings;
      findings.push_back(FindingOf(group.first));
      for (auto& finding : group.rest) findings.push_back(std::move(finding));
      Finding merged = MergeFindings(std::move(findings));
      // The rows of a group differ in their own columns by nature.
      for (const std::string& column : rows_.columns) merged.conflicts.erase(column);
      StageRow out;
      out.output = Json::object();
      out.output["_source"] = {{"file", SourceFile(group.first.output)}, {"page", nullptr}};
      for (const auto& [name, value] : merged.values.items()) out.output[name] = value;
      if (!merged.evidence.empty()) out.output["_evidence"] = std::move(merged.evidence);
      if (!merged.confidence.empty()) out.output["_confidence"] = std::move(merged.confidence);
      if (!merged.conflicts.empty()) out.output["_conflicts"] = std::move(merged.conflicts);
      YK_TRY_VOID(io.emit(std::move(out)));
    }
    return {};
  }

 private:
  struct Group {
    StageRow first;
    std::vector<Finding> rest;
  };

  static Json SourceFile(const Json& output) {
    const auto source = output.find("_source");
    return source != output.end() && source->is_object() && source->contains("file") ? (*source)["file"] : Json();
  }

  /// None: the row belongs to nobody else. Two invoices of which no number is known are not the same invoice.
  std::optional<std::string> KeyOf(const Json& output) const {
    // A column of that name is meant before the file that the row stands in; a.txt and A.txt are two files.
    const auto found = output.find(by_);
    if (by_ == "file" && (!HasColumn("file") || found == output.end())) return CanonicalJson(SourceFile(output));
    if (found == output.end() || SaysNothing(*found)) return std::nullopt;
    return ValueKey(*found);
  }

  bool HasColumn(std::string_view name) const {
    return std::find(rows_.columns.begin(), rows_.columns.end(), name) != rows_.columns.end();
  }

  Finding FindingOf(const StageRow& row) const {
    const Json& output = row.output;
    Finding finding;
    for (const auto& [name, value] : output.items()) {
      if (!pipeline::IsOwnKey(name)) finding.values[name] = value;
    }
    if (const auto found = output.find("_evidence"); found != output.end()) finding.evidence = *found;
    if (const auto found = output.find("_confidence"); found != output.end()) finding.confidence = *found;
    if (const auto found = output.find("_conflicts"); found != output.end() && found->is_object())
      finding.conflicts = *found;
    if (rows_.have_text) return finding;
    for (auto& [pointer, places] : finding.evidence.items()) NameRow(row, places);
    for (auto& [field, others] : finding.conflicts.items()) {
      for (Json& other : others) {
        if (other.is_object() && other.contains("evidence")) NameRow(row, other["evidence"]);
      }
    }
    return finding;
  }

  /// A place in a row of a table says nothing without the row, and which one it was cannot be seen any more.
  static void NameRow(const StageRow& row, Json& places) {
    if (!places.is_array()) return;
    for (Json& place : places) {
      if (place.is_object() && !place.contains("row")) place["row"] = row.row_id;
    }
  }

  const std::string by_;
  const std::string place_;
  const ReducedRows rows_;
  std::unordered_map<std::string, size_t> index_;
  std::vector<Group> groups_;
};

}  // namespace

Result<std::string> ReduceKey(const pipeline::StepSpec& spec, const pipeline::Places& places) {
  YK_TRY(auto reader, pipeline::ObjectReader::Open(spec.config, spec.pointer, places, "step reduce"));
  YK_TRY(std::string by, reader.String("by", "file"));
  static constexpr std::string_view kMerges[] = {"lists"};
  YK_TRY(const std::string merge, reader.OneOf("merge", "lists", kMerges));
  YK_TRY_VOID(reader.Finish());
  return by;
}

std::unique_ptr<pipeline::Barrier> MakeReduceBarrier(std::string by, std::string place, ReducedRows rows) {
  return std::make_unique<ReduceBarrier>(std::move(by), std::move(place), std::move(rows));
}

}  // namespace yk::steps
