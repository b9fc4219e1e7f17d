// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "incidents/report.h"
#include "text/utf8.h"

namespace yk::incidents {

std::string PatternText(const logs::Template& tmpl) {
  constexpr std::string_view kMark = "<*>";
  constexpr uint64_t kSampledMin = 3;  // of fewer lines nothing is known to be constant
  std::string out;
  size_t from = 0;
  for (const logs::Slot& slot : tmpl.slots) {
    const size_t at = tmpl.text.find(kMark, from);
    if (at == std::string::npos) break;
    out.append(tmpl.text, from, at - from);
    const bool constant = slot.distinct == 1 && slot.sampled >= kSampledMin && slot.top.size() == 1;
    out += constant ? std::string_view(slot.top.front().value) : kMark;
    from = at + kMark.size();
  }
  return out + tmpl.text.substr(from);
}

std::string TemplateName(uint32_t id) { return fmt::format("T{}", id + 1); }

std::string Grouped(uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string SparkText(const std::vector<double>& values, size_t width) {
  static constexpr std::string_view kBars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (values.empty() || width == 0) return "";
  width = std::min(width, values.size());
  std::vector<double> cells(width, 0);
  for (size_t i = 0; i < values.size(); ++i) {
    double& cell = cells[i * width / values.size()];
    cell = std::max(cell, values[i]);
  }
  const double most = *std::max_element(cells.begin(), cells.end());
  std::string out;
  for (const double cell : cells) {
    if (most <= 0 || cell <= 0) {
      out += "·";
      continue;
    }
    out += kBars[std::min<size_t>(7, static_cast<size_t>(cell / most * 7.999))];
  }
  return out;
}

std::string SpanText(logs::Micros from, logs::Micros to) {
  if (from == logs::kNoTime) return "";
  const auto shorter = [](std::string time) { return time.ends_with(":00") ? time.substr(0, time.size() - 3) : time; };
  const std::string begin = logs::FormatTime(from);
  const std::string end = logs::FormatTime(to);
  if (begin == end || to == logs::kNoTime) return shorter(begin);
  const bool same_day = begin.substr(0, 10) == end.substr(0, 10);
  return shorter(begin) + " - " + shorter(same_day ? end.substr(11) : end);
}

std::string OneLine(std::string_view text, size_t bytes_max) {
  std::string out;
  bool space = true;  // none at the beginning
  for (const char c : text) {
    const bool white = static_cast<unsigned char>(c) <= ' ' || c == 0x7F;
    if (white && space) continue;
    out += white ? ' ' : c;
    space = white;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  if (out.size() <= bytes_max) return out;
  return std::string(text::TruncateBytes(out, bytes_max - 3)) + "…";
}

}  // namespace yk::incidents
