// SPDX-License-Identifier: Apache-2.0
#include "reader/reader_pool.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/queue.h"
#include "reader/child_process.h"
#include "reader/office_converter.h"
#include "reader/reason.h"
#include "reader/wire.h"

namespace yk::reader {
namespace fs = std::filesystem;
namespace {

struct Worker {
  ChildProcess process;
  int documents = 0;
};

/// Starts processes on a thread that lives as long as the pool: a child asks to die with the thread that made it,
/// and the threads that call Read may end at any time.
class Spawner {
 public:
  Spawner(fs::path program, std::vector<std::string> arguments)
      : program_(std::move(program)), arguments_(std::move(arguments)) {
    thread_ = std::jthread([this] { Run(); });
  }
  ~Spawner() { queue_.Close(); }

  Result<ChildProcess> Start() {
    auto order = std::make_shared<Order>();
    auto future = order->get_future();
    if (!queue_.Push(order)) return Fail(Code::kCancelled, "the reader pool is closing");
    return future.get();
  }

 private:
  using Order = std::promise<Result<ChildProcess>>;

  void Run() {
    while (auto order = queue_.Pop()) (*order)->set_value(ChildProcess::Start(program_, arguments_));
  }

  const fs::path program_;
  const std::vector<std::string> arguments_;
  BoundedQueue<std::shared_ptr<Order>> queue_{{}};
  std::jthread thread_;
};

Result<fs::path> FindProgram(const fs::path& wished) {
  std::vector<fs::path> places;
  if (!wished.empty()) {
    places.push_back(wished);
  } else if (const char* named = std::getenv("YAKAN_READER"); named != nullptr && *named != '\0') {
    places.emplace_back(named);
  } else {
    std::error_code error;
    const fs::path here = fs::read_symlink("/proc/self/exe", error).parent_path();
    places = {here / "yakan-reader", here.parent_path() / "bin" / "yakan-reader"};
  }
  std::string searched;
  for (const fs::path& place : places) {
    if (::access(place.c_str(), X_OK) == 0) return place;
    searched += (searched.empty() ? "" : ", ") + place.string();
  }
  return Fail(
      Code::kNotFound,
      "the program yakan-reader, which reads documents, was not found at {}; install it beside yakan or name it "
      "in the environment variable YAKAN_READER",
      searched);
}

/// Opens the file in this process, so that the reader needs no right to open anything of the user's.
Result<Fd> OpenInput(const fs::path& path, const ReadLimits& limits) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd.valid()) return Fail(ErrnoError("read", path, errno));
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return Fail(ErrnoError("read", path, errno));
  if (S_ISDIR(info.st_mode)) return Fail(Code::kInvalid, "it is a folder, not a file");
  if (!S_ISREG(info.st_mode)) return Fail(Code::kInvalid, "it is a device or a pipe, not a file");
  if (info.st_size == 0) {
    return Fail(ReasonError(Reason::kEmptyFile, "the file is empty; get it again from where it came"));
  }
  if (static_cast<uint64_t>(info.st_size) > limits.file_bytes_max) {
    return Fail(ReasonError(Reason::kResourceLimit, fmt::format("the file has {} bytes, more than the limit of {}",
                                                                info.st_size, limits.file_bytes_max)));
  }
  return fd;
}

Error Killed(const Ending& ending, uint64_t memory_bytes) {
  if (ending.signal == SIGXCPU || ending.signal == SIGKILL) {
    return ReasonError(Reason::kResourceLimit,
                       "reading the file took more processor time or memory than one file may have; split the file");
  }
  if (ending.signal == SIGABRT && ending.memory_peak > memory_bytes / 2) {
    return ReasonError(Reason::kResourceLimit,
                       "reading the file took more memory than one file may have; split the file");
  }
  if (ending.signal == SIGSYS) {
    return ReasonError(Reason::kCorrupt,
                       "the file made its reader try something forbidden (such as opening a socket or writing a file); "
                       "the reader was stopped, treat the file as hostile");
  }
  return ReasonError(Reason::kCorrupt,
                     fmt::format("the file crashed its reader ({}); it is damaged, save it again from another program",
                                 ending.signal != 0 ? fmt::format("signal {}", ending.signal)
                                                    : fmt::format("exit status {}", ending.exit_status)));
}

