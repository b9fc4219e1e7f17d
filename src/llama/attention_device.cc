// SPDX-License-Identifier: Apache-2.0
#include "llama/attention_device.h"

#if YAKAN_HAVE_GGML_DEVICES
#include <ggml-backend-impl.h>
#include <ggml-cpu.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "attention/attend.h"
#include "attention/tiles.h"
#include "llama/library.h"

namespace yk::llama {
namespace {

using attention::Attention;

/// Fewer (token, head) pairs than this for one head of keys leave most of a register empty.
constexpr int64_t kFewestPairs = 8;
constexpr int64_t kLongestVector = 576;
/// Our way gets as much out of a thread as the library out of so many, where a step has few tokens.
constexpr int64_t kThreadsWorth = 3;

enum Source { kQueries, kKeys, kValues, kMask, kSinks };
enum Parameter { kScale, kMaxBias, kSoftcap };

float ParameterOf(const ggml_tensor* op, Parameter which) {
  float out = 0;
  std::memcpy(&out, op->op_params + which, sizeof(float));
  return out;
}

attention::Vectors VectorsOf(const ggml_tensor* tensor) {
  return {static_cast<const std::byte*>(tensor->data), tensor->nb[1], tensor->nb[2], tensor->nb[3]};
}

attention::Unpack UnpackOf(const ggml_tensor* tensor) {
  return tensor->type == GGML_TYPE_F16 ? nullptr : ggml_get_type_traits(tensor->type)->to_float;
}

bool Readable(const ggml_tensor* tensor) {
  return tensor->nb[0] == ggml_type_size(tensor->type) && tensor->ne[0] % attention::kSizeMultiple == 0 &&
         tensor->ne[0] <= kLongestVector &&
         (tensor->type == GGML_TYPE_F16 || (ggml_is_quantized(tensor->type) && UnpackOf(tensor) != nullptr));
}

bool Computes(const ggml_tensor* op) {
  const ggml_tensor *queries = op->src[kQueries], *keys = op->src[kKeys], *values = op->src[kValues],
                    *mask = op->src[kMask], *sinks = op->src[kSinks];
  if (!Readable(keys) || !Readable(values) || queries->type != GGML_TYPE_F32) return false;
  if (queries->ne[0] != keys->ne[0] || queries->nb[0] != sizeof(float)) return false;
  if (keys->ne[2] != values->ne[2] || keys->ne[3] != queries->ne[3] || values->ne[3] != queries->ne[3]) return false;
  if (queries->ne[2] % keys->ne[2] != 0 || keys->ne[1] != values->ne[1]) return false;
  if (mask != nullptr && (mask->type != GGML_TYPE_F16 || mask->ne[0] < keys->ne[1] || mask->ne[1] < queries->ne[1] ||
                          mask->ne[2] != 1 || mask->ne[3] != queries->ne[3])) {
    return false;
  }
  if (sinks != nullptr && sinks->type != GGML_TYPE_F32) return false;
  if (ParameterOf(op, kMaxBias) != 0 || ParameterOf(op, kSoftcap) != 0) return false;
  // For a single token ggml spreads the cells over the threads.
  return queries->ne[1] > 1 && queries->ne[1] * (queries->ne[2] / keys->ne[2]) >= kFewestPairs;
}

Attention AttentionOf(const ggml_tensor* op) {
  const ggml_tensor *queries = op->src[kQueries], *keys = op->src[kKeys], *values = op->src[kValues],
                    *mask = op->src[kMask], *sinks = op->src[kSinks];
  Attention out;
  out.streams = queries->ne[3];
  out.tokens = queries->ne[1];
  out.cells = keys->ne[1];
  out.heads = queries->ne[2];
  out.kv_heads = keys->ne[2];
  out.key_size = keys->ne[0];
  out.value_size = values->ne[0];
  out.scale = ParameterOf(op, kScale);
  out.queries = VectorsOf(queries);
  out.keys = VectorsOf(keys);
  out.values = VectorsOf(values);
  out.unpack_key = UnpackOf(keys);
  out.unpack_value = UnpackOf(values);
  if (mask != nullptr) {
    out.mask = static_cast<const std::byte*>(mask->data);
    out.mask_token_stride = mask->nb[1];
    out.mask_stream_stride = mask->nb[3];
  }
  if (sinks != nullptr) out.sinks = static_cast<const float*>(sinks->data);
  out.out = static_cast<float*>(op->data);
  return out;
}

/// Computes with the threads of ggml's own backend for processors: it is given a graph of one node, which calls back.
class AttentionBackend {
 public:
  AttentionBackend() : cpu_(ggml_backend_cpu_init()) {
    const ggml_init_params memory = {ggml_tensor_overhead() + ggml_graph_overhead_custom(1, false), nullptr, true};
    context_.reset(ggml_init(memory));
    graph_ = ggml_new_graph_custom(context_.get(), 1, false);
    ggml_build_forward_expand(graph_, ggml_custom_4d(context_.get(), GGML_TYPE_F32, 1, 1, 1, 1, nullptr, 0, OnThread,
                                                     GGML_N_TASKS_MAX, this));
    SetThreads(1);
  }

