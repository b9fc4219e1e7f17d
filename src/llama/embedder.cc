// SPDX-License-Identifier: Apache-2.0
#include "llama/embedder.h"

#include <ggml-cpu.h>
#include <llama.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "llama/context_compute.h"
#include "llama/library.h"

namespace yk::llama {
namespace {

constexpr int kSequences = 256;  // the library tells no more apart

void Normalise(std::vector<float>& vector) {
  const double square = std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0);
  if (square <= 0) return;
  const auto scale = static_cast<float>(1.0 / std::sqrt(square));
  for (float& value : vector) value *= scale;
}

}  // namespace

struct Embedder::Batch {
  explicit Batch(int tokens) : batch(llama_batch_init(tokens, 0, 1)) {}
  ~Batch() { llama_batch_free(batch); }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  void Add(Token token, size_t position, int32_t sequence) {
    const int32_t at = batch.n_tokens++;
    batch.token[at] = token;
    batch.pos[at] = static_cast<llama_pos>(position);
    batch.n_seq_id[at] = 1;
    batch.seq_id[at][0] = sequence;
    batch.logits[at] = 1;
  }
  llama_batch batch;
};

Embedder::Embedder(std::shared_ptr<const Weights> weights, const EmbedderOptions& options)
    : weights_(std::move(weights)),
      options_(options),
      tokenizer_(weights_),
      batch_(std::make_unique<Batch>(options.batch)) {}

Embedder::~Embedder() {
  if (context_ != nullptr) llama_free(context_);
  if (threads_ != nullptr) ggml_threadpool_free(threads_);
}

Result<std::unique_ptr<Embedder>> Embedder::Open(const EmbedderOptions& options) {
  Options load;
  load.path = options.path;
  load.gpu_layers = options.gpu_layers;
  YK_TRY(auto weights, Weights::Load(load));
  auto embedder = std::unique_ptr<Embedder>(new Embedder(std::move(weights), options));
  YK_TRY_VOID(embedder->Start());
  return embedder;
}

Result<void> Embedder::Start() {
  const int threads = options_.threads > 0 ? options_.threads : UsableCores();
  threads_ = NewThreads(threads);
  llama_context_params params = llama_context_default_params();
  // An encoder computes a batch in one piece, or the library ends the process.
  params.n_batch = params.n_ubatch = static_cast<uint32_t>(options_.batch);
  params.n_ctx = static_cast<uint32_t>(options_.batch);
  params.n_seq_max = kSequences;
  params.n_threads = params.n_threads_batch = threads;
  params.embeddings = true;
  params.kv_unified = true;
  if (HasAttentionDevice()) params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;
  params.no_perf = true;
  static_cast<void>(TakeComplaint());
  context_ = llama_init_from_model(weights_->get(), params);
  if (context_ == nullptr) {
    return Fail(Code::kExhausted, "the embedding model {} cannot be started with batches of {} tokens ({})",
                options_.path.filename().string(), options_.batch, TakeComplaint());
  }
  llama_attach_threadpool(context_, threads_, threads_);
  const auto pooling = llama_pooling_type(context_);
  if (pooling == LLAMA_POOLING_TYPE_NONE || pooling == LLAMA_POOLING_TYPE_UNSPECIFIED) {
    return Fail(Code::kInvalid, "the model {} does not say how its tokens become one vector: it is no embedding model",
                options_.path.filename().string());
  }
  causal_ = llama_get_memory(context_) != nullptr && pooling == LLAMA_POOLING_TYPE_LAST;
  return causal_ && !options_.instruction.empty() ? ComputeInstruction() : Result<void>();
}

/// The last token speaks for a text and sees all before it, so what every text begins with is computed once.
Result<void> Embedder::ComputeInstruction() {
  const std::vector<Token> tokens = tokenizer_.Markup(options_.instruction, true);
  if (tokens.empty() || tokens.size() * 2 > std::min(static_cast<size_t>(options_.batch), TextMax())) return {};
  batch_->batch.n_tokens = 0;
  for (size_t i = 0; i < tokens.size(); ++i) batch_->Add(tokens[i], i, 0);
  if (llama_decode(context_, batch_->batch) != 0) {
    return Fail(Code::kUnavailable, "the embedding model could not compute the instruction: {}", TakeComplaint());
  }
  shared_ = tokens.size();
  tokens_ += static_cast<int64_t>(shared_);
  return {};
}

