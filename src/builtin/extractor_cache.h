// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>
#include <utility>

#include "base/json.h"
#include "base/mutex.h"
#include "base/result.h"
#include "builtin/extractor.h"

namespace yk::builtin {

/// Extractors of the schemas in use; requests of one job share the schema object. Keeps the last few. Thread-safe.
class ExtractorCache {
 public:
  Result<std::shared_ptr<const Extractor>> For(const std::shared_ptr<const Json>& schema);

 private:
  using Entry = std::pair<std::shared_ptr<const Json>, std::shared_ptr<const Extractor>>;
  Mutex mutex_;
  std::list<Entry> entries_ YK_GUARDED_BY(mutex_);  ///< last used first; holding the schema keeps its address its own
};

}  // namespace yk::builtin
