// SPDX-License-Identifier: Apache-2.0
#include "llama/attention_device.h"

#include <ggml-backend.h>
#include <ggml.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "llama/asked_fixture.h"
#include "llama/context_compute.h"
#include "llama/embedder.h"
#include "llama/library.h"
#include "llama/weights.h"

namespace yk::llama {
namespace {

constexpr const char* kName = "YakanAttention";

struct Free {
  void operator()(ggml_backend_t backend) const { ggml_backend_free(backend); }
  void operator()(ggml_context* context) const { ggml_free(context); }
};
using Backend = std::unique_ptr<ggml_backend, Free>;

struct Shape {
  int64_t size, tokens, cells, heads, kv_heads, streams;
  ggml_type type;
  bool sinks;
};

class AttentionDevice : public testing::Test {
 protected:
  void SetUp() override {
    if (!HasAttentionDevice()) GTEST_SKIP() << "there is a GPU here, or an installed llama.cpp";
    ours_.reset(ggml_backend_dev_init(ggml_backend_dev_by_name(kName), nullptr));
    theirs_.reset(ggml_backend_init_by_type(GGML_BACKEND_DEVICE_TYPE_CPU, nullptr));
    ASSERT_NE(ours_, nullptr);
  }

  /// The operation as llama.cpp calls it, in memory of `context`, with random contents.
  static ggml_tensor* Operation(ggml_context* context, const Shape& shape) {
    std::mt19937 random(5);
    std::normal_distribution<float> normal;
    const auto fill = [&](ggml_tensor* tensor) {
      std::vector<float> row(static_cast<size_t>(tensor->ne[0]));
      for (int64_t i = 0; i < ggml_nrows(tensor); ++i) {
        for (float& one : row) one = normal(random);
        ggml_quantize_chunk(tensor->type, row.data(), static_cast<char*>(tensor->data) + i * tensor->nb[1], 0, 1,
                            tensor->ne[0], nullptr);
      }
      return tensor;
    };
    const auto cache = [&] {
      return ggml_permute(
          context,
          fill(ggml_new_tensor_4d(context, shape.type, shape.size, shape.kv_heads, shape.cells, shape.streams)), 0, 2,
          1, 3);
    };
    ggml_tensor* queries =
        ggml_new_tensor_4d(context, GGML_TYPE_F32, shape.size, shape.heads, shape.tokens, shape.streams);
    for (int64_t i = 0; i < ggml_nelements(queries); ++i) static_cast<float*>(queries->data)[i] = normal(random);
    ggml_tensor* mask = ggml_new_tensor_4d(context, GGML_TYPE_F16, shape.cells, shape.tokens, 1, shape.streams);
    for (int64_t i = 0; i < ggml_nelements(mask); ++i) {
      const bool seen = i % shape.cells < shape.cells / 2 || random() % 3 == 0;
      static_cast<ggml_fp16_t*>(mask->data)[i] = ggml_fp32_to_fp16(seen ? 0 : -INFINITY);
    }
    ggml_tensor *keys = cache(), *values = cache();
    ggml_tensor* op = ggml_flash_attn_ext(context, ggml_permute(context, queries, 0, 2, 1, 3), keys, values, mask,
                                          1 / std::sqrt(static_cast<float>(shape.size)), 0, 0);
    if (shape.sinks) {
      ggml_tensor* sinks = ggml_new_tensor_1d(context, GGML_TYPE_F32, shape.heads);
      for (int64_t i = 0; i < shape.heads; ++i) static_cast<float*>(sinks->data)[i] = 4 + normal(random);
      ggml_flash_attn_ext_add_sinks(op, sinks);
    }
    return op;
  }

  static std::vector<float> Compute(ggml_backend_t backend, ggml_context* context, ggml_tensor* op) {
    std::fill_n(static_cast<float*>(op->data), ggml_nelements(op), NAN);
    ggml_cgraph* graph = ggml_new_graph(context);
    ggml_build_forward_expand(graph, op);
    EXPECT_EQ(ggml_backend_graph_compute(backend, graph), GGML_STATUS_SUCCESS);
    const auto* out = static_cast<const float*>(op->data);
    return {out, out + ggml_nelements(op)};
  }

