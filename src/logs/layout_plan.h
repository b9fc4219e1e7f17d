// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "logs/layout_set.h"

namespace yk::logs {

/// The text of the fields that hold the time together.
inline std::string_view TimeSpan(const LayoutPlan& plan, const HeaderFields& fields) {
  const char* const begin = fields[plan.time_first].data();
  const char* const end = fields.end_of(plan.time_last);
  return begin == nullptr || end < begin ? std::string_view()
                                         : std::string_view(begin, static_cast<size_t>(end - begin));
}

}  // namespace yk::logs
