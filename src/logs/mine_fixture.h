// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "logs/mine.h"

namespace yk::logs {

inline std::unique_ptr<const Mined> MineInputs(const std::vector<LogInput>& inputs, const MineOptions& options) {
  auto mined = Mine(inputs, options);
  YK_CHECK(mined.has_value(), mined ? "" : mined.error().ToString());
  return std::move(*mined);
}

/// `log` must outlive what is returned.
inline std::unique_ptr<const Mined> MineText(std::string_view log, std::string_view header) {
  MineOptions options;
  options.header = header;
  return MineInputs({{"log", log}}, options);
}

/// Every line is counted in exactly one place, and every view of the counts agrees.
inline void ExpectLinesAddUp(const LogSummary& s) {
  uint64_t in_templates = 0;
  uint64_t in_layouts = 0;
  for (const Template& t : s.templates) {
    in_templates += t.count;
    uint64_t levels = 0;
    for (const uint64_t n : t.levels) levels += n;
    EXPECT_EQ(levels, t.count) << t.text;
    uint64_t bins = t.without_time;
    for (const BinCount& bin : t.bins) bins += bin.count;
    EXPECT_EQ(bins, t.count) << t.text;
    EXPECT_LE(t.first.line, t.last.line);
    EXPECT_LE(t.examples.size(), 3u);
  }
  for (const Layout& layout : s.layouts) in_layouts += layout.lines;
  EXPECT_EQ(in_templates + s.rare.lines + s.empty, s.lines);
  EXPECT_EQ(in_layouts + s.empty, s.lines);
}

}  // namespace yk::logs
