// SPDX-License-Identifier: Apache-2.0
#include "incidents/html_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "incidents/report.h"
#include "text/html_escape.h"

namespace yk::incidents {
namespace {

constexpr int kWidth = 960;
constexpr int kLabels = 260;  ///< left of the timeline's rows
constexpr int kRow = 22;

double ShareOf(const logs::LogSummary& log, logs::Micros time) {
  const double span = static_cast<double>(log.grid.width) * log.grid.bins;
  return std::clamp(static_cast<double>(time - log.grid.start) / std::max(1.0, span), 0.0, 1.0);
}

}  // namespace

std::string BarsSvg(const logs::LogSummary& log, const std::vector<double>& counts,
                    std::pair<logs::Micros, logs::Micros> window, int height) {
  if (counts.empty()) return "";
  const auto [from, to] = window;
  const size_t bars = counts.size();
  const double most = std::max(1.0, *std::max_element(counts.begin(), counts.end()));
  std::string out = fmt::format(
      "<svg viewBox=\"0 0 {} {}\" height=\"{}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"lines over "
      "time, at most {:.0f} a bar\">",
      kWidth, height, height, most);
  double hot_begin = -1, hot_end = -1;
  if (from != logs::kNoTime) {
    hot_begin = ShareOf(log, from) * kWidth;
    hot_end = std::max(hot_begin + 2, ShareOf(log, to) * kWidth);
    out += fmt::format("<rect class=\"span\" x=\"{:.1f}\" y=\"0\" width=\"{:.1f}\" height=\"{}\"/>", hot_begin,
                       hot_end - hot_begin, height);
  }
  const double width = static_cast<double>(kWidth) / static_cast<double>(bars);
  for (size_t i = 0; i < bars; ++i) {
    if (counts[i] <= 0) continue;
    const double x = static_cast<double>(i) * width;
    const double tall = std::max(1.0, counts[i] / most * height);
    const bool hot = x + width > hot_begin && x < hot_end;
    out += fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>",
                       hot ? "hot" : "bar", x, height - tall, std::max(1.0, width - .5), tall);
  }
  return out + "</svg>\n";
}

std::string TimelineSvg(const logs::LogSummary& log, const Findings& findings) {
  if (log.grid.bins == 0) return "<p class=\"soft\">The log has no times.</p>";
  const int height = kRow * static_cast<int>(findings.incidents.size()) + 24;
  std::string out = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"when the incidents happened\">",
                                kWidth, height);
  const double room = kWidth - kLabels;
  for (int i = 0; i <= 4; ++i) {
    const double x = kLabels + room * i / 4;
    const auto time =
        log.grid.start + static_cast<logs::Micros>(static_cast<double>(log.grid.width) * log.grid.bins * i / 4);
    out += fmt::format("<line class=\"axis\" x1=\"{0:.0f}\" x2=\"{0:.0f}\" y1=\"0\" y2=\"{1}\"/>", x, height - 18);
    out += fmt::format("<text x=\"{:.0f}\" y=\"{}\" text-anchor=\"{}\">{}</text>", x, height - 4,
                       i == 0   ? "start"
                       : i == 4 ? "end"
                                : "middle",
                       logs::FormatTime(time).substr(5, 11));
  }
  for (size_t i = 0; i < findings.incidents.size(); ++i) {
    const Incident& incident = findings.incidents[i];
    const int y = static_cast<int>(i) * kRow;
    const std::string label = OneLine(PatternText(log.templates[incident.parts.front().template_id]), 38);
    out += fmt::format("<a href=\"#i{}\"><text x=\"0\" y=\"{}\">{}. {}</text>", incident.rank, y + 15, incident.rank,
                       text::EscapeHtml(label));
    if (incident.from != logs::kNoTime) {
      const double begin = kLabels + ShareOf(log, incident.from) * room;
      const double end = kLabels + ShareOf(log, incident.to) * room;
      out += fmt::format("<rect class=\"hot\" x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"12\" rx=\"3\"/>", begin,
                         y + 5, std::max(4.0, end - begin));
    }
    out += "</a>";
  }
  return out + "</svg>\n";
}

}  // namespace yk::incidents
