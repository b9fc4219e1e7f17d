// SPDX-License-Identifier: Apache-2.0
#include "app/stage_reached.h"

namespace yk::app {

int StageReached(const std::vector<store::Ledger>& stages) {
  for (size_t i = stages.size(); i-- > 1;) {
    if (stages[i].rows > 0 || stages[i].loaded) return static_cast<int>(i);
  }
  return 0;
}

store::Ledger LedgerReached(const std::vector<store::Ledger>& stages) {
  return stages.empty() ? store::Ledger{} : stages[static_cast<size_t>(StageReached(stages))];
}

}  // namespace yk::app
