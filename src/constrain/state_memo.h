// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/mutex.h"

namespace yk::constrain {

/// What was worked out for states, by their bytes. Thread-safe. Nothing is ever dropped, so that what was found stays
/// where it is; when the memory is used up, nothing more is kept.
template <typename Value>
class StateMemo {
 public:
  explicit StateMemo(size_t bytes_max) : bytes_max_(bytes_max) {}

  /// nullptr when it is not known.
  const Value* Find(std::string_view state) const YK_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    const auto found = values_.find(state);
    return found == values_.end() ? nullptr : &found->second;
  }

  /// Keeps a value of that many bytes, or the one that another thread has brought meanwhile; nullptr when memory is
  /// used up, and then `value` is untouched.
  const Value* Keep(std::string_view state, Value& value, size_t bytes) YK_EXCLUDES(mutex_) {
    constexpr size_t kEntry = 100;  // bookkeeping of the map
    const MutexLock lock(mutex_);
    if (const auto found = values_.find(state); found != values_.end()) return &found->second;
    bytes += state.size() + kEntry;
    if (bytes_ + bytes > bytes_max_) return nullptr;
    bytes_ += bytes;
    return &values_.emplace(state, std::move(value)).first->second;
  }

  size_t size() const YK_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return values_.size();
  }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  const size_t bytes_max_;
  mutable Mutex mutex_;
  size_t bytes_ YK_GUARDED_BY(mutex_) = 0;
  std::unordered_map<std::string, Value, Hash, std::equal_to<>> values_ YK_GUARDED_BY(mutex_);
};

}  // namespace yk::constrain
