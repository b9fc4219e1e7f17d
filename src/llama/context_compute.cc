// SPDX-License-Identifier: Apache-2.0
#include "llama/context_compute.h"

#include <ggml-cpu.h>
#include <llama.h>
#include <unistd.h>

#include <algorithm>

#include "base/log.h"
#include "hub/memory_need.h"
#include "llama/library.h"
#include "llama/state_file.h"

namespace yk::llama {
namespace {

constexpr int64_t kCellsStep = 256;  // the library rounds to this
constexpr int64_t kCellsPerRow = 2048;

int64_t RoundUp(int64_t cells) { return (cells + kCellsStep - 1) / kCellsStep * kCellsStep; }

/// Cells to reserve: as asked for, else for `parallel` common rows, or for the longest rows where each has its own
/// stream, as far as a quarter of the free memory goes. Streams are equally large, each a multiple of what the library
/// rounds to.
Result<int64_t> CellsFor(const Weights& weights, const Options& options, Sequence sequences) {
  // Q8_0 keeps 32 values in 34 bytes.
  const uint64_t at_16_bits = weights.info().cache_bytes_per_token;
  const uint64_t per_cell = options.cache_q8 ? at_16_bits * 34 / 64 + 1 : at_16_bits;
  const uint64_t known = hub::AvailableMemory();
  const uint64_t free = known > 0 ? known : uint64_t{1} << 40;  // where nobody can say, the library tries
  const int64_t caches = options.streams.value_or(false) ? sequences : 1;
  const auto whole = [&](int64_t cells) { return RoundUp((cells + caches - 1) / caches) * caches; };
  const auto most = [&](uint64_t bytes) {
    return static_cast<int64_t>(bytes / per_cell) / caches / kCellsStep * kCellsStep * caches;
  };
  if (options.context > 0) {
    const int64_t cells = whole(options.context);
    const auto need = static_cast<uint64_t>(cells) * per_cell;
    if (need > free) {
      return Fail(Code::kExhausted,
                  "a context of {} tokens of the model {} needs {:.1f} GB beside the model and {:.1f} GB are free; set "
                  "'context' to at most {}",
                  cells, weights.info().path.filename().string(), static_cast<double>(need) / 1e9,
                  static_cast<double>(free) / 1e9, most(free));
    }
    return cells;
  }
  const int64_t longest = weights.info().context_trained;
  const int64_t wanted =
      caches > 1 ? std::max(kCellsPerRow, longest) * caches : std::max(kCellsPerRow * options.parallel, longest);
  return std::max(kCellsStep * caches, std::min({whole(wanted), most(free / 4), whole(int64_t{1} << 18)}));
}

/// The library aborts when a step cannot hold a token of every sequence.
Options WithRoomForAll(Options options, Sequence sequences) {
  options.batch = std::max(options.batch, static_cast<int>(sequences));
  return options;
}

}  // namespace

struct ContextCompute::Batch {
  explicit Batch(int tokens) : batch(llama_batch_init(tokens, 0, 1)) {}
  ~Batch() { llama_batch_free(batch); }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  llama_batch batch;
};

ContextCompute::ContextCompute(std::shared_ptr<const Weights> weights, const Options& options, Sequence sequences,
                               int64_t cells)
    : weights_(std::move(weights)),
      options_(WithRoomForAll(options, sequences)),
      sequences_(sequences),
      cells_(cells),
      batch_(std::make_unique<Batch>(options_.batch)) {}

ContextCompute::~ContextCompute() {
  if (context_ != nullptr) llama_free(context_);
  if (threads_ != nullptr) ggml_threadpool_free(threads_);
}

Result<std::unique_ptr<ContextCompute>> ContextCompute::Open(std::shared_ptr<const Weights> weights,
                                                             const Options& options, Sequence sequences) {
  YK_TRY(const int64_t cells, CellsFor(*weights, options, sequences));
  auto compute = std::unique_ptr<ContextCompute>(new ContextCompute(std::move(weights), options, sequences, cells));
  YK_TRY_VOID(compute->Make());
  return compute;
}

Result<void> ContextCompute::Make() {
  const int threads = options_.threads > 0 ? options_.threads : UsableCores();
  if (threads_ == nullptr) threads_ = NewThreads(threads);
  llama_context_params params = llama_context_default_params();
  params.n_ctx = static_cast<uint32_t>(cells_);
  params.n_batch = params.n_ubatch = static_cast<uint32_t>(options_.batch);
  params.n_seq_max = static_cast<uint32_t>(sequences_);
  // Logits are kept for one token of each sequence; the default reserves memory for every token of a batch.
  params.n_outputs_max = static_cast<uint32_t>(sequences_);
  params.n_threads = params.n_threads_batch = threads;
  params.kv_unified = !options_.streams.value_or(false);
  if (HasAttentionDevice()) params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;
  params.no_perf = true;
  if (options_.cache_q8) params.type_k = params.type_v = GGML_TYPE_Q8_0;
  params.abort_callback = [](void* flag) { return static_cast<std::atomic<bool>*>(flag)->load(); };
  params.abort_callback_data = &interrupted_;
  static_cast<void>(TakeComplaint());
  context_ = llama_init_from_model(weights_->get(), params);
  if (context_ == nullptr) {
    return Fail(Code::kExhausted,
                "the model {} cannot be started with a context of {} tokens and {} rows at a time ({}); "
                "set 'context' or 'parallel' lower",
                weights_->info().path.filename().string(), cells_, options_.parallel, TakeComplaint());
  }
  cells_of_one_ = static_cast<int64_t>(llama_n_ctx_seq(context_));
  llama_attach_threadpool(context_, threads_, threads_);
  return {};
}

Compute::Limits ContextCompute::limits() const {
  return {cells_of_one_, weights_->info().context_trained, options_.batch, sequences_,
          // A sliding window keeps of a beginning what comes last, so that a part of it may be gone.
          !weights_->info().recurrent && llama_model_n_swa(weights_->get()) == 0, options_.streams.value_or(false)};
}

StepResult ContextCompute::Step(std::span<const BatchToken> tokens) {
  if (interrupted_) return StepResult::kAborted;
  // A context that could not be made again: the device may be back.
  if (context_ == nullptr && !Make()) return StepResult::kBroken;
  llama_batch& batch = batch_->batch;
  batch.n_tokens = static_cast<int32_t>(tokens.size());
  for (size_t i = 0; i < tokens.size(); ++i) {
    batch.token[i] = tokens[i].token;
    batch.pos[i] = tokens[i].position;
    batch.n_seq_id[i] = 1;
    batch.seq_id[i][0] = tokens[i].sequence;
    batch.logits[i] = tokens[i].output ? 1 : 0;
  }
  switch (const int32_t code = llama_decode(context_, batch)) {
    case 0: return StepResult::kDone;
    case 1: return StepResult::kNoRoom;
    case 2: return StepResult::kAborted;
    case -1: return StepResult::kRefused;
    case -2: return StepResult::kNoMemory;
    default: log::Warn("llama_decode failed with code {}: {}", code, TakeComplaint()); return StepResult::kBroken;
  }
}

std::span<const float> ContextCompute::Logits(size_t index) {
  const float* logits = llama_get_logits_ith(context_, static_cast<int32_t>(index));
  if (logits == nullptr) return {};
  return {logits, static_cast<size_t>(llama_vocab_n_tokens(weights_->vocab()))};
}

void ContextCompute::Share(Sequence from, Sequence to, int32_t tokens) {
  if (context_ == nullptr) return;
  llama_memory_seq_cp(llama_get_memory(context_), from, to, -1, tokens < 0 ? -1 : tokens);
}

void ContextCompute::Cut(Sequence sequence, int32_t tokens) {
  if (context_ == nullptr) return;
  llama_memory_seq_rm(llama_get_memory(context_), sequence, tokens, -1);
}

void ContextCompute::Drop(Sequence sequence) {
  if (context_ != nullptr) llama_memory_seq_rm(llama_get_memory(context_), sequence, -1, -1);
}

Result<void> ContextCompute::Restart() {
  if (context_ != nullptr) llama_free(std::exchange(context_, nullptr));
  return Make();
}

Result<void> ContextCompute::Save(Sequence sequence, const std::filesystem::path& path, std::span<const Token> tokens) {
  if (context_ == nullptr) return Fail(Code::kUnavailable, "the model has no context to keep a beginning of");
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  // Others may keep the same beginning at the same time.
  const std::filesystem::path part = fmt::format("{}.{}.part", path.string(), ::getpid());
  Result<void> kept;
  if (llama_state_seq_save_file(context_, part.c_str(), sequence, tokens.data(), tokens.size()) == 0)
    kept = Fail(Code::kUnavailable, "the state of a prompt's beginning could not be written to {}", part.string());
  else
    kept = SealStateFile(part);
  if (kept) {
    std::filesystem::rename(part, path, error);
    if (error) kept = Fail(Code::kUnavailable, "{} could not be given its name: {}", part.string(), error.message());
  }
  if (!kept) std::filesystem::remove(part, error);
  return kept;
}

size_t ContextCompute::Load(Sequence sequence, const std::filesystem::path& path, std::span<const Token> tokens) {
  if (context_ == nullptr || !StateFileIsWhole(path)) return 0;
  std::vector<Token> found(tokens.size() + 1);
  size_t count = 0;
  const size_t read = llama_state_seq_load_file(context_, path.c_str(), sequence, found.data(), found.size(), &count);
  if (read > 0 && count == tokens.size() && std::equal(tokens.begin(), tokens.end(), found.begin())) return count;
  Drop(sequence);
  return 0;
}

}  // namespace yk::llama
