// SPDX-License-Identifier: Apache-2.0
#include "steps/dedupe_barrier.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "base/hash.h"
#include "pipeline/row_output.h"
#include "pipeline/spec_reader.h"
#include "steps/merge.h"

namespace yk::steps {
namespace {

using pipeline::StageRow;

constexpr std::string_view kText = "text";
constexpr std::string_view kTextKey = "_text_key";

/// The first half of a SHA-256: 64 bits would collide among 100 million rows, 128 do not.
struct Key {
  uint64_t high = 0, low = 0;
  friend bool operator==(const Key&, const Key&) = default;
};
struct KeyHash {
  size_t operator()(const Key& key) const { return key.low; }
};

class DedupeBarrier final : public pipeline::Barrier {
 public:
  DedupeBarrier(std::vector<std::string> by, bool drop, bool rows_have_text, std::string place)
      : by_(std::move(by)), drop_(drop), rows_have_text_(rows_have_text), place_(std::move(place)) {}

  Result<std::vector<std::string>> Fields(std::vector<std::string> before) const override {
    for (const auto& field : by_) {
      if (field == kText && rows_have_text_) continue;
      if (std::find(before.begin(), before.end(), field) == before.end()) {
        return Fail(Code::kInvalid, "{}: dedupe compares the field '{}', which {}", place_, field,
                    pipeline::WhyNotThere(field));
      }
    }
    return before;
  }

  bool ComparesText() const override {
    return rows_have_text_ && (by_.empty() || std::find(by_.begin(), by_.end(), kText) != by_.end());
  }

  Result<void> Add(StageRow row, const pipeline::BarrierIo& io) override {
    if (row.status != store::RowStatus::kOk || HasNoKey(row.output)) return io.emit(std::move(row));
    const auto [first, is_new] = first_.try_emplace(KeyOf(row.output), row.row_id);
    if (is_new) return io.emit(std::move(row));
    row.derived_from = first->second;
    if (drop_) {
      row.status = store::RowStatus::kFiltered;
      return io.emit(std::move(row));
    }
    // The compared fields are equal only after folding, and the others need not be equal at all. Later questions about
    // the duplicate are made of the first row, so that they are the same questions; what it is stays its own.
    YK_TRY(StageRow original, io.fetch(first->second));
    row.source = std::move(original.source);
    // Prompts may name these too; a field of the same name goes before them.
    const Json source = original.output.value("_source", Json::object());
    row.first_values = {{"file", source.value("file", Json())}, {"page", source.value("page", Json())}};
    for (const auto& [name, value] : original.output.items()) {
      if (!pipeline::IsOwnKey(name)) row.first_values[name] = value;
    }
    return io.emit(std::move(row));
  }

  Result<void> End(const pipeline::BarrierIo&) override { return {}; }

 private:
  Key KeyOf(const Json& output) const {
    Hasher hasher;
    const auto add = [&](const std::string& name, const Json& value) { hasher.Field(name).Field(ValueKey(value)); };
    if (by_.empty()) {
      for (const auto& [name, value] : output.items()) {
        if (!pipeline::IsOwnKey(name) || name == kTextKey) add(name, value);
      }
    }
    for (const auto& name : by_) add(name, Compared(output, name));
    const Digest digest = hasher.Finish();
    Key key;
    std::memcpy(&key.high, digest.data(), sizeof key.high);
    std::memcpy(&key.low, digest.data() + sizeof key.high, sizeof key.low);
    return key;
  }

  static Json Compared(const Json& output, const std::string& name) {
    auto found = output.find(name);
    if (found == output.end() && name == kText) found = output.find(kTextKey);
    return found == output.end() ? Json() : *found;
  }

  /// Two invoices of which no number is known are not the same invoice.
  bool HasNoKey(const Json& output) const {
    return !by_.empty() && std::all_of(by_.begin(), by_.end(),
                                       [&](const std::string& name) { return SaysNothing(Compared(output, name)); });
  }

  const std::vector<std::string> by_;
  const bool drop_;
  const bool rows_have_text_;
  const std::string place_;
  std::unordered_map<Key, int64_t, KeyHash> first_;
};

}  // namespace

Result<std::unique_ptr<pipeline::Barrier>> MakeDedupeBarrier(const pipeline::StepSpec& spec,
                                                             const pipeline::Places& places, bool rows_have_text) {
  YK_TRY(auto reader, pipeline::ObjectReader::Open(spec.config, spec.pointer, places, "step dedupe"));
  YK_TRY(std::vector<std::string> by, reader.Strings("by"));
  YK_TRY(const bool drop, reader.Bool("drop", false));
  YK_TRY_VOID(reader.Finish());
  return std::unique_ptr<pipeline::Barrier>(
      std::make_unique<DedupeBarrier>(std::move(by), drop, rows_have_text, places.Of(spec.pointer)));
}

}  // namespace yk::steps
