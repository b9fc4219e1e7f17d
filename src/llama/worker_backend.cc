// SPDX-License-Identifier: Apache-2.0
#include "llama/worker_backend.h"

#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <future>
#include <map>
#include <thread>

#include "base/log.h"
#include "base/mutex.h"
#include "llama/worker_program.h"
#include "llama/worker_wire.h"
#include "reader/child_process.h"
#include "reader/frame.h"

namespace yk::llama {
namespace {

using model::FailureClass;

constexpr int kCrashesAlone = 2;   ///< so often a row may end the process alone
constexpr int kCrashesInARow = 5;  ///< without any answer between: then the model itself is what crashes
constexpr std::chrono::minutes kOpenTime{10};
constexpr std::chrono::minutes kSendTime{1};
/// A process that has not even said that a deadline passed is stuck, in a driver as a rule: it says so between two
/// steps, and no step of a machine that is of any use takes so long.
constexpr std::chrono::minutes kLateMost{5};
constexpr std::chrono::milliseconds kLookEvery{500};

const Error kCancelled{Code::kCancelled, "The request was cancelled before it was answered.", {}};

const Error kLate{Code::kTimeout, "its deadline passed before the model had answered", {}};

model::Outcome Failed(FailureClass failure_class, Error error) {
  model::Outcome outcome;
  outcome.failure = model::ModelFailure{failure_class, std::move(error), std::nullopt};
  return outcome;
}

/// Whether something can be read, or the peer is gone, within the time.
bool Readable(int socket, std::chrono::milliseconds time) {
  pollfd one{socket, POLLIN, 0};
  const int ready = ::poll(&one, 1, static_cast<int>(time.count()));
  return ready > 0 || (ready < 0 && errno != EINTR);
}

std::string Describe(const reader::Ending& ending) {
  if (ending.signal != 0) return std::string("by signal ") + ::strsignal(ending.signal);
  return fmt::format("with exit status {}", ending.exit_status);
}

class WorkerBackend final : public model::ModelBackend {
 public:
  WorkerBackend(Options options, std::filesystem::path program, const Clock& clock)
      : options_(std::move(options)), program_(std::move(program)), clock_(clock) {}
  ~WorkerBackend() override;

  /// Starts the process for the first time.
  Result<void> Open();

  model::BackendInfo Info() const override { return info_; }
  Result<void> Probe(MonoTime) override;
  void Submit(model::Request request, model::Done done) override;
  void Cancel(model::RequestId id) override;
  std::vector<model::Counter> Counters() const override;

 private:
  struct Item {
    model::Request request;
    model::Done done;
    int crashes_alone = 0;
    bool sent = false;
    MonoTime sent_at{};
  };

  void Run(std::promise<Result<void>> opened);
  Result<void> Start();
  Result<void> TakeInfo(model::BackendInfo info);
  void TakeMessages();
  bool Stuck() const;
  void TakeCrash();
  void FailAll(const Error& error, FailureClass failure_class = FailureClass::kTransport);
  void SendNext() YK_REQUIRES(mutex_);
  void SendItem(int64_t id) YK_REQUIRES(mutex_);
  void Send(const Json& message) YK_REQUIRES(mutex_);
  void Finish(int64_t id, model::Outcome outcome);

  const Options options_;
  const std::filesystem::path program_;
  const Clock& clock_;
  model::BackendInfo info_;                      ///< of the first start, and of every later one
  std::optional<reader::ChildProcess> process_;  ///< of the thread; it dies with the thread that started it