  static std::unique_ptr<ggml_context, Free> Memory() {
    return std::unique_ptr<ggml_context, Free>(ggml_init({size_t{64} << 20, nullptr, false}));
  }

  void ExpectEqual(const Shape& shape, double tolerance) {
    const auto context = Memory();
    ggml_tensor* op = Operation(context.get(), shape);
    ASSERT_TRUE(ggml_backend_supports_op(ours_.get(), op));
    const auto expected = Compute(theirs_.get(), context.get(), op), found = Compute(ours_.get(), context.get(), op);
    for (size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(found[i], expected[i], tolerance) << "number " << i;
  }

  Backend ours_, theirs_;
};

TEST_F(AttentionDevice, GivesWhatTheLibraryGives) {
  // Where a step has few tokens the library keeps queries in 16 bits, beside a cache in 8 always in 8; we do not.
  ExpectEqual({64, 70, 300, 8, 2, 1, GGML_TYPE_F16, false}, 5e-3);
  ExpectEqual({64, 9, 24, 8, 2, 1, GGML_TYPE_F16, true}, 5e-3);
  ExpectEqual({128, 20, 100, 4, 4, 3, GGML_TYPE_F16, true}, 5e-3);
  ExpectEqual({64, 20, 100, 14, 2, 1, GGML_TYPE_Q8_0, false}, 2e-2);
  ExpectEqual({64, 20, 60, 14, 2, 2, GGML_TYPE_Q8_0, true}, 2e-2);
}

// As DeepSeek keeps them: a value is a part of its key, and all heads share one.
TEST_F(AttentionDevice, ReadsValuesThatLieInTheirKeys) {
  const auto context = Memory();
  ggml_tensor* op = Operation(context.get(), {576, 5, 60, 128, 1, 1, GGML_TYPE_F16, false});
  const ggml_tensor* keys = op->src[1];
  ggml_tensor* values = ggml_view_4d(context.get(), op->src[1], 512, keys->ne[1], keys->ne[2], keys->ne[3], keys->nb[1],
                                     keys->nb[2], keys->nb[3], 0);
  ggml_tensor* shared = ggml_flash_attn_ext(context.get(), op->src[0], op->src[1], values, op->src[3], 0.05F, 0, 0);
  ASSERT_TRUE(ggml_backend_supports_op(ours_.get(), shared));
  const auto expected = Compute(theirs_.get(), context.get(), shared);
  const auto found = Compute(ours_.get(), context.get(), shared);
  for (size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(found[i], expected[i], 1e-2) << "number " << i;
}

// Two models in one process: each context has memory and threads of its own, and layers of one model may differ.
TEST_F(AttentionDevice, ServesTwoContextsAtATime) {
  const auto work = [](Shape small, Shape large) {
    const Backend ours(ggml_backend_dev_init(ggml_backend_dev_by_name(kName), nullptr));
    const auto context = Memory();
    ggml_tensor *first = Operation(context.get(), small), *second = Operation(context.get(), large);
    const auto of_first = Compute(ours.get(), context.get(), first),
               of_second = Compute(ours.get(), context.get(), second);
    for (int round = 0; round < 30; ++round) {
      EXPECT_EQ(Compute(ours.get(), context.get(), first), of_first);
      EXPECT_EQ(Compute(ours.get(), context.get(), second), of_second);
    }
  };
  std::thread other(work, Shape{64, 20, 100, 8, 2, 1, GGML_TYPE_F16, false},
                    Shape{256, 9, 80, 4, 1, 1, GGML_TYPE_F16, false});
  work({128, 30, 90, 4, 2, 1, GGML_TYPE_F16, true}, {32, 40, 200, 4, 4, 1, GGML_TYPE_F16, false});
  other.join();
}

TEST_F(AttentionDevice, GivesTheSameWithManyThreads) {
  const auto context = Memory();
  ggml_tensor* op = Operation(context.get(), {64, 70, 300, 8, 2, 1, GGML_TYPE_F16, true});
  const auto alone = Compute(ours_.get(), context.get(), op);
  auto* registry = ggml_backend_dev_backend_reg(ggml_backend_dev_by_name(kName));
  auto set_threads = reinterpret_cast<ggml_backend_set_n_threads_t>(
      ggml_backend_reg_get_proc_address(registry, "ggml_backend_set_n_threads"));
  ASSERT_NE(set_threads, nullptr);
  for (const int threads : {3, 8, 2}) {
    set_threads(ours_.get(), threads);
    for (int round = 0; round < 20; ++round) ASSERT_EQ(Compute(ours_.get(), context.get(), op), alone);
  }
}

TEST_F(AttentionDevice, LeavesToTheLibraryWhatItDoesNotKnow) {
  const auto context = Memory();
  const Shape shape{64, 16, 64, 4, 2, 1, GGML_TYPE_F16, false};
  const ggml_tensor* op = Operation(context.get(), shape);
  const auto again = [&](float max_bias, float softcap) {
    return ggml_flash_attn_ext(context.get(), op->src[0], op->src[1], op->src[2], op->src[3], 1, max_bias, softcap);
  };
  EXPECT_TRUE(ggml_backend_supports_op(ours_.get(), again(0, 0)));
  EXPECT_FALSE(ggml_backend_supports_op(ours_.get(), again(8, 0)));   // ALiBi
  EXPECT_FALSE(ggml_backend_supports_op(ours_.get(), again(0, 50)));  // scores bounded by tanh
  EXPECT_FALSE(ggml_backend_supports_op(ours_.get(), ggml_add(context.get(), op->src[0], op->src[0])));
  Shape odd = shape;
  odd.size = 36;
  EXPECT_FALSE(ggml_backend_supports_op(ours_.get(), Operation(context.get(), odd)));
  Shape single = shape;
  single.tokens = 1;
  EXPECT_FALSE(ggml_backend_supports_op(ours_.get(), Operation(context.get(), single)));
  Shape brain = shape;
  brain.type = GGML_TYPE_BF16;
  EXPECT_FALSE(ggml_backend_supports_op(ours_.get(), Operation(context.get(), brain)));
}

// The library chooses who computes what, by rules that a new version may change.
TEST_F(AttentionDevice, ComputesForRowsAndForVectors) {
  Options options = Asked::File("chat.gguf");
  for (const char* device : {"", "CPU"}) {
    options.device = device;
    const auto weights = Weights::Load(options);
    ASSERT_TRUE(weights) << weights.error().ToString();
    options.context = 512;
    options.batch = 64;
    const auto compute = ContextCompute::Open(*weights, options, 2);
    ASSERT_TRUE(compute) << compute.error().ToString();
    std::vector<BatchToken> tokens;
    for (int32_t i = 0; i < 40; ++i) tokens.push_back({i + 5, i, 0, i == 39});
    const int64_t before = AttentionsComputed();
    ASSERT_EQ((*compute)->Step(tokens), StepResult::kDone);
    EXPECT_GT(AttentionsComputed(), before) << "device '" << device << "'";
  }
  EmbedderOptions embeds;
  embeds.path = std::string(YAKAN_MODELS_DIR) + "/embed_mean.gguf";
  embeds.batch = 512;
  embeds.threads = 1;
  auto embedder = Embedder::Open(embeds);
  ASSERT_TRUE(embedder) << embedder.error().ToString();
  const int64_t before = AttentionsComputed();
  ASSERT_TRUE((*embedder)->Embed(std::vector<std::string>{"The lid of the kettle does not close any more."})[0]);
  EXPECT_GT(AttentionsComputed(), before);
}

TEST_F(AttentionDevice, IsNoDeviceToChoose) {
  for (const Device& device : Devices()) EXPECT_NE(device.name, kName);
}

}  // namespace
}  // namespace yk::llama
