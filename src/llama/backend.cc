// SPDX-License-Identifier: Apache-2.0
#include "llama/backend.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>
#include <unordered_map>

#include "base/hash.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/queue.h"
#include "llama/context_compute.h"
#include "llama/library.h"
#include "llama/row_maker.h"
#include "llama/scheduler.h"

namespace yk::llama {
namespace {

using model::FailureClass;

constexpr Sequence kHeads = 4;  ///< shared beginnings that stay in the cache
constexpr int kRowsMost = 250;  // the library tells at most 256 sequences apart
/// Rows beyond the running ones, so that the next is always ready.
constexpr int kRowsAhead = 2;
constexpr std::chrono::seconds kFileCheck{1};

const Error kCancelled{Code::kCancelled, "The request was cancelled before it was answered.", {}};

model::Outcome Failed(FailureClass failure_class, Error error) {
  model::Outcome outcome;
  outcome.failure = model::ModelFailure{failure_class, std::move(error), std::nullopt};
  return outcome;
}

std::string Identity(const WeightsInfo& info, const Options& options) {
  std::string identity = "llama/" + info.digest + "/" + LibraryVersion();
  if (options.cache_q8) identity += "/q8";
  if (options.thinking_tokens > 0) identity += "/think" + std::to_string(options.thinking_tokens);
  if (!options.chat_template.empty()) identity += "/" + ToHex(Sha256(options.chat_template)).substr(0, 16);
  return identity;
}

Heads::FileOf PrefixFiles(const Options& options, const std::string& identity) {
  if (options.prefix_dir.empty()) return {};
  // The library reads a state back only into a cache that is divided as the one it came from.
  const int64_t caches = options.streams.value_or(false) ? options.parallel + kHeads : 1;
  return [dir = options.prefix_dir, identity, caches](const Head& head) {
    Hasher hasher;
    hasher.Field(identity);
    if (caches > 1) hasher.Field(caches);
    for (const Token token : head.tokens) hasher.Field(int64_t{token});
    return dir / (ToHex(hasher.Finish()).substr(0, 32) + ".state");
  };
}

/// Where the library computes attention, a token costs the more, the more cells of other rows it has to pass over, and
/// long rows gain little from company: what they cost is their text, not their answer (docs/perf/inference.md). A GPU
/// passes over cells faster and gains more from company, as it reads all weights for each step; its figure is reckoned,
/// not measured: at 8,192 cells attention is about a quarter of the work of a model of 8 billion parameters.
int64_t OwnTokens(const Options& options, const WeightsInfo& model) {
  // A row passes over its own cells only, or over the others' with a glance.
  if (options.streams.value_or(false) || (HasAttentionDevice() && model.plain_scores)) return 0;
  const bool measured = options.own_tokens > 0;
  if (!measured && options.parallel > 0) return 0;
  const auto devices = Devices();
  const bool gpu =
      options.gpu_layers != 0 && std::any_of(devices.begin(), devices.end(), [](const Device& d) { return d.gpu; });
  return std::max(options.own_tokens, gpu ? kOwnTokensGpu : kOwnTokensUsual);
}

/// A folder that cannot be used would cost every run the time it was to save, without a word.
Result<void> CheckPrefixDir(const std::filesystem::path& dir) {
  if (dir.empty()) return {};
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (!error && ::access(dir.c_str(), W_OK | X_OK) != 0) error = std::error_code(errno, std::generic_category());
  if (!error) return {};
  return Fail(Code::kInvalid, "the folder {} of 'prefix_dir' cannot be used ({}); name another, or leave it out",
              dir.string(), error.message());
}

class LlamaBackend final : public model::ModelBackend {
 public:
  LlamaBackend(std::shared_ptr<const Weights> weights, Tokenizer tokenizer, std::unique_ptr<Compute> compute,
               std::unique_ptr<ChatFormat> format, const Options& options, int64_t own_tokens, const Clock& clock);
  ~LlamaBackend() override;

  model::BackendInfo Info() const override { return info_; }
  Result<void> Probe(MonoTime) override { return weights_->StillThere(); }
  void Submit(model::Request request, model::Done done) override;
  void Cancel(model::RequestId id) override;
  std::vector<model::Counter> Counters() const override;

 private:
  struct Inbox {
    std::vector<RowSpec> rows;
    std::vector<uint64_t> cancelled;
  };
  void MakeRows();
  void RunModel();
  bool TakeInbox();
  void CheckFile();
  void Finish(uint64_t id, model::Outcome outcome);
  void FinishAll(std::vector<RowEnd> ended);

