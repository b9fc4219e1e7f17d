// SPDX-License-Identifier: Apache-2.0
#include "incidents/session_model.h"

#include <algorithm>

namespace yk::incidents {

CountVector CountsOf(std::span<const uint32_t> events) {
  std::vector<uint32_t> sorted(events.begin(), events.end());
  std::sort(sorted.begin(), sorted.end());
  CountVector counts;
  for (const uint32_t event : sorted) {
    if (counts.empty() || counts.back().first != event) counts.emplace_back(event, 0);
    ++counts.back().second;
  }
  return counts;
}

uint64_t SessionModel::Seen(const CountVector& session) const {
  const auto found = known_.find(session);
  return found == known_.end() ? 0 : found->second;
}

bool SessionModel::Unusual(const CountVector& session, uint64_t least) const {
  if (Seen(session) >= least) return false;
  CountVector near = session;
  for (auto& [event, count] : near) {
    if (++count; Seen(near) >= least) return false;
    --count;
    // No kind of line may vanish: a missing step is what this looks for.
    if (count > 1) {
      if (--count; Seen(near) >= least) return false;
      ++count;
    }
  }
  return true;
}

}  // namespace yk::incidents