/// "mails.zip/inbox/1.eml": as if containers were folders.
std::string ShownName(const fs::path& path, const std::vector<std::string>& member) {
  std::string shown = path.string();
  for (const std::string& name : member) shown += "/" + name;
  return shown;
}

}  // namespace

struct ReaderPool::State {
  State(ReaderPoolOptions given, fs::path program)
      : options(std::move(given)),
        converter(program, options.office ? OfficeConverter::Find() : fs::path()),
        spawner(std::move(program), Arguments(options)) {}

  static std::vector<std::string> Arguments(const ReaderPoolOptions& options) {
    std::vector<std::string> out = {fmt::format("--memory={}", options.memory_bytes),
                                    fmt::format("--cpu={}", options.cpu_seconds)};
    if (options.debug_commands) out.push_back("--debug-commands");
    return out;
  }

  Result<Worker> Acquire() {
    {
      MutexLock lock(mutex);
      while (idle.empty() && live >= options.readers) free.wait(mutex);
      if (!idle.empty()) {
        Worker worker = std::move(idle.back());
        idle.pop_back();
        return worker;
      }
      ++live;
    }
    auto process = spawner.Start();
    MutexLock lock(mutex);
    if (!process) {
      --live;
      free.notify_one();
      return Fail(std::move(process).error());
    }
    ++started;
    return Worker{std::move(*process), 0};
  }

  void Release(Worker worker) {
    if (++worker.documents >= options.documents_per_process) {
      Retire(std::move(worker));
      return;
    }
    MutexLock lock(mutex);
    idle.push_back(std::move(worker));
    free.notify_one();
  }

  Ending Retire(Worker worker) {
    const Ending ending = worker.process.Kill();
    MutexLock lock(mutex);
    --live;
    free.notify_one();
    return ending;
  }

  Result<ReadAnswer> Ask(const ReadRequest& request, int file);
  Result<ReadAnswer> AskConverted(const ReadRequest& request, const ReadAnswer& old_kind);
  Result<ReadAnswer> AskOnce(const ReadRequest& request, int file, bool& retry);

  const ReaderPoolOptions options;
  const OfficeConverter converter;
  Mutex mutex;
  CondVar free;
  std::vector<Worker> idle YK_GUARDED_BY(mutex);
  int live YK_GUARDED_BY(mutex) = 0;
  int started YK_GUARDED_BY(mutex) = 0;
  Spawner spawner;
};

Result<ReadAnswer> ReaderPool::State::AskOnce(const ReadRequest& request, int file, bool& retry) {
  YK_TRY(Worker worker, Acquire());
  const bool fresh = worker.documents == 0;
  const ReadLimits& limits = request.options.limits;
  auto deadline = std::chrono::steady_clock::now() + limits.wall;
  const FrameBounds bounds{.bytes_max = limits.text_bytes_max};
  auto sent = SendFrame(worker.process.socket(), EncodeRequest(request), file, deadline);
  auto received = sent ? ReceiveFrame(worker.process.socket(), bounds, deadline)
                       : Result<ReceivedFrame>(Fail(std::move(sent).error()));
  constexpr int64_t kLooksPerPage = 3;
  for (int64_t looks = 0; received && IsProgress(received->frame); ++looks) {
    // A reader that only says that it gets on runs into its limit all the same.
    if (looks < kLooksPerPage * request.options.ocr.pages_max) {
      deadline = std::chrono::steady_clock::now() + limits.wall;
      worker.process.GrantCpu(std::chrono::ceil<std::chrono::seconds>(limits.wall));
    }
    received = ReceiveFrame(worker.process.socket(), bounds, deadline);
  }
  if (received) {
    auto answer = DecodeAnswer(std::move(received->frame));
    if (!answer && answer.error().code == Code::kCorrupt) {
      Retire(std::move(worker));
      return Fail(ReasonError(Reason::kCorrupt, answer.error().message));
    }
    Release(std::move(worker));
    return answer;
  }
  const Ending ending = Retire(std::move(worker));
  switch (received.error().code) {
    case Code::kTimeout:
      return Fail(ReasonError(Reason::kResourceLimit,
                              fmt::format("reading the file took longer than {} s and was stopped; split the file",
                                          static_cast<double>(limits.wall.count()) / 1000.0)));
    case Code::kUnavailable:
      // What an earlier document did to this process may have surfaced only now.
      retry = !fresh;
      return Fail(Killed(ending, options.memory_bytes));
    case Code::kExhausted: return Fail(ReasonError(Reason::kResourceLimit, received.error().message));
    case Code::kCorrupt: return Fail(ReasonError(Reason::kCorrupt, received.error().message));
    default: return Fail(std::move(received).error());
  }
}

