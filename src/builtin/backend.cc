// SPDX-License-Identifier: Apache-2.0
#include "builtin/backend.h"

#include <pthread.h>

#include <algorithm>
#include <exception>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/mutex.h"
#include "base/queue.h"
#include "builtin/extractor_cache.h"
#include "text/passages.h"

namespace yk::builtin {
namespace {

using model::FailureClass;

struct Work {
  model::Request request;
  model::Done done;
};

model::Outcome Failed(FailureClass failure_class, Error error) {
  model::Outcome outcome;
  outcome.failure = model::ModelFailure{failure_class, std::move(error), std::nullopt};
  return outcome;
}

model::Outcome Cancelled() {
  return Failed(FailureClass::kTransport, {Code::kCancelled, "The request was cancelled before it was answered.", {}});
}

/// What the row says, as the model reads it.
struct RowText {
  std::string joined;  ///< of several parts
  std::string_view text;
  bool places = true;  ///< places in `text` are places in a part of the request
};

/// The part named "text", else all parts from the row that are no file name or page number, each once.
void ReadRow(const model::Request& request, RowText* row) {
  std::vector<const model::Part*> parts;
  for (const model::Part& part : request.parts) {
    if (part.kind != model::Part::Kind::kRow || part.name == "file" || part.name == "page") continue;
    if (part.name == "text") {
      row->text = part.text;
      return;
    }
    const bool again =
        std::any_of(parts.begin(), parts.end(), [&](const model::Part* other) { return other->name == part.name; });
    if (!again || part.name.empty()) parts.push_back(&part);
  }
  row->places = parts.size() <= 1;
  if (parts.size() == 1) row->text = parts.front()->text;
  if (row->places) return;
  for (const model::Part* part : parts) {
    // A blank line ends every sentence: nothing is read across two parts.
    if (!row->joined.empty()) row->joined += "\n\n";
    row->joined += part->text;
  }
  row->text = row->joined;
}

/// Leaves the quotes alone: places in a text that only this model has seen would lead nowhere.
void DropPlaces(Json* evidence) {
  for (Json& claim : *evidence) {
    if (claim.is_array()) {
      DropPlaces(&claim);
    } else if (claim.is_object()) {
      claim.erase("start");
      claim.erase("end");
    }
  }
}

model::Outcome Ask(ExtractorCache& extractors, const model::Request& request) {
  if (request.schema == nullptr) {
    return Failed(
        FailureClass::kRequest,
        {Code::kInvalid,
         "The builtin model fills the fields of a schema and was given none; add `schema:` to the step or choose "
         "another model.",
         {}});
  }
  auto extractor = extractors.For(request.schema);
  if (!extractor) return Failed(FailureClass::kRequest, std::move(extractor).error());
  RowText row;
  ReadRow(request, &row);
  Json values = (*extractor)->Answer(row.text);
  if (const auto evidence = values.find("_evidence"); !row.places && evidence != values.end()) DropPlaces(&*evidence);
  model::Outcome outcome;
  model::Answer answer;
  answer.body = DumpJson(values);
  for (const model::Part& part : request.parts) {
    outcome.usage.tokens_in += static_cast<int64_t>(text::EstimateTokens(part.text));
  }
  outcome.usage.tokens_out = static_cast<int64_t>(text::EstimateTokens(answer.body));
  outcome.answer = std::move(answer);
  return outcome;
}

}  // namespace

class BuiltinBackend::Pool {
 public:
  Pool(int threads, size_t queue_max) : threads_(threads), queue_({.items_max = queue_max}) {
    workers_.reserve(static_cast<size_t>(threads));
    for (int i = 0; i < threads; ++i) {
      workers_.emplace_back([this] { Run(); });
      const std::string name = "builtin-" + std::to_string(i);
      pthread_setname_np(workers_.back().native_handle(), name.c_str());
    }
    queue_max_ = queue_max;
  }

  /// Running requests end, waiting ones are answered as cancelled.
  ~Pool() {
    {
      MutexLock lock(mutex_);
      stopping_ = true;
    }
    queue_.Close();
    for (std::thread& worker : workers_) worker.join();
  }

  int threads() const { return threads_; }

  void Submit(Work work) {
    bool full = false;
    {
      MutexLock lock(mutex_);
      full = open_.size() >= queue_max_;
      if (!full) open_.emplace(work.request.id, false);
    }
    if (full) {
      work.done(Failed(FailureClass::kCapacity,
                       {Code::kExhausted, "The builtin model has as many requests waiting as it accepts.", {}}));
      return;
    }
    // The queue holds as many items as may be open and is not closed before the destructor: this does not block.
    queue_.Push(std::move(work));
  }

  void Cancel(model::RequestId id) {
    MutexLock lock(mutex_);
    if (const auto found = open_.find(id); found != open_.end()) found->second = true;
  }

 private:
  void Run() {
    while (std::optional<Work> work = queue_.Pop()) {
      model::Outcome outcome = Unwanted(*work) ? Cancelled() : Guarded(work->request);
      {
        MutexLock lock(mutex_);
        open_.erase(work->request.id);
      }
      work->done(std::move(outcome));
    }
  }

  bool Unwanted(const Work& work) {
    MutexLock lock(mutex_);
    const auto found = open_.find(work.request.id);
    return stopping_ || (found != open_.end() && found->second);
  }

  model::Outcome Guarded(const model::Request& request) {
    try {
      return Ask(extractors_, request);
    } catch (const std::exception& error) {
      return Failed(FailureClass::kRequest,
                    {Code::kInternal, std::string("The builtin model could not read this row: ") + error.what(), {}});
    }
  }

  const int threads_;
  size_t queue_max_ = 0;
  ExtractorCache extractors_;
  Mutex mutex_;
  bool stopping_ YK_GUARDED_BY(mutex_) = false;
  std::unordered_map<model::RequestId, bool> open_ YK_GUARDED_BY(mutex_);  ///< value: cancel was asked for
  BoundedQueue<Work> queue_;
  std::vector<std::thread> workers_;
};

namespace {

int ThreadsFor(const BuiltinOptions& options) {
  if (options.threads > 0) return options.threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

BuiltinBackend::BuiltinBackend(BuiltinOptions options) {
  const int threads = ThreadsFor(options);
  const size_t queue_max = options.queue_max > 0 ? options.queue_max : 64 * static_cast<size_t>(threads);
  pool_ = std::make_unique<Pool>(threads, queue_max);
}

BuiltinBackend::~BuiltinBackend() = default;

model::BackendInfo BuiltinBackend::Info() const {
  model::BackendInfo info;
  info.kind = "builtin";
  info.model = "builtin";
  info.identity = "builtin/" + std::to_string(kVersion);
  info.in_flight_max = 4 * pool_->threads();
  info.local = true;
  return info;
}

Result<void> BuiltinBackend::Probe(MonoTime) { return {}; }

void BuiltinBackend::Submit(model::Request request, model::Done done) {
  pool_->Submit({std::move(request), std::move(done)});
}

void BuiltinBackend::Cancel(model::RequestId id) { pool_->Cancel(id); }

}  // namespace yk::builtin