  void SetThreads(int threads) {
    if (threads == threads_) return;
    threads_ = threads;
    ggml_backend_cpu_set_n_threads(cpu_.get(), threads);
    std::unique_ptr<ggml_threadpool, FreePool> fresh(NewThreads(threads));
    ggml_backend_cpu_set_threadpool(cpu_.get(), fresh.get());
    pool_ = std::move(fresh);
  }

  /// Whether it cuts into tiles enough for Compute. Few heads and few tokens make fewer than there are threads, and the
  /// library cuts finer.
  bool Cut(const ggml_tensor* op) {
    attention_ = AttentionOf(op);
    tiles_.emplace(attention_, threads_);
    return tiles_->count() * kThreadsWorth >= threads_;
  }

  /// Computes what was cut. std::bad_alloc: no memory to work in.
  ggml_status Compute() {
    lines_of_one_ = (static_cast<size_t>(attention::ScratchFloats(attention_)) + kLine - 1) / kLine;
    scratch_.resize(std::max(scratch_.size(), lines_of_one_ * static_cast<size_t>(threads_)));
    next_.store(0, std::memory_order_release);
    const ggml_status status = ggml_backend_graph_compute(cpu_.get(), graph_);
    // Pairs with the last step of every thread, so that the next call may write what they read.
    static_cast<void>(next_.load(std::memory_order_acquire));
    return status;
  }

  ggml_status ComputeByLibrary(ggml_cgraph* graph) { return ggml_backend_graph_compute(cpu_.get(), graph); }

 private:
  static constexpr size_t kLine = 16;
  struct alignas(kLine * sizeof(float)) Line {
    float floats[kLine];
  };
  struct FreeBackend {
    void operator()(ggml_backend_t backend) const { ggml_backend_free(backend); }
  };
  struct FreeContext {
    void operator()(ggml_context* context) const { ggml_free(context); }
  };
  struct FreePool {
    void operator()(ggml_threadpool* pool) const { ggml_threadpool_free(pool); }
  };

  static void OnThread(ggml_tensor*, int thread, int, void* self) {
    static_cast<AttentionBackend*>(self)->Run(static_cast<size_t>(thread));
  }

  void Run(size_t thread) {
    // Looked at first and last by every thread, all else that it reads lying between: how ggml's threads wait for each
    // other is not seen by every tool that looks for races.
    static_cast<void>(next_.load(std::memory_order_acquire));
    float* scratch = scratch_[thread * lines_of_one_].floats;
    const int64_t count = tiles_->count();
    for (int64_t index = 0; (index = next_.fetch_add(1, std::memory_order_acq_rel)) < count;)
      attention::Attend(attention_, tiles_->at(index), scratch);
  }

