// SPDX-License-Identifier: Apache-2.0
// Mutexes that clang's thread safety analysis can follow (https://clang.llvm.org/docs/ThreadSafetyAnalysis.html).
#pragma once

#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define YK_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define YK_THREAD_ATTRIBUTE(x)
#endif
#define YK_GUARDED_BY(x) YK_THREAD_ATTRIBUTE(guarded_by(x))
#define YK_REQUIRES(...) YK_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define YK_EXCLUDES(...) YK_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))

namespace yk {

class YK_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  void lock() YK_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
  void unlock() YK_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class YK_THREAD_ATTRIBUTE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) YK_THREAD_ATTRIBUTE(acquire_capability(mutex)) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() YK_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

/// Waits on a Mutex that the caller holds: `cond.wait(mutex)`, `cond.wait_until(mutex, t)`, also with a stop_token.
using CondVar = std::condition_variable_any;

}  // namespace yk
