// SPDX-License-Identifier: Apache-2.0
#include "logs/slot_statistics.h"

#include <algorithm>
#include <charconv>

#include "logs/bytes.h"
#include "logs/scanner.h"

namespace yk::logs {
namespace {

constexpr size_t kValueBytesMax = 128;
constexpr size_t kUnitBytesMax = 12;

double Quantile(const std::vector<double>& sorted, double q) {
  return sorted[std::min(sorted.size() - 1, static_cast<size_t>(q * static_cast<double>(sorted.size())))];
}

bool LooksLikeId(std::string_view value, Scanned* scratch) {
  ScanAlone(value, {}, scratch);
  return scratch->slots.size() == 1 && scratch->slots[0].kind == SlotKind::kId &&
         scratch->slots[0].end - scratch->slots[0].begin == value.size();
}

}  // namespace

bool ReadNumber(std::string_view text, double* value, std::string_view* unit) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.size() > 40) return false;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), number, 16);
    *value = static_cast<double>(number);
    *unit = {};
    return error == std::errc() && end == text.data() + text.size();
  }
  char digits[48];
  size_t n = 0;
  size_t i = 0;
  if (text[0] == '-') digits[n++] = text[i++];
  const size_t first = i;
  for (; i < text.size(); ++i) {
    if (text[i] == ',' && i > first && i + 3 < text.size() + 0 && IsDigit(text[i + 1])) continue;
    if (!IsDigit(text[i]) && text[i] != '.') break;
    digits[n++] = text[i];
  }
  if (i == first || !IsDigit(text[first])) return false;
  const auto [end, error] = std::from_chars(digits, digits + n, *value);
  if (error != std::errc() || end != digits + n) return false;
  *unit = text.substr(i);
  if (unit->size() > kUnitBytesMax) return false;
  return std::none_of(unit->begin(), unit->end(),
                      [](char c) { return IsDigit(c) || ClassOf(c) == kBreak || c == ':' || c == '-' || c == '_'; });
}

void ValueTally::Add(std::string_view value, uint32_t coarse) {
  ++total_;
  double number = 0;
  std::string_view unit;
  if (numbers_ && ReadNumber(value, &number, &unit)) {
    if (found_.empty()) unit_ = unit;
    one_unit_ = one_unit_ && unit_ == unit;
    found_.push_back({coarse, number});
  }
  if (numbers_ && looked_at_ < kLookedAt) {
    ++looked_at_;
    id_like_ += LooksLikeId(value, &scratch_);
  }
  value = value.substr(0, kValueBytesMax);
  auto at = values_.find(value);
  if (at == values_.end()) {
    if (values_.size() >= kDistinctMax) {
      ++beyond_;
      return;
    }
    at = values_.emplace(std::string(value), Value{}).first;
  }
  Value& v = at->second;
  ++v.count;
  if (coarse == UINT32_MAX) return;
  if (!v.series.empty() && v.series.back().bin == coarse) {
    ++v.series.back().count;
  } else {
    v.series.push_back({coarse, 1});
  }
}

NumericStats ValueTally::Numbers() const {
  NumericStats out;
  out.count = found_.size();
  if (one_unit_) out.unit = unit_;
  std::vector<double> all;
  all.reserve(found_.size());
  for (const Number& n : found_) all.push_back(n.value);
  std::sort(all.begin(), all.end());
  out.min = all.front();
  out.max = all.back();
  for (const double n : all) out.sum += n;
  out.p05 = Quantile(all, 0.05);
  out.p25 = Quantile(all, 0.25);
  out.p50 = Quantile(all, 0.5);
  out.p75 = Quantile(all, 0.75);
  out.p95 = Quantile(all, 0.95);
  std::vector<Number> by_bin = found_;
  std::stable_sort(by_bin.begin(), by_bin.end(),
                   [](const Number& a, const Number& b) { return a.bin != b.bin ? a.bin < b.bin : a.value < b.value; });
  for (size_t i = 0; i < by_bin.size() && by_bin[i].bin != UINT32_MAX;) {
    size_t end = i;
    while (end < by_bin.size() && by_bin[end].bin == by_bin[i].bin) ++end;
    out.series.push_back({by_bin[i].bin, static_cast<uint32_t>(end - i), by_bin[i].value,
                          by_bin[i + (end - i) / 2].value, by_bin[end - 1].value});
    i = end;
  }
  return out;
}

std::vector<TextValue> ValueTally::Top(size_t max) const {
  std::vector<const std::pair<const std::string, Value>*> order;
  order.reserve(values_.size());
  for (const auto& value : values_) order.push_back(&value);
  const size_t n = std::min(max, order.size());
  std::partial_sort(
      order.begin(), order.begin() + static_cast<std::ptrdiff_t>(n), order.end(), [](const auto* a, const auto* b) {
        return a->second.count != b->second.count ? a->second.count > b->second.count : a->first < b->first;
      });
  std::vector<TextValue> top;
  for (size_t i = 0; i < n; ++i) {
    std::vector<BinCount> series;
    // Lines of several inputs need not come in the order of time.
    for (const BinCount& bin : order[i]->second.series) MergeBins(&series, {bin});
    top.push_back({order[i]->first, order[i]->second.count, std::move(series)});
  }
  return top;
}

Slot ValueTally::Finish(size_t top_max) const {
  Slot slot;
  slot.sampled = total_;
  slot.distinct = values_.size() + beyond_;
  slot.id_like = looked_at_ > 0 && id_like_ * 10 >= looked_at_ * 9;
  if (!found_.empty() && found_.size() * 20 >= total_ * 19) slot.numeric = Numbers();
  slot.top = Top(top_max);
  return slot;
}

}  // namespace yk::logs
