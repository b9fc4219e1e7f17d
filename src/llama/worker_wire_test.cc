// SPDX-License-Identifier: Apache-2.0
#include "llama/worker_wire.h"

#include <gtest/gtest.h>

namespace yk::llama {
namespace {

TEST(WorkerWire, CarriesEveryOption) {
  Options options;
  options.path = "/models/a b.gguf";
  options.context = 4096;
  options.parallel = 3;
  options.own_tokens = 5000;
  options.batch = 64;
  options.threads = 2;
  options.gpu_layers = 7;
  options.device = "Vulkan0";
  options.streams = false;
  options.cache_q8 = true;
  options.deterministic = true;
  options.fast_forward = false;
  options.thinking_tokens = 100;
  options.chat_template = "{{ messages }}";
  options.prefix_dir = "/tmp/prefixes";
  EXPECT_EQ(OptionsFromJson(OptionsToJson(options)), options);
  EXPECT_EQ(OptionsFromJson(OptionsToJson({})), Options{});
  EXPECT_EQ(OptionsFromJson(Json::object()), Options{});
}

TEST(WorkerWire, OfRowsAtOnceTheMostIsKept) {
  const auto sum = AddCounters({{"model steps", 3}, {"rows at once", 8}}, {{"model steps", 4}, {"rows at once", 5}});
  EXPECT_EQ(sum[0].value, 7);
  EXPECT_EQ(sum[1].value, 8);
}

}  // namespace
}  // namespace yk::llama