Result<ReadAnswer> ReaderPool::State::Ask(const ReadRequest& request, int file) {
  for (int attempt = 0;; ++attempt) {
    bool retry = false;
    auto answer = AskOnce(request, file, retry);
    // Every idle process may be an old one that is dead already: as many tries as there can be of them, and one fresh.
    if (answer && !answer->convert_to.empty()) return AskConverted(request, *answer);
    if (answer || !retry || attempt > options.readers) return answer;
  }
}

Result<ReadAnswer> ReaderPool::State::AskConverted(const ReadRequest& request, const ReadAnswer& old_kind) {
  if (!request.converter) return Fail(ReasonError(Reason::kCorrupt, "the reader process broke the protocol"));
  YK_TRY(const Fd file, converter.Convert(old_kind.content, old_kind.convert_to, request.options.limits));
  ReadRequest converted = request;
  converted.name = "converted." + old_kind.convert_to;
  converted.options.member.clear();
  converted.converter = false;
  YK_TRY(ReadAnswer answer, Ask(converted, file.get()));
  if (!answer.document.pages.empty())
    answer.document.notes.push_back("LibreOffice turned it into a newer kind of file first.");
  return answer;
}

Result<std::unique_ptr<ReaderPool>> ReaderPool::Open(ReaderPoolOptions options) {
  YK_TRY(fs::path program, FindProgram(options.program));
  if (options.readers <= 0) options.readers = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  auto state = std::make_unique<State>(std::move(options), std::move(program));
  return std::unique_ptr<ReaderPool>(new ReaderPool(std::move(state)));
}

ReaderPool::ReaderPool(std::unique_ptr<State> state) : state_(std::move(state)) {}
ReaderPool::~ReaderPool() = default;

Result<ReadAnswer> ReaderPool::Ask(Task task, const fs::path& path, const ReadOptions& options) const {
  const std::string shown = ShownName(path, options.member);
  auto file = OpenInput(path, options.limits);
  if (!file) return Fail(std::move(file).error().With(shown));
  const ReadRequest request{
      .name = path.filename().string(), .task = task, .options = options, .converter = state_->converter.available()};
  auto answer = state_->Ask(request, file->get());
  if (!answer) return Fail(std::move(answer).error().With(shown));
  answer->document.file = shown;
  return answer;
}

Result<Document> ReaderPool::Read(const fs::path& path, const ReadOptions& options) const {
  YK_TRY(ReadAnswer answer, Ask(Task::kRead, path, options));
  if (answer.document.pages.empty()) {
    return Fail(
        Error{Code::kCorrupt, "the reader process broke the protocol: no document", {}}.With(answer.document.file));
  }
  return std::move(answer.document);
}

Result<int> ReaderPool::CountPages(const fs::path& path, const ReadOptions& options) const {
  YK_TRY(const ReadAnswer answer, Ask(Task::kCount, path, options));
  return answer.page_count;
}

Result<std::vector<Member>> ReaderPool::List(const fs::path& path, const ReadOptions& options) const {
  YK_TRY(ReadAnswer answer, Ask(Task::kList, path, options));
  return std::move(answer.members);
}

const ReadOptions& ReaderPool::defaults() const { return state_->options.defaults; }

int ReaderPool::processes_started() const {
  MutexLock lock(state_->mutex);
  return state_->started;
}

}  // namespace yk::reader