  std::unique_ptr<ggml_threadpool, FreePool> pool_;
  std::unique_ptr<ggml_backend, FreeBackend> cpu_;
  std::unique_ptr<ggml_context, FreeContext> context_;
  ggml_cgraph* graph_ = nullptr;
  int threads_ = 0;
  Attention attention_;
  std::optional<attention::Tiles> tiles_;
  std::vector<Line> scratch_;
  size_t lines_of_one_ = 0;  ///< of one thread
  std::atomic<int64_t> next_{0};
};

constexpr const char* kName = "YakanAttention";

std::atomic<int64_t>& Computed() {
  static std::atomic<int64_t> count{0};
  return count;
}

AttentionBackend* Of(ggml_backend_t backend) { return static_cast<AttentionBackend*>(backend->context); }

ggml_status ComputeGraph(ggml_backend_t backend, ggml_cgraph* graph) try {
  AttentionBackend& ours = *Of(backend);
  for (int i = 0; i < ggml_graph_n_nodes(graph); ++i) {
    const ggml_tensor* node = ggml_graph_node(graph, i);
    if (node->op != GGML_OP_FLASH_ATTN_EXT || (node->flags & GGML_TENSOR_FLAG_COMPUTE) == 0) continue;
    if (!ours.Cut(node)) return ours.ComputeByLibrary(graph);
    if (const ggml_status status = ours.Compute(); status != GGML_STATUS_SUCCESS) return status;
    Computed().fetch_add(1, std::memory_order_relaxed);
  }
  return GGML_STATUS_SUCCESS;
} catch (const std::bad_alloc&) {
  return GGML_STATUS_ALLOC_FAILED;
}

bool Supports(ggml_backend_dev_t, const ggml_tensor* op) {
  switch (op->op) {
    case GGML_OP_NONE:
    case GGML_OP_RESHAPE:
    case GGML_OP_VIEW:
    case GGML_OP_PERMUTE:
    case GGML_OP_TRANSPOSE: return true;
    case GGML_OP_FLASH_ATTN_EXT: return Computes(op);
    default: return false;
  }
}

const char* BackendName(ggml_backend_t) { return kName; }

void FreeBackend(ggml_backend_t backend) {
  delete Of(backend);
  delete backend;
}

ggml_guid_t Guid() {
  static ggml_guid guid = {0x59, 0x61, 0x6b, 0x61, 0x6e, 0x41, 0x74, 0x74,
                           0x9c, 0x1f, 0x5e, 0x02, 0x77, 0xd3, 0x48, 0xb6};
  return &guid;
}

ggml_backend_t NewBackend(ggml_backend_dev_t device, const char*) {
  ggml_backend_i calls{};
  calls.get_name = BackendName;
  calls.free = FreeBackend;
  calls.graph_compute = ComputeGraph;
  return new ggml_backend{Guid(), calls, device, new AttentionBackend};
}

void Properties(ggml_backend_dev_t, ggml_backend_dev_props* out) {
  *out = {};
  out->name = kName;
  out->description = attention::Instructions();
  out->type = GGML_BACKEND_DEVICE_TYPE_ACCEL;
  out->caps.buffer_from_host_ptr = true;
}

ggml_backend_dev_t DeviceAt(ggml_backend_reg_t registry, size_t) {
  static ggml_backend_device device = [registry] {
    ggml_backend_device_i calls{};
    calls.get_name = [](ggml_backend_dev_t) { return kName; };
    calls.get_description = [](ggml_backend_dev_t) { return attention::Instructions(); };
    calls.get_memory = [](ggml_backend_dev_t, size_t* free, size_t* total) { *free = *total = 0; };
    calls.get_type = [](ggml_backend_dev_t) { return GGML_BACKEND_DEVICE_TYPE_ACCEL; };
    calls.get_props = Properties;
    calls.init_backend = NewBackend;
    calls.get_buffer_type = [](ggml_backend_dev_t) { return ggml_backend_cpu_buffer_type(); };
    calls.buffer_from_host_ptr = [](ggml_backend_dev_t, void* data, size_t size, size_t) {
      return ggml_backend_cpu_buffer_from_ptr(data, size);
    };
    calls.supports_op = Supports;
    calls.supports_buft = [](ggml_backend_dev_t, ggml_backend_buffer_type_t type) {
      return ggml_backend_buft_is_host(type);
    };
    return ggml_backend_device{calls, registry, nullptr};
  }();
  return &device;
}

void SetThreads(ggml_backend_t backend, int threads) { Of(backend)->SetThreads(threads); }

void* ProcAddress(ggml_backend_reg_t, const char* name) {
  return std::strcmp(name, "ggml_backend_set_n_threads") == 0 ? reinterpret_cast<void*>(SetThreads) : nullptr;
}

}  // namespace

bool RegisterAttentionDevice() {
  if (!attention::HasVectors()) return false;
  static ggml_backend_reg registry = [] {
    ggml_backend_reg_i calls{};
    calls.get_name = [](ggml_backend_reg_t) { return kName; };
    calls.get_device_count = [](ggml_backend_reg_t) -> size_t { return 1; };
    calls.get_device = DeviceAt;
    calls.get_proc_address = ProcAddress;
    return ggml_backend_reg{GGML_BACKEND_API_VERSION, calls, nullptr};
  }();
  ggml_backend_register(&registry);
  return true;
}

int64_t AttentionsComputed() { return Computed().load(std::memory_order_relaxed); }

}  // namespace yk::llama
#else
namespace yk::llama {

bool RegisterAttentionDevice() { return false; }

int64_t AttentionsComputed() { return 0; }

}  // namespace yk::llama
#endif
