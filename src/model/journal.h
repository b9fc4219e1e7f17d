// SPDX-License-Identifier: Apache-2.0
// Raw answers become durable before anybody sees them. A part of Asker.
#pragma once

#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "model/asker.h"
#include "store/answer_store.h"

namespace yk::model {

/// A result on its way to the caller.
struct Delivery {
  AskDone done;
  AskResult result;
};

struct JournalEntry {
  /// To be stored first; its body is what kAnswered deliveries receive. None: deliver as it stands.
  std::optional<store::StoredAnswer> answer;
  std::vector<Delivery> deliveries;
  uint64_t flight = 0;  ///< named in the report when not 0
};

/// What became of an entry's answer.
struct Settled {
  uint64_t flight = 0;
  std::optional<Error> error;  ///< it could not be stored; its deliveries were parked
};

struct JournalHooks {
  /// Before the deliveries of a batch; all entries that had a flight. The results are final by now.
  std::function<void(std::vector<Settled> settled, std::vector<AskStatus> results)> on_settled;
  /// After some deliveries have returned.
  std::function<void(int64_t count)> on_delivered;
};

/// One thread that collects answers, stores them in one commit and then calls their callers. Order is kept.
class Journal {
 public:
  Journal(store::AnswerStore& answers, AskerOptions options, JournalHooks hooks);
  ~Journal();

  /// `more`: answers are still in flight, so that waiting for company may pay.
  void Add(std::vector<JournalEntry> entries, bool more) YK_EXCLUDES(mutex_);

  /// Whether the caller is inside a delivery of any journal. Such a caller must not wait for room: room is made here.
  static bool delivering();

  /// Returns when all that was added has been stored and delivered.
  void Close() YK_EXCLUDES(mutex_);

 private:
  void Run();
  std::vector<JournalEntry> Collect() YK_EXCLUDES(mutex_);
  void Settle(std::vector<JournalEntry>& batch);
  void Store(std::vector<store::StoredAnswer>& stored, std::vector<std::optional<Error>>& errors);
  void Deliver(std::vector<JournalEntry>& batch);

  store::AnswerStore& answers_;
  const AskerOptions options_;
  const JournalHooks hooks_;
  Mutex mutex_;
  CondVar wake_;
  std::vector<JournalEntry> entries_ YK_GUARDED_BY(mutex_);
  size_t answers_waiting_ YK_GUARDED_BY(mutex_) = 0;
  bool more_ YK_GUARDED_BY(mutex_) = false;
  bool closed_ YK_GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace yk::model