  const std::shared_ptr<const Weights> weights_;
  const std::unique_ptr<Compute> compute_;
  const std::unique_ptr<ChatFormat> format_;
  const Clock& clock_;
  const Tokenizer tokenizer_;
  model::BackendInfo info_;
  RowMaker maker_;       // of the thread llama-text
  Scheduler scheduler_;  // of the thread llama
  MonoTime file_checked_{};

  BoundedQueue<std::pair<uint64_t, model::Request>> requests_;
  mutable Mutex mutex_;
  CondVar wake_;
  Inbox inbox_ YK_GUARDED_BY(mutex_);
  bool stopping_ YK_GUARDED_BY(mutex_) = false;
  uint64_t next_ YK_GUARDED_BY(mutex_) = 0;
  std::unordered_map<uint64_t, model::Done> open_ YK_GUARDED_BY(mutex_);
  std::unordered_map<model::RequestId, uint64_t> by_request_ YK_GUARDED_BY(mutex_);
  std::unordered_map<uint64_t, model::RequestId> request_of_ YK_GUARDED_BY(mutex_);
  SchedulerStats stats_ YK_GUARDED_BY(mutex_);
  std::thread text_, model_;
};

LlamaBackend::LlamaBackend(std::shared_ptr<const Weights> weights, Tokenizer tokenizer,
                           std::unique_ptr<Compute> compute, std::unique_ptr<ChatFormat> format, const Options& options,
                           int64_t own_tokens, const Clock& clock)
    : weights_(std::move(weights)),
      compute_(std::move(compute)),
      format_(std::move(format)),
      clock_(clock),
      tokenizer_(std::move(tokenizer)),
      maker_(tokenizer_, *format_, options.thinking_tokens, options.fast_forward),
      scheduler_(*compute_, tokenizer_, clock,
                 {options.parallel, kHeads, PrefixFiles(options, Identity(weights_->info(), options)), own_tokens}),
      requests_({.items_max = 65536, .bytes_max = size_t{1} << 30}) {
  info_.kind = "llama";
  info_.model = weights_->info().path.filename().string();
  info_.identity = Identity(weights_->info(), options);
  info_.context_tokens = compute_->limits().cells;
  info_.in_flight_max = kRowsAhead * options.parallel;
  info_.local = true;
  info_.enforces_schema = true;
  if (format_->plain()) {
    info_.notes.push_back(
        fmt::format("the model {} has no chat template: it gets its questions as plain text", info_.model));
  }
  text_ = std::thread([this] { MakeRows(); });
  pthread_setname_np(text_.native_handle(), "llama-text");
  model_ = std::thread([this] { RunModel(); });
  pthread_setname_np(model_.native_handle(), "llama");
}

LlamaBackend::~LlamaBackend() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  compute_->Interrupt();
  requests_.Close();
  text_.join();
  model_.join();
  std::vector<uint64_t> left;
  {
    MutexLock lock(mutex_);
    for (const auto& [id, done] : open_) left.push_back(id);
  }
  for (const uint64_t id : left) Finish(id, Failed(FailureClass::kTransport, kCancelled));
}

void LlamaBackend::Submit(model::Request request, model::Done done) {
  uint64_t id = 0;
  {
    MutexLock lock(mutex_);
    id = ++next_;
    open_.emplace(id, std::move(done));
    by_request_[request.id] = id;
    request_of_[id] = request.id;
  }
  // The governor holds far fewer requests open than the queue takes: this does not block.
  if (!requests_.Push({id, std::move(request)})) Finish(id, Failed(FailureClass::kTransport, kCancelled));
}

void LlamaBackend::Cancel(model::RequestId id) {
  MutexLock lock(mutex_);
  const auto found = by_request_.find(id);
  if (found == by_request_.end()) return;
  inbox_.cancelled.push_back(found->second);
  wake_.notify_all();
}

void LlamaBackend::MakeRows() {
  while (auto item = requests_.Pop()) {
    auto& [id, request] = *item;
    auto row = maker_.Make(id, request);
    if (!row) {
      Finish(id, Failed(FailureClass::kRequest, std::move(row).error()));
      continue;
    }
    MutexLock lock(mutex_);
    inbox_.rows.push_back(std::move(row).value());
    wake_.notify_all();
  }
}

/// False: the backend is stopping.
bool LlamaBackend::TakeInbox() YK_THREAD_ATTRIBUTE(no_thread_safety_analysis) {
  Inbox inbox;
  {
    MutexLock lock(mutex_);
    if (scheduler_.idle()) {
      wake_.wait(mutex_,
                 [&]() YK_REQUIRES(mutex_) { return stopping_ || !inbox_.rows.empty() || !inbox_.cancelled.empty(); });
    }
    if (stopping_) return false;
    std::swap(inbox, inbox_);
    // A row may be cancelled while its text is still being turned into tokens: then the word waits for it.
    for (const uint64_t id : inbox.cancelled) {
      const bool here = scheduler_.Has(id) || std::any_of(inbox.rows.begin(), inbox.rows.end(),
                                                          [&](const RowSpec& row) { return row.id == id; });
      if (!here && open_.contains(id)) inbox_.cancelled.push_back(id);
    }
  }
  for (RowSpec& row : inbox.rows) scheduler_.Add(std::move(row));
  for (const uint64_t id : inbox.cancelled) scheduler_.Cancel(id);
  return true;
}

void LlamaBackend::RunModel() {
  while (TakeInbox()) {
    CheckFile();
    std::vector<RowEnd> ended = scheduler_.Step();
    {
      MutexLock lock(mutex_);
      stats_ = scheduler_.stats();
    }
    FinishAll(std::move(ended));
  }
  FinishAll(scheduler_.FailAll({FailureClass::kTransport, kCancelled, std::nullopt}));
}

void LlamaBackend::CheckFile() {
  const MonoTime now = clock_.Now();
  if (now < file_checked_ + kFileCheck) return;
  file_checked_ = now;
  // Quota: waiting does not mend it, so the run pauses and says why.
  if (auto there = weights_->StillThere(); !there)
    FinishAll(scheduler_.FailAll({FailureClass::kQuota, there.error(), std::nullopt}));
}

void LlamaBackend::FinishAll(std::vector<RowEnd> ended) {
  for (RowEnd& end : ended) Finish(end.id, std::move(end.outcome));
}

void LlamaBackend::Finish(uint64_t id, model::Outcome outcome) {
  model::Done done;
  {
    MutexLock lock(mutex_);
    const auto found = open_.find(id);
    if (found == open_.end()) return;
    done = std::move(found->second);
    open_.erase(found);
    const auto request = request_of_.find(id);
    by_request_.erase(request->second);
    request_of_.erase(request);
  }
  done(std::move(outcome));
}

std::vector<model::Counter> LlamaBackend::Counters() const {
  MutexLock lock(mutex_);
  return {{"prefixes computed", stats_.heads},
          {"prefix tokens computed", stats_.head_tokens},
          {"prefix tokens reused", stats_.head_tokens_read},
          {"row tokens computed", stats_.row_tokens},
          {"answer tokens", stats_.answer_tokens},
          {"answer tokens forced", stats_.forced_tokens},
          {"model steps", stats_.steps},
          {"rows at once", stats_.rows_at_once_most},
          {"steps without room", stats_.no_room},
          {"restarts", stats_.restarts}};
}

}  // namespace

Result<std::unique_ptr<model::ModelBackend>> OpenBackend(Options options, const Clock& clock) {
  const Options asked = options;
  if (options.parallel == 0) options.parallel = kParallelUsual;
  if (options.batch == 0) options.batch = kBatchUsual;
  if (options.deterministic) options.parallel = 1;
  options.parallel = std::clamp(options.parallel, 1, kRowsMost);
  options.batch = std::max(options.batch, options.parallel);
  YK_TRY_VOID(CheckPrefixDir(options.prefix_dir));
  YK_TRY(auto weights, Weights::Load(options));
  YK_TRY_VOID(weights->CheckWrites());
  const int64_t own_tokens = OwnTokens(asked, weights->info());
  Tokenizer tokenizer(weights);
  YK_TRY(auto format, ChatFormat::Open(*weights, tokenizer, options.chat_template));
  YK_TRY(auto compute, ContextCompute::Open(weights, options, kHeads + options.parallel));
  return std::unique_ptr<model::ModelBackend>(std::make_unique<LlamaBackend>(
      std::move(weights), std::move(tokenizer), std::move(compute), std::move(format), options, own_tokens, clock));
}

}  // namespace yk::llama
