// SPDX-License-Identifier: Apache-2.0
#include "builtin/extractor_cache.h"

namespace yk::builtin {
namespace {

constexpr size_t kEntriesMax = 16;

}  // namespace

Result<std::shared_ptr<const Extractor>> ExtractorCache::For(const std::shared_ptr<const Json>& schema) {
  {
    MutexLock lock(mutex_);
    for (auto at = entries_.begin(); at != entries_.end(); ++at) {
      if (at->first != schema) continue;
      entries_.splice(entries_.begin(), entries_, at);
      return entries_.front().second;
    }
  }
  YK_TRY(auto made, Extractor::Make(*schema));
  MutexLock lock(mutex_);
  entries_.emplace_front(schema, made);
  if (entries_.size() > kEntriesMax) entries_.pop_back();
  return made;
}

}  // namespace yk::builtin