/// Behind its table of positions a model that has one reads what is not there, and the library ends the process.
size_t Embedder::TextMax() const {
  const int64_t trained = weights_->info().context_trained;
  return trained > 0 ? static_cast<size_t>(trained) : SIZE_MAX;
}

std::vector<Token> Embedder::TokensOf(const std::string& text) const {
  if (shared_ > 0) {
    std::vector<Token> tokens = tokenizer_.Data(text);
    if (const auto end = tokenizer_.TextEnd()) tokens.push_back(*end);
    return tokens;
  }
  return tokenizer_.Whole(options_.instruction + text);
}

std::vector<Result<std::vector<float>>> Embedder::Embed(std::span<const std::string> texts) {
  std::vector<Result<std::vector<float>>> out(texts.size(), Result<std::vector<float>>(std::vector<float>()));
  const size_t room = static_cast<size_t>(options_.batch) - shared_;
  const size_t longest = std::min(room, TextMax() - std::min(TextMax(), shared_));
  std::vector<Item> items;
  items.reserve(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    Item item{i, TokensOf(texts[i])};
    if (item.tokens.empty()) item.tokens = tokenizer_.Data(" ");
    if (item.tokens.size() > longest) {
      out[i] = Fail(Code::kInvalid, "the text has {} tokens and {} {}; split it into passages", item.tokens.size(),
                    longest < room ? "the embedding model reads" : "a batch of the embedding model holds", longest);
      continue;
    }
    items.push_back(std::move(item));
  }
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.tokens.size() < b.tokens.size(); });
  const size_t sequences = shared_ > 0 ? kSequences - 1 : kSequences;
  for (size_t first = 0; first < items.size();) {
    size_t last = first, tokens = 0;
    // A text longer than the others together goes alone.
    const size_t most = std::min(room, std::max(static_cast<size_t>(options_.together), items[first].tokens.size()));
    while (last < items.size() && last - first < sequences && tokens + items[last].tokens.size() <= most)
      tokens += items[last++].tokens.size();
    const std::span<const Item> together(items.data() + first, last - first);
    if (auto computed = Compute(together, out); !computed) {
      for (const Item& item : together) out[item.text] = Fail(computed.error());
    }
    first = last;
  }
  return out;
}

Result<void> Embedder::Compute(std::span<const Item> items, std::vector<Result<std::vector<float>>>& out) {
  const int32_t first_sequence = shared_ > 0 ? 1 : 0;
  if (llama_memory_t memory = llama_get_memory(context_); memory != nullptr) {
    if (shared_ > 0) {
      llama_memory_seq_keep(memory, 0);
      for (size_t i = 0; i < items.size(); ++i)
        llama_memory_seq_cp(memory, 0, first_sequence + static_cast<int32_t>(i), -1, -1);
    } else {
      llama_memory_clear(memory, false);
    }
  }
  batch_->batch.n_tokens = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    for (size_t t = 0; t < items[i].tokens.size(); ++t)
      batch_->Add(items[i].tokens[t], shared_ + t, first_sequence + static_cast<int32_t>(i));
  }
  if (const int32_t code = llama_decode(context_, batch_->batch); code != 0) {
    return Fail(Code::kUnavailable, "the embedding model failed with code {}: {}", code, TakeComplaint());
  }
  tokens_ += batch_->batch.n_tokens;
  for (size_t i = 0; i < items.size(); ++i) {
    const float* values = llama_get_embeddings_seq(context_, first_sequence + static_cast<int32_t>(i));
    if (values == nullptr) return Fail(Code::kInternal, "the embedding model gave no vector");
    std::vector<float> vector(values, values + width());
    Normalise(vector);
    out[items[i].text] = std::move(vector);
  }
  return {};
}

}  // namespace yk::llama
