// SPDX-License-Identifier: Apache-2.0
// From skeletons to templates. Sees all skeletons at once, so that neither their order nor who met them matters.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/range.h"

namespace yk::logs {

struct SkeletonView {
  std::string_view text;
  uint32_t layout = 0;
  bool continuation = false;
  uint64_t count = 0;
};

/// One template, and how each of its skeletons carries its slots.
struct GroupedTemplate {
  std::string text;
  uint32_t layout = 0;
  bool continuation = false;
};
struct SkeletonPlan {
  uint32_t group = 0;
  std::vector<text::Range> slots;  ///< bytes of the skeleton, in order; may cover several marks or none
};
struct Grouping {
  std::vector<GroupedTemplate> groups;
  std::vector<SkeletonPlan> skeletons;  ///< as given
};

/// A function of the set of skeletons and their counts.
Grouping GroupSkeletons(std::span<const SkeletonView> skeletons);

}  // namespace yk::logs
