// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace yk {

/// A closable queue between threads, bounded in items and bytes; an empty queue always accepts one item, so an item
/// larger than the budget passes alone. Push blocks when full: that is the backpressure. Thread-safe.
template <typename T>
class BoundedQueue {
 public:
  struct Options {
    size_t items_max = 1024;
    size_t bytes_max = size_t{64} << 20;
  };

  explicit BoundedQueue(Options options) : options_(options) {}

  /// False: the queue was closed or `stop` was requested; the item was not taken.
  bool Push(T item, size_t bytes = 0, std::stop_token stop = {}) {
    std::unique_lock lock(mutex_);
    not_full_.wait(lock, stop, [&] { return closed_ || Fits(bytes); });
    if (closed_ || !Fits(bytes)) return false;
    bytes_ += bytes;
    items_.emplace_back(std::move(item), bytes);
    lock.unlock();
    not_empty_.notify_one();
    return true;
  }

  /// Blocks for an item. Empty: closed and drained, or `stop` was requested.
  std::optional<T> Pop(std::stop_token stop = {}) {
    std::unique_lock lock(mutex_);
    not_empty_.wait(lock, stop, [&] { return closed_ || !items_.empty(); });
    return Take(lock);
  }

  std::optional<T> TryPop() {
    std::unique_lock lock(mutex_);
    return Take(lock);
  }

  /// Up to `max` items; blocks until there is one, the deadline passes, or the queue is closed and drained.
  template <typename TimePoint>
  std::vector<T> PopUntil(size_t max, TimePoint deadline, std::stop_token stop = {}) {
    std::unique_lock lock(mutex_);
    not_empty_.wait_until(lock, stop, deadline, [&] { return closed_ || !items_.empty(); });
    std::vector<T> out;
    while (!items_.empty() && out.size() < max) {
      bytes_ -= items_.front().second;
      out.push_back(std::move(items_.front().first));
      items_.pop_front();
    }
    lock.unlock();
    if (!out.empty()) not_full_.notify_all();
    return out;
  }

  /// No more pushes; what is inside can still be popped.
  void Close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    not_full_.notify_all();
    not_empty_.notify_all();
  }

  size_t size() const {
    std::lock_guard lock(mutex_);
    return items_.size();
  }
  bool closed() const {
    std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  bool Fits(size_t bytes) const {
    return items_.empty() || (items_.size() < options_.items_max && bytes_ + bytes <= options_.bytes_max);
  }
  std::optional<T> Take(std::unique_lock<std::mutex>& lock) {
    if (items_.empty()) return std::nullopt;
    std::optional<T> out(std::move(items_.front().first));
    bytes_ -= items_.front().second;
    items_.pop_front();
    lock.unlock();
    not_full_.notify_one();
    return out;
  }

  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable_any not_full_;
  std::condition_variable_any not_empty_;
  std::deque<std::pair<T, size_t>> items_;
  size_t bytes_ = 0;
  bool closed_ = false;
};

}  // namespace yk