  mutable Mutex mutex_;
  CondVar wake_;
  bool stopping_ YK_GUARDED_BY(mutex_) = false;
  int socket_ YK_GUARDED_BY(mutex_) = -1;     ///< of the process; -1: none runs
  bool ready_ YK_GUARDED_BY(mutex_) = false;  ///< its model is open
  std::map<int64_t, Item> items_ YK_GUARDED_BY(mutex_);
  std::deque<int64_t> waiting_ YK_GUARDED_BY(mutex_);   ///< not sent yet
  std::deque<int64_t> suspects_ YK_GUARDED_BY(mutex_);  ///< were inside when the process ended: sent one at a time
  std::optional<int64_t> alone_ YK_GUARDED_BY(mutex_);  ///< the suspect that is inside now
  std::map<model::RequestId, int64_t> by_request_ YK_GUARDED_BY(mutex_);
  int64_t next_ YK_GUARDED_BY(mutex_) = 0;
  std::vector<model::Counter> counters_ YK_GUARDED_BY(mutex_), counters_before_ YK_GUARDED_BY(mutex_);
  int64_t restarts_ YK_GUARDED_BY(mutex_) = 0;
  int crashes_in_a_row_ YK_GUARDED_BY(mutex_) = 0;
  std::thread thread_;
};

WorkerBackend::~WorkerBackend() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  FailAll(kCancelled);
}

Result<void> WorkerBackend::Open() {
  std::promise<Result<void>> promise;
  auto opened = promise.get_future();
  thread_ = std::thread([this, promise = std::move(promise)]() mutable { Run(std::move(promise)); });
  pthread_setname_np(thread_.native_handle(), "model-process");
  return opened.get();
}

Result<void> WorkerBackend::Probe(MonoTime) {
  std::error_code error;
  if (std::filesystem::exists(options_.path, error)) return {};
  return Fail(Code::kUnavailable, "the model file {} is not there any more", options_.path.string());
}

void WorkerBackend::Submit(model::Request request, model::Done done) {
  MutexLock lock(mutex_);
  const int64_t id = ++next_;
  by_request_[request.id] = id;
  items_.emplace(id, Item{std::move(request), std::move(done)});
  waiting_.push_back(id);
  SendNext();
  wake_.notify_all();
}

void WorkerBackend::Cancel(model::RequestId request) {
  int64_t id = 0;
  {
    MutexLock lock(mutex_);
    const auto found = by_request_.find(request);
    if (found == by_request_.end()) return;
    id = found->second;
    // Where the process has ended nobody holds the row any more.
    if (items_.at(id).sent && ready_) return Send({{"cancel", id}});
    std::erase(waiting_, id);
    std::erase(suspects_, id);
  }
  Finish(id, Failed(FailureClass::kTransport, kCancelled));
}

std::vector<model::Counter> WorkerBackend::Counters() const {
  MutexLock lock(mutex_);
  std::vector<model::Counter> out = counters_;
  out = out.empty() ? counters_before_ : AddCounters(std::move(out), counters_before_);
  out.push_back({"process restarts", restarts_});
  return out;
}

void WorkerBackend::Send(const Json& message) {
  if (!ready_) return;
  const auto deadline = std::chrono::steady_clock::now() + kSendTime;
  // A process that takes nothing any more is as good as dead; the reading thread then sees its end.
  if (!reader::SendFrame(socket_, {DumpJson(message), ""}, -1, deadline)) ::shutdown(socket_, SHUT_RDWR);
}

void WorkerBackend::SendItem(int64_t id) {
  Item& item = items_.at(id);
  item.sent = true;
  item.sent_at = clock_.Now();
  Json message = {{"ask", id}, {"request", RequestToJson(item.request, clock_.Now())}};
  if (item.request.schema != nullptr) message["schema"] = DumpJson(*item.request.schema);
  Send(message);
}

void WorkerBackend::SendNext() {
  if (!ready_ || alone_) return;
  if (!suspects_.empty()) {
    alone_ = suspects_.front();
    suspects_.pop_front();
    return SendItem(*alone_);
  }
  for (; !waiting_.empty(); waiting_.pop_front()) SendItem(waiting_.front());
}

void WorkerBackend::Run(std::promise<Result<void>> opened) YK_THREAD_ATTRIBUTE(no_thread_safety_analysis) {
  auto started = Start();
  const bool usable = started.has_value();
  opened.set_value(std::move(started));
  if (!usable) return;
  for (bool up = true;;) {
    if (up) {
      TakeMessages();
      {
        MutexLock lock(mutex_);
        socket_ = -1;
        ready_ = false;
        if (stopping_) break;
      }
      TakeCrash();
    }
    auto again = Start();
    up = again.has_value();
    if (up) continue;
    // A file that is no model, or another one than before, stays that: the run pauses and says why.
    const bool stays = again.error().code == Code::kInvalid || again.error().code == Code::kConflict;
    FailAll(again.error(), stays ? FailureClass::kQuota : FailureClass::kTransport);
    MutexLock lock(mutex_);
    socket_ = -1;
    // The next request is a new reason to try.
    wake_.wait(mutex_, [&]() YK_REQUIRES(mutex_) { return stopping_ || !waiting_.empty(); });
    if (stopping_) break;
  }
  process_.reset();
}

Result<void> WorkerBackend::Start() {
  process_.reset();
  YK_TRY(process_, reader::ChildProcess::Start(program_, {}, ModelEnvironment()));
  const int socket = process_->socket();
  {
    MutexLock lock(mutex_);
    if (stopping_) return Fail(kCancelled);
    socket_ = socket;
  }
  const auto deadline = std::chrono::steady_clock::now() + kOpenTime;
  YK_TRY_VOID(reader::SendFrame(socket, {DumpJson({{"open", OptionsToJson(options_)}}), ""}, -1, deadline));
  const auto received = reader::ReceiveFrame(socket, {}, deadline);
  if (!received) {
    const auto ending = process_->Kill();
    return Fail(Code::kUnavailable, "the process that runs the model {} ended {} while it opened the file",
                options_.path.filename().string(), Describe(ending));
  }
  YK_TRY(const Json reply, ParseJson(received->frame.json));
  if (const auto error = reply.find("error"); error != reply.end()) return Fail(ErrorFromJson(*error));
  YK_TRY_VOID(TakeInfo(InfoFromJson(reply.at("opened"))));
  MutexLock lock(mutex_);
  ready_ = true;
  SendNext();
  return {};
}

/// What another model answers must not be kept under the name of the first.
Result<void> WorkerBackend::TakeInfo(model::BackendInfo info) {
  if (info_.identity.empty()) {
    for (const std::string& note : info.notes) log::Warn("{}", note);
    info_ = std::move(info);
    return {};
  }
  if (info.identity == info_.identity) return {};
  process_->Kill();
  return Fail(Code::kConflict,
              "the model file {} was changed while it was in use; run the same command again to go on with what is "
              "there now",
              options_.path.string());
}

/// Whether a question is so late that the process cannot be at work any more.
bool WorkerBackend::Stuck() const {
  MutexLock lock(mutex_);
  const MonoTime now = clock_.Now();
  return std::any_of(items_.begin(), items_.end(), [&](const auto& one) {
    const Item& item = one.second;
    const MonoTime due = std::max(item.request.deadline, item.sent_at);
    return item.sent && due < MonoTime::max() - kLateMost && due + kLateMost < now;
  });
}

/// Returns when the process has closed its end, or is stuck.
void WorkerBackend::TakeMessages() {
  for (;;) {
    while (!Readable(process_->socket(), kLookEvery)) {
      if (!Stuck()) continue;
      log::Warn("the process that runs the model {} does not move any more", options_.path.filename().string());
      return;
    }
    const auto received = reader::ReceiveFrame(process_->socket(), {}, std::nullopt);
    if (!received) return;
    const auto message = ParseJson(received->frame.json);
    if (!message || !message->contains("done")) return;
    const auto id = message->at("done").get<int64_t>();
    {
      MutexLock lock(mutex_);
      counters_ = CountersFromJson(message->at("counters"));
      crashes_in_a_row_ = 0;
    }
    Finish(id, OutcomeFromJson(message->at("outcome")));
  }
}

void WorkerBackend::TakeCrash() {
  const std::string how = Describe(process_->Kill());
  log::Warn("the process that runs the model {} ended {}; it is started again", options_.path.filename().string(), how);
  std::optional<int64_t> guilty;
  std::vector<int64_t> late;  // nobody waits for these any more: they say nothing about who is to blame
  bool hopeless = false;
  {
    MutexLock lock(mutex_);
    ++restarts_;
    hopeless = ++crashes_in_a_row_ >= kCrashesInARow;
    counters_before_ = AddCounters(counters_before_, std::exchange(counters_, {}));
    const MonoTime now = clock_.Now();
    for (auto& [id, item] : items_) {
      if (!item.sent || item.request.deadline >= now) continue;
      item.sent = false;
      late.push_back(id);
    }
    if (alone_ && std::find(late.begin(), late.end(), *alone_) != late.end()) alone_.reset();
    if (alone_) {
      Item& item = items_.at(*alone_);
      item.sent = false;
      if (++item.crashes_alone >= kCrashesAlone)
        guilty = *alone_;
      else
        suspects_.push_back(*alone_);
      alone_.reset();
    }
    for (auto& [id, item] : items_) {
      if (!item.sent) continue;
      item.sent = false;
      suspects_.push_back(id);
    }
  }
  for (const int64_t id : late) Finish(id, Failed(FailureClass::kTransport, kLate));
  if (guilty) {
    Finish(*guilty,
           Failed(FailureClass::kRequest,
                  {Code::kInternal,
                   fmt::format("the process that runs the model ended {} on this row, {} times; the other rows "
                               "go on without it",
                               how, kCrashesAlone),
                   {}}));
  } else if (hopeless) {
    FailAll({Code::kUnavailable,
             fmt::format("the process that runs the model {} ended {} {} times without an answer",
                         options_.path.filename().string(), how, kCrashesInARow),
             {}});
  }
}

void WorkerBackend::FailAll(const Error& error, FailureClass failure_class) {
  std::vector<int64_t> all;
  {
    MutexLock lock(mutex_);
    for (const auto& [id, item] : items_) all.push_back(id);
    waiting_.clear();
    suspects_.clear();
  }
  for (const int64_t id : all) Finish(id, Failed(failure_class, error));
}

void WorkerBackend::Finish(int64_t id, model::Outcome outcome) {
  model::Done done;
  {
    MutexLock lock(mutex_);
    const auto found = items_.find(id);
    if (found == items_.end()) return;
    done = std::move(found->second.done);
    by_request_.erase(found->second.request.id);
    items_.erase(found);
    if (alone_ == id) alone_.reset();
    SendNext();
  }
  done(std::move(outcome));
}

}  // namespace

Result<std::unique_ptr<model::ModelBackend>> OpenWorkerBackend(Options options, const Clock& clock,
                                                               std::filesystem::path program) {
  YK_TRY(program, FindModelProgram(std::move(program)));
  std::error_code error;
  options.path = std::filesystem::absolute(options.path, error);
  if (!options.prefix_dir.empty()) options.prefix_dir = std::filesystem::absolute(options.prefix_dir, error);
  auto backend = std::make_unique<WorkerBackend>(std::move(options), std::move(program), clock);
  YK_TRY_VOID(backend->Open());
  return std::unique_ptr<model::ModelBackend>(std::move(backend));
}

}  // namespace yk::llama
